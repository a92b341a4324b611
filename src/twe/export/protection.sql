-- How a release is protected, and its place in the register.
select
    method,
    base,
    threshold,
    (select count(amounts.marker) > 0 from publication.publication_amounts as amounts) as hides_amounts,
    register_id,
    release,
    content_sha256,
    version,
    exists (
        from publication.choices
        where name = 'after_merger' and value in ('unchanged', 'provinces')
    ) and (select count(figures.marker) > 0 from publication.publication_figures as figures) as hides_municipalities
from publication.release
