-- Counts of different annexes that share a cell are equal, and so are the persons behind them; every equation is about
-- cells, and holds on their true values.
with

cells as (
    select * from {{ ref('publication_cells') }}
),

equations as (
    select * from {{ ref('publication_equations') }}()
)

select
    cell_id as cell_or_equation_id,
    max(true_value) - min(true_value) as difference
from {{ ref('publication_places') }}
group by cell_id
having
    min(true_value) <> max(true_value)
    or min(persons) <> max(persons)
union all
select
    equations.equation_id as cell_or_equation_id,
    sum(equations.coefficient * cells.true_value) as difference
from equations
left join cells on equations.cell_id = cells.cell_id
group by equations.equation_id, equations.relation
having
    (equations.relation = '=' and difference <> 0)
    or difference > 0
    or count(*) > count(distinct cells.cell_id)
