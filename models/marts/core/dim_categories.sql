with

profile_categories as (
    select * from {{ ref('profile_categories') }}
),

profile_dimensions as (
    select * from {{ ref('profile_dimensions') }}
),

duration_classes as (
    select * from {{ ref('duration_classes') }}
),

endings as (
    select * from {{ ref('endings') }}
),

outcome_groups as (
    select * from {{ ref('outcome_groups') }}
),

outflow_codes as (
    select * from {{ ref('outflow_codes') }}
),

decisions as (
    select * from {{ ref('transmission_decisions') }}
),

listed as (
    select
        'profile' as code_list,
        categories.dimension,
        categories.category,
        dimensions.label_nl as dimension_label_nl,
        categories.label_nl,
        dimensions.sort_order as group_order,
        categories.sort_order
    from profile_categories as categories
    inner join profile_dimensions as dimensions on categories.dimension = dimensions.dimension
    union all
    select
        'duration' as code_list,
        dimensions.dimension,
        classes.duration_class as category,
        null as dimension_label_nl,
        classes.label_nl,
        1 as group_order,
        classes.sort_order
    from duration_classes as classes
    cross join (values ('planned_duration'), ('duration')) as dimensions (dimension)
    union all
    select
        'ending' as code_list,
        'ending' as dimension,
        ending as category,
        null as dimension_label_nl,
        label_nl,
        sort_order as group_order,
        sort_order
    from endings
    union all
    select distinct
        'outcome_group' as code_list,
        'outcome_group' as dimension,
        outcome_groups.outcome_group as category,
        null as dimension_label_nl,
        outcome_groups.label_nl,
        outcome_groups.sort_order as group_order,
        outcome_groups.sort_order
    from outcome_groups
    inner join outflow_codes on outcome_groups.outcome_group = outflow_codes.outcome_group
    where outflow_codes.kind = 'status'
    union all
    select
        'outcome' as code_list,
        outflow_codes.outcome_group as dimension,
        outflow_codes.outcome as category,
        outcome_groups.label_nl as dimension_label_nl,
        outflow_codes.label_nl,
        case
            when outflow_codes.kind = 'status' then outcome_groups.sort_order else outflow_codes.priority
        end as group_order,
        outflow_codes.priority as sort_order
    from outflow_codes
    inner join outcome_groups on outflow_codes.outcome_group = outcome_groups.outcome_group
    union all
    select
        'decision' as code_list,
        'decision' as dimension,
        decision as category,
        null as dimension_label_nl,
        label_nl,
        1 as group_order,
        sort_order
    from decisions
    union all
    select
        'ending_duration' as code_list,
        'ending_duration' as dimension,
        endings.ending || '/' || classes.duration_class as category,
        null as dimension_label_nl,
        endings.label_nl || ': ' || lower(substr(classes.label_nl, 1, 1)) || substr(classes.label_nl, 2) as label_nl,
        endings.sort_order as group_order,
        classes.sort_order
    from endings
    cross join duration_classes as classes
),

final as (
    select
        *,
        -- As it stands inside a sentence; an abbreviation keeps its capitals.
        case
            when substr(label_nl, 2, 1) = lower(substr(label_nl, 2, 1))
                then lower(substr(label_nl, 1, 1)) || substr(label_nl, 2)
            else label_nl
        end as label_lower_nl
    from listed
)

select * from final
