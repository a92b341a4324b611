-- Every equation between published counts holds on the true values.
with

cells as (
    select * from {{ ref('publication_cells') }}
),

equations as (
    select * from {{ ref('publication_equations') }}
)

select
    equations.equation_id,
    equations.relation,
    sum(equations.coefficient * cells.true_value) as difference
from equations
inner join cells on equations.cell_id = cells.cell_id
group by equations.equation_id, equations.relation
having
    (equations.relation = '=' and difference <> 0)
    or difference > 0
