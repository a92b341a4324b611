"""The sheets of the six annexes, described as data.

A sheet is a list of measures, each the name of a figure. Nothing is computed here: the figures of every area
are in mart figures, or protected in a release, under the same names.
"""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, replace

from twe.export.dutch import day_text, list_text
from twe.export.editions import confidential_text, zero_text
from twe.export.explanation import Topic, references
from twe.export.figures import municipality_query, totals_query
from twe.export.places import municipality_columns
from twe.export.sheets import (
    CONFIDENTIAL,
    CONTENTS,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    PER_AREA,
    PER_MUNICIPALITY,
    SYNTHETIC_LABEL,
    Chart,
    Column,
    Kind,
    Note,
    Series,
    Shape,
    Sheet,
    Tone,
    header_text,
    sql_text,
    values_query,
)
from twe.export.warehouse import (
    EXACT_FIGURES,
    PUBLISHED_FIGURES,
    Annex,
    BuildInfo,
    Category,
    DurationClass,
    Labels,
)

_TRAJECTORY_SOURCE = "trajecten zoals de OCMW's ze registreren bij VDAB"
_SUBSIDY_SOURCE = "boekingen van de loontoelage artikel 60"
_OUTFLOW_SOURCE = f"{_TRAJECTORY_SOURCE}, en de uitstroomgegevens van VDAB"
_TRANSMISSION_SOURCE = f"{_TRAJECTORY_SOURCE}, en de transmissies naar de Controledienst van VDAB"

_AREA_COLUMNS = (
    Column("Niveau", Kind.TEXT, meaning="Vlaanderen of Provincie."),
    Column("Gebied", Kind.TEXT, meaning="Vlaanderen of de naam van de provincie."),
)
_YEARS = {
    1: "Jaar van de start.",
    2: "Jaar van de start.",
    3: "Jaar waarin gewerkt is; in de kolommen naar boekingsjaar het jaar van boeking.",
    4: "Jaar van het einde.",
    5: "Jaar van de meetdatum (einde + {measure_period}).",
    6: "Jaar van de meetdatum (einde + {measure_period}).",
}

# Percentages of fewer published trajectories than this many times the base say more than is known.
_LEAST_BASES = 10

_NO_DURATION = f"{NOT_APPLICABLE} = niet van toepassing: zonder trajecten is er geen duur."
_NO_CLAIMS = (
    f"{NOT_AVAILABLE} = niet beschikbaar: de aanvragen zijn niet geleverd {references(Topic.CLAIMS)}."
)

_ALWAYS = (Topic.AS_OF, Topic.GEOGRAPHY, Topic.SYMBOLS, Topic.SMALL_COUNTS)
_STARTED = (Topic.TWE, Topic.OCMW, Topic.START)
_ENDED = (Topic.END, Topic.EARLY, Topic.UNAVAILABLE)
_AFTERWARDS = (Topic.END, Topic.MEASURE_DATE)
_TOPICS = {
    1: (*_STARTED, Topic.PLANNED_DURATION, Topic.ROUNDING),
    2: (*_STARTED, Topic.PROFILE, Topic.UNAVAILABLE),
    3: (Topic.OCMW, Topic.SUBSIDY, Topic.PROVISIONAL, Topic.CLAIMS, Topic.CLIENTS),
    4: (*_ENDED, Topic.ROUNDING),
    5: (*_AFTERWARDS, Topic.SITUATION, Topic.COMPETENCES, Topic.CLIENTS),
    6: (*_AFTERWARDS, Topic.TRANSMISSION),
}


@dataclass(frozen=True)
class Figure:
    """A figure by its name in the public edition, or in mart figures when it is not public."""

    measure: str
    dimension: str = "total"
    category: str = "total"


@dataclass(frozen=True)
class Measure:
    """A column of figures.

    `is_additive` is False for distinct clients: the same person may stand in several cells, so they can't be
    taken over municipalities.
    """

    header: str
    figure: Figure
    meaning: str
    unit: str = "trajecten"
    kind: Kind = Kind.COUNT
    missing: str | None = None
    is_additive: bool = True

    @property
    def column(self) -> Column:
        """Return the column of the sheet in an internal edition."""
        return Column(header_text(self.header), self.kind, self.missing, self.meaning, self.unit)

    @property
    def public_column(self) -> Column:
        """Return the column of the sheet in a public edition."""
        return replace(self.column, missing=self.missing if self.is_undelivered else CONFIDENTIAL)

    @property
    def is_undelivered(self) -> bool:
        """Return whether a missing figure was never delivered, rather than left out."""
        return self.missing == NOT_AVAILABLE

    @property
    def selected(self) -> str:
        """Return the figure out of the rows of one area and year."""
        names = ("measure", "dimension", "category")
        values = (self.figure.measure, self.figure.dimension, self.figure.category)
        chosen = " and ".join(_is(name, value) for name, value in zip(names, values, strict=True))
        kind = "bigint" if self.kind is Kind.COUNT else "decimal(18, 6)"
        return f"cast(max(value) filter (where {chosen}) as {kind})"


@dataclass(frozen=True)
class Counts:
    """Where a release has trajectories and, in `dimension`, their classes of duration behind `prefix`."""

    total: Figure
    dimension: str
    prefix: str = ""

    def of_class(self, item: DurationClass) -> Figure:
        """Return the count of one class."""
        return Figure(self.total.measure, self.dimension, f"{self.prefix}{item.code}")


_STARTED_COUNTS = Counts(Figure("started_trajectories"), "planned_duration")
_ENDED_COUNTS = Counts(Figure("ended_trajectories"), "duration")


def _ended_counts(ending: Category) -> Counts:
    total = Figure("ended_trajectories", "ending", ending.code)
    return Counts(total, "ending_duration", f"{ending.code}/")


@dataclass(frozen=True)
class AnnexContext:
    """What all sheets of one annex share."""

    annex: Annex
    build: BuildInfo
    origin: str

    @property
    def year_column(self) -> Column:
        """Return the column of the year, which means something else in every annex."""
        meaning = _YEARS[self.annex.number].format(measure_period=self.build.measure_period)
        return Column("Jaar", Kind.YEAR, meaning=meaning)

    def chart(
        self,
        title: str,
        shape: Shape,
        series: Iterable[tuple[str, str]],
        value_title: str = "Aantal trajecten",
        number_format: str = "#,##0",
    ) -> Chart:
        """Return a chart over the rows of Flanders; `series` are headings of the totals with short names."""
        annex = self.annex
        is_share, is_ranking = shape is Shape.SHARES, shape is Shape.RANKING
        year_axis = _YEARS[annex.number].partition(";")[0].partition(" (")[0].rstrip(".")
        return Chart(
            title=f"{title}, Vlaanderen{f' {annex.last_year}' if is_ranking else ''}",
            subject=title,
            shape=shape,
            source=f"Totalen {annex.number}",
            rows=annex.last_year - annex.first_year + 1,
            series=tuple(Series(header_text(header), header_text(label)) for header, label in series),
            category_title="Situatie" if is_ranking else year_axis,
            value_title=f"Aandeel in het {value_title.lower()}" if is_share else value_title,
            number_format=number_format,
            least_total=_LEAST_BASES * self.build.protection.base if self.build.protection else 0,
        )

    def shown(self, measures: Iterable[Measure], *levels: str) -> list[Measure]:
        """Return the measures that the edition shows at one of the levels of area."""
        protection = self.build.protection
        if protection is None:
            return [measure for measure in measures if measure.is_additive or "municipality" in levels]
        return [
            measure
            for measure in measures
            if (measure.is_undelivered and not self.build.are_claims_delivered)
            or any(
                (self.annex.number, level, *astuple(measure.figure)) in protection.figures for level in levels
            )
        ]

    @property
    def source(self) -> str:
        """Return the query of the figures that the edition shows."""
        return PUBLISHED_FIGURES if self.build.protection else EXACT_FIGURES

    def column(self, measure: Measure) -> Column:
        """Return the column of a measure: in a public edition a figure may be left out."""
        return measure.public_column if self.build.protection else measure.column

    def notes(self, text: str, *markers: str | None) -> tuple[Note, ...]:
        """Return the lines above a table: label of the data, what it shows, day, markers, notes, way back."""
        build = self.build
        explained = [marker for marker in markers if marker]
        if build.protection:
            # Without trajectories a public edition has too few of them, like with few.
            explained = [marker for marker in explained if marker != _NO_DURATION]
            explained.append(confidential_text(build.protection))
        paragraphs = (text, self.origin_text, " ".join(explained))
        return (
            *([Note(SYNTHETIC_LABEL, Tone.LOUD)] if build.is_synthetic else []),
            *(Note(text) for text in (*paragraphs, self._reading_text(), self._incomplete_text()) if text),
            Note("Terug naar de inhoud", link=CONTENTS),
        )

    @property
    def origin_text(self) -> str:
        """Return the source and the day of the figures."""
        stand_in = "gegenereerde gegevens in de plaats van " if self.build.is_synthetic else ""
        return f"Bron: {stand_in}{self.origin}. Stand per {day_text(self.build.as_of)}."

    def _reading_text(self) -> str:
        topics = references(*_TOPICS[self.annex.number], *_ALWAYS)
        zero = zero_text(self.build.protection, self.annex.number)
        return f"{zero} Begrippen en beperkingen: {topics}."

    def _incomplete_text(self) -> str | None:
        until = self.build.known_until
        is_year_complete = (until.month, until.day) == (12, 31)
        last_complete = until.year if is_year_complete else until.year - 1
        if self.annex.last_year <= last_complete:
            return None
        first = max(last_complete + 1, self.annex.first_year)
        return (
            f"Let op: de gegevens lopen tot en met {day_text(until)}; cijfers vanaf {first} zijn onvolledig."
        )


def annex_sheets(annexes: Iterable[Annex], build: BuildInfo, labels: Labels) -> list[Sheet]:
    """Return the sheets of all annexes in the order of the workbook."""
    makers = {
        1: (_annex_1, _TRAJECTORY_SOURCE),
        2: (_annex_2, _TRAJECTORY_SOURCE),
        3: (_annex_3, _SUBSIDY_SOURCE),
        4: (_annex_4, _TRAJECTORY_SOURCE),
        5: (_annex_5, _OUTFLOW_SOURCE),
        6: (_annex_6, _TRANSMISSION_SOURCE),
    }
    sheets: list[Sheet] = []
    for annex in annexes:
        make, origin = makers[annex.number]
        sheets += make(AnnexContext(annex, build, origin), labels)
    return sheets


def _annex_1(context: AnnexContext, labels: Labels) -> list[Sheet]:
    mart = "marts.annex_1_started_trajectories"
    measures = (
        *_class_counts("Trajecten", labels.duration_classes, _STARTED_COUNTS),
        *_duration("Trajecten", "vermoedelijke duur", _STARTED_COUNTS),
    )
    return [
        _main_sheet(context, measures, _NO_DURATION),
        *_months_sheets(context, mart, "Vermoedelijke duur (maanden)", "planned_duration_months"),
        _totals_sheet(context, measures, _NO_DURATION),
        _charts_sheet(
            context,
            context.chart(
                "Opgestarte trajecten per jaar", Shape.COLUMNS, [("Trajecten: totaal", "Trajecten")]
            ),
            context.chart(
                "Vermoedelijke duur van de opgestarte trajecten",
                Shape.SHARES,
                _class_series("Trajecten", labels.duration_classes),
            ),
        ),
    ]


def _annex_2(context: AnnexContext, labels: Labels) -> list[Sheet]:
    total = Measure(
        "Trajecten: totaal",
        Figure("started_trajectories"),
        "Alle trajecten die in het jaar gestart zijn.",
    )
    measures = (total, *(_profile_count(item) for item in labels.profile))
    dimensions = {item.group: item.group_label for item in labels.profile}
    charts = (
        context.chart(
            f"{label} van wie een traject start" if " bij " not in label else label,
            Shape.SHARES,
            [(f"{label}: {item.label}", item.label) for item in labels.profile if item.group == dimension],
        )
        for dimension, label in dimensions.items()
    )
    return [_main_sheet(context, measures), _totals_sheet(context, measures), _charts_sheet(context, *charts)]


def _annex_3(context: AnnexContext, _labels: Labels) -> list[Sheet]:
    worked = (
        Measure(
            "Gesubsidieerde maanden",
            Figure("subsidised_months"),
            "Cliëntmaanden waarvan de boekingen samen meer dan 0 euro bedragen.",
            "maanden",
        ),
        Measure(
            "Cliënten",
            Figure("clients"),
            "Verschillende cliënten met minstens één gesubsidieerde maand.",
            "cliënten",
            is_additive=False,
        ),
        *_amounts("(EUR)", "worked"),
        Measure(
            "Aanvragen",
            Figure("claims"),
            "Aanvragen van de loontoelage.",
            "aanvragen",
            missing=NOT_AVAILABLE,
        ),
        Measure(
            "Aangevraagd (EUR)",
            Figure("amount", "claimed", "claimed_eur"),
            "Aangevraagd bedrag van de loontoelage.",
            "euro",
            Kind.EURO,
            NOT_AVAILABLE,
        ),
    )
    booked = _amounts("naar boekingsjaar (EUR)", "booked")
    no_claims = None if context.build.are_claims_delivered else _NO_CLAIMS
    booked_text = "Uitbetaalde loontoelage (bruto, teruggevorderd en netto) naar het jaar van boeking."
    return [
        _main_sheet(context, worked, no_claims),
        _second_sheet(context, booked, "boekingsjaar", "naar boekingsjaar", booked_text),
        *([] if context.build.protection else [_corrections_sheet(context)]),
        _totals_sheet(context, (*worked, *booked), no_claims),
        _charts_sheet(
            context,
            context.chart(
                "Loontoelage: bruto, teruggevorderd en netto",
                Shape.COLUMNS,
                [
                    ("Bruto betaald (EUR)", "Bruto betaald"),
                    ("Teruggevorderd (EUR)", "Teruggevorderd"),
                    ("Netto betaald (EUR)", "Netto betaald"),
                ],
                "Duizend euro",
                "#,##0,",
            ),
            context.chart(
                "Gesubsidieerde maanden per jaar",
                Shape.COLUMNS,
                [("Gesubsidieerde maanden", "Gesubsidieerde maanden")],
                "Aantal maanden",
            ),
        ),
    ]


def _annex_4(context: AnnexContext, labels: Labels) -> list[Sheet]:
    mart = "marts.annex_4_ended_trajectories"
    measures: list[Measure] = []
    for label, counts in (
        ("Alle trajecten", _ENDED_COUNTS),
        *((item.label, _ended_counts(item)) for item in labels.endings),
    ):
        measures += _class_counts(label, labels.duration_classes, counts)
        measures += _duration(label, "duur", counts)
    endings = [(f"{ending.label}: totaal", ending.label) for ending in labels.endings]
    return [
        _main_sheet(context, measures, _NO_DURATION),
        *_months_sheets(context, mart, "Werkelijke duur (maanden)", "duration_months", "Beëindiging"),
        _totals_sheet(context, measures, _NO_DURATION),
        _charts_sheet(
            context,
            context.chart("Beëindigde trajecten per jaar", Shape.COLUMNS, endings),
            context.chart("Volgens plan of vroegtijdig beëindigd", Shape.SHARES, endings),
            context.chart(
                "Werkelijke duur van de beëindigde trajecten",
                Shape.SHARES,
                _class_series("Alle trajecten", labels.duration_classes),
            ),
        ),
    ]


def _annex_5(context: AnnexContext, labels: Labels) -> list[Sheet]:
    groups = {item.group: item.group_label for item in labels.outcomes}
    measures = [
        Measure(
            "Cohorte: totaal",
            Figure("measured_trajectories"),
            "Alle trajecten waarvan de meetdatum in het jaar valt.",
        )
    ]
    for group, label in groups.items():
        measures.append(
            Measure(
                f"{label}: totaal",
                Figure("measured_trajectories", "outcome_group", group),
                f"Trajecten met op de meetdatum een situatie uit de groep '{label}'.",
            )
        )
        measures += [
            Measure(
                f"{label}: {item.label}",
                Figure("measured_trajectories", "outcome", f"{group}/{item.code}"),
                f"Trajecten met op de meetdatum de situatie '{item.label}'.",
            )
            for item in labels.outcomes
            if item.group == group
        ]
    for item in labels.competences:
        measures += [
            Measure(
                f"{item.label} (trajecten)",
                Figure("measured_trajectories", item.code, "yes"),
                "Trajecten met deze vorm van competentieversterking "
                f"binnen {context.build.window_period} na het einde.",
            ),
            Measure(
                f"{item.label} (cliënten)",
                Figure("clients", item.group, item.code),
                "Verschillende cliënten met deze vorm van competentieversterking.",
                "cliënten",
                is_additive=False,
            ),
        ]
    first, *others = groups
    charts = (
        context.chart(
            f"Situatie {context.build.measure_period} na het einde",
            Shape.SHARES,
            [
                *_outcome_series(labels, first),
                *((f"{groups[group]}: totaal", groups[group]) for group in others),
            ],
        ),
        *(
            context.chart(
                f"{groups[group]} {context.build.measure_period} na het einde",
                Shape.RANKING,
                _outcome_series(labels, group),
            )
            for group in others
        ),
    )
    return [_main_sheet(context, measures), _totals_sheet(context, measures), _charts_sheet(context, *charts)]


def _annex_6(context: AnnexContext, labels: Labels) -> list[Sheet]:
    window = context.build.window_period
    transmissions = (
        Measure(
            "Beëindigde trajecten",
            Figure("measured_trajectories"),
            "Alle trajecten waarvan de meetdatum in het jaar valt.",
        ),
        Measure(
            "Trajecten met een transmissie",
            Figure("measured_trajectories", "transmission", "yes"),
            f"Trajecten met minstens één transmissie binnen {window} na het einde.",
        ),
    )
    decisions = (
        Measure(
            "Transmissies: totaal",
            Figure("transmissions"),
            "Transmissies, geteld per traject waarbij ze horen.",
            "transmissies",
        ),
        *(_decision_count(item) for item in labels.decisions),
    )
    decisions_text = f"Aantal transmissies binnen {window} na het einde, naar het jaar van de meetdatum."
    return [
        _main_sheet(context, transmissions),
        _second_sheet(context, decisions, "beslissingen", "naar beslissing", decisions_text),
        _totals_sheet(context, (*transmissions, *decisions)),
        _charts_sheet(
            context,
            context.chart(
                f"Trajecten met een transmissie binnen {window} na het einde",
                Shape.COLUMNS,
                [("Trajecten met een transmissie", "Trajecten met een transmissie")],
            ),
            context.chart(
                "Transmissies naar beslissing",
                Shape.SHARES,
                [(f"{item.group_label}: {item.label}", item.label) for item in labels.decisions],
                "Aantal transmissies",
            ),
        ),
    ]


def _main_sheet(context: AnnexContext, measures: Iterable[Measure], *markers: str | None) -> Sheet:
    annex = context.annex
    return _municipality_sheet(context, measures, "", annex.title, context.notes(annex.answer, *markers))


def _second_sheet(
    context: AnnexContext, measures: Iterable[Measure], suffix: str, title: str, text: str
) -> Sheet:
    return _municipality_sheet(
        context, measures, suffix, f"{context.annex.title}, {title}", context.notes(text)
    )


def _municipality_sheet(
    context: AnnexContext, measures: Iterable[Measure], suffix: str, title: str, notes: tuple[Note, ...]
) -> Sheet:
    """Return a row for every municipality and every year of the annex."""
    number = context.annex.number
    shown = context.shown(measures, "municipality")
    return Sheet(
        name=f"Bijlage {number} {suffix}".strip(),
        title=f"Bijlage {number}: {title}",
        notes=notes,
        table_name=f"bijlage_{number}_{suffix or 'gemeenten'}",
        row_meaning=PER_MUNICIPALITY,
        columns=(*municipality_columns(context.build), context.year_column, *map(context.column, shown)),
        query=municipality_query(number, [measure.selected for measure in shown], context.source),
        origin=context.origin_text,
    )


def _corrections_sheet(context: AnnexContext) -> Sheet:
    """Return the correction triangle: a row per year worked, a column per year until the booking."""
    headers = ["in het jaar zelf", "na 1 jaar", *(f"na {years} jaar" for years in range(2, 11))]
    selected = ", ".join(
        f"sum(cumulative_net_eur) filter (where years_until_booking = {years})"
        for years in range(len(headers))
    )
    return Sheet(
        name=f"Bijlage {context.annex.number} correcties",
        title=f"Bijlage {context.annex.number}: {context.annex.title}, correcties in de jaren daarna",
        notes=context.notes(
            "Netto uitbetaalde loontoelage in Vlaanderen naar het jaar waarin gewerkt is: alles wat tot "
            "en met zoveel jaar later geboekt is. Ook jaren buiten de bijlage.",
            f"{NOT_APPLICABLE} = niet van toepassing: dat boekingsjaar is nog niet begonnen.",
        ),
        table_name=f"bijlage_{context.annex.number}_correcties",
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
            select performance_year, {selected}
            from marts.annex_3_correction_triangle
            group by performance_year
            order by performance_year
        """,
    )


def _totals_sheet(context: AnnexContext, measures: Iterable[Measure], *markers: str | None) -> Sheet:
    """Return the measures that are known of more than municipalities, for Flanders and per province."""
    annex = context.annex
    shown = context.shown(measures, "province", "region")
    return Sheet(
        name=f"Totalen {annex.number}",
        title=f"Totalen bij bijlage {annex.number}: {annex.title}, Vlaanderen en provincies",
        notes=context.notes(annex.answer, *markers),
        table_name=f"bijlage_{annex.number}_totalen",
        row_meaning=PER_AREA,
        columns=(*_AREA_COLUMNS, context.year_column, *map(context.column, shown)),
        query=totals_query(annex.number, [measure.selected for measure in shown], context.source),
        origin=context.origin_text,
    )


def _months_sheets(
    context: AnnexContext, mart: str, header: str, months: str, ending_header: str | None = None
) -> list[Sheet]:
    """Return the mart itself: a row per municipality, year, (ending) and number of months that occurs.

    A public edition has no such sheet: nearly every row is about one or two trajectories.
    """
    if context.build.protection:
        return []
    annex = context.annex
    ending_columns = (
        [Column(ending_header, Kind.TEXT, meaning="Volgens plan uitgevoerd of vroegtijdig beëindigd.")]
        if ending_header
        else []
    )
    ending_join = "inner join reference.endings using (ending)" if ending_header else ""
    ending_label, ending_order = ("label_nl, ", "sort_order, ") if ending_header else ("", "")
    months_sheet = Sheet(
        name=f"Bijlage {annex.number} maanden",
        title=f"Bijlage {annex.number}: {annex.title}, per maand",
        notes=context.notes(
            "Aantal trajecten naar de exacte duur in volle maanden. "
            "Alleen wat voorkomt staat hier: waar geen rij is, zijn er 0 trajecten."
        ),
        table_name=f"bijlage_{annex.number}_maanden",
        row_meaning="gemeente, jaar en duur die voorkomt",
        columns=(
            *municipality_columns(context.build),
            context.year_column,
            *ending_columns,
            Column(header, Kind.COUNT, meaning="Duur in volle maanden.", unit="maanden"),
            Column("Trajecten", Kind.COUNT, meaning="Trajecten met die duur.", unit="trajecten"),
        ),
        query=f"""
            select nis_code, municipality, province, year, {ending_label}{months}, trajectories
            from {mart} {ending_join}
            order by province, municipality, nis_code, year, {ending_order}{months}
        """,
    )
    return [months_sheet]


def _charts_sheet(context: AnnexContext, *charts: Chart) -> Sheet:
    """Return the charts of an annex under a list of what they show."""
    number = context.annex.number
    return Sheet(
        name=f"Grafieken {number}",
        title=f"Grafieken bij bijlage {number}: {context.annex.title}, Vlaanderen",
        notes=context.notes(
            "Elke grafiek toont de rijen van Vlaanderen; de tabel zegt waar de cijfers staan."
        ),
        table_name=f"bijlage_{number}_grafieken",
        row_meaning="grafiek",
        columns=(
            Column("Grafiek", Kind.PROSE, meaning="Titel van de grafiek.", prose_width=60),
            Column("Wat ze toont", Kind.PROSE, meaning="Wat de assen en reeksen zijn.", prose_width=60),
            Column("Cijfers", Kind.LINK, meaning="Werkblad met de cijfers achter de grafiek."),
        ),
        query=values_query([(chart.title, _chart_text(chart), chart.source) for chart in charts]),
        charts=charts,
    )


def _chart_text(chart: Chart) -> str:
    """Return in words what a reader would see."""
    if chart.shape is Shape.RANKING:
        return f"{chart.value_title} per situatie in het laatste jaar."
    names = list_text([item.label for item in chart.series])
    per_year = f"{chart.value_title} per {chart.category_title[0].lower()}{chart.category_title[1:]}"
    return f"{per_year}: {names}." if len(chart.series) > 1 else f"{per_year}."


def _class_series(prefix: str, classes: Iterable[DurationClass]) -> list[tuple[str, str]]:
    return [(f"{prefix}: {item.label}", item.label) for item in classes]


def _outcome_series(labels: Labels, group: str) -> list[tuple[str, str]]:
    return [
        (f"{item.group_label}: {item.label}", item.label) for item in labels.outcomes if item.group == group
    ]


def _class_counts(prefix: str, classes: Iterable[DurationClass], counts: Counts) -> list[Measure]:
    """Return the total and a column per duration class."""
    return [
        Measure(f"{prefix}: totaal", counts.total, f"{prefix} van het jaar, welke duur ook."),
        *(
            Measure(
                f"{prefix}: {item.label}",
                counts.of_class(item),
                f"{prefix} met een duur van {item.label[0].lower()}{item.label[1:]} (volle maanden).",
            )
            for item in classes
        ),
    ]


def _duration(prefix: str, what: str, counts: Counts) -> list[Measure]:
    """Return the mean and the median in months; NULL where there are no trajectories."""
    return [
        Measure(
            f"{prefix}: {words} {what} (maanden)",
            replace(counts.total, measure=f"{statistic}_months of {counts.total.measure}"),
            f"{words.capitalize()} {what} van deze trajecten, getoond met één decimaal.",
            "maanden",
            Kind.MEAN,
            NOT_APPLICABLE,
        )
        for words, statistic in (("gemiddelde", "mean"), ("mediaan van de", "median"))
    ]


def _amounts(suffix: str, basis: str) -> tuple[Measure, ...]:
    """Return the three amounts of the ledger; `basis` is what the public edition calls their year."""
    return tuple(
        Measure(f"{header} {suffix}", Figure("amount", basis, name), meaning, "euro", Kind.EURO)
        for header, name, meaning in (
            ("Bruto betaald", "gross_paid_eur", "Som van de positieve boekingen van de loontoelage."),
            ("Teruggevorderd", "recovered_eur", "Som van de negatieve boekingen: negatief of 0."),
            ("Netto betaald", "paid_eur", "Bruto betaald en teruggevorderd samen."),
        )
    )


def _profile_count(item: Category) -> Measure:
    return Measure(
        f"{item.group_label}: {item.label}",
        Figure("started_trajectories", item.group, item.code),
        f"Gestarte trajecten met kenmerk '{item.group_label}': {item.label}.",
    )


def _decision_count(item: Category) -> Measure:
    return Measure(
        f"{item.group_label}: {item.label}",
        Figure("transmissions", "decision", item.code),
        f"Transmissies met beslissing: {item.label}.",
        "transmissies",
    )


def _is(column: str, code: str) -> str:
    return f"{column} = {sql_text(code)}"
