with

versions as (
    {{ visible_versions('trajectories') }}
),

lines as (
    select * from {{ ref('fct_subsidy_lines') }}
),

municipalities as (
    select * from {{ ref('int_municipalities__reported') }}
),

areas as (
    select *
    from {{ ref('areas') }}
    where area_level <> 'municipality'
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

-- A version counts until the next one of its trajectory, and a day of its own only once that day has come.
intervals as (
    select
        versions.recorded_at,
        versions.is_void,
        versions.start_date,
        versions.end_date,
        coalesce(municipalities.nis_code, {{ unknown_residence() }}) as nis_code,
        lead(cast(versions.recorded_at as date)) over (
            partition by versions.trajectory_id
            order by versions.recorded_at
        ) as replaced_on
    from versions
    left join municipalities on versions.{{ var('municipality_of') }}_nis = municipalities.ocmw_nis
),

counted as (
    {%- for annex, day in [(1, 'start_date'), (4, 'end_date')] %}
    select
        {{ annex }} as annex,
        'trajectories' as measure,
        nis_code,
        year({{ day }}) as year,
        greatest(cast(recorded_at as date), {{ day }}) as known_on,
        replaced_on
    from intervals
    where not is_void and {{ day }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

changes as (
    select
        annex,
        measure,
        nis_code,
        year,
        known_on,
        1 as change
    from counted
    where replaced_on is null or replaced_on > known_on
    union all
    select
        annex,
        measure,
        nis_code,
        year,
        replaced_on as known_on,
        -1 as change
    from counted
    where replaced_on > known_on
    union all
    select
        3 as annex,
        'paid_eur' as measure,
        nis_code,
        performance_year as year,
        booked_on as known_on,
        amount_eur as change
    from lines
    where stream = 'loontoelage'
),

-- Few days and years: summed once, then for the areas that they are in.
municipal as (
    select
        changes.annex,
        changes.measure,
        changes.nis_code,
        changes.year,
        changes.known_on,
        sum(changes.change) as change
    from changes
    inner join as_of on changes.known_on <= as_of.as_of
    group by all
),

final as (
    select
        municipal.annex,
        municipal.measure,
        areas.area_level,
        areas.area_code,
        areas.area,
        cast(municipal.year as integer) as year,
        municipal.known_on,
        cast(sum(municipal.change) as decimal(18, 2)) as change
    from municipal
    inner join areas on municipal.nis_code = areas.nis_code
    group by all
)

select * from final
