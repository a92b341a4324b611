with

trajectories as (
    select * from {{ ref('int_trajectories__current') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

municipalities as (
    select * from {{ ref('int_municipalities__reported') }}
),

-- Of several trajectories that start in one month, the last one says where the client lives.
started as (
    select
        trajectories.client_id,
        trajectories.residence_nis,
        cast(date_trunc('month', trajectories.start_date) as date) as first_month,
        row_number() over (
            partition by trajectories.client_id, date_trunc('month', trajectories.start_date)
            order by trajectories.start_date desc, trajectories.trajectory_id desc
        ) as place_in_month
    from trajectories
    inner join as_of on {{ is_on_or_before('trajectories.start_date', 'as_of.as_of') }}
),

final as (
    select
        started.client_id,
        started.first_month,
        lead(started.first_month) over (partition by started.client_id order by started.first_month) as next_month,
        coalesce(municipalities.nis_code, {{ unknown_residence() }}) as nis_code
    from started
    left join municipalities on started.residence_nis = municipalities.ocmw_nis
    where started.place_in_month = 1
)

select * from final
