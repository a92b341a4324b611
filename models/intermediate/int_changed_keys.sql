with

as_of as (
    select * from {{ ref('int_as_of') }}
),

final as (
    {%- for extract in ['raw_trajectories', 'raw_subsidy_claims', 'raw_outflow', 'raw_transmissions'] %}
    {%- set staged = ref('stg_' ~ extract | replace('raw_', '')) %}
    {%- set key = extract_key(extract)[0] %}
    select
        '{{ extract }}' as extract,
        staged.{{ key }} as record_key
    from {{ staged }} as staged
    {%- if is_increment_build() or not execute %}
    semi join {{ new_files() }} as new_files on staged.file_id = new_files.file_id
    union
    select
        '{{ extract }}' as extract,
        staged.{{ key }} as record_key
    from {{ staged }} as staged
    cross join as_of
    where {{ is_passed_day('cast(staged.recorded_at as date)', 'as_of.as_of') }}
    {%- else %}
    cross join as_of
    where false
    {%- endif %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from final
