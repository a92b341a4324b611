with

cells as (
    select * from {{ ref('revision_cells__changed') }}
),

records as (
    select * from {{ ref('annex_revision_records') }}
),

behind as (
    select
        mart,
        year,
        nis_code,
        dimension,
        category,
        measure,
        count(*) as records,
        list(record_id order by record_id) filter (where change = 'added') as records_added,
        list(record_id order by record_id) filter (where change = 'removed') as records_removed,
        list(record_id order by record_id) filter (where change = 'changed') as records_changed
    from records
    group by mart, year, nis_code, dimension, category, measure
),

final as (
    select
        cells.annex,
        cells.mart,
        cells.year,
        cells.nis_code,
        cells.municipality,
        cells.province,
        cells.dimension,
        cells.category,
        cells.measure,
        cells.old_value,
        cells.new_value,
        cast(cells.new_value - cells.old_value as decimal(18, 2)) as difference,
        coalesce(behind.records, 0) as records,
        coalesce(behind.records_added, []) as records_added,
        coalesce(behind.records_removed, []) as records_removed,
        coalesce(behind.records_changed, []) as records_changed
    from cells
    left join behind
        on
            cells.mart = behind.mart
            and cells.year = behind.year
            and cells.nis_code = behind.nis_code
            and cells.dimension = behind.dimension
            and cells.category = behind.category
            and cells.measure = behind.measure
)

select * from final
