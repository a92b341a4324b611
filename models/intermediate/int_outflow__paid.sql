with

-- A month is paid as a whole: the first counts from its first day.
cohort as (
    select
        trajectory_id,
        client_id,
        ocmw_nis,
        cast(date_trunc('month', start_date) as date) as first_month,
        end_date
    from {{ ref('int_outflow__cohort') }}
    where {{ is_changed_client('client_id') }}
),

lines as (
    select *
    from {{ ref('int_subsidies__visible') }}
    where stream = 'loontoelage'
),

final as (
    select
        cohort.trajectory_id,
        cohort.client_id,
        cast(sum(lines.amount_eur) as decimal(18, 2)) as paid_eur
    from cohort
    inner join lines
        on
            cohort.client_id = lines.client_id
            and cohort.ocmw_nis = lines.ocmw_nis
            and cohort.first_month <= lines.performance_month
            and cohort.end_date >= lines.performance_month
    group by cohort.trajectory_id, cohort.client_id
)

select * from final
