-- Codes in the reference seeds, which users edit, that must be codes of another seed or of the models.
{%- set references = [
    ('municipality_mergers', 'old_nis', 'municipalities', 'nis_code'),
    ('municipality_mergers', 'new_nis', 'municipalities', 'nis_code'),
    ('population', 'nis_code', 'municipalities', 'nis_code'),
    ('outflow_codes', 'outcome_group', 'outcome_groups', 'outcome_group'),
    ('profile_categories', 'dimension', 'profile_dimensions', 'dimension'),
    ('profile_codes', 'dimension', 'profile_dimensions', 'dimension'),
    ('measures', 'annex', 'annexes', 'annex'),
    ('sheets', 'annex', 'annexes', 'annex'),
    ('sentence_figures', 'answer', 'sentences', 'answer'),
] %}
{%- set values = [
    ('outflow_codes', 'kind', "'status', 'competence'"),
    ('subsidy_codes', 'code_list', "'stream', 'line_type'"),
    ('measures', 'kind', "'count', 'amount', 'average'"),
    ('quality_codes', 'code_list', "'extract', 'balance', 'reason', 'warning'"),
    ('municipality_choices', 'municipality_of', "'ocmw', 'residence'"),
    ('unknown_residence', 'nis_code', unknown_residence()),
    ('sheets', 'layout', "'places', 'occurring', 'corrections', 'expected'"),
    ('charts', 'shape', "'columns', 'shares', 'ranking'"),
] %}
{%- for seed, column, parent, key in references %}
select
    '{{ seed }}' as seed,
    '{{ column }}' as code_column,
    cast(children.{{ column }} as {{ dbt.type_string() }}) as code
from {{ ref(seed) }} as children
left join {{ ref(parent) }} as parents on children.{{ column }} = parents.{{ key }}
where parents.{{ key }} is null
union all
{%- endfor %}
{%- for seed, column, known in values %}
select
    '{{ seed }}' as seed,
    '{{ column }}' as code_column,
    cast({{ column }} as {{ dbt.type_string() }}) as code
from {{ ref(seed) }}
where
    {{ column }} is null
    or {{ column }} not in ({{ known }})
union all
{%- endfor %}
-- Amounts are by the year worked, booked or claimed, which says whose they are.
select
    'measures' as seed,
    'published_dimension' as code_column,
    published_dimension as code
from {{ ref('measures') }}
where
    kind = 'amount'
    and coalesce(published_dimension, '') not in ('worked', 'booked', 'claimed')
union all
-- A delivered code of the profile leads to a category of its dimension.
select
    'profile_codes' as seed,
    'category' as code_column,
    codes.category as code
from {{ ref('profile_codes') }} as codes
left join {{ ref('profile_categories') }} as categories
    on
        codes.dimension = categories.dimension
        and codes.category = categories.category
where categories.category is null
union all
-- A figure is on a worksheet of its annex.
select
    'measures' as seed,
    'sheet' as code_column,
    concat_ws(' ', measures.annex, measures.sheet) as code
from {{ ref('measures') }} as measures
left join {{ ref('sheets') }} as sheets
    on
        measures.annex = sheets.annex
        and measures.sheet = sheets.sheet
where
    measures.sheet is not null
    and sheets.annex is null
{%- for seed in ['charts', 'sentence_figures'] %}
union all
-- What a chart or a sentence shows has a heading.
select
    '{{ seed }}' as seed,
    'measure' as code_column,
    concat_ws(' ', named.annex, named.measure, named.dimension, named.category) as code
from {{ ref(seed) }} as named
left join {{ ref('dim_figures') }} as figures
    on
        named.annex = figures.annex
        and named.measure = figures.measure
        and named.dimension = figures.dimension
        and coalesce(named.category, figures.category) = figures.category
        and figures.header_nl is not null
where figures.annex is null
{%- endfor %}
union all
-- A share is of a figure of the same sentence.
select
    'sentence_figures' as seed,
    'share_of' as code_column,
    concat_ws(' ', parts.answer, parts.share_of) as code
from {{ ref('sentence_figures') }} as parts
left join {{ ref('sentence_figures') }} as wholes
    on
        parts.answer = wholes.answer
        and parts.share_of = wholes.name
where
    parts.share_of is not null
    and wholes.answer is null
