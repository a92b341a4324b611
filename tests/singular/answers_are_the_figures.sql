-- Function answers gives every figure of seed sentence_figures with that of the year before, and a share or change only
-- where its base is not 0 and at least least_base, which of an amount are the persons behind its months, and no change
-- between a figure above and one below 0.
{%- set answers = ref('answers') %}
with

expected as (
    select
        asked.answer,
        asked.name,
        asked.share_of,
        figures.area_code,
        figures.year,
        figures.value,
        max(figures.value) over areas as previous_value
    from {{ ref('sentence_figures') }} as asked
    inner join {{ ref('figures') }} as figures
        on
            asked.annex = figures.annex
            and asked.measure = figures.measure
            and asked.dimension = figures.dimension
            and asked.category = figures.category
    window areas as (
        partition by asked.answer, asked.name, figures.area_code
        order by figures.year
        range between 1 preceding and 1 preceding
    )
),

-- Twelve months a year are those of one person, at least.
sized as (
    select
        expected.*,
        expected.name in ('paid', 'gross', 'recovered') as is_amount,
        months.value / 12 as persons,
        months.previous_value / 12 as previous_persons
    from expected
    left join expected as months
        on
            expected.answer = months.answer
            and months.name = 'months'
            and expected.area_code = months.area_code
            and expected.year = months.year
),

parts as (
    select
        bounds.least_base,
        expected.answer,
        expected.name,
        expected.area_code,
        expected.year,
        expected.value,
        expected.previous_value,
        wholes.value as base_value,
        case
            when
                wholes.value <> 0
                and case when expected.is_amount then expected.persons else abs(wholes.value) end >= bounds.least_base
                then cast(expected.value / wholes.value as decimal(18, 6))
        end as share,
        case
            when
                expected.previous_value <> 0
                and case
                    when expected.is_amount then least(expected.persons, expected.previous_persons)
                    else abs(expected.previous_value)
                end >= bounds.least_base
                and sign(expected.value) * sign(expected.previous_value) >= 0
                and expected.name <> 'mean'
                then cast((expected.value - expected.previous_value) / expected.previous_value as decimal(18, 6))
        end as change
    from sized as expected
    left join expected as wholes
        on
            expected.answer = wholes.answer
            and expected.share_of = wholes.name
            and expected.area_code = wholes.area_code
            and expected.year = wholes.year
    cross join (values (0), (2)) as bounds (least_base)
),

shares as (
    select
        *,
        max(share) over (
            partition by least_base, answer, name, area_code
            order by year
            range between 1 preceding and 1 preceding
        ) as previous_share
    from parts
),

answered as (
    select
        2 as least_base,
        *
    from {{ answers }}(2)
    union all
    select
        0 as least_base,
        *
    from {{ answers }}(0)
),

shown as (
    select
        least_base,
        answer,
        name,
        area_code,
        year,
        value,
        previous_value,
        base_value,
        share,
        change,
        previous_share
    from answered
)

(
    select * from shares
    except all
    select * from shown
)
union all
(
    select * from shown
    except all
    select * from shares
)
