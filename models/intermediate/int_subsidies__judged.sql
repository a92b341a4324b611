with

lines as (
    select * from {{ ref('stg_subsidies') }}
),

new_lines as (
    {{ rows_to_judge(ref('stg_subsidies')) }}
),

final as (
    select lines.*
    from lines
    semi join new_lines on lines.line_id = new_lines.line_id
    where {{ is_increment_build() | lower }}
)

select * from final
