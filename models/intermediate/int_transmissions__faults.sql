with

transmissions as (
    select * from {{ ref('stg_transmissions') }}
),

checked as (
    select
        transmissions.source_file,
        transmissions.source_row,
        {{ is_required_value_missing('raw_transmissions', 'transmissions') }} as missing_required,
        {{ is_value_unreadable('raw_transmissions', 'transmissions') }} as unreadable_value
    from transmissions
),

final as (
    {{ rows_with_reasons('checked', ['missing_required', 'unreadable_value']) }}
)

select * from final
