-- paid = gross + recovered, with the signs these names promise, in both marts of annex 3.
with

amounts as (
    select
        year,
        nis_code,
        gross_paid_eur,
        recovered_eur,
        paid_eur
    from {{ ref('annex_3_wage_subsidies') }}
    union all
    select
        year,
        nis_code,
        gross_paid_eur,
        recovered_eur,
        paid_eur
    from {{ ref('annex_3_by_booking_year') }}
)

select *
from amounts
where
    paid_eur <> gross_paid_eur + recovered_eur
    or gross_paid_eur < 0
    or recovered_eur > 0
