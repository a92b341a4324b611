"""Public editions show protected figures only; internal ones say on every sheet that they are internal."""

import csv
import json
import re
import shutil
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from twe.cli import main
from twe.export.sheets import (
    CONFIDENTIAL,
    DRAFT_LABEL,
    INTERNAL_LABEL,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    UNPROTECTED_LABEL,
)

PUBLIC = ("--edition", "public")
KEYS = {"NIS-code", "Gemeente", "Provincie", "Niveau", "Gebied", "Jaar"}
CHARTS = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
# The heading on the first sheet of an annex, and that of the same figure on the others.
YEARS = {
    1: {"Opgestart": "Opgestarte trajecten"},
    2: {"Opgestart": "Opgestarte trajecten"},
    3: {"Netto betaald": "Netto betaald (EUR)", "Gesubsidieerde maanden": "Gesubsidieerde maanden"},
    4: {
        "Beëindigd": "Beëindigde trajecten",
        "Waarvan vroegtijdig": "Vroegtijdig beëindigd: totaal",
    },
    5: {
        "Trajecten met meetdatum": "Trajecten met meetdatum",
        "Waarvan aan het werk": "Aan het werk: totaal",
    },
    6: {
        "Trajecten met meetdatum": "Trajecten met meetdatum",
        "Waarvan met een transmissie": "Trajecten met een transmissie",
    },
}
FIGURES = """
    select annex, area_level, area_code, year, published_value
    from release.publication.publication_figures
"""


@pytest.fixture(scope="module")
def public(database: Path) -> Path:
    """Return the folder of a public export; the release is made on the way."""
    out = database.parent / "public"
    for kind in ("xlsx", "csv"):
        assert (
            main(
                [
                    "export",
                    *PUBLIC,
                    "--database",
                    str(database),
                    "--out",
                    str(out),
                    "--format",
                    kind,
                    "--quiet",
                ]
            )
            == 0
        )
    return out


@pytest.fixture(scope="module")
def internal(database: Path) -> Path:
    """Return the folder of an internal export."""
    out = database.parent / "internal"
    arguments = ["--edition", "exact", "--database", str(database), "--out", str(out), "--quiet"]
    assert main(["export", *arguments]) == 0
    return out


def _query(release: Path, database: Path, sql: str) -> list[tuple]:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{release}' as release (read_only)")
        connection.execute(f"attach '{database}' as warehouse (read_only)")
        return connection.execute(sql).fetchall()


def _release(database: Path) -> Path:
    return database.with_suffix(".publication.duckdb")


def _table(path: Path, sheet: str) -> list[dict[str, object]]:
    """Return the rows of a table, read by a library that has nothing to do with the writer."""
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet).to_python()
    start = next(number for number, row in enumerate(rows) if row[:1][0] in ("NIS-code", "Niveau"))
    return [dict(zip(rows[start], row, strict=True)) for row in rows[start + 1 :]]


def _counts(path: Path, sheet: str) -> list[tuple[str, int, str, float]]:
    """Return (area, year, heading, figure) of every count of a sheet."""
    return [
        (str(row.get("NIS-code") or row["Gebied"]), int(row["Jaar"]), str(heading), value)
        for row in _table(path, sheet)
        for heading, value in row.items()
        if heading not in KEYS
        and "(EUR)" not in heading
        and "(maanden)" not in heading
        and not isinstance(value, str)
    ]


def _annex_sheets(path: Path) -> list[str]:
    """Return the sheets with figures of areas; an estimate isn't one."""
    return [
        name
        for name in load_workbook(path, read_only=True).sheetnames
        if re.match(r"Totalen|Bijlage \d (?!raming)", name)
    ]


def test_every_count_is_rounded(public: Path) -> None:
    """Also those of provinces and Flanders; months and claims in multiples for a year of a person."""
    path = public / "bijlagen_publiek.xlsx"
    seen = 0
    for sheet in _annex_sheets(path):
        for _, _, heading, value in _counts(path, sheet):
            base = 60 if heading in ("Gesubsidieerde maanden", "Aanvragen") else 5
            assert value % base == 0, (sheet, heading, value)
            seen += value > 0
    assert seen > 500


def test_public_figures_are_those_of_the_release(public: Path, database: Path) -> None:
    """As many rows as areas and years, and per annex, area and year the same figures as the release holds."""
    path = public / "bijlagen_publiek.xlsx"
    expected: dict[tuple[int, str, int], list[int]] = {}
    for annex, level, code, year, value in _query(_release(database), database, FIGURES):
        if level == "municipality":
            expected.setdefault((annex, code, year), []).append(value)
    found: dict[tuple[int, str, int], list[int]] = {}
    for sheet in _annex_sheets(path):
        if sheet.startswith("Bijlage"):
            for area, year, _, value in _counts(path, sheet):
                found.setdefault((int(sheet[8]), area, year), []).append(int(value))
    assert {key: sorted(values) for key, values in found.items()} == {
        key: sorted(values) for key, values in expected.items()
    }


@pytest.mark.parametrize("edition", ["public", "internal"])
def test_the_first_sheet_of_an_annex_has_its_totals_per_year(
    edition: str, request: pytest.FixtureRequest
) -> None:
    """The same figures as on the sheets of details and totals: a row per municipality, under Flanders."""
    (path,) = request.getfixturevalue(edition).glob("*.xlsx")
    compared = 0
    for annex, headings in YEARS.items():
        years = {
            (str(row.get("NIS-code") or row["Gebied"]), int(float(str(row["Jaar"])))): row
            for sheet in (f"Bijlage {annex} details", f"Totalen {annex}")
            for row in _table(path, sheet)
        }
        rows = _table(path, f"Bijlage {annex}")
        assert rows[0]["Gemeente"] == "Vlaanderen"
        assert {row["NIS-code"] for row in rows[1:]} == {area for area, _ in years if area.isdigit()}
        for row in rows:
            area = "Vlaanderen" if row["NIS-code"] == "02000" else str(row["NIS-code"])
            for header, value in row.items():
                if found := re.fullmatch(r"(.+) (\d{4})( \(EUR\))?", str(header)):
                    assert value == years[area, int(found[2])][headings[found[1]]], (annex, area, header)
                    compared += 1
    assert compared > 14_000


@pytest.mark.parametrize("edition", ["public", "internal"])
def test_a_sheet_explains_the_markers_that_it_has(edition: str, request: pytest.FixtureRequest) -> None:
    """No other ones, so that nobody looks for what is not there."""
    (path,) = request.getfixturevalue(edition).glob("*.xlsx")
    book = CalamineWorkbook.from_path(path)
    of_sheets = {}
    for name in book.sheet_names[4:]:
        rows = [[str(value) for value in row] for row in book.get_sheet_by_name(name).to_python()]
        header = next(number for number, row in enumerate(rows) if len([cell for cell in row if cell]) > 1)
        above = " ".join(row[0] for row in rows[:header])
        of_sheets[name] = {cell for row in rows[header:] for cell in row if re.fullmatch(r"\[[a-z]\]", cell)}
        assert set(re.findall(r"(\[[a-z]\]) = ", above)) == of_sheets[name], name
    assert set().union(*of_sheets.values()) >= {NOT_AVAILABLE, NOT_APPLICABLE}


def test_totals_are_the_sum_of_what_is_shown(public: Path) -> None:
    """A reader who adds up municipalities gets the row of Flanders, to the unit."""
    path = public / "bijlagen_publiek.xlsx"
    sums: dict[tuple[int, str], float] = {}
    for _, year, heading, value in _counts(path, "Bijlage 2 details"):
        sums[year, heading] = sums.get((year, heading), 0) + value
    flanders = {
        (year, heading): value
        for area, year, heading, value in _counts(path, "Totalen 2")
        if area == "Vlaanderen"
    }
    assert flanders == sums
    assert any(flanders.values())
    whole = {row["Jaar"]: row for row in _table(path, "Totalen 3") if row["Gebied"] == "Vlaanderen"}
    for sheet in ("Bijlage 3 details", "Bijlage 3 boekingsjaar"):
        rows = _table(path, sheet)
        shared = [
            row for row in rows if str(row["Gemeente"]).startswith("Gemeenten met minder dan 5 cliënten (")
        ]
        assert len(shared) == 5 * len(whole)
        for heading in [heading for heading in rows[0] if "betaald" in heading or "Teruggev" in heading]:
            for year, total in whole.items():
                shown = [row[heading] for row in rows if row["Jaar"] == year]
                assert CONFIDENTIAL in shown
                shown_sum = sum(value for value in shown if not isinstance(value, str))
                assert shown_sum == pytest.approx(total[heading], abs=0.01), (sheet, heading, year)


def test_what_says_too_much_about_few_is_left_out(public: Path, internal: Path) -> None:
    """No exact months, no mean per municipality, no revisions, no delivered file names."""
    public_book = load_workbook(public / "bijlagen_publiek.xlsx")
    internal_book = load_workbook(internal / "bijlagen.xlsx")
    gone = set(internal_book.sheetnames) - set(public_book.sheetnames)
    assert gone == {"Bijlage 1 maanden", "Bijlage 4 maanden", "Bijlage 3 correcties", "Invoerbestanden"}
    assert not any(
        "(maanden)" in str(heading)
        for heading in _table(public / "bijlagen_publiek.xlsx", "Bijlage 1 details")[0]
    )
    assert any(
        "gemiddelde" in str(heading) for heading in _table(public / "bijlagen_publiek.xlsx", "Totalen 1")[0]
    )


def test_no_exact_protected_count_is_in_a_public_file(public: Path, database: Path) -> None:
    """No small count of a municipality stands anywhere: cells, caches of charts, properties, CSV files."""
    path = public / "bijlagen_publiek.xlsx"
    truths = _query(
        _release(database),
        database,
        "select distinct true_value from warehouse.publication.publication_cells"
        " where is_protected and is_published and persons between 1 and 4 and units_per_person = 1",
    )
    assert {value for (value,) in truths} >= {1, 2, 3}
    shown = {value for sheet in _annex_sheets(path) for *_, value in _counts(path, sheet)}
    assert not shown & {1, 2, 3, 4}
    with zipfile.ZipFile(path) as workbook:
        names = workbook.namelist()
        charts = [ElementTree.fromstring(workbook.read(name)) for name in names if "charts/chart" in name]
        properties = [workbook.read(name).decode() for name in names if name.startswith("docProps/")]
    cached = [
        float(point.text or "nan")
        for chart in charts
        if "Loontoelage" not in "".join(chart.itertext())
        for point in chart.iterfind(f".//{CHARTS}val//{CHARTS}v")
    ]
    assert cached and all(value % 5 == 0 for value in cached)
    assert not any(str(database.parent) in text for text in properties)
    for file in (public / "csv_publiek").glob("annex_*_figures.csv"):
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                base = 60 if row["measure"] in ("subsidised_months", "claims") else 5
                assert int(row["value"]) % base == 0, (file.name, row)


def test_the_release_holds_no_exact_protected_count(database: Path, public: Path) -> None:
    """What a public edition reads can't give away more than it: every table of the release was searched."""
    assert public
    tables = _query(
        _release(database),
        database,
        "select schema_name, table_name from duckdb_tables() where database_name = 'release'",
    )
    names = {f"{schema}.{name}" for schema, name in tables}
    assert "publication.publication_values" in names
    assert not any("annex_" in name and name.startswith("marts.annex") for name in names)
    assert not any(name.startswith(("marts.fct_", "staging.", "intermediate.")) for name in names)
    columns = _query(
        _release(database),
        database,
        "select distinct column_name from duckdb_columns() where database_name = 'release'",
    )
    assert not {"true_value", "persons", "client_id", "trajectory_id", "record_key", "detail"} & {
        name for (name,) in columns
    }


def test_csv_package_describes_the_protected_files(public: Path, database: Path) -> None:
    """As many rows as the release has figures of the annex; the description names the method."""
    package = json.loads((public / "csv_publiek/datapackage.json").read_text(encoding="utf-8"))
    resources = {item["name"]: item for item in package["resources"]}
    assert {f"annex_{annex}_figures" for annex in range(1, 7)} <= set(resources)
    for annex in range(1, 7):
        ((expected,),) = _query(
            _release(database),
            database,
            f"select count(*) from release.publication.publication_figures where annex = {annex}",
        )
        with (public / f"csv_publiek/annex_{annex}_figures.csv").open(encoding="utf-8", newline="") as lines:
            assert sum(1 for _ in csv.DictReader(lines)) == expected > 0
        assert "method rounding, base 5" in resources[f"annex_{annex}_figures"]["description"]
    text = (public / "csv_publiek/leesmij.txt").read_text(encoding="utf-8")
    assert "veelvoud van 5" in text and INTERNAL_LABEL not in text


def test_editions_say_what_they_are(public: Path, internal: Path) -> None:
    """Every sheet of the internal one and of a draft is marked; the public one explains its method."""
    for sheet in load_workbook(internal / "bijlagen.xlsx"):
        top = [sheet.cell(row, 1).value for row in range(1, 5)]
        assert INTERNAL_LABEL in top, sheet.title
        assert "INTERN, NIET VERSPREIDEN" in (sheet.oddFooter.center.text or ""), sheet.title
    book = load_workbook(public / "bijlagen_publiek.xlsx")
    for sheet in book:
        top = [row[0] for row in sheet.iter_rows(max_row=10, values_only=True)]
        assert INTERNAL_LABEL not in top and DRAFT_LABEL in top[:4], sheet.title
    notes = {row[1]: row[2] for row in book["Toelichting"].iter_rows(values_only=True) if row[1]}
    assert "veelvoud van 5" in notes["Kleine aantallen"] and "0 tot 4" in notes["Kleine aantallen"]
    cover = " ".join(str(row[1]) for row in book["Voorblad"].iter_rows(values_only=True))
    assert "nog niet in het register" in cover
    quality = [row for row in book["Kwaliteit"].iter_rows(values_only=True) if row[0] == "Bescherming"]
    assert len(quality) == 3 * 6


def test_suppressed_counts_have_one_marker(database: Path, tmp_path: Path) -> None:
    """Hidden figures show one marker and never break a column of numbers; the rest is exact."""
    release = tmp_path / "suppressed.duckdb"
    arguments = ["--database", str(database), "--release", str(release), "--method", "suppression", "--quiet"]
    assert main(["protect", *arguments]) == 0
    arguments = ["--database", str(database), "--release", str(release), "--out", str(tmp_path), "--quiet"]
    assert main(["export", *PUBLIC, *arguments, "--annex", "2"]) == 0
    rows = _table(tmp_path / "bijlage_2_publiek.xlsx", "Bijlage 2 details")
    texts = {
        value
        for row in rows
        for heading, value in row.items()
        if heading not in KEYS and isinstance(value, str)
    }
    assert texts == {CONFIDENTIAL}
    truth = dict(
        _query(
            release,
            database,
            "select (nis_code, year, category), trajectories from warehouse.marts.annex_2_profile"
            " where dimension = 'gender'",
        )
    )
    shown = [(row["NIS-code"], int(row["Jaar"]), row["Geslacht: vrouw"]) for row in rows]
    exact = [(code, year, value) for code, year, value in shown if not isinstance(value, str)]
    assert exact and len(exact) < len(shown)
    assert all(truth[code, year, "female"] == value for code, year, value in exact)
    assert not any(0 < value < 5 for *_, value in exact)


def test_municipalities_left_out_after_a_merger_are_confidential(database: Path, tmp_path: Path) -> None:
    """Their counts are not impossible, and who shares a row of euros need not have few clients."""
    release = tmp_path / "merged.duckdb"
    shutil.copy(database.with_suffix(".publication.duckdb"), release)
    with duckdb.connect(str(release)) as connection:
        connection.execute("insert into publication.choices values ('after_merger', 'unchanged')")
        connection.execute("insert into publication.markers values ('[c]', 0, null)")
        connection.execute(
            "update publication.publication_values set published_value = null, marker = '[c]'"
            " where cell_id in (select cell_id from publication.places where area_code = '11002')"
        )
    arguments = ["--database", str(database), "--release", str(release), "--out", str(tmp_path), "--quiet"]
    assert main(["export", *PUBLIC, *arguments, "--annex", "3"]) == 0
    book = tmp_path / "bijlage_3_publiek.xlsx"
    rows = _table(book, "Bijlage 3 details")
    counts = {row["Gesubsidieerde maanden"] for row in rows if row["NIS-code"] == "11002"}
    assert counts == {CONFIDENTIAL}
    assert any(str(row["Gemeente"]).startswith("Gemeenten zonder eigen bedrag (") for row in rows)
    notes = [str(value) for sheet in load_workbook(book) for row in sheet.values for value in row]
    assert any("naast een vroegere editie met andere gemeenten" in text for text in notes)
    assert any("van weggelaten gemeenten, en met enkele andere" in text for text in notes)


@pytest.mark.slow
def test_a_release_of_an_earlier_build_is_made_again_by_its_own_rules(database: Path, tmp_path: Path) -> None:
    """A new build never leaves with the figures of an old one, nor with another threshold than was chosen."""
    copy = tmp_path / "twe.duckdb"
    shutil.copy(database, copy)
    assert main(["protect", "--database", str(copy), "--threshold", "10", "--quiet"]) == 0
    with duckdb.connect(str(copy)) as connection:
        connection.execute("update quality.node_results set finished_at = finished_at + interval 1 hour")
    out = tmp_path / "out"
    assert (
        main(["export", *PUBLIC, "--database", str(copy), "--out", str(out), "--annex", "1", "--quiet"]) == 0
    )
    values = {value for *_, value in _counts(out / "bijlage_1_publiek.xlsx", "Bijlage 1 details")}
    assert values and all(value % 10 == 0 for value in values)
    ((same,),) = _query(
        _release(copy),
        copy,
        "select built_at = (select max(finished_at) from warehouse.quality.node_results)"
        " from release.publication.release",
    )
    assert same


def test_a_release_that_was_changed_is_refused(
    database: Path, public: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is shown is a view on what was attacked; a value, an amount or a place put in by hand is found."""
    assert public
    untouched = ["--database", str(database), "--release", str(_release(database))]
    for change, told in (
        (
            "publication_values set published_value = 1 where published_value > 0",
            "is not a multiple of the base",
        ),
        ("publication_amounts set amount_eur = amount_eur + 1", "amount"),
        ("places set area_code = '11001' where area_code = '11002'", "place of"),
    ):
        copy = tmp_path / "changed.duckdb"
        shutil.copy(_release(database), copy)
        with duckdb.connect(str(copy)) as connection:
            connection.execute(f"update publication.{change}")
        assert main(["audit", *untouched[:2], "--release", str(copy), "--quiet"]) == 1
        said = capsys.readouterr().err
        assert told in said and said.count("\n") == 1
    with duckdb.connect(str(_release(database)), read_only=True) as connection, pytest.raises(duckdb.Error):
        connection.execute("update publication.publication_figures set published_value = 1")


def test_nothing_is_overwritten_by_a_release(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same file twice, another file, a folder that isn't there: refused before anything is written."""
    other = tmp_path / "other.duckdb"
    with duckdb.connect(str(other)) as connection:
        connection.execute("create table precious (id integer)")
    for options, told in (
        (["--release", str(database)], "two different files"),
        (["--release", str(other)], "is another file"),
        (["--witnesses", str(other)], "is another file"),
        (["--register", str(tmp_path / "no" / "register.duckdb")], "does not exist"),
    ):
        assert main(["protect", "--database", str(database), *options, "--quiet"]) == 1
        said = capsys.readouterr().err
        assert told in said and said.count("\n") == 1, said
    assert not list(database.parent.glob(".*.draft"))


def test_unprotected_editions_say_so_on_every_sheet(database: Path, tmp_path: Path) -> None:
    """The owner may choose to protect nothing; no reader can miss it."""
    release = tmp_path / "exact.duckdb"
    arguments = ["--database", str(database), "--release", str(release), "--quiet"]
    assert main(["protect", *arguments, "--method", "none"]) == 0
    assert main(["export", *PUBLIC, *arguments, "--annex", "2", "--out", str(tmp_path)]) == 0
    for sheet in load_workbook(tmp_path / "bijlage_2_publiek.xlsx"):
        top = [str(sheet.cell(row, 1).value) for row in range(1, 5)]
        assert any(text.startswith(UNPROTECTED_LABEL) for text in top), sheet.title
        assert UNPROTECTED_LABEL in (sheet.oddFooter.center.text or "")
    shown = {value for *_, value in _counts(tmp_path / "bijlage_2_publiek.xlsx", "Bijlage 2 details")}
    assert shown & {1, 2, 3, 4}


def test_no_percentages_of_few(public: Path) -> None:
    """A stack shows shares only where ten times the base stands behind every year, and else counts."""
    seen: set[bool] = set()
    with zipfile.ZipFile(public / "bijlagen_publiek.xlsx") as workbook:
        parts = [name for name in workbook.namelist() if "charts/chart" in name]
        charts = [ElementTree.fromstring(workbook.read(name)) for name in parts]
    for chart in charts:
        grouping = chart.find(f".//{CHARTS}grouping")
        if grouping is None or grouping.get("val") not in ("percentStacked", "stacked"):
            continue
        columns = [
            [float(point.text or "nan") for point in series.iterfind(f"{CHARTS}val//{CHARTS}v")]
            for series in chart.iter(f"{CHARTS}ser")
        ]
        has_shares = grouping.get("val") == "percentStacked"
        assert has_shares == (min(sum(row) for row in zip(*columns, strict=True)) >= 50)
        seen.add(has_shares)
    assert seen == {True, False}


def test_without_claims_the_public_edition_says_so(public: Path) -> None:
    """Not available is not the same as left out."""
    rows = _table(public / "bijlagen_publiek.xlsx", "Bijlage 3 details")
    assert {row["Aanvragen"] for row in rows} == {NOT_AVAILABLE}
