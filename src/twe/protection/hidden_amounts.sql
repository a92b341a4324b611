-- The amounts that an open release leaves out.
create temp view hidden as
select distinct
    basis,
    year,
    area_id
from publication.publication_amounts
where marker is not null and area_level <> 'group';
