-- The keys of the reference seeds, which users edit: a code that occurs twice would double the records that have it.
{%- set keys = [
    ('municipalities', ['nis_code']),
    ('unknown_residence', ['nis_code']),
    ('municipality_choices', ['municipality_of']),
    ('municipality_mergers', ['old_nis', 'effective_date']),
    ('population', ['nis_code', 'year']),
    ('size_classes', ['size_class']),
    ('size_classes', ['from_inhabitants']),
    ('end_reasons', ['end_reason']),
    ('endings', ['ending']),
    ('endings', ['is_early']),
    ('outflow_codes', ['outcome_group', 'outcome']),
    ('outflow_codes', ['priority']),
    ('outflow_codes', ['label_nl']),
    ('outcome_groups', ['outcome_group']),
    ('transmission_decisions', ['decision']),
    ('profile_dimensions', ['dimension']),
    ('profile_categories', ['dimension', 'category']),
    ('profile_categories', ['sort_order']),
    ('profile_codes', ['dimension', 'code']),
    ('subsidy_codes', ['code_list', 'code']),
    ('subsidy_rates', ['valid_from']),
    ('annexes', ['annex']),
    ('duration_classes', ['duration_class']),
    ('count_classes', ['lower_bound']),
    ('quality_codes', ['code_list', 'code']),
    ('measures', ['annex', 'measure', 'dimension']),
    ('measures', ['sort_order']),
    ('sheets', ['sort_order']),
    ('charts', ['annex', 'chart', 'series']),
    ('sentences', ['answer']),
    ('sentence_figures', ['answer', 'name']),
    ('sentence_figures', ['sort_order']),
] %}
with

keys as (
    {%- for seed, columns in keys %}
    select
        '{{ seed }}' as seed,
        '{{ columns | join(', ') }}' as key_columns,
        {%- for column in columns %}
        {{ 'and ' if not loop.first }}{{ column }} is not null
        {%- endfor %} as is_filled,
        lower(concat_ws(' ', {{ columns | join(', ') }})) as key_value
    from {{ ref(seed) }}
    union all
    {%- endfor %}
    -- The codes that only the models give are empty here.
    select
        'outflow_codes' as seed,
        'spell_code' as key_columns,
        true as is_filled,
        lower(spell_code) as key_value
    from {{ ref('outflow_codes') }}
    where spell_code is not null
    union all
    select
        'transmission_decisions' as seed,
        'decision_code' as key_columns,
        true as is_filled,
        lower(decision_code) as key_value
    from {{ ref('transmission_decisions') }}
    where decision_code is not null
)

select
    seed,
    key_columns,
    key_value,
    count(*) as row_count
from keys
group by seed, key_columns, key_value, is_filled
having
    count(*) > 1
    or not is_filled
