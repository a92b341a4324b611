-- Every extract but the claims has rows, the last reporting year has trajectories, and most municipalities of the
-- earlier state are there again. Otherwise a file is probably missing or cut off.
{{ config(severity='warn') }}
with

balance as (
    select * from {{ ref('balance') }}
),

started as (
    select * from {{ ref('annex_1_started_trajectories') }}
),

last_year as (
    select max(years.year) as year
    from {{ ref('dim_reporting_years') }} as years
    cross join {{ ref('dim_parameters') }} as parameters
    where
        years.annex = 1
        and years.year <= extract(year from parameters.as_of)
),

{% if var('previous_database') is not none -%}
municipalities as (
    select
        count(*) as earlier,
        count(case when started.nis_code is null then 1 end) as gone
    from (select distinct nis_code from {{ source('earlier_state', 'annex_1_started_trajectories') }}) as earlier
    left join (select distinct nis_code from started) as started on earlier.nis_code = started.nis_code
),

{% endif -%}
final as (
    select concat('no row in ', extract) as finding
    from balance
    where
        delivered = 0
        and extract <> 'raw_subsidy_claims'
    union all
    select concat('no trajectory that started in ', last_year.year) as finding
    from last_year
    left join started on last_year.year = started.year
    group by last_year.year
    having coalesce(sum(started.trajectories), 0) = 0
    {%- if var('previous_database') is not none %}
    union all
    select concat(gone, ' of ', earlier, ' municipalities of the earlier state have no trajectory') as finding
    from municipalities
    where 3 * gone >= earlier and gone > 0
    {%- endif %}
)

select * from final
