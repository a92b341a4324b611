with

transmissions as (
    select
        accepted.*,
        files.source_file
    from {{ ref('int_transmissions__accepted') }} as accepted
    inner join {{ ref('stg_delivered_files') }} as files on accepted.file_id = files.file_id
),

transmission_decisions as (
    select * from {{ ref('transmission_decisions') }}
),

final as (
    {{ unread_warnings('raw_transmissions', 'transmissions') }}
    union all
    {{ unknown_code_warnings(
        'raw_transmissions', 'transmissions', 'decision', 'transmission_decisions', 'decision_code'
    ) }}
)

select * from final
