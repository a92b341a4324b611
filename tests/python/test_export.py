"""The workbook against the warehouse: every cell, the refusals, and what a spreadsheet must never do."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from statistics import fmean, median

import duckdb
import pytest
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from twe.cli import main
from twe.export import in_place, job
from twe.export.dutch import lowered
from warehouse import PROJECT, Build

SHEETS = [
    "Voorblad",
    "Samenvatting",
    "Inhoud",
    "Toelichting",
    "Bijlage 1",
    "Bijlage 1 details",
    "Bijlage 1 maanden",
    "Bijlage 1 raming",
    "Totalen 1",
    "Grafieken 1",
    "Bijlage 2",
    "Bijlage 2 details",
    "Totalen 2",
    "Grafieken 2",
    "Bijlage 3",
    "Bijlage 3 details",
    "Bijlage 3 boekingsjaar",
    "Bijlage 3 correcties",
    "Bijlage 3 raming",
    "Totalen 3",
    "Grafieken 3",
    "Bijlage 4",
    "Bijlage 4 details",
    "Bijlage 4 maanden",
    "Bijlage 4 raming",
    "Totalen 4",
    "Grafieken 4",
    "Bijlage 5",
    "Bijlage 5 details",
    "Totalen 5",
    "Grafieken 5",
    "Bijlage 6",
    "Bijlage 6 details",
    "Bijlage 6 beslissingen",
    "Totalen 6",
    "Grafieken 6",
    "Kwaliteit",
    "Herkomst",
    "Invoerbestanden",
    "Kolommen",
]
AREA_SHEETS = [
    name
    for name in SHEETS
    if name.startswith("Bijlage ") and name.endswith(("details", "boekingsjaar", "beslissingen"))
]
TOTALS_SHEETS = [name for name in SHEETS if name.startswith("Totalen")]
WIDE_SHEETS = ["Bijlage 4"] + [
    name for annex in (2, 4, 5) for name in (f"Bijlage {annex} details", f"Totalen {annex}")
]
SYNTHETIC = "SYNTHETISCHE DEMONSTRATIEGEGEVENS - geen echte cijfers"
KEYS = ("NIS-code", "Gemeente", "Provincie", "Jaar")

Cell = tuple[str, int]
Figures = dict[Cell, dict[str, object]]


@dataclass(frozen=True)
class Export:
    """A warehouse file and the workbook made from it."""

    database: Path
    workbook: Path

    @cached_property
    def book(self) -> Workbook:
        """Return the workbook as a spreadsheet program sees it."""
        return load_workbook(self.workbook)

    def query(self, sql: str) -> list[tuple]:
        """Return the rows of a query on the warehouse."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def table(self, sheet: str) -> list[dict[str, object]]:
        """Return the rows of the one table of a sheet."""
        worksheet = self.book[sheet]
        (table,) = worksheet.tables.values()
        header, *rows = worksheet[table.ref]
        names = [cell.value for cell in header]
        return [dict(zip(names, (cell.value for cell in row), strict=True)) for row in rows]

    def figures(self, sheet: str) -> Figures:
        """Return the figures of a sheet by NIS code and year."""
        found: Figures = {}
        for row in self.table(sheet):
            key = (str(row["NIS-code"]), int(str(row["Jaar"])))
            assert key not in found
            found[key] = {name: value for name, value in row.items() if name not in KEYS}
        return found

    def texts(self, sheet: str) -> str:
        """Return all text above the table of a sheet."""
        worksheet = self.book[sheet]
        first = _table_rows(worksheet)[0]
        return "\n".join(str(worksheet.cell(row, 1).value) for row in range(1, first))

    def grid(self, annex: int) -> list[Cell]:
        """Return every municipality with every year of an annex, in the order of the sheets."""
        return self.query(
            "select nis_code, year from marts.dim_municipalities, marts.dim_reporting_years "
            f"where annex = {annex} order by province, municipality, nis_code, year"
        )


def _table_rows(worksheet: Worksheet) -> tuple[int, int]:
    (table,) = worksheet.tables.values()
    cells = worksheet[table.ref]
    return cells[0][0].row, cells[-1][0].row


@pytest.fixture(scope="module")
def built(demonstration: Build) -> Path:
    """Return a warehouse that dbt really built and tested from the bundled demonstration data."""
    return demonstration.database


@pytest.fixture(scope="module")
def export(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Export:
    """Return the workbook of the built warehouse."""
    out = tmp_path_factory.mktemp("export")
    assert main(["export", "--edition", "exact", "--database", str(built), "--out", str(out)]) == 0
    return Export(built, out / "bijlagen.xlsx")


@pytest.fixture(scope="module")
def altered(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Export:
    """Return the workbook of real-looking data: claims delivered, an early as-of date, hostile names."""
    folder = tmp_path_factory.mktemp("altered")
    database = folder / "altered.duckdb"
    shutil.copy(built, database)
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "update marts.dim_parameters "
            "set is_synthetic = false, are_claims_delivered = true, as_of = '2022-06-30'"
        )
        connection.execute(
            "update marts.annex_3_wage_subsidies set claims = hash(nis_code, year) % 50, "
            "claimed_eur = cast(hash(year, nis_code) % 90000000 as decimal(18, 0)) / 100"
        )
        for measure in ("claims", "claimed_eur"):
            connection.execute(
                "update marts.figures as figures set value = annex.value "
                f"from (select area_level, area_code, year, sum({measure}) as value "
                "from marts.annex_3_wage_subsidies "
                "inner join marts.areas using (nis_code) group by all) as annex "
                f"where figures.annex = 3 and figures.measure = '{measure}' and figures.year = annex.year "
                "and figures.area_level = annex.area_level and figures.area_code = annex.area_code"
            )
        for code, name in HOSTILE_NAMES.items():
            for mart in ("dim_municipalities", *MARTS):
                connection.execute(
                    f"update marts.{mart} set municipality = ? where nis_code = ?", [name, code]
                )
        connection.execute(
            "update reference.transmission_decisions set label_nl = '=1+1' where decision = 'warning'"
        )
        connection.execute(
            "update marts.dim_figures set header_nl = 'Transmissies: =1+1', label_nl = '=1+1' "
            "where category = 'warning'"
        )
    assert main(["export", "--edition", "exact", "--database", str(database), "--out", str(folder)]) == 0
    return Export(database, folder / "bijlagen.xlsx")


HOSTILE_NAMES = {
    "11001": '=HYPERLINK("http://example.org";"klik")',
    "11002": "+32 3 000 00 00",
    "11004": "-1+1",
    "11005": "@SUM(A1)",
    "11007": "https://example.org/",
    "11008": "007",
    "11009": '<b>&amp;\tO\'Neill\u00a0"x"</b>',
}
MARTS = (
    "annex_1_started_trajectories",
    "annex_2_profile",
    "annex_3_wage_subsidies",
    "annex_3_by_booking_year",
    "annex_4_ended_trajectories",
    "annex_5_outflow",
    "annex_6_transmissions",
    "annex_6_decisions",
)


# --- every cell equals the mart -----------------------------------------------------------------------

UNDIVIDED = {"Trajecten": "Opgestarte trajecten", "Alle trajecten": "Beëindigde trajecten"}


def _duration_figures(
    months: Counter[int], classes: list[tuple], prefix: str, what: str
) -> dict[str, object]:
    numbers = sorted(months.elements())
    figures: dict[str, object] = {UNDIVIDED.get(prefix, f"{prefix}: totaal"): len(numbers)}
    for label, first, last in classes:
        inside = [number for number in numbers if first <= number and (last is None or number <= last)]
        figures[f"{prefix}: {lowered(label)}"] = len(inside)
    figures[f"{prefix}: gemiddelde {what} (maanden)"] = pytest.approx(fmean(numbers)) if numbers else "[z]"
    figures[f"{prefix}: mediaan van de {what} (maanden)"] = median(numbers) if numbers else "[z]"
    return figures


def _classes(export: Export) -> list[tuple]:
    return export.query(
        "select label_nl, lower_bound, upper_bound from reference.duration_classes order by sort_order"
    )


def _annex_1(export: Export) -> Figures:
    months: dict[Cell, Counter[int]] = defaultdict(Counter)
    for code, year, duration, number in export.query(
        "select nis_code, year, planned_duration_months, trajectories from marts.annex_1_started_trajectories"
    ):
        months[code, year][duration] += number
    classes = _classes(export)
    return {
        key: _duration_figures(months[key], classes, "Trajecten", "vermoedelijke duur")
        for key in export.grid(1)
    }


def _annex_2(export: Export) -> Figures:
    headers = {
        (dimension, category): f"{group}: {lowered(label)}"
        for dimension, category, group, label in export.query(
            "select dimension, category, dimensions.label_nl, categories.label_nl "
            "from reference.profile_categories as categories "
            "join reference.profile_dimensions as dimensions using (dimension)"
        )
    }
    found: Figures = {key: {"Opgestarte trajecten": 0} for key in export.grid(2)}
    for code, year, dimension, category, number in export.query(
        "select nis_code, year, dimension, category, trajectories from marts.annex_2_profile"
    ):
        found[code, year][headers[dimension, category]] = number
    for code, year, number in export.query(
        "select nis_code, start_year, count(*) from marts.fct_trajectories "
        "where start_year between 2017 and 2023 group by all"
    ):
        found[code, year]["Opgestarte trajecten"] = number
    return found


def _plain(export: Export, annex: int, mart: str, headers: dict[str, str], empty: str = "[x]") -> Figures:
    found: Figures = {}
    for code, year, *values in export.query(f"select nis_code, year, {', '.join(headers)} from marts.{mart}"):
        found[code, year] = {
            header: empty if value is None else float(value) if isinstance(value, Decimal) else value
            for header, value in zip(headers.values(), values, strict=True)
        }
    assert sorted(found) == sorted(export.grid(annex))
    return found


def _annex_3(export: Export) -> Figures:
    return _plain(
        export,
        3,
        "annex_3_wage_subsidies",
        {
            "subsidised_months": "Gesubsidieerde maanden",
            "clients": "Cliënten",
            "gross_paid_eur": "Bruto betaald (EUR)",
            "recovered_eur": "Teruggevorderd (EUR)",
            "paid_eur": "Netto betaald (EUR)",
            "claims": "Aanvragen",
            "claimed_eur": "Aangevraagd (EUR)",
        },
    )


def _annex_3_booked(export: Export) -> Figures:
    return _plain(
        export,
        3,
        "annex_3_by_booking_year",
        {
            "gross_paid_eur": "Bruto betaald naar boekingsjaar (EUR)",
            "recovered_eur": "Teruggevorderd naar boekingsjaar (EUR)",
            "paid_eur": "Netto betaald naar boekingsjaar (EUR)",
        },
    )


def _annex_4(export: Export) -> Figures:
    endings = dict(export.query("select ending, label_nl from reference.endings"))
    months: dict[tuple[str, int, str], Counter[int]] = defaultdict(Counter)
    for code, year, ending, duration, number in export.query(
        "select nis_code, year, ending, duration_months, trajectories from marts.annex_4_ended_trajectories"
    ):
        months[code, year, "Alle trajecten"][duration] += number
        months[code, year, endings[ending]][duration] += number
    classes = _classes(export)
    found: Figures = {}
    for code, year in export.grid(4):
        found[code, year] = {}
        for label in ("Alle trajecten", *endings.values()):
            found[code, year] |= _duration_figures(months[code, year, label], classes, label, "duur")
    return found


def _annex_5(export: Export) -> Figures:
    labels = {
        (group, outcome): (group_label, label)
        for group, outcome, group_label, label in export.query(
            "select outcome_group, outcome, groups.label_nl, codes.label_nl "
            "from reference.outflow_codes as codes "
            "join reference.outcome_groups as groups using (outcome_group)"
        )
    }
    found: Figures = defaultdict(dict)
    sums: dict[tuple[Cell, str], int] = Counter()
    for code, year, group, outcome, number, clients in export.query(
        "select nis_code, year, outcome_group, outcome, trajectories, clients from marts.annex_5_outflow"
    ):
        group_label, label = labels[group, outcome]
        cell = found[code, year]
        if group == "competence_strengthening":
            cell[f"{label} (trajecten)"], cell[f"{label} (cliënten)"] = number, clients
            continue
        cell[f"{group_label}: {lowered(label)}"] = number
        sums[(code, year), f"{group_label}: totaal"] += number
        sums[(code, year), "Trajecten met meetdatum"] += number
    for (key, header), number in sums.items():
        found[key][header] = number
    return dict(found)


def _annex_6(export: Export) -> Figures:
    headers = {
        "ended_trajectories": "Trajecten met meetdatum",
        "trajectories_with_transmission": "Trajecten met een transmissie",
    }
    return _plain(export, 6, "annex_6_transmissions", headers)


def _annex_6_decisions(export: Export) -> Figures:
    labels = dict(export.query("select decision, label_nl from reference.transmission_decisions"))
    found: Figures = {key: {"Transmissies": 0} for key in export.grid(6)}
    for code, year, decision, number in export.query(
        "select nis_code, year, decision, transmissions from marts.annex_6_decisions"
    ):
        found[code, year][f"Transmissies: {lowered(labels[decision])}"] = number
        found[code, year]["Transmissies"] += number
    return found


EXPECTED: dict[str, Callable[[Export], Figures]] = {
    "Bijlage 1 details": _annex_1,
    "Bijlage 2 details": _annex_2,
    "Bijlage 3 details": _annex_3,
    "Bijlage 3 boekingsjaar": _annex_3_booked,
    "Bijlage 4 details": _annex_4,
    "Bijlage 5 details": _annex_5,
    "Bijlage 6 details": _annex_6,
    "Bijlage 6 beslissingen": _annex_6_decisions,
}


def test_every_annex_sheet_has_an_expectation() -> None:
    """No sheet with municipalities goes unchecked."""
    assert sorted(EXPECTED) == sorted(AREA_SHEETS)


@pytest.mark.parametrize("sheet", EXPECTED)
@pytest.mark.parametrize("which", ["export", "altered"])
def test_every_cell_equals_the_mart(which: str, sheet: str, request: pytest.FixtureRequest) -> None:
    """Nothing missing, nothing more, nothing different."""
    made: Export = request.getfixturevalue(which)
    expected, got = EXPECTED[sheet](made), made.figures(sheet)
    assert got.keys() == expected.keys()
    wrong = {key: (got[key], expected[key]) for key in got if got[key] != expected[key]}
    assert not wrong, next(iter(wrong.items()))
    assert any(
        value for figures in got.values() for value in figures.values() if isinstance(value, int | float)
    )


@pytest.mark.parametrize("sheet", AREA_SHEETS)
def test_all_municipalities_in_order(export: Export, sheet: str) -> None:
    """Every municipality has a row for every year, sorted and named as in the marts."""
    rows = export.table(sheet)
    annex = int(sheet.split()[1])
    assert [(row["NIS-code"], row["Jaar"]) for row in rows] == export.grid(annex)
    names = {
        code: (name, province)
        for code, name, province in export.query(
            "select nis_code, municipality, province from marts.dim_municipalities"
        )
    }
    assert all((row["Gemeente"], row["Provincie"]) == names[row["NIS-code"]] for row in rows)


@pytest.mark.parametrize(
    ("sheet", "query"),
    [
        (
            "Bijlage 1 maanden",
            "select nis_code, municipality, province, year, planned_duration_months, trajectories "
            "from marts.annex_1_started_trajectories order by province, municipality, nis_code, year, all",
        ),
        (
            "Bijlage 4 maanden",
            "select nis_code, municipality, province, year, label_nl, duration_months, trajectories "
            "from marts.annex_4_ended_trajectories join reference.endings using (ending) "
            "order by province, municipality, nis_code, year, sort_order, duration_months",
        ),
    ],
)
def test_month_sheets_are_the_mart(export: Export, sheet: str, query: str) -> None:
    """The exact months are the rows of the mart, in order."""
    expected = export.query(query.replace(", year, all", ", year, planned_duration_months"))
    assert [tuple(row.values()) for row in export.table(sheet)] == expected
    assert expected


# --- totals ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["export", "altered"])
def test_corrections_are_the_triangle(which: str, request: pytest.FixtureRequest) -> None:
    """A row per year worked with the amounts so far; a booking year still to come is marked, never 0."""
    made: Export = request.getfixturevalue(which)
    expected: dict[int, list[object]] = {}
    for year, later, amount in made.query(
        "select performance_year, years_until_booking, cumulative_net_eur "
        "from marts.annex_3_correction_triangle"
    ):
        expected.setdefault(year, ["[z]"] * 11)[later] = float(amount)
    rows = [list(row.values()) for row in made.table("Bijlage 3 correcties")]
    assert rows == [[year, *amounts] for year, amounts in sorted(expected.items())]
    assert any("[z]" in row for row in rows) and any(row[-1] != "[z]" for row in rows)


def test_estimates_are_those_of_the_mart(export: Export) -> None:
    """What is known now, and the estimate that looks furthest ahead, of every reporting year that has one."""
    expected = export.query(
        "select area, annex, year, known_value, expected_change, lowest_change, highest_change,"
        " expected_percent, lowest_percent, highest_percent, percent_within"
        " from marts.expected_changes where is_shown"
    )
    headers = {1: "Opgestarte trajecten", 3: "Netto betaald (EUR)", 4: "Beëindigde trajecten"}
    rows = [
        (annex, list(row.values())) for annex in headers for row in export.table(f"Bijlage {annex} raming")
    ]
    shown = {(row[1], annex, row[2]): row for annex, row in rows}
    assert len(shown) == len(rows) == len(expected) > 20 and {key[1] for key in shown} == set(headers)
    for area, annex, year, *amounts, expected_percent, lowest, highest, within in expected:
        row = shown[area, annex, year]
        assert row[0] == headers[annex]
        assert all(
            abs(Decimal(str(value)) - amount) <= Decimal("0.5")
            for value, amount in zip(row[3:7], amounts, strict=True)
        )
        assert row[7:] == [expected_percent, lowest, highest, within]


def _sums(export: Export, annex: int) -> dict[tuple[str, int], dict[str, Decimal | str]]:
    """Return the municipal columns added up per area and year; a marker stays a marker."""
    found: dict[tuple[str, int], dict[str, Decimal | str]] = defaultdict(dict)
    for sheet in AREA_SHEETS:
        if sheet.split()[1] != str(annex):
            continue
        for row in export.table(sheet):
            for area in ("Vlaanderen", row["Provincie"]):
                cell = found[str(area), int(str(row["Jaar"]))]
                for name, value in row.items():
                    if name in KEYS:
                        continue
                    if value == "[x]":
                        cell[name] = value
                    elif not isinstance(value, str):
                        cell[name] = cell.get(name, Decimal(0)) + Decimal(str(value))
    return found


@pytest.mark.parametrize("annex", range(1, 7))
@pytest.mark.parametrize("which", ["export", "altered"])
def test_totals_are_the_sums_of_the_rows(which: str, annex: int, request: pytest.FixtureRequest) -> None:
    """Flanders and the provinces are what a reader gets by adding up the rows."""
    made: Export = request.getfixturevalue(which)
    sums = _sums(made, annex)
    rows = made.table(f"Totalen {annex}")
    assert {(row["Gebied"], row["Jaar"]) for row in rows} == sums.keys()
    assert len(rows) == len(sums)
    for row in rows:
        assert row["Niveau"] == ("Vlaanderen" if row["Gebied"] == "Vlaanderen" else "Provincie")
        for name, value in row.items():
            if name in ("Niveau", "Gebied", "Jaar") or "duur (maanden)" in name:
                continue
            expected = sums[row["Gebied"], row["Jaar"]][name]
            assert value == expected if isinstance(expected, str) else Decimal(str(value)) == expected, name


@pytest.mark.parametrize("annex", range(1, 7))
def test_totals_have_all_columns_but_distinct_clients(export: Export, annex: int) -> None:
    """Distinct clients don't add up, so they have no total."""
    columns = [
        name
        for sheet in AREA_SHEETS
        if sheet.split()[1] == str(annex)
        for name in export.table(sheet)[0]
        if name not in KEYS and "liënten" not in name
    ]
    assert [*export.table(f"Totalen {annex}")[0]] == ["Niveau", "Gebied", "Jaar", *columns]


@pytest.mark.parametrize(
    ("sheet", "mart", "months", "prefix", "what"),
    [
        (
            "Totalen 1",
            "annex_1_started_trajectories",
            "planned_duration_months",
            "Trajecten",
            "vermoedelijke duur",
        ),
        ("Totalen 4", "annex_4_ended_trajectories", "duration_months", "Alle trajecten", "duur"),
    ],
)
def test_total_durations_come_from_the_trajectories(
    export: Export, sheet: str, mart: str, months: str, prefix: str, what: str
) -> None:
    """A mean of means would be wrong; the median can't be added up at all."""
    found: dict[tuple[str, int], Counter[int]] = defaultdict(Counter)
    for province, year, duration, number in export.query(
        f"select province, year, {months}, trajectories from marts.{mart}"
    ):
        found[province, year][duration] += number
        found["Vlaanderen", year][duration] += number
    classes = _classes(export)
    for row in export.table(sheet):
        expected = _duration_figures(found[row["Gebied"], row["Jaar"]], classes, prefix, what)
        assert {name: row[name] for name in expected} == expected


# --- cover, quality, labels -----------------------------------------------------------------------------


def test_cover_tells_what_the_workbook_is(export: Export) -> None:
    """The cover says what, whose, of which day and version; the notes have the area."""
    rows = {row["Gegeven"]: str(row["Waarde"]) for row in export.table("Voorblad")}
    assert list(rows) == ["Wat", "Uitgever", "Toestand op", "Publicatiedatum", "Versie", "Contact"]
    assert "31 december 2024" in rows["Toestand op"]
    assert rows["Publicatiedatum"] == "nog niet gepubliceerd"
    titles = export.query("select title_nl from marts.dim_annexes")
    assert all(title in rows["Wat"] for (title,) in titles)
    assert "quarantaine" not in " ".join(rows.values())
    notes = {row["Onderwerp"]: str(row["Toelichting"]) for row in export.table("Toelichting")}
    assert "300 Vlaamse gemeenten van 31 december 2024" in notes["Gemeenten, fusies en provincies"]


def test_links_lead_to_every_sheet_and_nowhere_else(export: Export, altered: Export) -> None:
    """All sheets can be reached by links, and no link leaves the workbook."""
    for made in (export, altered):
        links = [
            cell.hyperlink
            for sheet in made.book
            for row in sheet.iter_rows()
            for cell in row
            if cell.hyperlink
        ]
        assert {link.location.rpartition("!")[0].strip("'") for link in links} == set(SHEETS)
        assert not any(link.target for link in links)


def test_quality_counts_everything(export: Export) -> None:
    """The quality sheet counts every quarantined reason, every warning and the balance."""
    rows = [tuple(row.values()) for row in export.table("Kwaliteit")]
    by_part = Counter()
    for part, _extract, _label, number in rows:
        if part != "Controle":
            by_part[part] += 0 if number == "[x]" else number
    reasons = export.query("select sum(len(string_split(reasons, ','))) from quality.quarantine")[0][0]
    assert by_part["Reden van quarantaine"] == reasons
    assert by_part["Waarschuwing"] == export.query("select count(*) from quality.warnings")[0][0]
    assert rows[0][:3] == ("Balans", "Trajecten", "Geleverde rijen")
    balances = [number for part, *_, number in rows if part == "Balans"]
    expected = {
        extract: numbers
        for extract, *numbers in export.query(
            "select extract, delivered, accepted, quarantined from quality.balance"
        )
    }
    order = ["raw_trajectories", "raw_subsidies", "raw_subsidy_claims", "raw_outflow", "raw_transmissions"]
    expected["raw_subsidy_claims"] = ["[x]"] * 3
    assert balances == [number for extract in order for number in expected[extract]]


def test_quality_has_a_dutch_label_for_every_code(export: Export) -> None:
    """No code of the warehouse reaches the reader."""
    assert not [row for row in export.table("Kwaliteit") if "_" in f"{row['Levering']}{row['Omschrijving']}"]


def test_claims_nobody_delivered_are_marked(export: Export, altered: Export) -> None:
    """Not delivered is [x] and explained; delivered is a number."""
    for sheet in ("Bijlage 3 details", "Totalen 3"):
        assert {row["Aanvragen"] for row in export.table(sheet)} == {"[x]"}
        assert {row["Aangevraagd (EUR)"] for row in export.table(sheet)} == {"[x]"}
        assert "[x] = niet beschikbaar" in export.texts(sheet)
        assert "[x]" not in {row["Aanvragen"] for row in altered.table(sheet)}
        assert "[x]" not in altered.texts(sheet)
    assert "aangevraagde loonsubsidies" not in altered.texts("Voorblad")


def test_synthetic_data_are_labelled_on_every_sheet(export: Export, altered: Export) -> None:
    """Synthetic data say so on every sheet and page; real data don't."""
    for sheet in SHEETS:
        assert export.book[sheet]["A2"].value == SYNTHETIC
        assert SYNTHETIC in export.book[sheet].oddFooter.center.text
    assert b"SYNTHETISCH" not in _content(altered.workbook)


def test_years_after_the_as_of_date_are_called_incomplete(export: Export, altered: Export) -> None:
    """A year that isn't over on the as-of date is announced."""
    for sheet in (*AREA_SHEETS, *TOTALS_SHEETS):
        assert "cijfers vanaf 2022 zijn onvolledig" in altered.texts(sheet)
        assert "onvolledig" not in export.texts(sheet)
        assert "Toestand op 30 juni 2022" in " ".join(altered.texts(sheet).split())


def test_an_as_of_date_after_the_last_record_completes_no_year(built: Path, tmp_path: Path) -> None:
    change = "update marts.dim_parameters set as_of = '2030-12-31', last_recorded_day = '2022-06-30'"
    database = _copy(built, tmp_path, change)
    assert main(["export", "--edition", "exact", "--database", str(database), "--out", str(tmp_path)]) == 0
    texts = Export(database, tmp_path / "bijlagen.xlsx").texts("Bijlage 1")
    assert "tot en met 30 juni 2022; cijfers vanaf 2022 zijn onvolledig" in texts


# --- the file as a spreadsheet ----------------------------------------------------------------------------


def _content(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return b"\n".join(archive.read(name) for name in archive.namelist())


def test_sheets_in_order(export: Export) -> None:
    """The sheets stand in the agreed order."""
    assert export.book.sheetnames == SHEETS


@pytest.mark.parametrize("sheet", SHEETS)
def test_one_real_table_per_sheet(export: Export, sheet: str) -> None:
    """One table object from column A, one heading row, nothing beside or below it, no empty cell."""
    worksheet = export.book[sheet]
    (table,) = worksheet.tables.values()
    first, last = _table_rows(worksheet)
    header = [cell.value for cell in worksheet[first]]
    assert table.ref.startswith(f"A{first}:")
    assert worksheet.max_row == last and worksheet.max_column == len(header)
    assert [column.name for column in table.tableColumns] == header
    assert len({name.lower() for name in header}) == len(header)
    is_long = last - first > 50
    assert (table.autoFilter is not None) == is_long
    assert worksheet["A1"].value
    above = [cell for row in worksheet.iter_rows(1, first - 1, 2) for cell in row if cell.value is not None]
    assert not above
    assert all(cell.value is not None for row in worksheet[table.ref] for cell in row)
    assert not worksheet.merged_cells.ranges
    # Columns of one width that stand together are one entry.
    width = sum(
        (column.width - 0.7109375) * (column.max - column.min + 1)
        for column in worksheet.column_dimensions.values()
    )
    is_wide = width > 150 and any(cell.data_type == "n" for cell in worksheet[last][1:])
    is_wide = is_wide or sheet.endswith("raming")
    names = "B" if sheet == "Bijlage 3 correcties" else "C"
    frozen = f"{names if is_wide else 'A'}{first + 1}"
    assert worksheet.freeze_panes == (frozen if is_long or is_wide else None)


def test_table_names_are_unique_and_speak(export: Export) -> None:
    """Table names are their own and no defaults."""
    names = [name for sheet in export.book for name in sheet.tables]
    assert len(set(names)) == len(SHEETS)
    assert not [name for name in names if name.lower().startswith(("table", "tabel"))]


@pytest.mark.parametrize("sheet", SHEETS)
def test_page_is_ready_to_print(export: Export, sheet: str) -> None:
    """Landscape A4, A3 when wide; repeated heading, page numbers, a page wide; of long tables the start."""
    worksheet = export.book[sheet]
    first, last = _table_rows(worksheet)
    assert worksheet.page_setup.orientation == "landscape"
    assert worksheet.page_setup.paperSize == (8 if sheet in WIDE_SHEETS else 9)
    assert "&P" in worksheet.oddFooter.right.text
    if sheet.startswith("Grafieken"):
        assert worksheet.page_setup.scale == 75
        return
    assert worksheet.print_title_rows == f"${first}:${first}"
    widths = [one.width * (one.max - one.min + 1) for one in worksheet.column_dimensions.values()]
    area = worksheet.print_area.replace("$", "") if worksheet.print_area else worksheet.dimensions
    _, _, last_column, last_row = range_boundaries(area.split("!")[-1])
    assert (last_row < last) == (last - first > 400)
    texts = [str(worksheet.cell(row, 1).value) for row in range(1, first)]
    assert any("de afdruk toont alleen het begin" in text for text in texts) == (last - first > 400)
    assert max(map(len, texts)) <= sum(widths) + 10 * (last_column - worksheet.max_column), "print cuts it"
    assert any("op A3" in text for text in texts) == (sheet in WIDE_SHEETS)
    assert worksheet.sheet_properties.pageSetUpPr.fitToPage
    assert (worksheet.page_setup.fitToWidth or 1) == 1 and worksheet.page_setup.fitToHeight == 0


def test_codes_are_text_and_numbers_are_numbers(export: Export) -> None:
    """Types and number formats are right, and Excel doesn't warn about codes."""
    formats = {"Jaar": "0", "Gemiddelde": "0.0", "EUR": "#,##0.00"}
    for sheet in AREA_SHEETS:
        worksheet = export.book[sheet]
        first, last = _table_rows(worksheet)
        for header, cell in zip(worksheet[first], worksheet[last], strict=True):
            if header.value in ("NIS-code", "Gemeente", "Provincie"):
                assert cell.data_type == "s"
                continue
            kind = "Gemiddelde" if "duur (maanden)" in header.value else header.value
            code = formats["EUR"] if "EUR" in kind else formats.get(kind, "#,##0")
            assert cell.number_format == code, header.value
            assert cell.data_type == "n" or cell.value in ("[x]", "[z]")
    with zipfile.ZipFile(export.workbook) as archive:
        number = 1 + SHEETS.index("Bijlage 1 details")
        sheet_xml = archive.read(f"xl/worksheets/sheet{number}.xml").decode()
    assert 'numberStoredAsText="1"' in sheet_xml


def test_amounts_are_exact(export: Export) -> None:
    """Cents in the file are those of the decimals in the warehouse."""
    with zipfile.ZipFile(export.workbook) as archive:
        number = 1 + SHEETS.index("Totalen 3")
        sheet_xml = archive.read(f"xl/worksheets/sheet{number}.xml").decode()
    amounts = export.query(
        "select sum(gross_paid_eur), sum(recovered_eur), sum(paid_eur) from marts.annex_3_wage_subsidies "
        "group by year"
    )
    written = {Decimal(text) for text in re.findall("<v>(.*?)</v>", sheet_xml)}
    assert {value for row in amounts for value in row} <= written


def test_names_stay_text(altered: Export) -> None:
    """A name that looks like a formula, number or link arrives unchanged."""
    for sheet in AREA_SHEETS:
        names = {row["NIS-code"]: row["Gemeente"] for row in altered.table(sheet)}
        assert {code: names[code] for code in HOSTILE_NAMES} == HOSTILE_NAMES
    assert "Transmissies: =1+1" in altered.table("Bijlage 6 beslissingen")[0]


def test_nothing_can_run_or_call_out(export: Export, altered: Export) -> None:
    """No formula, macro or external link is in the file."""
    for made in (export, altered):
        with zipfile.ZipFile(made.workbook) as archive:
            names = archive.namelist()
            sheets = b"".join(archive.read(name) for name in names if name.startswith("xl/worksheets/"))
        assert b"<f>" not in sheets and b"<f " not in sheets
        assert b'TargetMode="External"' not in sheets
        assert not [name for name in names if "externalLink" in name or "vba" in name.lower()]


def test_document_properties(export: Export, altered: Export) -> None:
    """Title, author, subject, keywords, language and day are declared."""
    properties = export.book.properties
    assert properties.title.startswith("Trajecten tijdelijke werkervaring")
    assert properties.creator and properties.subject and properties.keywords
    assert SYNTHETIC in properties.description
    assert "Toestand op 30 juni 2022" in altered.book.properties.description
    assert properties.language == "nl-BE"


def test_no_row_level_data_in_the_file(export: Export) -> None:
    """No pseudonym or key of a record is anywhere in the file."""
    content = _content(export.workbook)
    assert b"SYN-" not in content
    assert export.query("select count(*) from marts.fct_trajectories where starts_with(client_id, 'SYN-')")[
        0
    ][0]
    for table, column in (("marts.fct_trajectories", "client_id"), ("quality.warnings", "record_key")):
        keys = export.query(f"select distinct {column} from {table} where {column} is not null")
        assert not [key for (key,) in keys if len(key) > 6 and key.encode() in content]


def test_same_warehouse_same_bytes(export: Export, tmp_path: Path) -> None:
    """Two exports are byte for byte the same."""
    assert (
        main(["export", "--edition", "exact", "--database", str(export.database), "--out", str(tmp_path)])
        == 0
    )
    assert (tmp_path / "bijlagen.xlsx").read_bytes() == export.workbook.read_bytes()


def test_a_table_without_rows_says_so(built: Path, tmp_path: Path) -> None:
    """An annex without trajectories is still a workbook."""
    database = _copy(
        built,
        tmp_path,
        "delete from marts.annex_1_started_trajectories",
        "delete from marts.figures where dimension = 'planned_duration_months'",
        "update quality.node_results set stored_rows = (select count(*) from marts.figures) "
        "where relation like '%.figures'",
        "update marts.figures set value = if(measure = 'trajectories', 0, null) where annex = 1",
        "update quality.node_results set stored_rows = 0 where relation like '%.annex_1_%'",
    )
    assert main(["export", "--edition", "exact", "--database", str(database), "--out", str(tmp_path)]) == 0
    made = Export(database, tmp_path / "bijlagen.xlsx")
    assert [set(row.values()) for row in made.table("Bijlage 1 maanden")] == [{"[z]"}]
    assert {row["Opgestarte trajecten"] for row in made.table("Totalen 1")} == {0}


# --- refusals and failures --------------------------------------------------------------------------------


def _copy(database: Path, folder: Path, *statements: str) -> Path:
    copy = folder / "copy.duckdb"
    shutil.copy(database, copy)
    with duckdb.connect(str(copy)) as connection:
        for statement in statements:
            connection.execute(statement)
    return copy


def _refusal(database: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Export over an older file; return the one sentence, after checking that nothing else happened."""
    out = folder / "out" / "bijlagen.xlsx"
    out.parent.mkdir()
    out.write_bytes(b"the older workbook")
    assert main(["export", "--edition", "exact", "--database", str(database), "--out", str(out.parent)]) == 1
    assert out.read_bytes() == b"the older workbook"
    assert [path.name for path in out.parent.iterdir()] == ["bijlagen.xlsx"]
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1 and said.err.endswith(".\n") and "Traceback" not in said.err
    return said.err


def test_a_missing_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing warehouse is refused and not made."""
    assert "There is no warehouse" in _refusal(tmp_path / "none.duckdb", tmp_path, capsys)
    assert not (tmp_path / "none.duckdb").exists()


def test_another_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is not a database is refused."""
    other = tmp_path / "other.duckdb"
    other.write_text("not a database " * 1000)
    assert "is not a warehouse" in _refusal(other, tmp_path, capsys)


def test_a_database_without_marts_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A database without marts is refused."""
    empty = tmp_path / "empty.duckdb"
    duckdb.connect(str(empty)).close()
    assert "is not a built warehouse" in _refusal(empty, tmp_path, capsys)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("status = 'fail' where node like '%.annex_3_%'", "failed, and"),
        (
            "status = 'error' where node like '%annex_1_%'",
            "annex_1_started_trajectories failed, and",
        ),
        ("status = 'unfinished' where node like '%annex_1_%'", "did not finish, and"),
        ("status = 'untested' where resource_type = 'test'", "run dbt test"),
        ("status = 'missing' where node like '%.warnings'", "was never run: run dbt build"),
        ("status = 'empty' where node like '%.balance'", "was built with --empty"),
        ("variables = 'as_of: 2020-01-01' where node like '%.balance'", "different variables"),
        (
            "stored_rows = stored_rows + 1 where node like '%.balance'",
            "table quality.balance has 5 rows, but 6",
        ),
    ],
)
def test_a_warehouse_that_is_not_as_it_was_tested_is_refused(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: str, reason: str
) -> None:
    """Every model, seed and data test must have passed for the tables as they are."""
    database = _copy(built, tmp_path, f"update quality.node_results set {change}")
    assert reason in _refusal(database, tmp_path, capsys)


def test_a_missing_table_is_refused(built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Also one that the export doesn't read."""
    database = _copy(built, tmp_path, "drop table intermediate.int_trajectories__profile")
    assert "table intermediate.int_trajectories__profile is missing" in _refusal(database, tmp_path, capsys)


def test_a_warehouse_without_results_is_refused(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is not known what was built."""
    database = _copy(built, tmp_path, "delete from quality.node_results")
    assert "run dbt build" in _refusal(database, tmp_path, capsys)


def test_a_warehouse_without_as_of_date_is_refused(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Figures without a day are refused."""
    database = _copy(built, tmp_path, "update marts.dim_parameters set as_of = null")
    assert "as-of date" in _refusal(database, tmp_path, capsys)


def test_two_equal_labels_are_refused(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A table can't have two equal headings: a refusal rather than a broken file."""
    database = _copy(built, tmp_path, "update marts.dim_figures set header_nl = 'Zelfde' where annex = 6")
    assert "same heading" in _refusal(database, tmp_path, capsys)


@contextmanager
def _writer(database: Path) -> Iterator[None]:
    """Hold the database open for writing in another process."""
    code = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout and process.stdin
        assert process.stdout.readline() == b"open\n"
        yield
        process.stdin.close()


def test_a_locked_warehouse_is_refused(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A warehouse that is being built is refused."""
    database = _copy(built, tmp_path)
    with _writer(database):
        assert "in use by another process" in _refusal(database, tmp_path, capsys)


@pytest.mark.parametrize("step", ["write_workbook", "replace"])
def test_a_failing_write_leaves_the_older_file_alone(
    built: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    """A full disk costs no older workbook and leaves no litter."""

    def fail(path: Path, *_: object) -> None:
        Path(path).with_name("half.xml").write_text("half a file")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(job if step == "write_workbook" else in_place.os, step, fail)
    assert "No space left" in _refusal(built, tmp_path, capsys)


def test_the_folder_can_not_be_made(built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that can't be made is one sentence."""
    (tmp_path / "file").write_text("")
    assert (
        main(
            [
                "export",
                "--edition",
                "exact",
                "--database",
                str(built),
                "--out",
                str(tmp_path / "file" / "folder"),
            ]
        )
        == 1
    )
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("arguments", [["--banana"], ["--out", "a.xlsx"], ["--out", __file__], ["--out"]])
def test_wrong_arguments(arguments: list[str]) -> None:
    """Wrong arguments are exit code 2; the folder can't be a file."""
    assert main(["export", *arguments]) == 2


def test_command_line_takes_the_database_of_the_environment(export: Export, tmp_path: Path) -> None:
    """The script runs by itself, from any folder."""
    out = tmp_path / "folder" / "of"
    done = subprocess.run(
        [
            sys.executable,
            str(PROJECT / "scripts" / "export_excel.py"),
            "--edition",
            "exact",
            "--out",
            str(out),
        ],
        env=os.environ | {"TWE_DATABASE": str(export.database)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (out / "bijlagen.xlsx").read_bytes() == export.workbook.read_bytes()
