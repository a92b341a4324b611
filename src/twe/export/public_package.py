"""The CSV files of a public edition: protected figures in long form, one file per annex."""

from collections.abc import Sequence

from twe.export.tables import Table, codes_table, shared_fields
from twe.export.warehouse import Annex, BuildInfo, Field, Protection
from twe.sql import statements

_AREA = (
    *shared_fields("year"),
    Field(
        "area_level",
        "VARCHAR",
        "municipality, group (municipalities of a province together), province or region (Flanders).",
        True,
    ),
    Field("area_code", "VARCHAR", "NIS code of the area, of a group its province; 02000 for Flanders.", True),
    Field("area", "VARCHAR", "Dutch name of the area, of a group its province.", True),
)
_NAMES = shared_fields("measure", "dimension", "category")
_MARKER = Field("marker", "VARCHAR", "[c] where a value is left out to protect persons.", False)
_TOGETHER = Field("municipalities", "BIGINT", "Municipalities whose amounts are added up in a group.", False)
_CODES_FIELDS = (
    Field("dimension", "VARCHAR", "Dimension of the code.", True),
    Field("code", "VARCHAR", "Code as in category.", True),
    Field("label_nl", "VARCHAR", "Dutch label of the code.", True),
)
_NAMED = """
    (
        with areas as (select distinct area_level as level, area_code, area from marts.areas)
        select figures.*, areas.area
        from ({source}) as figures
        inner join areas
            on
                replace(figures.area_level, 'group', 'province') = areas.level
                and figures.area_code = areas.area_code
    )
"""


def public_tables(annexes: Sequence[Annex], build: BuildInfo, protection: Protection) -> list[Table]:
    """Return the tables of the annexes and the code list."""
    tables = [table for annex in annexes for table in _of_annex(annex, build, protection)]
    return [*tables, codes_table(_CODES_FIELDS, ("dimension", "code"), statements("export/public_codes"))]


def _of_annex(annex: Annex, build: BuildInfo, protection: Protection) -> list[Table]:
    number = annex.number
    measures = {measure for annex, _, measure, *_ in build.available if annex == number}
    tables = [
        _table(
            annex,
            "figures",
            "",
            "Counts of persons, trajectories, months and transmissions; "
            f"method {protection.method}, base {protection.base}, threshold {protection.threshold}.",
            (*_AREA, *_NAMES, Field("value", "BIGINT", "Published count.", False), _MARKER),
            f"select *, published_value as value from publication.publication_figures where annex = {number}",
        )
    ]
    if any(measure.endswith("_eur") for measure in measures):
        kinds = (
            Field("basis", "VARCHAR", "worked: year worked; booked: year of booking; claimed.", True),
            Field("amount", "VARCHAR", "Which amount.", True),
        )
        tables.append(
            _table(
                annex,
                "amounts",
                ", bedragen",
                "Amounts of stream loontoelage in euro.",
                (*_AREA, *kinds, Field("amount_eur", "DECIMAL(18,2)", "Euro.", False), _MARKER, _TOGETHER),
                f"""
                select amounts.*
                from publication.publication_amounts as amounts
                semi join marts.dim_figures as names
                    on
                        names.annex = {number}
                        and names.kind = 'amount'
                        and names.published_dimension = amounts.basis
                        and names.published_category = amounts.amount
                """,
            )
        )
    if measures & {"mean_months", "median_months"}:
        months = (
            Field("mean_months", "DECIMAL(9,1)", "Mean duration in full months.", False),
            Field("median_months", "DECIMAL(9,1)", "Median duration in full months.", False),
        )
        tables.append(
            _table(
                annex,
                "durations",
                ", gemiddelde en mediaan",
                "Durations of the areas with enough trajectories; others have no row.",
                (*_AREA, *_NAMES, *months),
                f"from publication.publication_statistics where annex = {number}",
            )
        )
    return tables


def _table(annex: Annex, name: str, suffix: str, text: str, fields: tuple[Field, ...], source: str) -> Table:
    values = ("value", "amount_eur", "mean_months", "median_months", "marker", "area", "municipalities")
    return Table(
        name=f"annex_{annex.number}_{name}",
        title=f"Bijlage {annex.number}: {annex.title}{suffix}",
        description=f"{annex.answer} {annex.limits}\n\n{text}",
        sources=annex.sources,
        fields=fields,
        key=tuple(field.name for field in fields if field.name not in values),
        relation=_NAMED.format(source=source),
    )
