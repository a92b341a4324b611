-- A warning costs no row: each names an accepted record of its own extract.
with

warnings as (
    select
        extract,
        record_key,
        warning
    from {{ ref('warnings') }}
    where extract <> 'raw_subsidies'
),

accepted as (
    select
        'raw_trajectories' as extract,
        trajectory_id as record_key
    from ({{ valid_rows('trajectories') }}) as trajectories
    union all
    select
        'raw_transmissions' as extract,
        transmission_id as record_key
    from ({{ valid_rows('transmissions') }}) as transmissions
)

select
    warnings.extract,
    warnings.record_key,
    warnings.warning
from warnings
left join accepted
    on
        warnings.extract = accepted.extract
        and warnings.record_key = accepted.record_key
where accepted.record_key is null
