with

transmissions as (
    {{ rows_to_judge(ref('stg_transmissions')) }}
),

checked as (
    select
        transmissions.file_id,
        transmissions.source_row,
        {{ is_required_value_missing('raw_transmissions', 'transmissions') }} as missing_required,
        {{ is_value_unreadable('raw_transmissions', 'transmissions') }} as unreadable_value
    from transmissions
),

final as (
    {{ rows_with_reasons('checked', ['missing_required', 'unreadable_value']) }}
)

select * from final
