"""The CSV files of a public edition: protected figures in long form, one file per annex."""

from collections.abc import Sequence

from twe.export.tables import Table
from twe.export.warehouse import Annex, Field, Protection

_FIGURES = "annex_{number}_figures"
_AMOUNTS = "annex_3_amounts"
_STATISTICS = "annex_{number}_durations"
_CODES = "codes"
_AREA = (
    Field("year", "INTEGER", "Year, as the annex defines it.", True),
    Field("area_level", "VARCHAR", "municipality, province or region (Flanders).", True),
    Field("area_code", "VARCHAR", "NIS code of the area; 02000 for Flanders.", True),
    Field("area", "VARCHAR", "Dutch name of the area.", True),
)
_NAMES = (
    Field("measure", "VARCHAR", "What is counted.", True),
    Field("dimension", "VARCHAR", "What it is divided by; total when by nothing.", True),
    Field("category", "VARCHAR", "Category of the dimension; levels are divided by a slash.", True),
)
_MARKER = Field("marker", "VARCHAR", "[c] where a value is left out to protect persons.", False)
_CODES_FIELDS = (
    Field("dimension", "VARCHAR", "Dimension of the code.", True),
    Field("code", "VARCHAR", "Code as in category, or one of its levels.", True),
    Field("label_nl", "VARCHAR", "Dutch label of the code.", True),
)
_CODES_QUERY = """
    select dimension, category as code, label_nl from marts.dim_profile_categories
    union all
    select 'ending', ending, label_nl from reference.endings
    union all
    select 'duration', duration_class, label_nl from reference.duration_classes
    union all
    select 'outcome_group', outcome_group, any_value(outcome_group_label_nl)
    from marts.dim_outcomes
    where kind = 'status'
    group by outcome_group
    union all
    select 'outcome', outcome, label_nl from marts.dim_outcomes where kind = 'status'
    union all
    select 'competence', outcome, label_nl from marts.dim_outcomes where kind = 'competence'
    union all
    select 'decision', decision, label_nl from reference.transmission_decisions
"""
_NAMED = """
    (
        with areas as (select distinct area_level, area_code, area from marts.areas)
        select * from ({source}) inner join areas using (area_level, area_code)
    )
"""


def public_tables(annexes: Sequence[Annex], protection: Protection) -> list[Table]:
    """Return the tables of the annexes and the code list."""
    tables = [table for annex in annexes for table in _of_annex(annex, protection)]
    codes = Table(
        name=_CODES,
        title="Codes met hun Nederlandse benaming",
        description="One row per code of the other resources, with its Dutch label.",
        sources=(),
        fields=_CODES_FIELDS,
        key=("dimension", "code"),
        relation=f"({_CODES_QUERY})",
    )
    return [*tables, codes]


def _of_annex(annex: Annex, protection: Protection) -> list[Table]:
    number = annex.number
    tables = [
        _table(
            annex,
            _FIGURES,
            "",
            "Counts of persons, trajectories, months and transmissions; "
            f"method {protection.method}, base {protection.base}, threshold {protection.threshold}.",
            (*_AREA, *_NAMES, Field("value", "BIGINT", "Published count.", False), _MARKER),
            f"select *, published_value as value from publication.publication_figures where annex = {number}",
        )
    ]
    if number == 3:
        kinds = (
            Field("basis", "VARCHAR", "worked: year worked; booked: year of booking; claimed.", True),
            Field("amount", "VARCHAR", "Which amount.", True),
        )
        tables.append(
            _table(
                annex,
                _AMOUNTS,
                ", bedragen",
                "Amounts of stream loontoelage in euro.",
                (*_AREA, *kinds, Field("amount_eur", "DECIMAL(18,2)", "Euro.", False), _MARKER),
                "from publication.publication_amounts",
            )
        )
    if any(figure[0] == number and " of " in figure[2] for figure in protection.figures):
        months = (
            Field("mean_months", "DECIMAL(9,1)", "Mean duration in full months.", False),
            Field("median_months", "DECIMAL(9,1)", "Median duration in full months.", False),
        )
        tables.append(
            _table(
                annex,
                _STATISTICS,
                ", gemiddelde en mediaan",
                "Durations of the areas with enough trajectories; others have no row.",
                (*_AREA, *_NAMES, *months),
                f"from publication.publication_statistics where annex = {number}",
            )
        )
    return tables


def _table(annex: Annex, name: str, suffix: str, text: str, fields: tuple[Field, ...], source: str) -> Table:
    values = ("value", "amount_eur", "mean_months", "median_months", "marker", "area")
    return Table(
        name=name.format(number=annex.number),
        title=f"Bijlage {annex.number}: {annex.title}{suffix}",
        description=f"{annex.answer} {annex.limits}\n\n{text}",
        sources=(),
        fields=fields,
        key=tuple(field.name for field in fields if field.name not in values),
        relation=_NAMED.format(source=source),
    )
