-- The classes of each code list, those with a lower bound, follow one another without a gap or an overlap. The last one
-- has no upper bound, so that every value from the first bound on has a class; of ages the outer bounds are limits.
with

classes as (
    select
        dimension as class_list,
        lower_bound,
        upper_bound,
        dimension = 'age' as is_bounded
    from {{ ref('profile_categories') }}
    union all
    select
        'duration_classes' as class_list,
        lower_bound,
        upper_bound,
        false as is_bounded
    from {{ ref('duration_classes') }}
    union all
    select
        'count_classes' as class_list,
        lower_bound,
        upper_bound,
        false as is_bounded
    from {{ ref('count_classes') }}
    union all
    select
        'size_classes' as class_list,
        from_inhabitants as lower_bound,
        to_inhabitants as upper_bound,
        false as is_bounded
    from {{ ref('size_classes') }}
),

followed as (
    select
        *,
        lead(lower_bound) over (partition by class_list order by lower_bound, upper_bound) as next_bound
    from classes
    where lower_bound is not null
)

select *
from followed
where
    coalesce(upper_bound < lower_bound, false)
    or (next_bound is not null and coalesce(upper_bound + 1 <> next_bound, true))
    or (next_bound is null and (upper_bound is not null) <> is_bounded)
