-- A figure changed by exactly what the records behind it add more or less; a figure of distinct things has no such sum,
-- but no change of it goes without a record either.
with

revisions as (
    select * from {{ ref('annex_revisions') }}
),

measures as (
    select distinct
        mart,
        measure,
        is_sum_of_records
    from {{ ref('measures') }}
    where mart is not null
),

explained as (
    select
        mart,
        year,
        nis_code,
        dimension,
        category,
        measure,
        count(*) as records,
        sum(coalesce(new_value, 0) - coalesce(old_value, 0)) as difference
    from {{ ref('annex_revision_records') }}
    group by mart, year, nis_code, dimension, category, measure
),

compared as (
    select
        revisions.*,
        measures.is_sum_of_records,
        coalesce(explained.records, 0) as explained_records,
        coalesce(explained.difference, 0) as explained_difference,
        coalesce(revisions.new_value, 0) - coalesce(revisions.old_value, 0) as expected_difference
    from revisions
    inner join measures
        on
            revisions.mart = measures.mart
            and revisions.measure = measures.measure
    left join explained
        on
            revisions.mart = explained.mart
            and revisions.year = explained.year
            and revisions.nis_code = explained.nis_code
            and revisions.dimension = explained.dimension
            and revisions.category = explained.category
            and revisions.measure = explained.measure
)

select *
from compared
where
    records <> explained_records
    or (is_sum_of_records and explained_difference <> expected_difference)
    or (not is_sum_of_records and expected_difference <> 0 and explained_records = 0)
