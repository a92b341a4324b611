with

classes as (
    select * from {{ ref('duration_classes') }}
),

final as (
    select
        duration_class,
        lower_bound,
        upper_bound,
        label_nl,
        sort_order
    from classes
)

select * from final
