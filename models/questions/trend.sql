{{ config(materialized='table_function') }}
{%- do config.set('parameters', ['of_area']) %}
with

trends as (
    select * from {{ ref('trends') }}
),

-- Case, accents, blanks and hyphens make no difference to a name.
areas as (
    select distinct
        area_level,
        area_code,
        area,
        regexp_replace(lower(strip_accents(area)), '[^a-z0-9]', '', 'g') as plain_name,
        regexp_replace(lower(strip_accents(of_area)), '[^a-z0-9]', '', 'g') as asked_name
    from trends
),

names as (
    select
        area,
        jaro_winkler_similarity(plain_name, asked_name) as similarity,
        list([area_level, area_code]) filter (where plain_name = asked_name or area_code = of_area) as asked_keys
    from areas
    group by area, plain_name, asked_name
),

asked as (
    select
        case
            when count(asked_keys) > 0 then flatten(list(asked_keys) filter (where asked_keys is not null))
            else
                error(concat(
                    'No area has the name or NIS code "', of_area, '". The nearest names are ',
                    array_to_string(list(area order by similarity desc, area asc)[:3], ', '), '.'
                ))
        end as area_keys
    from names
),

final as (
    select trends.*
    from trends
    inner join asked on list_contains(asked.area_keys, [trends.area_level, trends.area_code])
)

select * from final
order by area_level, area_code, year
