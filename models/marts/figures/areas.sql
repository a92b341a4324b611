with

municipalities as (
    select
        nis_code,
        municipality,
        province_nis,
        province
    from {{ ref('dim_municipalities') }}
),

-- An earlier version of a record may name a municipality that no figure is of.
codes as (
    select
        nis_code,
        province_nis,
        province
    from municipalities
    union
    select
        nis_code,
        province_nis,
        province
    from {{ ref('municipalities') }}
),

places as (
    select * from codes
    union all
    select distinct
        province_nis as nis_code,
        province_nis,
        province
    from codes
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
