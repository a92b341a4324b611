-- A merger can be followed by another one, so the codes are taken forward step by step.
with recursive

municipalities as (
    select * from {{ ref('municipalities') }}
),

mergers as (
    select * from {{ ref('municipality_mergers') }}
),

forwarded as (
    select
        nis_code as ocmw_nis,
        nis_code,
        date '1900-01-01' as effective_date
    from municipalities
    union all
    select
        forwarded.ocmw_nis,
        mergers.new_nis as nis_code,
        mergers.effective_date
    from forwarded
    inner join mergers
        on
            forwarded.nis_code = mergers.old_nis
            and forwarded.effective_date < mergers.effective_date
),

final as (
    select
        ocmw_nis,
        max_by(nis_code, effective_date) filter (
            where effective_date <= date '{{ var('geography_date') }}'
        ) as nis_code,
        max_by(nis_code, effective_date) as latest_nis_code
    from forwarded
    group by ocmw_nis
)

select * from final
