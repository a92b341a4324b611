with

endings as (
    select * from {{ ref('endings') }}
),

final as (
    select
        ending,
        is_early,
        label_nl,
        sort_order
    from endings
)

select * from final
