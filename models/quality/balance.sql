with

{% set names = extract_names() -%}

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
    from {{ ref('int_' ~ name ~ '__accepted') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

quarantined as (
    select
        extract,
        count(*) as quarantined
    from {{ ref('quarantine') }}
    group by extract
),

final as (
    select
        delivered.extract,
        delivered.delivered,
        accepted.accepted,
        coalesce(quarantined.quarantined, 0) as quarantined
    from delivered
    inner join accepted on delivered.extract = accepted.extract
    left join quarantined on delivered.extract = quarantined.extract
)

select * from final
