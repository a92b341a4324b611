with

balance as (
    select * from {{ ref('balance') }}
),

quarantine as (
    select * from {{ ref('quarantine') }}
),

warnings as (
    select * from {{ ref('warnings') }}
),

reasons as (
    select *
    from {{ ref('quality_codes') }}
    where code_list = 'reason'
),

classes as (
    select * from {{ ref('count_classes') }}
),

counts as (
    select
        'balance' as code_list,
        extract,
        code,
        counted
    from balance
    unpivot (counted for code in (delivered, accepted, quarantined))
    union all
    select
        'reason' as code_list,
        quarantine.extract,
        reasons.code,
        count(*) as counted
    from quarantine
    inner join reasons
        on concat(',', quarantine.reasons, ',') like concat('%,', reasons.code, ',%')
    group by quarantine.extract, reasons.code
    union all
    select
        'warning' as code_list,
        extract,
        warning as code,
        count(*) as counted
    from warnings
    group by extract, warning
),

final as (
    select
        counts.code_list,
        counts.extract,
        counts.code,
        counts.counted,
        classes.label_nl as class_nl
    from counts
    inner join classes
        on
            counts.counted >= classes.lower_bound
            and counts.counted <= coalesce(classes.upper_bound, counts.counted)
)

select * from final
