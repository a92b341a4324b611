with

transmissions as (
    {{ valid_rows('transmissions') }}
),

transmission_decisions as (
    select * from {{ ref('transmission_decisions') }}
),

found as (
    {{ unread_warnings('raw_transmissions', 'transmissions') }}
    union all
    {{ unknown_code_warnings(
        'raw_transmissions', 'transmissions', 'transmission_id', 'decision', 'transmission_decisions', 'decision_code'
    ) }}
),

final as (
    {{ placed_warnings('found') }}
)

select * from final
