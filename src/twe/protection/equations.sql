-- The terms of the given `equations` over `cells`, which are by their ids, and which is the first of its equation.
with positions as (
    select
        cell_id,
        row_number() over (order by cell_id) - 1 as place
    from cells
)

select
    equations.equation_id,
    equations.relation = '=' as is_equality,
    positions.place,
    equations.coefficient,
    row_number() over (partition by equations.equation_id order by positions.place) = 1 as is_first
from equations
inner join positions using (cell_id)
order by equations.equation_id, positions.place
