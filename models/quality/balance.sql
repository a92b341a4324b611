with

{% set names = var('raw_extracts') | map('replace', 'raw_', '') | list -%}

delivered as (
    {%- for name in names %}
    select
        'raw_{{ name }}' as extract,
        count(*) as delivered
    from {{ ref('stg_' ~ name) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

accepted as (
    {%- for name in names %}
    select
        'raw_{{ name }}' as extract,
        count(*) as accepted
    from ({{ valid_rows(name) }}) as valid_{{ name }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

quarantined as (
    {%- for name in names %}
    select
        'raw_{{ name }}' as extract,
        count(*) as quarantined
    from {{ ref('int_' ~ name ~ '__rejected') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select
        delivered.extract,
        delivered.delivered,
        accepted.accepted,
        quarantined.quarantined
    from delivered
    inner join accepted on delivered.extract = accepted.extract
    inner join quarantined on delivered.extract = quarantined.extract
)

select * from final
