with

codes as (
    select * from {{ ref('quality_codes') }}
),

final as (
    select
        code_list,
        code,
        label_nl,
        sort_order
    from codes
)

select * from final
