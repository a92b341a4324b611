with

counts as (
    select * from {{ ref('publication_area_counts') }}
),

final as (
    select
        annex,
        content,
        measure,
        year,
        area_level,
        area_code,
        dimension,
        category,
        cell_id
    from counts
    where annex is not null
)

select * from final
