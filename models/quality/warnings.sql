with

final as (
    select * from {{ ref('int_trajectories__value_warnings') }}
    union all
    select * from {{ ref('int_trajectories__duration_warnings') }}
    union all
    select * from {{ ref('int_transmissions__value_warnings') }}
    union all
    select
        'raw_subsidies' as extract,
        concat_ws(' ', client_id, ocmw_nis, performance_month, stream) as record_key,
        'net_below_zero' as warning,
        concat_ws('', 'net_eur: ', net_eur) as detail
    from {{ ref('fct_subsidy_corrected_months') }}
    where net_eur < 0
)

select * from final
