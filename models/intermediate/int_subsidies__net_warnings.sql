with

corrected_months as (
    select * from {{ ref('int_subsidies__corrected_months') }}
),

final as (
    select
        'raw_subsidies' as extract,
        concat_ws(' ', client_id, ocmw_nis, performance_month, stream) as record_key,
        'net_below_zero' as warning,
        concat_ws('', 'net_eur: ', net_eur) as detail
    from corrected_months
    where net_eur < 0
)

select * from final
