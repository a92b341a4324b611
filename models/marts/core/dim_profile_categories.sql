with

categories as (
    select * from {{ ref('profile_categories') }}
),

dimensions as (
    select * from {{ ref('profile_dimensions') }}
),

final as (
    select
        categories.dimension,
        categories.category,
        dimensions.label_nl as dimension_label_nl,
        categories.label_nl,
        categories.lower_bound,
        categories.upper_bound,
        categories.sort_order
    from categories
    inner join dimensions on categories.dimension = dimensions.dimension
)

select * from final
