{#-
    The dbt variables, checked once before anything is built. Each message is one sentence that names the
    variable and the value.
-#}


{% macro check_variables() %}
    {%- set known = [
        'raw_path', 'as_of', 'geography_date', 'municipality_of', 'measure_months', 'window_months', 'reporting_years',
        'max_quarantined_share', 'accept_quarantine', 'previous_database',
    ] -%}
    {%- for name in invocation_args_dict.get('vars') or {} if name not in known -%}
        {{ exceptions.raise_compiler_error('There is no variable ' ~ name ~ '; the variables are ' ~ known | join(', ') ~ '.') }}
    {%- endfor -%}
    {%- for name in ['as_of', 'geography_date'] -%}
        {%- set value = var(name) | string -%}
        {%- set is_written = modules.re.fullmatch('(19[0-9]{2}|[2-9][0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])', value) -%}
        {%- set year, month, day = value[:4] | int, value[5:7] | int, value[8:] | int -%}
        {%- set february = 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28 -%}
        {%- set is_day = is_written and year < 9999 and day <= [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] -%}
        {%- if not is_day and not (name == 'as_of' and var(name) is none) -%}
            {{ exceptions.raise_compiler_error('The variable ' ~ name ~ ' must be a day written as YYYY-MM-DD, not "' ~ value ~ '".') }}
        {%- endif -%}
    {%- endfor -%}
    {%- for name in ['raw_path', 'previous_database', 'accept_quarantine'] if var(name) is not none and not var(name) | string | trim -%}
        {{ exceptions.raise_compiler_error('The variable ' ~ name ~ ' is empty; leave it out or give a value.') }}
    {%- endfor -%}
    {#- Beyond ten years nothing is measured: TWE began in 2017, and amounts are not corrected any longer either. -#}
    {%- set months = [('measure_months', 120, '')] -%}
    {%- if var('window_months') is not none -%}
        {#- What comes after the measure date may not be known yet. -#}
        {%- do months.append(('window_months', var('measure_months') | int, ' (measure_months)')) -%}
    {%- endif -%}
    {%- for name, most, which in months -%}
        {%- set is_written = var(name) is not boolean and modules.re.fullmatch('[0-9]{1,3}', var(name) | string) -%}
        {%- if not is_written or not 1 <= var(name) | int <= most -%}
            {{ exceptions.raise_compiler_error('The variable ' ~ name ~ ' must be a whole number of months from 1 to ' ~ most
                ~ which ~ ', not "' ~ var(name) ~ '".') }}
        {%- endif -%}
    {%- endfor -%}
    {%- set share = var('max_quarantined_share') -%}
    {%- if share is not number or share is boolean or not 0 <= share <= 1 -%}
        {{ exceptions.raise_compiler_error('The variable max_quarantined_share must be a number from 0 to 1, not "' ~ share ~ '".') }}
    {%- endif -%}
    {%- if var('municipality_of') not in ['ocmw', 'residence'] -%}
        {{ exceptions.raise_compiler_error('The variable municipality_of must be ocmw or residence, not "'
            ~ var('municipality_of') ~ '".') }}
    {%- endif -%}
    {%- set given = var('reporting_years') or {} -%}
    {%- if given is not mapping -%}
        {{ exceptions.raise_compiler_error('The variable reporting_years must be a map of annex number to [first year, last year], not "' ~ given ~ '".') }}
    {%- endif -%}
    {%- set annexes = given | map('string') | list -%}
    {%- set numbers = [] -%}
    {%- for node in (graph.nodes.values() if execute else []) if node.name.startswith('annex_') -%}
        {%- do numbers.append(node.name.split('_')[1]) -%}
    {%- endfor -%}
    {%- for annex, years in given.items() -%}
        {%- if annexes.count(annex | string) > 1 -%}
            {{ exceptions.raise_compiler_error('The variable reporting_years gives annex ' ~ annex ~ ' more than once.') }}
        {%- endif -%}
        {%- if execute and annex | string not in numbers -%}
            {{ exceptions.raise_compiler_error('The variable reporting_years names annex "' ~ annex ~ '", but there is no model annex_'
                ~ annex ~ '_… in models/marts/annexes.') }}
        {%- endif -%}
        {%- set is_range = years is sequence and years is not string and years | length == 2
            and modules.re.fullmatch('[0-9]{4}, [0-9]{4}', years | join(', ')) -%}
        {%- if not is_range or years[0] | int > years[1] | int -%}
            {{ exceptions.raise_compiler_error('The variable reporting_years must give annex ' ~ annex
                ~ ' as [first year, last year] in that order, not "' ~ years ~ '".') }}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}


{#- Variable window_months as an integer: measure_months unless it is given. -#}
{% macro window_months() %}
    {{ return((var('measure_months') if var('window_months') is none else var('window_months')) | int) }}
{% endmacro %}
