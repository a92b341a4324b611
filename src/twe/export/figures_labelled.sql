-- Table figures with Dutch names of its columns.
create view figures_labelled as
select
    annex as bijlage,
    label_nl as cijfer,
    case area_level when 'municipality' then 'gemeente' when 'province' then 'provincie' else 'gewest' end as niveau,
    area_code as nis_code,
    area as gebied,
    year as jaar,
    value as waarde,
    unit_nl as eenheid,
    marker as markering
from figures;
comment on column figures_labelled.bijlage is 'Nummer van de bijlage.';
comment on column figures_labelled.cijfer is 'Wat geteld, opgeteld of gemiddeld is.';
comment on column figures_labelled.niveau is 'Gemeente, provincie of gewest.';
comment on column figures_labelled.nis_code is 'NIS-code van het gebied.';
comment on column figures_labelled.gebied is 'Naam van het gebied.';
comment on column figures_labelled.jaar is 'Jaar, zoals de bijlage het bepaalt.';
comment on column figures_labelled.waarde is 'Het cijfer; leeg als markering zegt waarom.';
comment on column figures_labelled.eenheid is 'Eenheid van de waarde.';
comment on column figures_labelled.markering
is '[x] niet beschikbaar, [c] weggelaten om personen te beschermen.';
