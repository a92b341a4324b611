with

areas as (
    select * from {{ ref('int_publication__areas') }}
),

final as (
    select
        area_id,
        area_level,
        area_code,
        area_name,
        area_vintage,
        parent_area_id,
        member_codes
    from areas
)

select * from final
