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
from twe.export.figures import municipality_query, occurring_query, totals_query, years_query
from twe.export.places import municipality_columns
from twe.export.sheets import (
    CONFIDENTIAL,
    CONTENTS,
    ESTIMATE,
    EXPLANATION,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    PER_AREA,
    PER_MUNICIPALITY,
    Chart,
    Column,
    Kind,
    Note,
    Series,
    Shape,
    Sheet,
    header_text,
    values_query,
)
from twe.export.warehouse import Annex, BuildInfo, ChartPart, Figure, Layout, Outline, SheetOutline
from twe.warehouse.files import sql_text

_AREA_COLUMNS = (
    Column("Niveau", Kind.TEXT, meaning="Vlaanderen of Provincie."),
    Column("Gebied", Kind.TEXT, meaning="Vlaanderen of de naam van de provincie."),
)
_KINDS = {"count": Kind.COUNT, "amount": Kind.EURO, "average": Kind.MEAN}
_YEARS_OF_CORRECTION = 10
# The sheet of an annex without a name of its own.
_DETAILS = "details"
_OF_SHARED = f"{NOT_APPLICABLE} = niet van toepassing: gemeenten samen hebben alleen bedragen."
_MARKERS = {
    NOT_APPLICABLE: f"{NOT_APPLICABLE} = niet van toepassing: zonder trajecten is er geen duur.",
    NOT_AVAILABLE: f"{NOT_AVAILABLE} = niet beschikbaar: de aanvragen zijn niet geleverd "
    f"{references('claims')}.",
}


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

    @property
    def _year_column(self) -> Column:
        return Column("Jaar", Kind.YEAR, meaning=self.annex.year)

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
        columns = [
            replace(
                self._column(figure),
                header=f"{heading} {year}{' (EUR)' if figure.kind == 'amount' else ''}".strip(),
            )
            for figure, heading in shown
            for year in years
        ]
        return Sheet(
            name=f"Bijlage {annex.number}",
            title=f"Bijlage {annex.number}: {annex.title}, per gemeente en per jaar",
            notes=self._notes(
                annex.question,
                *self._markers([figure for figure, _ in shown]),
                limits=f"{annex.year} {annex.limits}",
            ),
            table_name=f"bijlage_{annex.number}_jaren",
            row_meaning="gemeente, onder Vlaanderen",
            columns=(*municipality_columns(self.build), *columns),
            query=years_query(
                annex.number,
                [selected(figure, year) for figure, _ in shown for year in years],
                self._shared(figure for figure, _ in shown),
            ),
            origin=self._origin_text,
        )

    def _municipality_sheet(self, outline: SheetOutline) -> Sheet | None:
        """Return a row for every municipality and every year; None when no figure is known of one."""
        number = self.annex.number
        shown = self._shown(self._figures(outline.name), "municipality")
        if not shown:
            return None
        return Sheet(
            name=f"Bijlage {number} {outline.name or _DETAILS}",
            title=self._title(outline),
            notes=self._notes(outline.text or self.annex.answer, *self._markers(shown)),
            table_name=f"bijlage_{number}_{outline.name or 'gemeenten'}",
            row_meaning=PER_MUNICIPALITY,
            columns=(*municipality_columns(self.build), self._year_column, *map(self._column, shown)),
            query=municipality_query(number, [selected(figure) for figure in shown], self._shared(shown)),
            origin=self._origin_text,
        )

    def _totals_sheet(self) -> Sheet:
        """Return the figures that are known of more than municipalities, for Flanders and per province."""
        annex = self.annex
        shown = self._shown(self._figures(), "province", "region")
        return Sheet(
            name=f"Totalen {annex.number}",
            title=f"Totalen bij bijlage {annex.number}: {annex.title}, Vlaanderen en provincies",
            notes=self._notes(annex.answer, *self._markers(shown)),
            table_name=f"bijlage_{annex.number}_totalen",
            row_meaning=PER_AREA,
            columns=(*_AREA_COLUMNS, self._year_column, *map(self._column, shown)),
            query=totals_query(annex.number, [selected(figure) for figure in shown]),
            origin=self._origin_text,
        )

    def _occurring_sheet(self, outline: SheetOutline) -> Sheet | None:
        """Return a row per municipality, year, (dimension) and number that occurs.

        A public edition has no such sheet: nearly every row is about one or two trajectories.
        """
        if self.build.protection:
            return None
        number = self.annex.number
        dimension = [Column(outline.dimension_header, Kind.TEXT, meaning=outline.dimension_meaning)]
        return Sheet(
            name=f"Bijlage {number} {outline.name}",
            title=self._title(outline),
            notes=self._notes(outline.text),
            table_name=f"bijlage_{number}_{outline.name}",
            row_meaning="gemeente, jaar en duur die voorkomt",
            columns=(
                *municipality_columns(self.build),
                self._year_column,
                *(dimension if outline.labels_of else []),
                Column(outline.category_header, Kind.COUNT, meaning=outline.category_meaning, unit="maanden"),
                Column("Trajecten", Kind.COUNT, meaning="Trajecten met die duur.", unit="trajecten"),
            ),
            query=occurring_query(number, outline.name, outline.labels_of),
        )

    def _corrections_sheet(self, outline: SheetOutline) -> Sheet | None:
        """Return the correction triangle: a row per year worked, a column per year until the booking.

        A public edition has no such sheet.
        """
        if self.build.protection:
            return None
        number = self.annex.number
        years = range(_YEARS_OF_CORRECTION + 1)
        headers = ["in het jaar zelf", *(f"na {year} jaar" for year in years[1:])]
        cumulated = ", ".join(
            f"any_value(cumulative_net_eur) filter (where years_until_booking = {year})" for year in years
        )
        return Sheet(
            name=f"Bijlage {number} {outline.name}",
            title=self._title(outline),
            notes=self._notes(
                outline.text,
                Note(
                    f"{NOT_APPLICABLE} = niet van toepassing: dat boekingsjaar is nog niet begonnen.",
                    marker=NOT_APPLICABLE,
                ),
            ),
            table_name=f"bijlage_{number}_{outline.name}",
            row_meaning="jaar waarin gewerkt is",
            columns=(
                Column("Jaar", Kind.YEAR, meaning="Jaar waarin gewerkt is."),
                *(
                    Column(
                        f"Netto betaald: {header} (EUR)",
                        Kind.EURO,
                        NOT_APPLICABLE,
                        f"Som van de boekingen tot en met het jaar van boeking {header}.",
                        "euro",
                    )
                    for header in headers
                ),
            ),
            query=f"""
                select performance_year, {cumulated}
                from marts.{outline.mart}
                group by performance_year
                order by performance_year
            """,
        )

    def _expected_sheet(self, outline: SheetOutline) -> Sheet:
        """Return what figures of Flanders and provinces are still expected to change by.

        A public edition has Flanders only, in whole percent.
        """
        number = self.annex.number
        # Annexes share the mart and the words, which stand once in the seed.
        shared = next(sheet for sheet in self.outline.sheets if sheet.layout is outline.layout and sheet.mart)
        parts = {"expected": "Verwachte verandering", "lowest": "Ondergrens", "highest": "Bovengrens"}
        of_what = {"expected": "", "lowest": " van de marge", "highest": " van de marge"}
        unit = "zoals het cijfer"
        exact = {
            "known_value::bigint": Column("Nu bekend", Kind.COUNT, meaning="Wat nu bekend is.", unit=unit)
        }
        for part, header in parts.items():
            meaning = f"{header}{of_what[part]}, afgerond op de eenheid."
            exact[f"round({part}_change)::bigint"] = Column(header, Kind.COUNT, meaning=meaning, unit=unit)
        figures = {} if self.build.protection else exact
        for part, header in parts.items():
            meaning = f"{header}{of_what[part]}, in procent van wat nu bekend is."
            figures[f"{part}_percent"] = Column(f"{header} (%)", Kind.COUNT, meaning=meaning, unit="procent")
        figures["percent_within"] = Column(
            "Vroeger in de marge (%)",
            Kind.COUNT,
            NOT_AVAILABLE,
            "Deel van de vroegere ramingen van het cijfer waarvan de verandering in de marge viel.",
            unit="procent",
        )
        return Sheet(
            name=f"Bijlage {number} {outline.name}",
            title=self._title(outline),
            notes=self._notes(shared.text, reads_counts=False),
            table_name=f"bijlage_{number}_{outline.name}",
            row_meaning=ESTIMATE,
            columns=(
                Column("Cijfer", Kind.TEXT, meaning="Kolom van de bijlage."),
                Column("Gebied", Kind.TEXT, meaning="Vlaanderen of de naam van de provincie."),
                Column("Jaar", Kind.YEAR, meaning="Verslagjaar van de bijlage."),
                *figures.values(),
            ),
            query=f"""
                select
                    figures.header_nl,
                    expected.area,
                    expected.year,
                    {", ".join(figures)}
                from marts.{shared.mart} as expected
                inner join marts.dim_figures as figures
                    on
                        expected.annex = figures.annex
                        and expected.measure = figures.measure
                        and figures.dimension = 'total'
                where expected.is_shown and expected.annex = {number}
                order by expected.area_level = 'province', expected.area, expected.year
            """,
            origin=self._origin_text,
        )

    def _charts_sheet(self, charts: Sequence[Sequence[ChartPart]]) -> Sheet:
        """Return the charts over the totals of Flanders, under a list of what they show."""
        number = self.annex.number
        made = tuple(self._chart(parts) for parts in charts)
        return Sheet(
            name=f"Grafieken {number}",
            title=f"Grafieken bij bijlage {number}: {self.annex.title}, Vlaanderen",
            notes=self._notes(
                "Elke grafiek toont de rijen van Vlaanderen; de tabel zegt waar de cijfers staan."
            ),
            table_name=f"bijlage_{number}_grafieken",
            row_meaning="grafiek",
            columns=(
                Column("Grafiek", Kind.PROSE, meaning="Titel van de grafiek.", prose_width=60),
                Column("Wat ze toont", Kind.PROSE, meaning="Wat de assen en reeksen zijn.", prose_width=60),
                Column("Cijfers", Kind.LINK, meaning="Werkblad met de cijfers achter de grafiek."),
            ),
            query=values_query([(chart.title, _chart_text(chart), chart.source) for chart in made]),
            charts=made,
        )

    def _chart(self, parts: Sequence[ChartPart]) -> Chart:
        annex, first = self.annex, parts[0]
        shape = Shape[first.shape.upper()]
        title = self.build.filled(first.title)
        year = f", {annex.last_year}" if shape is Shape.RANKING else ""
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
            complete_rows=max(min(annex.last_year, self.build.last_complete_year) - annex.first_year + 1, 0),
        )

    def _title(self, outline: SheetOutline) -> str:
        title = f"Bijlage {self.annex.number}: {self.annex.title}"
        return f"{title}, {outline.title}" if outline.title else title

    def _markers(self, shown: Collection[Figure]) -> list[Note]:
        """Return what the markers of the columns mean."""
        found = {figure.missing for figure in shown if figure.missing}
        if self.build.are_claims_delivered:
            found.discard(NOT_AVAILABLE)
        protection = self.build.protection
        if protection:
            # Without trajectories a public edition has too few of them, like with few.
            found.discard(NOT_APPLICABLE)
        explained = [Note(_MARKERS[marker], marker=marker) for marker in sorted(found)]
        if protection:
            explained.append(Note(confidential_text(protection), marker=CONFIDENTIAL))
            if self._shared(shown):
                explained.append(Note(_OF_SHARED, marker=NOT_APPLICABLE))
                explained.append(Note(amounts_text(protection)))
        return explained

    def _notes(
        self, text: str, *markers: Note, limits: str = "", reads_counts: bool = True
    ) -> tuple[Note, ...]:
        """Return the lines above a table: what it shows, day, markers, notes, ways on.

        `reads_counts=False` leaves out what a 0 means, for a table without counts.
        """
        build = self.build
        paragraphs = (build.filled(text), limits, self._origin_text)
        reading = (self._reading_text(reads_counts), self._incomplete_text())
        return (
            *(Note(text) for text in paragraphs if text),
            *markers,
            *(Note(text) for text in reading if text),
            Note("Naar de toelichting", link=EXPLANATION),
            Note("Terug naar de inhoud", link=CONTENTS),
        )

    @property
    def _origin_text(self) -> str:
        """Return the source and the day of the figures."""
        stand_in = "gegenereerde gegevens in plaats van " if self.build.is_synthetic else ""
        return f"Bron: {stand_in}{self.annex.source}. Toestand op {day_text(self.build.as_of)}."

    def _reading_text(self, reads_counts: bool) -> str:
        topics = f"Begrippen en beperkingen: {references(*notes_of(self.annex))}."
        if not reads_counts:
            return topics
        has_months = any(figure.units_per_person > 1 for figure in self._figures())
        zero = zero_text(self.build.protection, has_months=has_months)
        return f"{zero} {topics}"

    def _incomplete_text(self) -> str | None:
        until, last_complete = self.build.known_until, self.build.last_complete_year
        if self.annex.last_year <= last_complete:
            return None
        first = max(last_complete + 1, self.annex.first_year)
        return (
            f"Let op: de gegevens lopen tot en met {day_text(until)}; cijfers vanaf {first} zijn onvolledig."
        )


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
    """Return in words what a reader would see."""
    if chart.shape is Shape.RANKING:
        return f"{chart.value_title} per situatie in het laatste jaar."
    names = list_text([lowered(item.label) for item in chart.series])
    counted = chart.value_title
    if chart.shape is Shape.SHARES:
        counted = f"Verdeling van het {lowered(counted)}"
    per_year = f"{counted} per {lowered(chart.category_title)}"
    return f"{per_year}: {names}." if len(chart.series) > 1 else f"{per_year}."
