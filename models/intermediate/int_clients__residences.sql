with

trajectories as (
    select *
    from {{ ref('fct_trajectories') }}
    where {{ is_changed_client('client_id') }}
),

municipalities as (
    select * from {{ ref('int_municipalities__reported') }}
),

-- Of several trajectories that start in one month the last one tells where the client lives.
started as (
    select
        client_id,
        residence_nis,
        cast(date_trunc('month', start_date) as date) as first_month,
        row_number() over (
            partition by client_id, date_trunc('month', start_date)
            order by start_date desc, trajectory_id desc
        ) as place_in_month
    from trajectories
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
