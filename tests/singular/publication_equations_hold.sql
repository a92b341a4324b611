-- Every equation between published counts is about cells, and holds on their true values.
with

cells as (
    select * from {{ ref('publication_cells') }}
),

equations as (
    select * from {{ ref('publication_equations') }}()
)

select
    equations.equation_id,
    equations.relation,
    sum(equations.coefficient * cells.true_value) as difference
from equations
left join cells on equations.cell_id = cells.cell_id
group by equations.equation_id, equations.relation
having
    (equations.relation = '=' and difference <> 0)
    or difference > 0
    or count(*) > count(cells.cell_id)
