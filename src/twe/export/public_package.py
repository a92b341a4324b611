"""The CSV files of a public edition: protected figures in long form, one file per annex."""

from collections.abc import Iterator, Sequence

from twe.export.tables import Table, codes_table, described_fields
from twe.export.warehouse import Annex, BuildInfo, Protection
from twe.sql import query, statements


def public_tables(annexes: Sequence[Annex], build: BuildInfo, protection: Protection) -> list[Table]:
    """Return the tables of the annexes and the code list."""
    tables = [table for annex in annexes for table in _of_annex(annex, build, protection)]
    codes = codes_table("public_codes", ("dimension", "code"), statements("export/public_codes"))
    return [*tables, codes]


def _of_annex(annex: Annex, build: BuildInfo, protection: Protection) -> Iterator[Table]:
    number = annex.number
    measures = {measure for annex, _, measure, *_ in build.available if annex == number}
    counts = f"select *, published_value as value from publication.publication_figures where annex = {number}"
    counted = (
        "Counts of persons, trajectories, months and transmissions; "
        f"method {protection.method}, base {protection.base}, threshold {protection.threshold}."
    )
    yield _table(annex, "figures", "", counted, counts)
    if any(measure.endswith("_eur") for measure in measures):
        amounts = query("export/public_amounts", asked=f"select {number} as annex")
        yield _table(annex, "amounts", ", bedragen", "Amounts of stream loontoelage in euro.", amounts)
    if measures & {"mean_months", "median_months"}:
        means = f"from publication.publication_statistics where annex = {number}"
        known = "Durations of the areas with enough trajectories; others have no row."
        yield _table(annex, "durations", ", gemiddelde en mediaan", known, means)


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
