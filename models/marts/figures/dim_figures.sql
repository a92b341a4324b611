with

measures as (
    select * from {{ ref('measures') }}
),

-- An undivided figure has one category, which adds nothing to its texts.
categories as (
    select
        dimension,
        category,
        dimension_label_nl,
        label_nl,
        label_lower_nl,
        group_order,
        sort_order
    from {{ ref('dim_categories') }}
    union all
    select distinct
        dimension,
        'total' as category,
        dimension_label_nl,
        'Totaal' as label_nl,
        'totaal' as label_lower_nl,
        1 as group_order,
        1 as sort_order
    from measures
    where dimension in ('total', 'booking_year')
),

parameters as (
    select * from {{ ref('dim_parameters') }}
),

named as (
    select
        measures.*,
        categories.category,
        coalesce(measures.dimension_label_nl, categories.dimension_label_nl) as dimension_name_nl,
        categories.label_nl as category_nl,
        categories.label_lower_nl as category_lower_nl,
        row_number() over (
            order by measures.block, categories.group_order, measures.sort_order, categories.sort_order
        ) as column_order
    from measures
    inner join categories on measures.dimension = categories.dimension
),

final as (
    select
        named.annex,
        named.measure,
        named.dimension,
        named.category,
        cast(named.column_order as integer) as sort_order,
        named.sheet,
        named.mart,
        {% for text in ('header_nl', 'meaning_nl') %}
        replace(
            replace(
                replace(
                    replace(named.{{ text }}, '{category}', named.category_nl),
                    '{category_lower}',
                    named.category_lower_nl
                ),
                '{dimension}',
                coalesce(named.dimension_name_nl, '')
            ),
            '{window_period}',
            parameters.window_period_nl
        ) as {{ text }},
        {% endfor %}
        named.label_nl as measure_label_nl,
        named.dimension_name_nl as dimension_label_nl,
        named.category_nl as label_nl,
        named.kind,
        named.unit_nl,
        named.missing,
        named.is_additive,
        named.is_municipal,
        named.is_regional,
        named.published_measure,
        replace(named.published_dimension, '{category}', named.category) as published_dimension,
        replace(named.published_category, '{category}', named.category) as published_category,
        named.adds_up_to,
        named.units_per_person
    from named
    cross join parameters
)

select * from final
