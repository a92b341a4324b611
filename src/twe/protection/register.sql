-- What a register has beside the tables with the content of releases.
create table register (register_id varchar primary key);
create table releases (
    release integer primary key,
    made_at timestamp not null,
    as_of date not null,
    geography_date date not null,
    method varchar not null,
    base integer not null,
    threshold integer not null,
    content_sha256 varchar,
    files_sha256 varchar,
    entry_sha256 varchar,
    version varchar,
    definitions_sha256 varchar,
    years varchar
);
comment on table releases is 'One row per release ever published. Rows are added, never changed.';
comment on column releases.content_sha256 is 'Of the release in all tables.';
comment on column releases.files_sha256 is 'Of the manifest of the folder with its files.';
comment on column releases.entry_sha256 is 'Of this row and the one before it.';
comment on column releases.version is 'major.minor.patch: other definitions, other years, other figures.';
comment on column releases.definitions_sha256 is 'Of definitions, borders and protection.';
comment on table cells is 'Published values; NULL with a marker = hidden, without = never shown.';
comment on table equations is 'What everybody knew about the counts of a release.';
