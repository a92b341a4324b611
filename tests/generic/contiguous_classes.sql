{#-
    Passes when the classes of a code list, those with a lower bound, follow one another without a gap or an overlap. The
    last one has no upper bound, so that every value from the first bound on has a class, unless `is_bounded` says that
    the outer bounds are limits.
-#}
{% test contiguous_classes(model, condition='true', is_bounded=false) %}
with

classes as (
    select
        lower_bound,
        upper_bound,
        lead(lower_bound) over (order by lower_bound, upper_bound) as next_bound
    from {{ model }}
    where
        lower_bound is not null
        and {{ condition }}
)

select *
from classes
where
    coalesce(upper_bound < lower_bound, false)
    or (next_bound is not null and coalesce(upper_bound + 1 <> next_bound, true))
    or (next_bound is null and (upper_bound is not null) <> {{ is_bounded | lower }})
{% endtest %}
