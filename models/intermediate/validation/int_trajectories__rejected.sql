with

trajectories as (
    select * from {{ ref('stg_trajectories') }}
),

municipalities as (
    select * from {{ ref('municipalities') }}
),

checked as (
    select
        trajectories.file_id,
        trajectories.source_row,
        {{ value_checks('raw_trajectories', 'trajectories') }},
        trajectories.has_surplus_fields as surplus_fields,
        trajectories.ocmw_nis is not null and municipalities.nis_code is null as unknown_municipality,
        trajectories.start_date < date '2017-01-01' as before_twe,
        trajectories.planned_end_date < trajectories.start_date as plan_before_start,
        trajectories.end_date < trajectories.start_date as actual_end_before_start,
        plan_before_start or actual_end_before_start as end_before_start,
        {{ columns_at_fault('raw_trajectories', 'trajectories', {
            'ocmw_nis': 'unknown_municipality',
            'start_date': 'before_twe',
            'planned_end_date': 'plan_before_start',
            'end_date': 'actual_end_before_start',
        }) }} as fault_columns
    from trajectories
    left join municipalities on trajectories.ocmw_nis = municipalities.nis_code
),

invalid as (
    {{ rows_with_reasons([
        'missing_required', 'unreadable_value', 'surplus_fields', 'unknown_municipality', 'end_before_start', 'before_twe',
    ]) }}
),

duplicates as (
    {{ duplicate_rows(
        'raw_trajectories', ref('stg_trajectories'), 'trajectory_id, recorded_at', 'conflicting_version'
    ) }}
),

final as (
    select * from invalid
    union all
    select * from duplicates
)

select * from final
