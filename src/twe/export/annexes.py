"""The sheets of the annexes, made from the seeds that describe them.

Seed `measures` (as mart `dim_figures`) has the columns, `sheets` the worksheets, `charts` the charts. Nothing
is computed here: the figures of every area are in mart `figures`, of a warehouse or of a release.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from twe.export.dutch import day_text, list_text, lowered, number_text
from twe.export.editions import (
    amounts_text,
    confidential_text,
    count_text,
    least_base,
    rounding,
    shared_name,
    zero_text,
)
from twe.export.explanation import notes_of, references
from twe.export.figures import occurring_query, sheet_query
from twe.export.sheets import (
    CONFIDENTIAL,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    Chart,
    Column,
    Kind,
    Note,
    Series,
    Shape,
    Sheet,
    fixed_columns,
    fixed_notes,
    fixed_sheet,
    header_text,
    values_query,
    words,
)
from twe.export.warehouse import Annex, BuildInfo, ChartPart, Figure, Layout, Outline, SheetOutline
from twe.sql import query
from twe.warehouse.files import sql_text

_KINDS = {"count": Kind.COUNT, "amount": Kind.EURO, "average": Kind.MEAN}
_YEARS_OF_CORRECTION = 10
# The sheet of an annex without a name of its own.
_DETAILS = "details"


def annex_sheets(annexes: Iterable[Annex], build: BuildInfo, outline: Outline) -> list[Sheet]:
    """Return the sheets of all annexes in the order of the workbook."""
    return [sheet for annex in annexes for sheet in _AnnexSheets(annex, build, outline).all()]


@dataclass(frozen=True)
class _AnnexSheets:
    """Makes the sheets of one annex."""

    annex: Annex
    build: BuildInfo
    outline: Outline

    def all(self) -> list[Sheet]:
        """Return the sheets of figures, their totals and the charts."""
        makers = {
            Layout.PLACES: self._municipality_sheet,
            Layout.OCCURRING: self._occurring_sheet,
            Layout.CORRECTIONS: self._corrections_sheet,
            Layout.EXPECTED: self._expected_sheet,
        }
        sheets = [makers[sheet.layout](sheet) for sheet in self.outline.sheets_of(self.annex.number)]
        charts = self.outline.charts_of(self.annex.number)
        return [
            *(sheet for sheet in (self._years_sheet(), *sheets) if sheet),
            self._totals_sheet(),
            *([self._charts_sheet(charts)] if charts else []),
        ]

    def _figures(self, sheet: str | None = None) -> list[Figure]:
        """Return the figures with a heading, of one sheet or of all, in the order of the columns."""
        sheets = [outline.name for outline in self.outline.sheets_of(self.annex.number)]
        found = [
            figure
            for figure in self.outline.figures
            if figure.annex == self.annex.number and figure.header and sheet in (None, figure.sheet)
        ]
        return sorted(found, key=lambda figure: sheets.index(figure.sheet))

    def _shown(self, figures: Iterable[Figure], *levels: str) -> list[Figure]:
        """Return the figures that the edition has at one of the levels of area."""
        build = self.build
        return [
            figure
            for figure in figures
            if any((figure.annex, level, *figure.name) in build.available for level in levels)
            or (figure.is_undelivered and not build.are_claims_delivered)
            # A mean exists only where there are trajectories; its column always does.
            or (figure.kind == "average" and not build.protection)
        ]

    def _shared(self, shown: Iterable[Figure]) -> str | None:
        """Return the name of the rows that municipalities share on a sheet; None when there are none."""
        has_amounts = any(figure.kind == "amount" for figure in shown)
        return shared_name(self.build.protection) if has_amounts else None

    def _column(self, figure: Figure) -> Column:
        """Return the column of a figure; in a public edition a figure may be left out."""
        missing = figure.missing
        protection = self.build.protection
        if protection and (self.build.are_claims_delivered or not figure.is_undelivered):
            # Every rounded count is shown, unless after a merger: only rows of amounts have none.
            is_whole = (
                figure.kind == "count"
                and protection.method == "rounding"
                and not protection.hides_municipalities
            )
            missing = NOT_APPLICABLE if is_whole else CONFIDENTIAL
        return Column(figure.header, _KINDS[figure.kind], missing, figure.meaning, figure.unit)

    def _sheet(
        self,
        group: str,
        query: str,
        notes: Sequence[Note],
        *,
        columns: Sequence[Column] = (),
        charts: tuple[Chart, ...] = (),
        **facts: object,
    ) -> Sheet:
        facts = {"annex": self.annex, "origin": self._origin_text, **self.build.facts, **facts}
        return fixed_sheet(group, query, notes=notes, columns=columns, charts=charts, **facts)

    def _years_sheet(self) -> Sheet | None:
        """Return what the annex is about at one glance: a row per municipality, a column per year."""
        annex = self.annex
        figures = {figure.name: figure for figure in self._shown(self._figures(), "municipality")}
        headings = {
            item.name: item.heading
            for item in self.outline.sentence_figures
            if item.annex == annex.number and item.heading is not None
        } or {name: "" for name in list(figures)[:1]}
        shown = [(figures[name], heading) for name, heading in headings.items() if name in figures]
        if not shown:
            return None
        years = range(annex.first_year, annex.last_year + 1)
        shared = self._shared(figure for figure, _ in shown)
        columns = [
            replace(
                self._column(figure),
                header=f"{heading} {year}{' (EUR)' if figure.kind == 'amount' else ''}".strip(),
            )
            for figure, heading in shown
            for year in years
        ]
        return self._sheet(
            "years",
            sheet_query(
                annex.number,
                ["municipalities", "flanders"],
                [selected(figure, year) for figure, _ in shown for year in years],
                shared,
                by_year=False,
            ),
            self._notes(
                annex.question,
                [figure for figure, _ in shown],
                is_shared=shared is not None,
                limits=f"{annex.year} {annex.limits}",
            ),
            columns=columns,
        )

    def _municipality_sheet(self, outline: SheetOutline) -> Sheet | None:
        """Return a row for every municipality and every year; None when no figure is known of one."""
        shown = self._shown(self._figures(outline.name), "municipality")
        if not shown:
            return None
        figures, shared = [selected(figure) for figure in shown], self._shared(shown)
        return self._sheet(
            "places",
            sheet_query(self.annex.number, ["municipalities"], figures, shared),
            self._notes(outline.text or self.annex.answer, shown, is_shared=shared is not None),
            columns=[self._column(figure) for figure in shown],
            title=self._title(outline),
            details=outline.name or _DETAILS,
            table=outline.name or "gemeenten",
        )

    def _totals_sheet(self) -> Sheet:
        """Return the figures that are known of more than municipalities, for Flanders and per province."""
        shown = self._shown(self._figures(), "province", "region")
        return self._sheet(
            "totals",
            sheet_query(self.annex.number, ["totals"], [selected(figure) for figure in shown]),
            self._notes(self.annex.answer, shown),
            columns=[self._column(figure) for figure in shown],
        )

    def _occurring_sheet(self, outline: SheetOutline) -> Sheet | None:
        """Return a row per municipality, year, (dimension) and number that occurs.

        A public edition has no such sheet: nearly every row is about one or two trajectories.
        """
        if self.build.protection:
            return None
        return self._sheet(
            "occurring",
            occurring_query(self.annex.number, outline.name, outline.labels_of),
            self._notes(outline.text),
            title=self._title(outline),
            sheet=outline,
            is_divided=outline.labels_of,
        )

    def _corrections_sheet(self, outline: SheetOutline) -> Sheet | None:
        """Return the correction triangle: a row per year worked, a column per year until the booking.

        A public edition has no such sheet.
        """
        if self.build.protection:
            return None
        years = range(_YEARS_OF_CORRECTION + 1)
        cumulated = ", ".join(
            f"any_value(cumulative_net_eur) filter (where years_until_booking = {year})" for year in years
        )
        until = [words("corrections", "after" if year else "in_year", years=year) for year in years]
        return self._sheet(
            "corrections",
            f"""
                select performance_year, {cumulated}
                from marts.{outline.mart}
                group by performance_year
                order by performance_year
            """,
            self._notes(outline.text, markers=fixed_notes("corrections", "markers")),
            columns=[
                column for text in until for column in fixed_columns("corrections", "booked", until=text)
            ],
            title=self._title(outline),
            sheet=outline,
        )

    def _expected_sheet(self, outline: SheetOutline) -> Sheet:
        """Return what figures of Flanders and provinces are still expected to change by.

        A public edition has Flanders only, in whole percent.
        """
        is_exact = self.build.protection is None
        # Annexes share the mart and the words, which stand once in the seed.
        shared = next(sheet for sheet in self.outline.sheets if sheet.layout is outline.layout and sheet.mart)
        parts = ("expected", "lowest", "highest")
        counts = [f"round({part}_change)::bigint" for part in parts]
        percents = [f"{part}_percent" for part in parts]
        figures = [*(["known_value::bigint", *counts] if is_exact else []), *percents, "percent_within"]
        return self._sheet(
            "expected",
            query(
                "export/expected",
                estimates=f"select annex, measure, area_level, area, year, {', '.join(figures)}"
                f" from marts.{shared.mart} where is_shown and annex = {self.annex.number}",
            ),
            self._notes(shared.text),
            title=self._title(outline),
            sheet=outline,
            is_exact=is_exact,
        )

    def _charts_sheet(self, charts: Sequence[Sequence[ChartPart]]) -> Sheet:
        """Return the charts over the totals of Flanders, under a list of what they show."""
        made = tuple(self._chart(parts) for parts in charts)
        return self._sheet(
            "charts",
            values_query([(chart.title, _chart_text(chart), chart.source) for chart in made]),
            self._notes(words("charts", "text"), self._figures()),
            charts=made,
        )

    def _chart(self, parts: Sequence[ChartPart]) -> Chart:
        annex, first = self.annex, parts[0]
        shape = Shape[first.shape.upper()]
        title = self.build.filled(first.title)
        told = self.build.year_to_describe(range(annex.first_year, annex.last_year + 1))
        year = f", {told}" if shape is Shape.RANKING else ""
        figures = [(part, figure) for part in parts for figure in self._figures() if part.covers(figure)]
        is_count = all(figure.kind == "count" for _, figure in figures)
        units = max((figure.units_per_person for _, figure in figures), default=1)
        step = (rounding(self.build.protection) or {}).get("base", 0) * units
        return Chart(
            title=f"{title}, Vlaanderen{year}",
            subject=title,
            shape=shape,
            source=f"Totalen {annex.number}",
            rows=annex.last_year - annex.first_year + 1,
            series=tuple(
                Series(figure.header, header_text(part.label or figure.label)) for part, figure in figures
            ),
            category_title="Situatie"
            if shape is Shape.RANKING
            else annex.year.partition(";")[0].partition(" (")[0].rstrip("."),
            value_title=first.value_title,
            number_format=first.number_format,
            least_total=least_base(self.build.protection),
            is_ordered=first.is_ordered,
            in_words=count_text(self.build.protection, units) if is_count else _euro_text,
            doubt=2 * step if is_count else 0,
            described_rows=told - annex.first_year + 1,
        )

    def _title(self, outline: SheetOutline) -> str:
        title = f"Bijlage {self.annex.number}: {self.annex.title}"
        return f"{title}, {outline.title}" if outline.title else title

    def _markers(self, shown: Collection[Figure], is_shared: bool) -> tuple[Note, ...]:
        found = {figure.missing for figure in shown}
        protection = self.build.protection
        return fixed_notes(
            "annex",
            "markers",
            is_undelivered=NOT_AVAILABLE in found and not self.build.are_claims_delivered,
            # Without trajectories a public edition has too few of them, like with few.
            is_without_duration=NOT_APPLICABLE in found and not protection,
            is_protected=protection is not None,
            is_shared=is_shared,
            claims=references("claims"),
            meaning=confidential_text(protection) if protection else "",
            amounts=amounts_text(protection) if protection else "",
        )

    def _notes(
        self,
        text: str,
        shown: Collection[Figure] = (),
        *,
        markers: Sequence[Note] | None = None,
        is_shared: bool = False,
        limits: str = "",
    ) -> tuple[Note, ...]:
        """Return the lines above a table: what it shows, day, markers, what a 0 means, ways on."""
        build = self.build
        paragraphs = (build.filled(text), limits, self._origin_text)
        reading = (self._zero_text(shown), self._incomplete_text())
        return (
            *(Note(text) for text in paragraphs if text),
            *(self._markers(shown, is_shared) if markers is None else markers),
            *(Note(text) for text in reading if text),
            *fixed_notes("annex", references=references(*notes_of(self.annex))),
        )

    @property
    def _origin_text(self) -> str:
        form = "synthetische gegevens in de vorm van " if self.build.is_synthetic else ""
        return f"Bron: {form}{self.annex.source}. Toestand op {day_text(self.build.as_of)}."

    def _zero_text(self, shown: Iterable[Figure]) -> str | None:
        """Return what a 0 of these figures means; None without counts."""
        units = [figure.units_per_person for figure in shown if figure.kind == "count"]
        return zero_text(self.build.protection, has_months=max(units) > 1) if units else None

    def _incomplete_text(self) -> str | None:
        last_complete = self.build.last_complete_year
        if self.annex.last_year <= last_complete:
            return None
        first = max(last_complete + 1, self.annex.first_year)
        return words("annex", "incomplete", first=first, **self.build.facts)


def selected(figure: Figure, year: int | None = None) -> str:
    """Return the SQL that picks a figure out of the rows of one area and year, or of one area."""
    names = ("measure", "dimension", "category")
    chosen = " and ".join(
        f"{name} = {sql_text(value)}" for name, value in zip(names, figure.name, strict=True)
    )
    if year is not None:
        chosen += f" and figures.year = {year}"
    kind = "bigint" if figure.kind == "count" else "decimal(18, 6)"
    return f"cast(any_value(value) filter (where {chosen}) as {kind})"


def _euro_text(amount: int) -> str:
    return f"{number_text(amount)} euro"


def _chart_text(chart: Chart) -> str:
    if chart.shape is Shape.RANKING:
        return f"{chart.value_title} per situatie in het jaar van de titel."
    names = list_text([lowered(item.label) for item in chart.series])
    counted = chart.value_title
    if chart.shape is Shape.SHARES:
        counted = f"Verdeling van het {lowered(counted)}"
    per_year = f"{counted} per {lowered(chart.category_title)}"
    return f"{per_year}: {names}." if len(chart.series) > 1 else f"{per_year}."
