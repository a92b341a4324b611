-- The delivered and the refused rows by the number of their file.
with

staged as (
    select
        file_id,
        source_row
    from staging.stg_trajectories
    union all
    select
        file_id,
        source_row
    from staging.stg_subsidies
    union all
    select
        file_id,
        source_row
    from staging.stg_subsidy_claims
    union all
    select
        file_id,
        source_row
    from staging.stg_outflow
    union all
    select
        file_id,
        source_row
    from staging.stg_transmissions
),

rejected as (
    select
        file_id,
        source_row
    from intermediate.int_trajectories__rejected
    union all
    select
        file_id,
        source_row
    from intermediate.int_subsidies__rejected
    union all
    select
        file_id,
        source_row
    from intermediate.int_subsidy_claims__rejected
    union all
    select
        file_id,
        source_row
    from intermediate.int_outflow__rejected
    union all
    select
        file_id,
        source_row
    from intermediate.int_transmissions__rejected
)

select
    staged.file_id,
    count(*) as delivered,
    count(rejected.file_id) as refused
from staged
left join rejected using (file_id, source_row)
group by staged.file_id
