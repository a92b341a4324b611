{#-
    How a delivered value becomes a typed one (contract, section 2). Each read_ macro takes the name of a column of trimmed_columns
    and returns NULL where its value is empty or can't be read.
-#}


{#- The text without the blanks around it; an empty text is NULL. -#}
{% macro trimmed(text) -%}
    nullif(trim(both (' ' || chr(9) || chr(160)) from {{ text }}), '')
{%- endmacro %}


{#- The value of a file that has the type itself; the bundled seeds are text. -#}
{% macro native_value(column, type) -%}
    {{ 'cast(null as ' ~ type ~ ')' if var('raw_path') is none else column ~ '_native' }}
{%- endmacro %}


{#-
    The columns of an extract, trimmed: a text under its own name, any other column as `<column>_text`, with the value of a typed file
    beside it as `<column>_native`.
-#}
{% macro trimmed_columns(extract) -%}
    {%- set types = {
        'date': 'date', 'month': 'date', 'timestamp': 'timestamp', 'amount': 'decimal(12, 2)', 'integer': 'integer', 'boolean': 'boolean'
    } -%}
    {%- for column in contract_columns(extract) -%}
        {{ trimmed(column.name) }} as {{ column.name }}{{ '_text' if column.reads_as != 'text' }}
        {%- if column.reads_as in types -%}
        ,
        {{ native_value(column.name, types[column.reads_as]) }} as {{ column.name }}_native
        {%- endif -%}
        {%- if not loop.last -%}
        ,
        {% endif -%}
    {%- endfor -%}
{%- endmacro %}


{#- The contract's calendar: a day outside it counts as unreadable. -#}
{% macro within_calendar(day) -%}
    case when {{ day }} >= date '1900-01-01' and {{ day }} < date '9999-01-01' then {{ day }} end
{%- endmacro %}


{#- The day at the start of a text that has one of the two accepted notations, as YYYY-MM-DD. -#}
{% macro iso_day(text) -%}
    case
        when substr({{ text }}, 3, 1) = '/'
            then substr({{ text }}, 7, 4) || '-' || substr({{ text }}, 4, 2) || '-' || substr({{ text }}, 1, 2)
        else substr({{ text }}, 1, 10)
    end
{%- endmacro %}


{% macro read_date(column) -%}
    {%- set text = column ~ '_text' -%}
    coalesce(
            {{ within_calendar(column ~ '_native') }},
            case
                when {{ matches_pattern(text, '[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}/[0-9]{2}/[0-9]{4}') }}
                    then {{ within_calendar('try_cast(' ~ iso_day(text) ~ ' as date)') }}
            end
        )
{%- endmacro %}


{% macro read_timestamp(column) -%}
    {%- set text = column ~ '_text' -%}
    coalesce(
            {{ within_calendar(column ~ '_native') }},
            case
                when {{ matches_pattern(
                    text,
                    '([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}/[0-9]{2}/[0-9]{4})([ T]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])?'
                ) }}
                    then {{ within_calendar(
                        'try_cast(' ~ iso_day(text) ~ " || ' ' || coalesce(nullif(substr(" ~ text ~ ", 12), ''), '00:00:00') as timestamp)"
                    ) }}
            end
        )
{%- endmacro %}


{% macro read_amount(column) -%}
    coalesce(
            {{ column }}_native,
            case
                when {{ matches_pattern(column ~ '_text', '[+-]?[0-9]{1,10}([.,][0-9]{1,2})?') }}
                    then cast(replace({{ column }}_text, ',', '.') as decimal(12, 2))
            end
        )
{%- endmacro %}


{% macro read_boolean(column) -%}
    coalesce(
            {{ column }}_native,
            case
                when lower({{ column }}_text) in ('true', '1', 'ja', 'j') then true
                when lower({{ column }}_text) in ('false', '0', 'nee', 'n') then false
            end
        )
{%- endmacro %}


{#- The trimmed text of a value that could not be read as `value`, the column itself unless given; NULL when it could, and when it is empty. -#}
{% macro unread(column, value=none) -%}
    case when {{ value or column }} is null then coalesce({{ column }}_text, {{ trimmed('cast(' ~ column ~ '_native as string)') }}) end
{%- endmacro %}


{#- A delivered value as text: as it is in a text file, or as the database writes the native value. -#}
{% macro delivered_text(column) -%}
    coalesce({{ column }}, cast({{ native_value(column, 'string') }} as string))
{%- endmacro %}
