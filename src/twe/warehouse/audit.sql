-- What a build holds, by the names of the manifest; whether the limit on the quarantine was passed is added to it.
-- Every row is one value, which Python gets as a dictionary.
with

results as (
    from quality.node_results
    where resource_type = 'test'
),

tests as (
    select
        count(*) filter (status = 'pass') as passed,
        count(*) filter (status = 'warn') as warned,
        coalesce(list(split_part(node, '.', 3) order by node) filter (status = 'warn'), []) as warnings
    from results
),

annexes as (
    select
        annex,
        [min(year), max(year)] as years
    from marts.dim_reporting_years
    group by annex
),

extracts as (
    select
        extract,
        delivered,
        accepted,
        quarantined
    from quality.balance
),

files as (
    select
        source_file as name,
        bytes,
        sha256
    from staging.stg_delivered_files
    where sha256 is not null
),

settings as (
    select
        cast(as_of as varchar) as as_of,
        cast(geography_date as varchar) as geography_date,
        municipality_of,
        measure_months,
        window_months,
        (select map_from_entries(list((annexes.annex, annexes.years) order by annexes.annex)) from annexes)
            as reporting_years
    from marts.dim_parameters
),

quarantine as (
    select
        quarantine_accepted_by as accepted_by,
        null as above_limit
    from marts.dim_parameters
),

manifest as (
    select
        (select any_value(results.invocation_id) from results) as invocation_id,
        (select settings from settings) as variables,
        (
            select map_from_entries(list((extract, struct_pack(delivered, accepted, quarantined)) order by extract))
            from extracts
        ) as balance,
        (select quarantine from quarantine) as quarantine,
        (select tests from tests) as tests,
        (select coalesce(list(files order by name), []) from files) as delivered
)

select manifest from manifest
