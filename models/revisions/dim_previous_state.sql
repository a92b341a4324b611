{% if var('previous_database') is not none -%}
{% set refused = 'The variable previous_database names ' ~ dbt.escape_single_quotes(var('previous_database') | string) ~ ', whose' -%}
with

previous as (
    select * from {{ source('earlier_state', 'dim_parameters') }}
),

previous_years as (
    select list(annex || ' ' || year order by annex, year) as years
    from {{ source('earlier_state', 'dim_reporting_years') }}
),

parameters as (
    select * from {{ ref('dim_parameters') }}
),

reporting_years as (
    select list(annex || ' ' || year order by annex, year) as years
    from {{ ref('dim_reporting_years') }}
),

final as (
    select
        case
            when (previous.as_of < parameters.as_of) is not true
                then error('{{ refused }} as-of date is not before that of this build.')
            when previous.geography_date <> parameters.geography_date
                then error('{{ refused }} geography_date differs from that of this build.')
            when previous_years.years <> reporting_years.years
                then error('{{ refused }} reporting years differ from those of this build.')
            else previous.as_of
        end as as_of
    from previous
    cross join previous_years
    cross join parameters
    cross join reporting_years
)

select * from final
{%- else -%}
select as_of
from {{ ref('dim_parameters') }}
where false
{%- endif %}
