"""A CSV package as libraries of others read it, beside its own CSV files."""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas
import pyarrow.parquet as parquet
from csvw import TableGroup
from frictionless import Package
from pyjstat import pyjstat
from pysdmx.io import get_datasets, read_sdmx
from pyshacl import validate
from rdflib import Graph
from rdflib.namespace import DCAT, SH

Row = dict[str, str]
Key = tuple[str, str, str]
"""Code of a measure, NIS code of an area, year."""
Cells = dict[Key, tuple[float | None, str]]
"""Value and code of `OBS_STATUS`."""
# The dimension and the category of a row of a mart; the measures are the other columns.
MARTS = {
    "annex_1_started_trajectories": ("planned_duration_months", "{planned_duration_months}"),
    "annex_2_profile": ("{dimension}", "{category}"),
    "annex_3_wage_subsidies": ("total", "total"),
    "annex_3_by_booking_year": ("booking_year", "total"),
    "annex_4_ended_trajectories": ("{ending}", "{duration_months}"),
    "annex_5_outflow": ("{outcome_group}", "{outcome}"),
    "annex_6_transmissions": ("total", "total"),
    "annex_6_decisions": ("decision", "{decision}"),
}
KEYS = {
    *("year", "nis_code", "municipality", "province", "planned_duration_months", "dimension", "category"),
    *("ending", "duration_months", "outcome_group", "outcome", "decision"),
}


def csv_rows(path: Path) -> list[Row]:
    """Return the rows of a file as texts."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, strict=True))


def is_same(value: object, text: str) -> bool:
    """Return whether a value means what the text of a cell says."""
    if value is None or text == "":
        return value is None and text == ""
    if isinstance(value, bool):
        return str(value).lower() == text
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d") == text
    return value == text if isinstance(value, str) else value == Decimal(text)


def differing_cells(rows: list[dict[str, object]], path: Path) -> Iterator[tuple[str, object, str]]:
    """Yield the cells of a file that a library reads as something else."""
    expected = csv_rows(path)
    assert len(rows) == len(expected) and rows, path.name
    for row, texts in zip(rows, expected, strict=True):
        assert row.keys() == texts.keys()
        yield from ((name, row[name], texts[name]) for name in row if not is_same(row[name], texts[name]))


def check_csvw(folder: Path) -> None:
    """Compare every cell of every table as csvw reads it; types, patterns and required fields hold."""
    group = TableGroup.from_file(folder / "csv-metadata.json")
    names = {path.name for path in folder.glob("*.csv") if not path.name.endswith(".sdmx.csv")}
    assert {table.url.string for table in group.tables} == names
    for table in group.tables:
        rows = list(table.iterdicts(strict=True))
        assert not list(differing_cells(rows, folder / table.url.string))
        key = table.tableSchema.primaryKey
        assert len({tuple(row[name] for name in key) for row in rows}) == len(rows)
        uris = {
            column.name: column.inherit("valueUrl").expand(**{column.name: "44021"})
            for column in table.tableSchema.columns
            if column.inherit("valueUrl")
        }
        areas = {
            "nis_code": "https://data.vlaanderen.be/id/gemeente/44021",
            "area_code": "http://vocab.belgif.be/auth/refnis2019/44021",
        }
        assert uris == {name: uri for name, uri in areas.items() if name in rows[0]}


def check_data_package(folder: Path) -> None:
    """Compare every cell of every resource as frictionless reads it; sizes, hashes and keys hold."""
    package = Package(str(folder / "datapackage.json"))
    for resource in package.resources:
        rows = resource.read_rows()
        assert not [row.errors for row in rows if row.errors]
        assert not list(differing_cells([dict(row) for row in rows], folder / str(resource.path)))
        key = resource.schema.primary_key
        assert len({tuple(row[name] for name in key) for row in rows}) == len(rows)
        assert resource.bytes == (folder / str(resource.path)).stat().st_size


def code_of(annex: object, measure: str, dimension: str, category: str) -> str:
    """Return the stable code of a figure."""
    return "-".join([str(annex), measure, dimension, category]).replace("/", "-")


def cell(value: str, missing: str) -> tuple[float | None, str]:
    """Return a value of a CSV file with its status."""
    return (float(value), "A") if value else (None, missing)


def exact_cells(folder: Path) -> Cells:
    """Return the figures in the CSV files of an exact package."""
    found = {}
    for mart, (dimension, category) in MARTS.items():
        for row in csv_rows(folder / f"{mart}.csv") if (folder / f"{mart}.csv").exists() else []:
            for measure in row.keys() - KEYS:
                code = code_of(mart[6], measure, dimension.format(**row), category.format(**row))
                found[code, row["nis_code"], row["year"]] = cell(row[measure], "O")
    return found


def public_cells(folder: Path, release: Path) -> Cells:
    """Return the figures in the CSV files of a public package, which has other names than `marts.figures`."""
    with duckdb.connect(str(release), read_only=True) as connection:
        names = {
            (str(annex), if_average or kind, *published): code_of(annex, measure, dimension, category)
            for annex, kind, measure, dimension, category, if_average, *published in connection.execute(
                "select annex, kind, measure, dimension, category, if(kind = 'average', measure, null),"
                " if(kind = 'amount', null, published_measure), published_dimension, published_category"
                " from marts.dim_figures where published_measure is not null"
            ).fetchall()
        }
    found = {}
    for path in folder.glob("annex_*_*.csv"):
        for row in csv_rows(path):
            for column in row.keys() & {"value", "amount_eur"}:
                assert (row[column] == "") == (row["marker"] == "[c]")
            for column in row.keys() & {"value", "amount_eur", "mean_months", "median_months"}:
                kind = {"value": "count", "amount_eur": "amount"}.get(column, column)
                name = (
                    row.get("measure"),
                    row.get("dimension", row.get("basis")),
                    row.get("category", row.get("amount")),
                )
                code = names[path.name[6], kind, *name]
                found[code, row["area_code"], row["year"]] = cell(row[column], "Q")
    return found


def json_stat_cells(folder: Path) -> Cells:
    """Return the cells that pyjstat finds."""
    found = {}
    for path in folder.glob("*.jsonstat.json"):
        cube = pyjstat.Dataset.read(path.read_text(encoding="utf-8"))
        assert cube["class"] == "dataset" and cube["version"] == "2.0"
        for place, (measure, area, year, value) in enumerate(
            cube.write("dataframe", naming="id")[["measure", "area", "year", "value"]].itertuples(index=False)
        ):
            status = cube["status"].get(str(place))
            if status or value == value:
                found[measure, area, year] = (None, status) if status else (value, "A")
                assert not status or value != value
    return found


def parquet_cells(folder: Path) -> Cells:
    """Return the cells that Arrow finds."""
    found: Cells = {}
    for row in parquet.read_table(folder / "figures.parquet").to_pylist():
        value, marker = row["value"], row["marker"]
        key = code_of(*(row[name] for name in ("annex", "measure", "dimension", "category")))
        assert row["label_nl"] and row["unit_nl"] and (marker is None) == (value is not None)
        status = {None: "A", "[x]": "O", "[c]": "Q"}[marker]
        assert (key, row["area_code"], str(row["year"])) not in found
        found[key, row["area_code"], str(row["year"])] = (None if value is None else float(value), status)
    return found


def sdmx_cells(folder: Path, free: str, steps: dict[str, int] | None = None) -> Cells:
    """Return the cells that pysdmx finds, once the message is valid and every code is in its list.

    What is not confidential has the code `free`; the counts of `steps` are rounded to them.
    """
    message = read_sdmx(folder / "figures.sdmx.xml", validate=True)
    lists = {item.id: {code.id for code in item.codes} for item in message.get_codelists()}
    (data,) = get_datasets(folder / "figures.sdmx.csv", folder / "figures.sdmx.xml")
    parts = [component.id for component in data.structure.components]
    assert parts[:4] == ["FREQ", "MEASURE", "REF_AREA", "TIME_PERIOD"] and set(parts[4:]) == {
        *("OBS_VALUE", "OBS_STATUS", "CONF_STATUS", "ROUNDING"),
    }
    frame = data.data
    for name in ("FREQ", "MEASURE", "REF_AREA", "OBS_STATUS", "CONF_STATUS"):
        assert set(frame[name]) <= lists[f"CL_{name}"]
    found: Cells = {}
    columns = ["MEASURE", "REF_AREA", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS", "CONF_STATUS", "ROUNDING"]
    for measure, area, year, value, status, confidentiality, step in (
        frame[columns].astype(object).itertuples(index=False)
    ):
        is_empty = pandas.isna(value)
        area = area.removeprefix("NIS")
        assert (measure, area, year) not in found and is_empty == (status != "A")
        assert confidentiality == ("C" if status == "Q" else free)
        assert (None if pandas.isna(step) else step) == (steps or {}).get(measure)
        found[measure, area, year] = (None if is_empty else float(value), status)
    return found


def check_dcat(text: str, files: set[str]) -> set[str]:
    """Return the names of properties that the shapes miss, once every file has its distribution."""
    graph = Graph().parse(data=text, format="json-ld")
    found = {str(url) for url in graph.objects(predicate=DCAT.accessURL)}
    assert {url.rpartition("/")[2] for url in found} == files
    _, report, _ = validate(graph, shacl_graph=str(Path(__file__).with_name("dcat_ap.shapes.ttl")))
    return {
        str(path).rpartition("#")[2].rpartition("/")[2] for path in report.objects(predicate=SH.resultPath)
    }
