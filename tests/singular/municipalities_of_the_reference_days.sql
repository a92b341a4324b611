-- Statbel counts 308 municipalities until 2018-12-31, 300 until 2024-12-31 and 285 from then on, in five provinces.
with

expected as (
    select
        date '2017-01-01' as reference_day,
        308 as municipalities
    union all
    select
        date '2018-12-31' as reference_day,
        308 as municipalities
    union all
    select
        date '2019-01-01' as reference_day,
        300 as municipalities
    union all
    select
        date '2024-12-31' as reference_day,
        300 as municipalities
    union all
    select
        date '2025-01-01' as reference_day,
        285 as municipalities
),

found as (
    select
        expected.reference_day,
        expected.municipalities,
        count(*) as found,
        count(distinct municipalities.province) as provinces
    from expected
    left join {{ ref('municipalities') }} as municipalities
        on
            expected.reference_day >= municipalities.valid_from
            and expected.reference_day <= coalesce(municipalities.valid_to, expected.reference_day)
    group by expected.reference_day, expected.municipalities
)

select *
from found
where
    municipalities <> found
    or provinces <> 5
