with

records as (
    select
        false as is_earlier,
        *
    from ({{ records_behind_cells() }}) as of_this_build
    {%- if var('previous_database') is not none %}
    union all
    select
        true as is_earlier,
        *
    from ({{ records_behind_cells(of_earlier_state=true) }}) as of_earlier_state
    {%- endif %}
),

changed as (
    select * from {{ ref('revision_cells__changed') }}
),

final as (
    select records.*
    from records
    semi join changed
        on
            records.mart = changed.mart
            and records.year = changed.year
            and records.nis_code = changed.nis_code
            and records.dimension = changed.dimension
            and records.category = changed.category
            and records.measure = changed.measure
)

select * from final
