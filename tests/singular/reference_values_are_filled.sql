-- Values in the reference seeds, which users edit, without which a record or a label would get lost.
{%- set required = {
    'municipalities': ['name', 'province_nis', 'province', 'valid_from'],
    'unknown_residence': ['name', 'arrondissement_nis', 'arrondissement', 'province_nis', 'province', 'valid_from', 'valid_to'],
    'municipality_choices': ['label_nl', 'place_nl', 'rule_nl'],
    'population': ['population'],
    'size_classes': ['from_inhabitants', 'label_nl'],
    'end_reasons': ['is_early', 'label_nl'],
    'endings': ['sort_order', 'label_nl'],
    'outflow_codes': ['label_nl'],
    'outcome_groups': ['sort_order', 'label_nl'],
    'transmission_decisions': ['sort_order', 'label_nl'],
    'profile_dimensions': ['sort_order', 'label_nl'],
    'profile_categories': ['label_nl'],
    'subsidy_codes': ['label_nl'],
    'subsidy_rates': ['monthly_eur', 'source'],
    'annexes': ['first_year', 'last_year', 'title_nl', 'year_nl', 'source_nl', 'notes'],
    'duration_classes': ['sort_order', 'label_nl'],
    'count_classes': ['sort_order', 'label_nl'],
    'quality_codes': ['sort_order', 'label_nl'],
    'sheets': ['sort_order'],
    'charts': ['title_nl', 'value_nl', 'number_format', 'is_ordered'],
    'sentences': ['question_nl', 'sentence_nl', 'caveat_nl'],
    'sentence_figures': ['annex', 'measure', 'dimension', 'category'],
    'measures': [
        'sort_order', 'block', 'label_nl', 'kind', 'unit', 'unit_nl', 'number_format', 'is_additive', 'is_municipal',
        'is_regional', 'units_per_person',
    ],
} %}
{%- for seed, columns in required.items() %}
{%- set is_last_seed = loop.last %}
{%- for column in columns %}
select
    '{{ seed }}' as seed,
    '{{ column }}' as empty_column
from {{ ref(seed) }}
where {{ column }} is null
{{ 'union all' if not (is_last_seed and loop.last) }}
{%- endfor %}
{%- endfor %}
