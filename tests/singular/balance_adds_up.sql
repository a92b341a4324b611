-- accepted + quarantined = delivered, per extract, always.
select *
from {{ ref('balance') }}
where accepted + quarantined <> delivered
