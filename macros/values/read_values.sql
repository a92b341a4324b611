{#-
    How a delivered value becomes a typed one (contract, section 2). Each macro takes a SQL expression and
    gives NULL where the value is empty or can't be read.
-#}


{#- Text without the blanks around it; an empty text is NULL. -#}
{% macro read_text(value) -%}
    nullif(trim(both (' ' || chr(9) || chr(160)) from cast({{ value }} as string)), '')
{%- endmacro %}


{#- The contract's calendar: days outside it count as unreadable. -#}
{% macro within_calendar(day) -%}
    case when {{ day }} >= date '1900-01-01' and {{ day }} < date '9999-01-01' then {{ day }} end
{%- endmacro %}


{#- `YYYY-MM-DD` for either of the two accepted notations of the day at the start of a text that has one of them. -#}
{% macro iso_day(text) -%}
    case
        when substr({{ text }}, 3, 1) = '/'
            then substr({{ text }}, 7, 4) || '-' || substr({{ text }}, 4, 2) || '-' || substr({{ text }}, 1, 2)
        else substr({{ text }}, 1, 10)
    end
{%- endmacro %}


{% macro read_date(text) -%}
    case
        when {{ has_form(text, '[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}/[0-9]{2}/[0-9]{4}') }}
            then {{ within_calendar('try_cast(' ~ iso_day(text) ~ ' as date)') }}
    end
{%- endmacro %}


{% macro read_timestamp(text) -%}
    case
        when
            {{ has_form(
                text,
                '([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}/[0-9]{2}/[0-9]{4})([ T]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])?'
            ) }}
            then {{ within_calendar(
                'try_cast(' ~ iso_day(text) ~ " || ' ' || coalesce(nullif(substr(" ~ text ~ ", 12), ''), '00:00:00') as timestamp)"
            ) }}
    end
{%- endmacro %}


{% macro read_amount(text) -%}
    case
        when {{ has_form(text, '[+-]?[0-9]{1,10}([.,][0-9]{1,2})?') }}
            then cast(replace({{ text }}, ',', '.') as decimal(12, 2))
    end
{%- endmacro %}


{% macro read_integer(text) -%}
    case when {{ has_form(text, '[+-]?[0-9]{1,9}') }} then cast({{ text }} as integer) end
{%- endmacro %}


{% macro read_nis(text) -%}
    case when {{ has_form(text, '[0-9]{5}') }} then {{ text }} end
{%- endmacro %}


{% macro read_boolean(text) -%}
    case
        when lower({{ text }}) in ('true', '1', 'ja', 'j') then true
        when lower({{ text }}) in ('false', '0', 'nee', 'n') then false
    end
{%- endmacro %}


{#-
    A value of type `type` from an expression of database type `source_type`. Native types are taken as they
    are, without a detour through text; a type that is neither native nor text is read through its text form. No cast
    may fail, whatever the value: the database's message would show it.
-#}
{% macro read_value(type, value, source_type) -%}
    {%- set native = source_type | upper -%}
    {%- set text = read_text(value) -%}
    {%- if type == 'text' -%}
        {{ text }}
    {%- elif type == 'month' -%}
        cast(date_trunc('month', {{ read_value('date', value, source_type) }}) as date)
    {%- elif type == 'date' and native == 'DATE' -%}
        {{ within_calendar(value) }}
    {%- elif type == 'date' and native.startswith('TIMESTAMP') -%}
        case
            when {{ value }} = try_cast(try_cast({{ value }} as date) as {{ native | lower }})
                then {{ within_calendar('try_cast(' ~ value ~ ' as date)') }}
        end
    {%- elif type == 'timestamp' and (native == 'DATE' or native.startswith('TIMESTAMP')) -%}
        {{ within_calendar('try_cast(' ~ value ~ ' as timestamp)') }}
    {%- elif type == 'amount' and native.startswith('DECIMAL') -%}
        case
            when {{ value }} = try_cast(try_cast({{ value }} as decimal(12, 2)) as {{ native | lower }})
                then try_cast({{ value }} as decimal(12, 2))
        end
    {%- elif type == 'integer' and native in ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT'] -%}
        case when {{ value }} between -999999999 and 999999999 then cast({{ value }} as integer) end
    {%- elif type == 'boolean' and native == 'BOOLEAN' -%}
        {{ value }}
    {%- else -%}
        {{ {
            'date': read_date, 'timestamp': read_timestamp, 'amount': read_amount,
            'integer': read_integer, 'boolean': read_boolean, 'nis': read_nis,
        }[type](text) }}
    {%- endif -%}
{%- endmacro %}
