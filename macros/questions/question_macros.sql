{#-
    Questions with a parameter, as table macros in schema questions: DuckDB has no views with parameters. They are made
    after the tables they read, and only when these were built.
-#}
{% macro create_question_macros(results) %}
    {%- set built = results | selectattr('status', 'equalto', 'success') | map(attribute='node.unique_id') | list -%}
    {%- if execute and flags.WHICH in ['build', 'run'] and 'model.twe_ocmw.rates_per_1000' in built -%}
        create or replace macro questions.stock_on(day) as table
            select
                areas.area_level,
                areas.area_code,
                areas.area,
                count(*) as running_trajectories,
                count(distinct trajectories.client_id) as persons
            from marts.fct_trajectories as trajectories
            inner join questions.question_areas as areas on trajectories.nis_code = areas.nis_code
            where
                trajectories.start_date <= cast(day as date)
                and coalesce(trajectories.end_date, cast(day as date)) >= cast(day as date)
            group by areas.area_level, areas.area_code, areas.area;
        comment on macro table questions.stock_on is
            'stock_on(day): per municipality, province and Flanders the trajectories that run on a day, first and last day included. Only days up to the as-of date are known.';

        create or replace macro questions.top_municipalities(in_year, places) as table
            select
                rank() over (order by started_trajectories desc) as place,
                area_code as nis_code,
                area as municipality,
                started_trajectories,
                started_per_1000
            from questions.rates_per_1000
            where
                year = in_year
                and area_level = 'municipality'
            qualify rank() over (order by started_trajectories desc) <= places
            order by place, municipality;
        comment on macro table questions.top_municipalities is
            'top_municipalities(in_year, places): the municipalities with the most started trajectories in a year; equal numbers share a place.';

        create or replace macro questions.trend(of_area) as table
            select
                rates.year,
                rates.area,
                rates.started_trajectories,
                rates.running_trajectories,
                rates.started_per_1000,
                coalesce(durations.ended_trajectories, 0) as ended_trajectories,
                durations.median_months,
                outflow.measured_trajectories,
                outflow.to_work,
                outflow.to_work_pct
            from questions.rates_per_1000 as rates
            left join questions.durations as durations
                on rates.year = durations.year and rates.area_level = durations.area_level and rates.area_code = durations.area_code
            left join questions.work_outflow as outflow
                on rates.year = outflow.year and rates.area_level = outflow.area_level and rates.area_code = outflow.area_code
            where lower(rates.area) = lower(of_area) or rates.area_code = of_area
            order by rates.area_level, rates.area_code, rates.year;
        comment on macro table questions.trend is
            'trend(of_area): all years of a municipality, a province or Vlaanderen, by its name or its NIS code.'
    {%- endif -%}
{% endmacro %}
