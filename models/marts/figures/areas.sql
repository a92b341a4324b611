with

municipalities as (
    select
        nis_code,
        municipality,
        province_nis,
        province
    from {{ ref('dim_municipalities') }}
),

places as (
    select * from municipalities
    union all
    select distinct
        province_nis as nis_code,
        cast(null as {{ dbt.type_string() }}) as municipality,
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
    from places
    union all
    select
        nis_code,
        'region' as area_level,
        '02000' as area_code,
        'Vlaanderen' as area
    from places
)

select * from final
