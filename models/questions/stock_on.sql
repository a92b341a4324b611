{{ config(materialized='table_function') }}
{%- do config.set('parameters', ['day']) %}
with

known as (
    select
        case
            when cast(day as date) <= as_of then cast(day as date)
            else error(concat('What runs on ', day, ' is not known: the warehouse covers days up to ', as_of, '.'))
        end as known_day
    from {{ ref('dim_parameters') }}
),

final as (
    select
        areas.area_level,
        areas.area_code,
        areas.area,
        count(*) as running_trajectories,
        count(distinct trajectories.client_id) as persons
    from known
    inner join {{ ref('fct_trajectories') }} as trajectories
        on
            known.known_day >= trajectories.start_date
            and known.known_day <= coalesce(trajectories.end_date, known.known_day)
    inner join {{ ref('areas') }} as areas on trajectories.nis_code = areas.nis_code
    group by areas.area_level, areas.area_code, areas.area
)

select * from final
