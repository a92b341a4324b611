with

trajectories as (
    select * from {{ ref('fct_trajectories') }}
),

years as (
    select *
    from {{ ref('dim_reporting_years') }}
    where annex = 2
),

municipalities as (
    select * from {{ ref('dim_municipalities') }}
),

categories as (
    select *
    from {{ ref('dim_categories') }}
    where code_list = 'profile'
),

counts as (
    {%- for dimension in ['gender', 'age', 'unemployment_duration', 'education', 'migration_background'] %}
    select
        start_year as year,
        nis_code,
        '{{ dimension }}' as dimension,
        {{ dimension }} as category,
        count(*) as trajectories
    from trajectories
    group by start_year, nis_code, {{ dimension }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select
        years.year,
        municipalities.nis_code,
        municipalities.municipality,
        municipalities.province,
        categories.dimension,
        categories.category,
        coalesce(counts.trajectories, 0) as trajectories
    from years
    cross join municipalities
    cross join categories
    left join counts
        on
            years.year = counts.year
            and municipalities.nis_code = counts.nis_code
            and categories.dimension = counts.dimension
            and categories.category = counts.category
)

select * from final
