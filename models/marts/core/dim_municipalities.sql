with

municipalities as (
    select * from {{ ref('municipalities') }}
    union all
    select * from {{ ref('unknown_residence') }}
),

reported as (
    select * from {{ ref('int_municipalities__reported') }}
),

trajectories as (
    select * from {{ ref('int_trajectories__current') }}
),

lines as (
    select *
    from {{ ref('fct_subsidy_lines') }}
    where stream = 'loontoelage'
),

claims as (
    select *
    from {{ ref('fct_subsidy_claims') }}
    where stream = 'loontoelage'
),

current_codes as (
    select nis_code
    from municipalities
    where
        valid_from <= date '{{ var('geography_date') }}'
        and coalesce(valid_to, date '{{ var('geography_date') }}') >= date '{{ var('geography_date') }}'
),

codes as (
    select nis_code from current_codes
    union
    select coalesce(reported.nis_code, {{ unknown_residence() }}) as nis_code
    from trajectories
    left join reported on trajectories.{{ var('municipality_of') }}_nis = reported.ocmw_nis
    union
    select nis_code from lines
    union
    select nis_code from claims
),

final as (
    select
        municipalities.nis_code,
        municipalities.name as municipality,
        municipalities.arrondissement_nis,
        municipalities.arrondissement,
        municipalities.province_nis,
        municipalities.province,
        municipalities.longitude,
        municipalities.latitude,
        municipalities.valid_from > date '{{ var('geography_date') }}' as is_newer_than_geography,
        municipalities.nis_code = {{ unknown_residence() }} as is_unknown_residence
    from codes
    inner join municipalities on codes.nis_code = municipalities.nis_code
)

select * from final
