with

measures as (
    select * from {{ ref('annex_measures') }}
),

final as (
    select
        mart,
        measure,
        annex,
        table_nl,
        dimension_label_nl,
        category_unit_nl,
        label_nl,
        unit_nl,
        is_additive,
        is_sum_of_records,
        sort_order
    from measures
)

select * from final
