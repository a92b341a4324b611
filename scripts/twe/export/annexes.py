"""The sheets of the six annexes, described as data.

A view is a source (SQL with `year`, `nis_code` and what its measures need) and a list of measures
(aggregates over that source). The same measures are taken per municipality and, where they may be, per
province and for Flanders: so rows and totals can't differ in meaning.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from twe.export.dutch import day_text
from twe.export.sheets import (
    COVER,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    SYNTHETIC_LABEL,
    Column,
    Kind,
    Note,
    Sheet,
    Tone,
    header_text,
    sql_text,
)
from twe.export.warehouse import Annex, Category, DurationClass, Facts, Labels

_TRAJECTORY_SOURCE = "trajecten zoals de OCMW's ze registreren bij VDAB"
_SUBSIDY_SOURCE = "boekingen van de loontoelage artikel 60"
_OUTFLOW_SOURCE = f"{_TRAJECTORY_SOURCE}, en de uitstroomgegevens van VDAB"
_TRANSMISSION_SOURCE = f"{_TRAJECTORY_SOURCE}, en de transmissies naar de Controledienst van VDAB"

_MUNICIPALITY_COLUMNS = (
    Column("NIS-code", Kind.CODE),
    Column("Gemeente", Kind.TEXT),
    Column("Provincie", Kind.TEXT),
    Column("Jaar", Kind.YEAR),
)
_AREA_COLUMNS = (Column("Niveau", Kind.TEXT), Column("Gebied", Kind.TEXT), Column("Jaar", Kind.YEAR))

_NO_DURATION = f"{NOT_APPLICABLE} = niet van toepassing: er zijn geen trajecten en dus geen duur."
_NO_CLAIMS = (
    f"{NOT_AVAILABLE} = niet beschikbaar: de aanvragen zijn niet geleverd, "
    "alleen de POD Maatschappelijke Integratie kent ze."
)


@dataclass(frozen=True)
class Measure:
    """A column of figures: an SQL aggregate over the source of its view.

    `is_additive` is False for distinct clients: the same person may stand in several cells, so they can't
    be taken over municipalities.
    """

    header: str
    aggregate: str
    kind: Kind = Kind.COUNT
    missing: str | None = None
    is_additive: bool = True

    @property
    def column(self) -> Column:
        """Return the column of the sheet."""
        return Column(header_text(self.header), self.kind, self.missing)


@dataclass(frozen=True)
class View:
    """One table of an annex: what it counts and how."""

    source: str
    measures: tuple[Measure, ...]


@dataclass(frozen=True)
class Frame:
    """What all sheets of one annex share."""

    annex: Annex
    facts: Facts
    origin: str

    def notes(self, *texts: str | None) -> tuple[Note, ...]:
        """Return the lines above a table: label of the data, the texts, source, day, way back."""
        paragraphs = (*texts, self._origin_text(), self._incomplete_text())
        return (
            *([Note(SYNTHETIC_LABEL, Tone.LOUD)] if self.facts.is_synthetic else []),
            *(Note(text) for text in paragraphs if text),
            Note("Terug naar het voorblad", link=COVER),
        )

    def _origin_text(self) -> str:
        stand_in = "gegenereerde demonstratiegegevens in de plaats van " if self.facts.is_synthetic else ""
        return (
            f"Bron: {stand_in}{self.origin}. Stand per {day_text(self.facts.as_of)}; "
            f"gemeenten van {day_text(self.facts.geography_date)}. 0 = geteld en niets gevonden."
        )

    def _incomplete_text(self) -> str | None:
        as_of = self.facts.as_of
        is_year_complete = (as_of.month, as_of.day) == (12, 31)
        last_complete = as_of.year if is_year_complete else as_of.year - 1
        if self.annex.last_year <= last_complete:
            return None
        first = max(last_complete + 1, self.annex.first_year)
        return (
            f"Let op: de gegevens lopen tot en met {day_text(as_of)}; cijfers vanaf {first} zijn onvolledig."
        )


def annex_sheets(annexes: Iterable[Annex], facts: Facts, labels: Labels) -> list[Sheet]:
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
        sheets += make(Frame(annex, facts, origin), labels)
    return sheets


def _annex_1(frame: Frame, labels: Labels) -> list[Sheet]:
    mart = "marts.annex_1_started_trajectories"
    view = View(
        f"select year, nis_code, planned_duration_months as months from {mart}, unnest(range(trajectories))",
        (
            *_class_counts("Trajecten", labels.duration_classes),
            *_duration("Trajecten", "vermoedelijke duur"),
        ),
    )
    return [
        _main_sheet(frame, view, _NO_DURATION),
        _months_sheet(frame, mart, "Vermoedelijke duur (maanden)", "planned_duration_months"),
        _totals_sheet(frame, view, _NO_DURATION),
    ]


def _annex_2(frame: Frame, labels: Labels) -> list[Sheet]:
    # Every dimension adds up to all trajectories, so any one of them gives the total.
    total = Measure("Trajecten: totaal", _sum("trajectories", _is("dimension", labels.profile[0].group)))
    view = View(
        "select year, nis_code, dimension, category, trajectories from marts.annex_2_profile",
        (total, *(_profile_count(item) for item in labels.profile)),
    )
    text = "Elk kenmerk telt op tot het totaal; tel verschillende kenmerken niet samen."
    return [_main_sheet(frame, view, text), _totals_sheet(frame, view, text)]


def _annex_3(frame: Frame, _labels: Labels) -> list[Sheet]:
    worked = View(
        "select year, nis_code, subsidised_months, clients, gross_paid_eur, recovered_eur, paid_eur, claims, "
        "claimed_eur from marts.annex_3_wage_subsidies",
        (
            Measure("Gesubsidieerde maanden", _sum("subsidised_months")),
            Measure("Cliënten", _sum("clients"), is_additive=False),
            *_amounts("(EUR)"),
            # Without coalesce: the sum of what nobody delivered is not 0.
            Measure("Aanvragen", "sum(claims)", Kind.COUNT, NOT_AVAILABLE),
            Measure("Aangevraagd (EUR)", "sum(claimed_eur)", Kind.EURO, NOT_AVAILABLE),
        ),
    )
    booked = View(
        "select year, nis_code, gross_paid_eur as booked_gross_paid_eur, "
        "recovered_eur as booked_recovered_eur, paid_eur as booked_paid_eur "
        "from marts.annex_3_by_booking_year",
        _amounts("naar boekingsjaar (EUR)", "booked_"),
    )
    both = View(f"{worked.source} union all by name {booked.source}", (*worked.measures, *booked.measures))
    no_claims = None if frame.facts.are_claims_delivered else _NO_CLAIMS
    booked_text = "Uitbetaalde loontoelage (bruto, teruggevorderd en netto) naar het jaar van boeking."
    return [
        _main_sheet(frame, worked, "Jaar = het jaar waarin gewerkt is (prestatiemaand).", no_claims),
        _second_sheet(frame, booked, "boekingsjaar", "naar boekingsjaar", booked_text),
        _totals_sheet(
            frame,
            both,
            "Jaar = het jaar waarin gewerkt is; in de kolommen 'naar boekingsjaar' het jaar van boeking.",
            "Cliënten staan hier niet: wie in meer dan één gemeente werkte, zou dubbel tellen.",
            no_claims,
        ),
    ]


def _annex_4(frame: Frame, labels: Labels) -> list[Sheet]:
    mart = "marts.annex_4_ended_trajectories"
    measures: list[Measure] = []
    for label, condition in (
        ("Alle trajecten", "true"),
        *((ending.label, _is("ending", ending.code)) for ending in labels.endings),
    ):
        measures += _class_counts(label, labels.duration_classes, condition)
        measures += _duration(label, "duur", condition)
    view = View(
        f"select year, nis_code, ending, duration_months as months from {mart}, unnest(range(trajectories))",
        tuple(measures),
    )
    return [
        _main_sheet(frame, view, _NO_DURATION),
        _months_sheet(frame, mart, "Werkelijke duur (maanden)", "duration_months", "Beëindiging"),
        _totals_sheet(frame, view, _NO_DURATION),
    ]


def _annex_5(frame: Frame, labels: Labels) -> list[Sheet]:
    groups = {item.group: item.group_label for item in labels.outcomes}
    statuses = ", ".join(sql_text(group) for group in groups)
    measures = [Measure("Cohorte: totaal", _sum("trajectories", f"outcome_group in ({statuses})"))]
    for group, label in groups.items():
        measures.append(Measure(f"{label}: totaal", _sum("trajectories", _is("outcome_group", group))))
        measures += [
            Measure(f"{label}: {item.label}", _sum("trajectories", _is_outcome(item)))
            for item in labels.outcomes
            if item.group == group
        ]
    for item in labels.competences:
        measures += [
            Measure(f"{item.label} (trajecten)", _sum("trajectories", _is_outcome(item))),
            Measure(f"{item.label} (cliënten)", _sum("clients", _is_outcome(item)), is_additive=False),
        ]
    view = View(
        "select year, nis_code, outcome_group, outcome, trajectories, clients from marts.annex_5_outflow",
        tuple(measures),
    )
    no_clients = "Cliënten staan hier niet: wie in meer dan één gemeente uitstroomde, zou dubbel tellen."
    return [_main_sheet(frame, view), _totals_sheet(frame, view, no_clients)]


def _annex_6(frame: Frame, labels: Labels) -> list[Sheet]:
    transmissions = View(
        "select year, nis_code, ended_trajectories, trajectories_with_transmission "
        "from marts.annex_6_transmissions",
        (
            Measure("Beëindigde trajecten", _sum("ended_trajectories")),
            Measure("Trajecten met een transmissie", _sum("trajectories_with_transmission")),
        ),
    )
    decisions = View(
        "select year, nis_code, decision, transmissions from marts.annex_6_decisions",
        (
            Measure("Transmissies: totaal", _sum("transmissions")),
            *(_decision_count(item) for item in labels.decisions),
        ),
    )
    both = View(
        f"{transmissions.source} union all by name {decisions.source}",
        (*transmissions.measures, *decisions.measures),
    )
    decisions_text = "Aantal transmissies in de 12 maanden na het einde, naar het jaar van de meetdatum."
    pairs_text = (
        "Transmissies tellen per traject: een traject kan er meer dan één hebben, "
        "en een transmissie kan bij meer dan één traject horen."
    )
    return [
        _main_sheet(frame, transmissions),
        _second_sheet(frame, decisions, "beslissingen", "naar beslissing", decisions_text, pairs_text),
        _totals_sheet(frame, both, pairs_text),
    ]


def _main_sheet(frame: Frame, view: View, *texts: str | None) -> Sheet:
    annex = frame.annex
    return _municipality_sheet(frame, view, "", annex.title, (annex.answer, *texts))


def _second_sheet(frame: Frame, view: View, suffix: str, title: str, *texts: str) -> Sheet:
    return _municipality_sheet(frame, view, suffix, f"{frame.annex.title}, {title}", texts)


def _municipality_sheet(
    frame: Frame, view: View, suffix: str, title: str, texts: Iterable[str | None]
) -> Sheet:
    """Return a row for every municipality and every year of the annex."""
    number = frame.annex.number
    selected = ", ".join(measure.aggregate for measure in view.measures)
    return Sheet(
        name=f"Bijlage {number} {suffix}".strip(),
        title=f"Bijlage {number}: {title}",
        notes=frame.notes(*texts, frame.annex.limits),
        table_name=f"bijlage_{number}_{suffix or 'gemeenten'}",
        columns=(*_MUNICIPALITY_COLUMNS, *(measure.column for measure in view.measures)),
        query=f"""
            {_cells(frame.annex, view)}
            select nis_code, municipality, province, year, {selected}
            from cells
            group by nis_code, municipality, province, year
            order by province, municipality, nis_code, year
        """,
    )


def _totals_sheet(frame: Frame, view: View, *texts: str | None) -> Sheet:
    """Return the measures that may be taken over municipalities, for Flanders and per province."""
    annex = frame.annex
    measures = [measure for measure in view.measures if measure.is_additive]
    selected = ", ".join(measure.aggregate for measure in measures)
    return Sheet(
        name=f"Totalen {annex.number}",
        title=f"Totalen bij bijlage {annex.number}: {annex.title}, Vlaanderen en provincies",
        notes=frame.notes(
            annex.answer,
            *texts,
            annex.limits,
            "In de rijen van Vlaanderen zitten die van de provincies: tel ze niet samen.",
        ),
        table_name=f"bijlage_{annex.number}_totalen",
        columns=(*_AREA_COLUMNS, *(measure.column for measure in measures)),
        query=f"""
            {_cells(annex, view)}
            select
                if(grouping(province) = 1, 'Vlaanderen', 'Provincie'),
                coalesce(province, 'Vlaanderen'),
                year,
                {selected}
            from cells
            group by grouping sets ((year), (province, year))
            order by grouping(province) desc, province, year
        """,
    )


def _months_sheet(
    frame: Frame, mart: str, header: str, months: str, ending_header: str | None = None
) -> Sheet:
    """Return the mart itself: a row per municipality, year, (ending) and number of months that occurs."""
    annex = frame.annex
    ending_columns = [Column(ending_header, Kind.TEXT)] if ending_header else []
    ending_join = "inner join marts.dim_endings using (ending)" if ending_header else ""
    ending_label, ending_order = ("label_nl, ", "sort_order, ") if ending_header else ("", "")
    return Sheet(
        name=f"Bijlage {annex.number} maanden",
        title=f"Bijlage {annex.number}: {annex.title}, per maand",
        notes=frame.notes(
            "Aantal trajecten naar de exacte duur in volle maanden. "
            "Alleen wat voorkomt staat hier: waar geen rij is, zijn er 0 trajecten.",
            annex.limits,
        ),
        table_name=f"bijlage_{annex.number}_maanden",
        columns=(
            *_MUNICIPALITY_COLUMNS,
            *ending_columns,
            Column(header, Kind.COUNT),
            Column("Trajecten", Kind.COUNT),
        ),
        query=f"""
            select nis_code, municipality, province, year, {ending_label}{months}, trajectories
            from {mart} {ending_join}
            order by province, municipality, nis_code, year, {ending_order}{months}
        """,
    )


def _cells(annex: Annex, view: View) -> str:
    """Return the CTE `cells`: the source of a view, with a row for every municipality and year."""
    return f"""
        with source as ({view.source}),
        areas as (
            select years.year, municipalities.nis_code, municipalities.municipality, municipalities.province
            from marts.dim_reporting_years as years
            cross join marts.dim_municipalities as municipalities
            where years.annex = {annex.number}
        ),
        cells as (
            select areas.*, source.* exclude (year, nis_code)
            from areas
            left join source on areas.year = source.year and areas.nis_code = source.nis_code
        )
    """


def _class_counts(prefix: str, classes: Iterable[DurationClass], condition: str = "true") -> list[Measure]:
    """Return the total and a column per duration class; the source has one row per trajectory."""
    measures = [Measure(f"{prefix}: totaal", f"count(months) filter (where {condition})")]
    for item in classes:
        upper = "" if item.last is None else f" and months <= {item.last}"
        within = f"{condition} and months >= {item.first}{upper}"
        measures.append(Measure(f"{prefix}: {item.label}", f"count(months) filter (where {within})"))
    return measures


def _duration(prefix: str, what: str, condition: str = "true") -> list[Measure]:
    """Return the mean and the median in months; NULL where there are no trajectories."""
    return [
        Measure(
            f"{prefix}: {words} {what} (maanden)",
            f"{function}(months) filter (where {condition})",
            Kind.MEAN,
            NOT_APPLICABLE,
        )
        for words, function in (("gemiddelde", "avg"), ("mediaan van de", "median"))
    ]


def _amounts(suffix: str, prefix: str = "") -> tuple[Measure, ...]:
    """Return the three amounts of the ledger."""
    return (
        Measure(f"Bruto betaald {suffix}", _sum(f"{prefix}gross_paid_eur"), Kind.EURO),
        Measure(f"Teruggevorderd {suffix}", _sum(f"{prefix}recovered_eur"), Kind.EURO),
        Measure(f"Netto betaald {suffix}", _sum(f"{prefix}paid_eur"), Kind.EURO),
    )


def _profile_count(item: Category) -> Measure:
    condition = f"{_is('dimension', item.group)} and {_is('category', item.code)}"
    return Measure(f"{item.group_label}: {item.label}", _sum("trajectories", condition))


def _decision_count(item: Category) -> Measure:
    return Measure(f"{item.group_label}: {item.label}", _sum("transmissions", _is("decision", item.code)))


def _is_outcome(item: Category) -> str:
    return f"{_is('outcome_group', item.group)} and {_is('outcome', item.code)}"


def _is(column: str, code: str) -> str:
    return f"{column} = {sql_text(code)}"


def _sum(column: str, condition: str = "true") -> str:
    return f"coalesce(sum({column}) filter (where {condition}), 0)"
