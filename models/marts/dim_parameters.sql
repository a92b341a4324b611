with

as_of as (
    select * from {{ ref('int_as_of') }}
),

claims as (
    select count(*) > 0 as are_claims_delivered from {{ ref('stg_subsidy_claims') }}
),

trajectories as (
    select * from {{ ref('stg_trajectories') }}
),

-- The generator writes this prefix into every key, so that the label travels with the rows.
synthetic as (
    select coalesce(bool_or(trajectory_id like 'SYN-%'), false) as is_synthetic from trajectories
),

final as (
    select
        as_of.as_of,
        as_of.last_recorded_day,
        {{ geography_date() }} as geography_date,
        claims.are_claims_delivered,
        synthetic.is_synthetic
    from as_of
    cross join claims
    cross join synthetic
)

select * from final
