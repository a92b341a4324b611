-- What a published version says of its origin.
create table quality.publication (
    invocation_id varchar,
    version integer,
    published_at timestamp,
    project_version varchar,
    git_commit varchar,
    is_changed boolean,
    code_sha256 varchar,
    tools varchar,
    delivery varchar
);
create table quality.input_files (
    file varchar,
    bytes bigint,
    sha256 varchar
);
