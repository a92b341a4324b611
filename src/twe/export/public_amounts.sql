-- The amounts that the `asked` annex shows.
with names as (
    select
        figures.published_dimension,
        figures.published_category
    from marts.dim_figures as figures
    inner join asked using (annex)
    where figures.kind = 'amount'
)

select amounts.*
from publication.publication_amounts as amounts
semi join names
    on
        amounts.basis = names.published_dimension
        and amounts.amount = names.published_category
