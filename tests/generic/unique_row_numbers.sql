{#- Passes when no two rows share file_id and source_row. 62 row numbers are the bits of one group: a group per row spills. -#}
{% test unique_row_numbers(model) %}
select
    file_id,
    source_row - source_row % 62 as first_row,
    count(*) as row_count
from {{ model }}
group by file_id, source_row - source_row % 62
having count(*) <> coalesce(bit_count(bit_or(cast(power(2, source_row % 62) as bigint))), 0)
{% endtest %}
