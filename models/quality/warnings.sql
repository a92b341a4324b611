with

final as (
    select * from {{ ref('int_trajectories__value_warnings') }}
    union all
    select
        extract,
        record_key,
        warning,
        detail
    from {{ ref('int_trajectories__duration_warnings') }}
    union all
    select * from {{ ref('int_subsidies__net_warnings') }}
    union all
    select * from {{ ref('int_transmissions__value_warnings') }}
)

select * from final
