{#-
    How a delivered value becomes a typed one (contract, section 2). Each read_ macro takes the name of a column of trimmed_columns
    and returns NULL where its value is empty or can't be read.
-#}


{#- The text without the blanks around it; an empty text is NULL. -#}
{% macro trimmed(text) -%}
    nullif(trim(both (' ' || chr(9) || chr(160)) from {{ text }}), '')
{%- endmacro %}


{#-
    The columns of an extract, trimmed: a text under its own name, any other column as `<column>_text`, with the value of a typed file
    beside it as `<column>_native`, which the bundled seeds don't have.
-#}
{% macro trimmed_columns(extract) -%}
    {%- set types = {
        'date': 'date', 'month': 'date', 'timestamp': 'timestamp', 'amount': 'decimal(12, 2)', 'integer': 'integer', 'boolean': 'boolean'
    } -%}
    {%- for column in var('raw_columns')[extract] -%}
        {{ trimmed(column.name) }} as {{ column.name }}{{ '_text' if column.reads_as != 'text' }}
        {%- if column.reads_as in types -%}
        ,
        {{ 'cast(null as ' ~ types[column.reads_as] ~ ')' if var('raw_path') is none else column.name ~ '_native' }} as {{ column.name }}_native
        {%- endif -%}
        {%- if not loop.last -%}
        ,
        {% endif -%}
    {%- endfor -%}
{%- endmacro %}


{#- The contract's calendar: a native day outside it counts as unreadable. -#}
{% macro within_calendar(day) -%}
    case when {{ day }} >= date '1900-01-01' and {{ day }} < date '9999-01-01' then {{ day }} end
{%- endmacro %}


{#- The years of the calendar as a regular expression. -#}
{% macro year_pattern() -%}
    (19[0-9]{2}|[2-8][0-9]{3}|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-8])
{%- endmacro %}


{#- The accepted notations of a day as a regular expression. -#}
{% macro day_pattern() -%}
    ({{ year_pattern() }}(-[0-9]{2}-[0-9]{2}|[0-9]{4})|[0-9]{1,2}(/[0-9]{1,2}/|-[0-9]{1,2}-|[.][0-9]{1,2}[.]){{ year_pattern() }})
{%- endmacro %}


{#- The day at the start of a text that has one of these notations, as YYYY-MM-DD; zeros in front of day and month may be absent. -#}
{% macro iso_day(text) -%}
    {%- set day = "split_part(translate(" ~ text ~ ", 'T/.', ' --'), ' ', 1)" -%}
    case
        when length(split_part({{ day }}, '-', 1)) = 4 then {{ day }}
        when {{ day }} like '%-%' then concat_ws('-', split_part({{ day }}, '-', 3), split_part({{ day }}, '-', 2), split_part({{ day }}, '-', 1))
        else concat_ws('-', substr({{ day }}, 1, 4), substr({{ day }}, 5, 2), substr({{ day }}, 7))
    end
{%- endmacro %}


{#- A day; a time beside it only when it is midnight. The usual notation is tried first, as it needs no rewriting. -#}
{% macro read_date(column) -%}
    {%- set text = column ~ '_text' -%}
    coalesce(
            {{ within_calendar(column ~ '_native') }},
            case
                when {{ matches_pattern(text, year_pattern() ~ '-[0-9]{2}-[0-9]{2}') }} then try_cast({{ text }} as date)
                when {{ matches_pattern(text, day_pattern() ~ '([ T]00:00(:00([.]0+)?)?)?') }} then try_cast({{ iso_day(text) }} as date)
            end
        )
{%- endmacro %}


{#- The first day of a month, which is delivered as a day in it or as year and month. -#}
{% macro read_month(column) -%}
    {%- set text = column ~ '_text' -%}
    cast(date_trunc('month', coalesce(
            {{ read_date(column) }},
            case
                when {{ matches_pattern(text, year_pattern() ~ '-?[0-9]{2}') }}
                    then try_cast(concat_ws('-', substr({{ text }}, 1, 4), right({{ text }}, 2), '01') as date)
                when {{ matches_pattern(text, '[0-9]{1,2}[/-]' ~ year_pattern()) }}
                    then try_cast(concat_ws('-', right({{ text }}, 4), split_part(replace({{ text }}, '/', '-'), '-', 1), '01') as date)
            end
        )) as date)
{%- endmacro %}


{% macro read_timestamp(column) -%}
    {%- set text = column ~ '_text' -%}
    {%- set time = "nullif(split_part(replace(" ~ text ~ ", 'T', ' '), ' ', 2), '')" -%}
    coalesce(
            {{ within_calendar(column ~ '_native') }},
            case
                when {{ matches_pattern(
                    text, year_pattern() ~ '-[0-9]{2}-[0-9]{2}([ T]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])?'
                ) }} then try_cast({{ text }} as timestamp)
                when {{ matches_pattern(
                    text, day_pattern() ~ '([ T]([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?)?'
                ) }} then try_cast(concat_ws(' ', {{ iso_day(text) }}, {{ time }}) as timestamp)
            end
        )
{%- endmacro %}


{#-
    An amount with the signs, currencies and groupings of the contract. Of up to three digits, one point or comma and three digits nobody
    knows whether they are a thousand or a fraction. Where two different marks are left, the last one is the decimal mark.
-#}
{% macro read_amount(column) -%}
    {%- set text = column ~ '_text' -%}
    {%- set numbers = ['[0-9]{1,10}([.,][0-9]{1,2}0*)?'] -%}
    {%- for mark, decimal in [('[.]', ','), (',', '.'), ('\\x27', '.,'), (' ', '.,'), ('\\x{A0}', '.,')] -%}
        {%- do numbers.append(
            '([0-9]{1,3}(' ~ mark ~ '[0-9]{3}){1,2}|[0-9](' ~ mark ~ '[0-9]{3}){3})([' ~ decimal ~ '][0-9]{1,2}0*)?'
        ) -%}
    {%- endfor -%}
    {%- set currency, blanks = '(€|[Ee][Uu][Rr])', '[ \\t\\x{A0}]*' -%}
    {%- set amount = '([+-]?' ~ currency ~ blanks ~ ')?[+-]?(' ~ numbers | join('|') ~ ')[+-]?(' ~ blanks ~ '[+-]?' ~ currency ~ ')?' -%}
    {%- set marked = "translate(upper(" ~ text ~ "), '€EUR+- ' || chr(39) || chr(9) || chr(160), '')" -%}
    coalesce(
            {{ column }}_native,
            case
                when {{ matches_pattern(text, '[+-]?[0-9]{1,10}([.,][0-9]{1,2})?') }} then cast(replace({{ text }}, ',', '.') as decimal(12, 2))
                when
                    {{ matches_pattern(text, '.*[+-].*[+-].*|.*[€Ee].*[€Ee].*|[^0-9]*[0-9]{1,3}[.,][0-9]{3}[^0-9]*') }} then null
                when {{ matches_pattern(text, amount) }}
                    then cast(case when {{ text }} like '%-%' then '-' else '' end || case
                        when {{ marked }} like '%.%,%' then translate({{ marked }}, ',.', '.')
                        when {{ marked }} like '%,%.%' then replace({{ marked }}, ',', '')
                        when {{ marked }} like '%.%.%' or {{ marked }} like '%,%,%' then translate({{ marked }}, '.,', '')
                        else replace({{ marked }}, ',', '.')
                    end as decimal(12, 2))
            end
        )
{%- endmacro %}


{% macro read_boolean(column) -%}
    coalesce(
            {{ column }}_native,
            case
                when lower({{ column }}_text) in ('true', '1', 'ja', 'j', 'waar', 'yes', 'oui') then true
                when lower({{ column }}_text) in ('false', '0', 'nee', 'n', 'onwaar', 'no', 'non') then false
            end
        )
{%- endmacro %}


{#- The trimmed text of a value that could not be read as `value`, the column itself unless given; NULL when it could, and when it is empty. -#}
{% macro unread(column, value=none) -%}
    case when {{ value or column }} is null then coalesce({{ column }}_text, {{ trimmed('cast(' ~ column ~ '_native as string)') }}) end
{%- endmacro %}
