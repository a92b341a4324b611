"""The CSV files of a public edition: protected figures in long form, one file per annex."""

from collections.abc import Sequence

from twe.export.tables import Table, codes_table, described_fields
from twe.export.warehouse import Annex, BuildInfo, Protection
from twe.sql import query, statements


def public_tables(annexes: Sequence[Annex], build: BuildInfo, protection: Protection) -> list[Table]:
    """Return the tables of the annexes and the code list."""
    tables = [table for annex in annexes for table in _of_annex(annex, build, protection)]
    return [
        *tables,
        codes_table(
            described_fields("public_codes"), ("dimension", "code"), statements("export/public_codes")
        ),
    ]


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
            f"select *, published_value as value from publication.publication_figures where annex = {number}",
        )
    ]
    if any(measure.endswith("_eur") for measure in measures):
        tables.append(
            _table(
                annex,
                "amounts",
                ", bedragen",
                "Amounts of stream loontoelage in euro.",
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
        tables.append(
            _table(
                annex,
                "durations",
                ", gemiddelde en mediaan",
                "Durations of the areas with enough trajectories; others have no row.",
                f"from publication.publication_statistics where annex = {number}",
            )
        )
    return tables


def _table(annex: Annex, name: str, suffix: str, text: str, source: str) -> Table:
    fields = described_fields(f"public_{name}")
    values = ("value", "amount_eur", "mean_months", "median_months", "marker", "area", "municipalities")
    return Table(
        name=f"annex_{annex.number}_{name}",
        title=f"Bijlage {annex.number}: {annex.title}{suffix}",
        description=f"{annex.answer} {annex.limits}\n\n{text}",
        sources=annex.sources,
        fields=fields,
        key=tuple(field.name for field in fields if field.name not in values),
        relation=f"({query('export/public_figures', figures=source)})",
    )
