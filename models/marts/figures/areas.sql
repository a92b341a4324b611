with

municipalities as (
    select * from {{ ref('dim_municipalities') }}
),

provinces as (
    select distinct
        province_nis,
        province
    from municipalities
),

final as (
    select
        nis_code,
        'municipality' as area_level,
        nis_code as area_code,
        municipality as area
    from municipalities
    union all
    select
        nis_code,
        'province' as area_level,
        province_nis as area_code,
        province as area
    from municipalities
    union all
    select
        nis_code,
        'region' as area_level,
        '02000' as area_code,
        'Vlaanderen' as area
    from municipalities
    union all
    select
        province_nis as nis_code,
        'province' as area_level,
        province_nis as area_code,
        province as area
    from provinces
    union all
    select
        province_nis as nis_code,
        'region' as area_level,
        '02000' as area_code,
        'Vlaanderen' as area
    from provinces
)

select * from final
