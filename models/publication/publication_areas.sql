{#- The same code counts others by residence than by OCMW: another area, of other members. -#}
{%- set kind = "'residence-' || " if var('municipality_of') == 'residence' else '' -%}
with

codes as (
    select
        ocmw_nis,
        nis_code
    from {{ ref('int_municipalities__reported') }}
    union all
    select
        nis_code as ocmw_nis,
        nis_code
    from {{ ref('unknown_residence') }}
),

reported as (
    select * from {{ ref('dim_municipalities') }}
),

municipalities as (
    select * from {{ ref('municipalities') }}
),

mergers as (
    select *
    from {{ ref('municipality_mergers') }}
    where effective_date <= date '{{ var('geography_date') }}'
),

-- A code that took others in means another area than before.
municipal_vintages as (
    select
        new_nis as nis_code,
        max(effective_date) as vintage
    from mergers
    group by new_nis
),

border_changes as (
    select
        mergers.effective_date,
        olds.province_nis as old_province_nis,
        news.province_nis as new_province_nis
    from mergers
    inner join municipalities as olds on mergers.old_nis = olds.nis_code
    inner join municipalities as news on mergers.new_nis = news.nis_code
    where olds.province_nis <> news.province_nis
),

provincial_vintages as (
    select
        province_nis,
        max(effective_date) as vintage
    from border_changes
    unpivot (province_nis for side in (old_province_nis, new_province_nis))
    group by province_nis
),

members as (
    select
        nis_code,
        list({{ kind }}ocmw_nis order by ocmw_nis) as member_codes
    from codes
    group by nis_code
),

municipal as (
    select
        {{ kind }}reported.nis_code || coalesce('@' || municipal_vintages.vintage, '') as area_id,
        'municipality' as area_level,
        reported.nis_code as area_code,
        reported.municipality as area_name,
        municipal_vintages.vintage as area_vintage,
        members.member_codes,
        {{ kind }}reported.province_nis || coalesce('@' || provincial_vintages.vintage, '') as parent_area_id
    from reported
    inner join members on reported.nis_code = members.nis_code
    left join municipal_vintages on reported.nis_code = municipal_vintages.nis_code
    left join provincial_vintages on reported.province_nis = provincial_vintages.province_nis
),

provincial as (
    select
        {{ kind }}reported.province_nis || coalesce('@' || provincial_vintages.vintage, '') as area_id,
        'province' as area_level,
        reported.province_nis as area_code,
        reported.province as area_name,
        provincial_vintages.vintage as area_vintage,
        list({{ kind }}codes.ocmw_nis order by codes.ocmw_nis) as member_codes,
        'flanders' as parent_area_id
    from reported
    inner join codes on reported.nis_code = codes.nis_code
    left join provincial_vintages on reported.province_nis = provincial_vintages.province_nis
    group by reported.province_nis, reported.province, provincial_vintages.vintage
),

flanders as (
    select
        'flanders' as area_id,
        'region' as area_level,
        '02000' as area_code,
        'Vlaanderen' as area_name,
        cast(null as date) as area_vintage,
        list_value() as member_codes,
        cast(null as varchar) as parent_area_id
),

final as (
    select * from municipal
    union all
    select * from provincial
    union all
    select * from flanders
)

select * from final
