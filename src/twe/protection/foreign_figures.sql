-- What an open release shows beside its counts, but the `warehouse` it was made from doesn't hold.
with foreign_amounts as (
    from publication.publication_amounts
    except
    from exact_amounts
)

select concat('amount ', basis, ' ', amount, ' ', year, ' ', area_code) as figure
from foreign_amounts
union all
select concat('duration ', measure, ' ', year, ' ', area_code) as figure
from publication.publication_statistics
anti join exact_statistics
    using (annex, measure, year, area_level, area_code, dimension, category, mean_months, median_months)
union all
select concat('place of ', cell_id) as figure
from publication.places
anti join warehouse.publication.publication_places
    using (annex, measure, year, area_level, area_code, dimension, category, cell_id)
limit 1
