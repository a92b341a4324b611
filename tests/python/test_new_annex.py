"""An annex is added with a few files and no Python, as CONTRIBUTING.md says; then everything shows it."""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest
from openpyxl import load_workbook

from compiled import Compiler
from twe.cli import main
from warehouse import PROJECT, WITHOUT_UNIT_TESTS, Build, Builder, Shared, copied_project

NEW = Path(__file__).with_name("new_annex")
MART = "annex_7_ages_by_province"
SHEET = "Totalen 7"
AGES = ("under_25", "25_39", "40_54", "55_plus", "unknown")


@pytest.fixture(scope="module")
def later(shared: Shared, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Return the demonstration data with a seventh annex, compared with the same a year and a half before."""
    folder = tmp_path_factory.mktemp("seven")
    project = _with_seventh_annex(copied_project(folder / "project"))
    compiled = Compiler(shared, project).build(None, {"as_of": "2022-06-30"})
    earlier = compiled.stored(folder / "earlier.duckdb")
    build = Builder(folder, project).run(None, {"previous_database": str(earlier)}, *WITHOUT_UNIT_TESTS)
    assert build.exit_code == 0, build.output
    return build


def _with_seventh_annex(project: Path) -> Path:
    annexes = project / "models/marts/annexes"
    for target, source in (
        (project / "seeds/reference/annexes.csv", NEW / "annexes.csv"),
        (project / "seeds/reference/measures.csv", NEW / "measures.csv"),
        (annexes / "_annexes__models.yml", NEW / "models.yml.txt"),
    ):
        with target.open("a", encoding="utf-8") as file:
            file.write(source.read_text(encoding="utf-8"))
    (annexes / f"{MART}.sql").write_text((NEW / "mart.sql.txt").read_text(encoding="utf-8"), encoding="utf-8")
    figures = project / "models/marts/figures/parts/figures__municipal.sql"
    text = figures.read_text(encoding="utf-8")
    before, after = text.split("    from {{ ref('annex_6_decisions') }}\n")
    branch = (NEW / "branch.sql.txt").read_text(encoding="utf-8")
    figures.write_text(
        f"{before}    from {{{{ ref('annex_6_decisions') }}}}\n{branch}{after}", encoding="utf-8"
    )
    return project


@pytest.fixture(scope="module")
def out(later: Build) -> Path:
    """Return the folder with all that can be exported."""
    folder = later.database.parent / "out"
    to = ["--database", str(later.database), "--out", str(folder), "--quiet"]
    for edition in ("exact", "public"):
        for kind in ("xlsx", "csv"):
            assert main(["export", *to, "--edition", edition, "--format", kind]) == 0
    assert main(["report", *to, "--edition", "public"]) == 0
    return folder


@pytest.fixture(scope="module")
def counts(later: Build) -> Counter[tuple[str, int, str]]:
    """Return the trajectories by province or Flanders, year of start and age, counted from the fact."""
    found: Counter[tuple[str, int, str]] = Counter()
    for row in later.query(
        "select province, start_year, age from marts.fct_trajectories"
        " inner join marts.dim_municipalities using (nis_code) where start_year between 2020 and 2023"
    ):
        for area in (str(row["province"]), "Vlaanderen"):
            found[area, int(str(row["start_year"])), str(row["age"])] += 1
    return found


def _table(book: Path, sheet: str) -> list[dict[str, object]]:
    worksheet = load_workbook(book)[sheet]
    (table,) = worksheet.tables.values()
    header, *rows = [[cell.value for cell in row] for row in worksheet[table.ref]]
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def _labels(later: Build) -> dict[str, str]:
    rows = later.query(
        "select category, header_nl from marts.dim_figures where annex = 7 and dimension = 'age'"
    )
    return {str(row["category"]): str(row["header_nl"]) for row in rows}


def test_internal_workbook_has_the_exact_counts(
    later: Build, out: Path, counts: Counter[tuple[str, int, str]]
) -> None:
    """Every cell of the new sheet, and no sheet for municipalities, of which nothing is known."""
    headers = _labels(later)
    rows = _table(out / "bijlagen.xlsx", SHEET)
    assert len(rows) == 6 * 4
    for row in rows:
        key = str(row["Gebied"]), int(str(row["Jaar"]))
        ages = [counts[(*key, age)] for age in AGES]
        assert [row[headers[age]] for age in AGES] == ages and row["Trajecten: totaal"] == sum(ages)
    assert "Bijlage 7" not in load_workbook(out / "bijlagen.xlsx").sheetnames
    assert SHEET in [row["Werkblad"] for row in _table(out / "bijlagen.xlsx", "Inhoud")]


def test_public_workbook_has_the_protected_counts(
    later: Build, out: Path, counts: Counter[tuple[str, int, str]]
) -> None:
    """Within the promised distance of the truth, and equal to annex 2, which counts the same people."""
    headers = _labels(later)
    rows = _table(out / "bijlagen_publiek.xlsx", SHEET)
    same = {(row["Gebied"], row["Jaar"]): row for row in _table(out / "bijlagen_publiek.xlsx", "Totalen 2")}
    assert len(rows) == 6 * 4
    for row in rows:
        for age in AGES:
            value = int(str(row[headers[age]]))
            assert abs(value - counts[str(row["Gebied"]), int(str(row["Jaar"])), age]) < 5
            assert value == same[row["Gebied"], row["Jaar"]][headers[age]]


def test_csv_packages_have_it(later: Build, out: Path, counts: Counter[tuple[str, int, str]]) -> None:
    """The mart, its description and the labels of its codes; the protected figures."""
    with (out / "csv" / f"{MART}.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {(row["province"], int(row["year"]), row["age"]): int(row["trajectories"]) for row in rows} == {
        key: counts[key]
        for area in {row["province"] for row in rows}
        for key in [(area, year, age) for year in range(2020, 2024) for age in AGES]
    }
    with (out / "csv" / "codes.csv").open(encoding="utf-8") as file:
        codes = {row["code"] for row in csv.DictReader(file) if row["mart"] == MART}
    assert codes == set(AGES)
    for folder, name in (("csv", MART), ("csv_publiek", "annex_7_figures")):
        package = json.loads((out / folder / "datapackage.json").read_text(encoding="utf-8"))
        (resource,) = (item for item in package["resources"] if item["name"] == name)
        assert resource["title"].startswith("Bijlage 7: Opgestarte trajecten naar leeftijd")


def test_revisions_have_it(later: Build, out: Path) -> None:
    """Per province, in the database and in the workbook."""
    rows = later.query("select * from marts.annex_revisions where annex = 7")
    assert {row["nis_code"] for row in rows} <= {"10000", "20001", "30000", "40000", "70000"}
    shown = [row for row in _table(out / "bijlagen.xlsx", "Herzieningen") if row["Bijlage"] == "Bijlage 7"]
    assert len(shown) == len(rows) > 0


def test_page_has_it(out: Path) -> None:
    """The report page has a section with its question and a table."""
    page = (out / "rapport_publiek.html").read_text(encoding="utf-8")
    assert "Hoeveel trajecten startten er per leeftijdsklasse en provincie?" in page
    assert "bijlage_7_totalen" in page


def test_contributing_names_every_file_that_was_touched() -> None:
    """What this test did is what the page says."""
    page = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for name in ("seeds/reference/annexes.csv", "seeds/reference/measures.csv", "_annexes__models.yml"):
        assert name in page
    assert "figures__municipal.sql" in page and "docs/annexes" in page
