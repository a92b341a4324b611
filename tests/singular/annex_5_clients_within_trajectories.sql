-- A cell with trajectories has between one client and as many clients as trajectories.
select *
from {{ ref('annex_5_outflow') }}
where
    clients > trajectories
    or (trajectories > 0 and clients = 0)
