with

counts as (
    select * from {{ ref('int_publication__area_counts') }}
),

final as (
    select
        cell_id,
        cell_measure as measure,
        period,
        area_id,
        area_level,
        area_vintage,
        cell_dimension as dimension,
        cell_category as category,
        units_per_person,
        max(true_value) as true_value,
        max(persons) as persons,
        area_level = 'municipality' as is_protected,
        coalesce(bool_or(annex is not null), false) as is_published,
        coalesce(
            list_sort(
                list(distinct concat('annex ', annex, ': ', content, ' ', year)) filter (where annex is not null)
            ),
            []
        ) as appears_in
    from counts
    group by
        cell_id,
        cell_measure,
        period,
        area_id,
        area_level,
        area_vintage,
        cell_dimension,
        cell_category,
        units_per_person
)

select * from final
