with

records as (
    select *
    from {{ ref('revision_records') }}
    where not is_earlier
),

previous_records as (
    select *
    from {{ ref('revision_records') }}
    where is_earlier
),

versions as (
    select * from {{ ref('revision_record_versions') }}
),

previous_state as (
    select * from {{ ref('dim_previous_state') }}
),

compared as (
    select
        coalesce(records.mart, previous_records.mart) as mart,
        coalesce(records.year, previous_records.year) as year,
        coalesce(records.nis_code, previous_records.nis_code) as nis_code,
        coalesce(records.dimension, previous_records.dimension) as dimension,
        coalesce(records.category, previous_records.category) as category,
        coalesce(records.measure, previous_records.measure) as measure,
        coalesce(records.extract, previous_records.extract) as extract,
        coalesce(records.record_id, previous_records.record_id) as record_id,
        case
            when previous_records.record_id is null then 'added'
            when records.record_id is null then 'removed'
            else 'changed'
        end as change,
        coalesce(records.event_date, previous_records.event_date) as event_date,
        previous_records.value as old_value,
        records.value as new_value
    from records
    full outer join previous_records
        on
            records.mart = previous_records.mart
            and records.year = previous_records.year
            and records.nis_code = previous_records.nis_code
            and records.dimension = previous_records.dimension
            and records.category = previous_records.category
            and records.measure = previous_records.measure
            and records.extract = previous_records.extract
            and records.record_id = previous_records.record_id
    where
        records.record_id is null
        or previous_records.record_id is null
        or records.value is distinct from previous_records.value
        or records.client_id is distinct from previous_records.client_id
),

final as (
    select
        compared.mart,
        compared.year,
        compared.nis_code,
        compared.dimension,
        compared.category,
        compared.measure,
        compared.extract,
        compared.record_id,
        compared.change,
        case
            when versions.record_id is null then 'no_longer_accepted'
            when versions.first_recorded_on > previous_state.as_of then 'new_record'
            when versions.last_recorded_on > previous_state.as_of and versions.is_withdrawn then 'withdrawn'
            when versions.last_recorded_on > previous_state.as_of then 'new_version'
            -- Of a transmission that left for another decision, the day of that decision counts.
            when max(compared.event_date) over (
                partition by compared.mart, compared.measure, compared.extract, compared.record_id
            ) > previous_state.as_of then 'day_reached'
            else 'other'
        end as reason,
        compared.event_date,
        versions.last_recorded_on,
        compared.old_value,
        compared.new_value
    from compared
    cross join previous_state
    left join versions
        on
            compared.extract = versions.extract
            and compared.record_id = versions.record_id
)

select * from final
