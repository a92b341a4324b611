{#-
    The dbt variables, checked once before anything is built. Each message is one sentence that names the
    variable and the value.
-#}


{#- Whether a text is an existing day written as YYYY-MM-DD in the contract's years. -#}
{% macro is_day(text) %}
    {%- if not modules.re.fullmatch('[0-9]{4}-[0-9]{2}-[0-9]{2}', text) -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set year, month, day = text[:4] | int, text[5:7] | int, text[8:] | int -%}
    {%- set is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) -%}
    {%- set days = [31, 29 if is_leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] -%}
    {{ return(1900 <= year <= 9998 and 1 <= month <= 12 and 1 <= day <= days[(month - 1) % 12]) }}
{% endmacro %}


{% macro check_variables() %}
    {%- set known = [
        'raw_path', 'as_of', 'geography_date', 'municipality_of', 'measure_months', 'window_months', 'reporting_years',
        'previous_database',
    ] -%}
    {%- if target.type == 'spark' -%}
        {%- do known.append('landed') -%}
    {%- endif -%}
    {%- for name in invocation_args_dict.get('vars') or {} if name not in known -%}
        {{ exceptions.raise_compiler_error('There is no variable ' ~ name ~ '; the variables are ' ~ known | join(', ') ~ '.') }}
    {%- endfor -%}
    {%- for name in ['as_of', 'geography_date'] -%}
        {%- set value = var(name) | string -%}
        {%- if not is_day(value) and not (name == 'as_of' and var(name) is none) -%}
            {{ exceptions.raise_compiler_error('The variable ' ~ name ~ ' must be a day written as YYYY-MM-DD, not "' ~ value ~ '".') }}
        {%- endif -%}
    {%- endfor -%}
    {%- if var('raw_path') is not none and not var('raw_path') | string | trim -%}
        {{ exceptions.raise_compiler_error('The variable raw_path must name a folder; it is empty.') }}
    {%- endif -%}
    {%- if has_previous_state() and not var('previous_database') | string | trim -%}
        {{ exceptions.raise_compiler_error('The variable previous_database must name a warehouse file; it is empty.') }}
    {%- endif -%}
    {%- do reporting_years() -%}
    {%- do is_by_residence() -%}
    {%- do window_months() -%}
{% endmacro %}


{#- Variable measure_months as an integer. -#}
{% macro measure_months() %}
    {#- Beyond ten years nothing is measured: TWE began in 2017, and amounts are not corrected any longer either. -#}
    {{ return(months_variable('measure_months', var('measure_months'), 120)) }}
{% endmacro %}


{#- Variable window_months as an integer: measure_months unless it is given. What comes after the measure date may not be known yet. -#}
{% macro window_months() %}
    {%- set months = measure_months() -%}
    {{ return(months if var('window_months') is none else months_variable('window_months', var('window_months'), months)) }}
{% endmacro %}


{#- The value of a variable that is a number of months from 1 to `most`, as an integer. -#}
{% macro months_variable(name, value, most) %}
    {%- set is_months = value is not boolean and modules.re.fullmatch('[0-9]{1,3}', value | string) -%}
    {%- if not is_months or not 1 <= value | int <= most -%}
        {{ exceptions.raise_compiler_error('The variable ' ~ name ~ ' must be a whole number of months from 1 to ' ~ most
            ~ (' (measure_months)' if name == 'window_months' else '') ~ ', not "' ~ value ~ '".') }}
    {%- endif -%}
    {{ return(value | int) }}
{% endmacro %}


{#- How many years the year of a measure date lies after that of the end; none when that differs from one trajectory to another. -#}
{% macro cohort_years_later() %}
    {{ return(measure_months() // 12 if measure_months() % 12 == 0 else none) }}
{% endmacro %}


{#- Whether variable municipality_of asks for the municipality of the residence instead of that of the OCMW. -#}
{% macro is_by_residence() %}
    {%- if var('municipality_of') not in ['ocmw', 'residence'] -%}
        {{ exceptions.raise_compiler_error('The variable municipality_of must be ocmw or residence, not "'
            ~ var('municipality_of') ~ '".') }}
    {%- endif -%}
    {{ return(var('municipality_of') == 'residence') }}
{% endmacro %}


{#- Variable reporting_years as a list of (annex, first year, last year). -#}
{% macro reporting_years() %}
    {%- set given = var('reporting_years') or {} -%}
    {%- if given is not mapping -%}
        {{ exceptions.raise_compiler_error('The variable reporting_years must be a map of annex number to [first year, last year], not "' ~ given ~ '".') }}
    {%- endif -%}
    {%- set ranges = [] -%}
    {%- for annex, years in given.items() -%}
        {%- if annex | string not in ['1', '2', '3', '4', '5', '6'] -%}
            {{ exceptions.raise_compiler_error('The variable reporting_years names annex "' ~ annex ~ '", but there are only the annexes 1 to 6.') }}
        {%- endif -%}
        {%- set is_range = years is sequence and years is not string and years | length == 2
            and modules.re.fullmatch('[0-9]{4}, [0-9]{4}', years | join(', ')) -%}
        {%- if not is_range or years[0] | int > years[1] | int -%}
            {{ exceptions.raise_compiler_error('The variable reporting_years must give annex ' ~ annex
                ~ ' as [first year, last year] in that order, not "' ~ years ~ '".') }}
        {%- endif -%}
        {%- do ranges.append((annex | int, years[0] | int, years[1] | int)) -%}
    {%- endfor -%}
    {{ return(ranges) }}
{% endmacro %}


{#- Variable as_of as SQL: a date, or NULL when the data decide. -#}
{% macro as_of_variable() -%}
    cast({{ 'null' if var('as_of') is none else sql_text(var('as_of')) }} as date)
{%- endmacro %}


{#- Variable geography_date as SQL. -#}
{% macro geography_date() -%}
    cast({{ sql_text(var('geography_date')) }} as date)
{%- endmacro %}
