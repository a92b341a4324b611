"""The same records in every container that people send are the same landed texts."""

import csv
import gzip
import io
import random
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from twe.landing import copies
from twe.landing.contract import extracts
from twe.landing.faults import DeliveryRefused
from twe.landing.landing import Landing, land

EXTRACT = "raw_outflow"
NAMES = [column.name for column in extracts()[EXTRACT]]
ROWS = [
    {
        "spell_id": "s1",
        "recorded_at": "2021-01-01",
        "client_id": "c1",
        "spell_code": "NEC",
        "start_date": "2020-02-01",
    },
    {"spell_id": "s2", "recorded_at": "2021-01-02", "client_id": "Zoë, of €", "spell_code": 'a "b"; c|d\te'},
    {
        "spell_id": "s3",
        "recorded_at": "2021-01-03",
        "is_void": "ja",
        "start_date": "2020-02-03",
        "end_date": "2021-02-03",
    },
]


def _text(delimiter: str = ",", names: list[str] | None = None) -> str:
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, NAMES, delimiter=delimiter)
    writer.writerow(dict(zip(NAMES, names or NAMES, strict=True)))
    writer.writerows(ROWS)
    return file.getvalue()


def _zip(path: Path, **files: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name.replace("__", "."), content)


def _workbook(path: Path, sheet: str = EXTRACT) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Toelichting").write(0, 0, "Levering")
        cells = book.add_worksheet(sheet)
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        cells.write(0, 0, "Uitstroom van VDAB")
        cells.write_row(2, 0, [name.upper().replace("_", "-") for name in NAMES])
        for number, row in enumerate(ROWS, start=3 + 1):
            for place, name in enumerate(NAMES):
                value = row.get(name, "")
                if value and name.endswith("_date"):
                    cells.write_datetime(number, place, datetime.fromisoformat(value), day)
                elif value:
                    cells.write(number, place, value)


def _deliver(folder: Path, name: str) -> None:
    """Write the records in the form of the case."""
    delimiters = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
    if name in delimiters:
        (folder / "RAW_Outflow_1.CSV").write_text(_text(delimiters[name]), encoding="utf-8", newline="")
    elif name == "tsv":
        (folder / f"{EXTRACT}.tsv").write_text(_text("\t"), encoding="utf-8", newline="")
    elif name in ("utf-16", "cp1252"):
        (folder / f"{EXTRACT}.csv").write_bytes(_text().encode(name))
    elif name == "two marks":
        (folder / f"{EXTRACT}.csv").write_bytes(("\ufeff\ufeff" + _text()).encode())
    elif name == "title":
        text = 'sep=;\r\n"Levering; maart"\r\n\r\n' + _text(
            ";", [f" {item.title()} ".replace("_", " ") for item in NAMES]
        )
        (folder / f"{EXTRACT}.csv").write_text(text, encoding="utf-8", newline="")
    elif name == "gz":
        (folder / f"{EXTRACT}.csv.gz").write_bytes(gzip.compress(_text(";").encode("cp1252")))
    elif name == "zip":
        _zip(folder / f"{EXTRACT}.zip", deel__csv=_text("|").encode(), leesmij__txt=b"niets")
    elif name == "workbook":
        _workbook(folder / f"{EXTRACT}.xlsx")
    elif name == "workbook with another sheet, as csv":
        _workbook(folder / f"{EXTRACT}.csv", "Blad 1")
    elif name == "folder":
        (folder / EXTRACT).mkdir()
        (folder / EXTRACT / "_SUCCESS").touch()
        table = pa.table({name: pa.array([row.get(name) for row in ROWS], pa.string()) for name in NAMES})
        pq.write_table(table, folder / EXTRACT / "part-0.parquet")
    elif name == "renamed":
        (folder / "columns.csv").write_text(f"extract,delivered,column\n{EXTRACT},Sleutel van rij,spell_id\n")
        names = ["sleutel-van-rij" if item == "spell_id" else item for item in NAMES]
        (folder / f"{EXTRACT}.csv").write_text(_text(",", names), encoding="utf-8", newline="")


FORMS = [
    *("comma", "semicolon", "tab", "bar", "tsv", "utf-16", "cp1252", "two marks", "title", "gz", "zip"),
    *("workbook", "workbook with another sheet, as csv", "folder", "renamed"),
]


def _landed(folder: Path) -> Landing:
    """Land the folder, with empty files of the other extracts."""
    for extract, columns in extracts().items():
        if not any(path.name.lower().startswith(extract) for path in folder.iterdir()):
            (folder / f"{extract}.csv").write_text(",".join(column.name for column in columns))
    return land(str(folder))


def _rows(landing: Landing) -> list[tuple[object, ...]]:
    names = ", ".join(f"nullif({name}, '')" for name in NAMES)
    with duckdb.connect() as connection:
        query = (
            f"select source_row, has_surplus_fields, {names} from ({landing.relations[EXTRACT]}) order by 1"
        )
        return connection.execute(query).fetchall()


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_the_same_rows(tmp_path: Path, form: str) -> None:
    """Rows are numbered from the header on; empty rows of a workbook are none."""
    _deliver(tmp_path, form)
    landing = _landed(tmp_path)
    assert _rows(landing) == [
        (number, False, *(row.get(name) for name in NAMES)) for number, row in enumerate(ROWS, start=1)
    ]
    assert any("Windows-1252" in text for text in landing.warnings) == (form in ("cp1252", "gz"))
    with duckdb.connect() as connection:
        files = connection.execute(
            f"select source_file from ({landing.relations['delivered_files']}) where extract = '{EXTRACT}'"
        ).fetchall()
    inside = {"zip": f"{EXTRACT}.zip/deel.csv", "folder": f"{EXTRACT}/part-0.parquet"}
    assert form not in inside or files == [(inside[form],)]


def test_numbers_and_booleans_of_a_workbook(tmp_path: Path) -> None:
    """A whole number has no decimals, any other the digits that a spreadsheet shows."""
    with xlsxwriter.Workbook(str(tmp_path / f"{EXTRACT}.xlsx")) as book:
        cells = book.add_worksheet()
        cells.write_row(0, 0, NAMES)
        cells.write_row(1, 0, [11001, datetime.now(UTC).isoformat(), True, 0.1 + 0.2, 1234.56, "x", ""])
    ((_, _, key, _, is_void, client, code, *_),) = _rows(_landed(tmp_path))
    assert (key, is_void, client, code) == ("11001", "true", "0.3", "1234.56")


def test_cells_of_a_workbook_that_are_not_empty(tmp_path: Path) -> None:
    """An error or a formula without a result is not a value that nobody gave; a lone CR ends no record."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "2023"
    sheet.append([])
    sheet.append([None, *NAMES])
    # The last cell stands beyond all values.
    sheet.append([None, "s1", "2021-01-01", "#N/A", "c\r1", "NEC", "#DIV/0!", "=A1"])
    sheet.append([None, "s2", "2021-01-01", '=""', "c\r\n2", "NEC", "2020-01-01"])
    book.create_sheet("2024").append(NAMES)
    book.save(tmp_path / f"{EXTRACT}.xlsx")
    landing = _landed(tmp_path)
    assert _rows(landing) == [
        (1, False, "s1", "2021-01-01", "#N/A", "c\r1", "NEC", "#DIV/0!", "=A1"),
        (2, False, "s2", "2021-01-01", '=""', "c\r\n2", "NEC", "2020-01-01", None),
    ]
    assert any("not read: 2024" in text for text in landing.warnings)


def test_surplus_fields_are_found_and_empty_ones_ignored(tmp_path: Path) -> None:
    lines = [",".join(NAMES), "s1,,,,,,", "s2,,,,,,,,", "s3,,,,,,,56", "s4", 's5,,,,,,, ," "', "s6,,,,,,,,,x"]
    lines += [f"s7{',' * 40}x", f's8,"{"," * 50}"']
    (tmp_path / f"{EXTRACT}.csv").write_text("\n".join(lines))
    assert [row[1] for row in _rows(_landed(tmp_path))] == [
        *(False, False, True, False, False, True),
        True,
        False,
    ]


def test_an_absent_optional_column_is_not_given(tmp_path: Path) -> None:
    (tmp_path / f"{EXTRACT}.csv").write_text(
        "spell_id,recorded_at,client_id,spell_code,start_date\ns1,a,b,c,d\n"
    )
    landing = _landed(tmp_path)
    assert _rows(landing) == [(1, False, "s1", "a", None, "b", "c", "d", None)]
    assert any("lacks the columns is_void, end_date" in text for text in landing.warnings)


def test_a_moment_with_a_zone_is_read_as_clocks_in_brussels_showed_it(tmp_path: Path) -> None:
    """Half past midnight in Brussels is a day later than in UTC, from March to October two hours."""
    moments = [datetime(2023, 2, 28, 23, 30, tzinfo=UTC), datetime(2023, 6, 30, 22, 0, tzinfo=UTC)]
    columns = {name: pa.array([None, None], pa.string()) for name in NAMES}
    columns |= {
        name: pa.array(moments, pa.timestamp("us", tz="UTC")) for name in ("recorded_at", "start_date")
    }
    pq.write_table(pa.table(columns), tmp_path / f"{EXTRACT}.parquet")
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'America/New_York'")
        found = connection.execute(
            f"select recorded_at_native, start_date_native from ({_landed(tmp_path).relations[EXTRACT]})"
        ).fetchall()
    assert found == [
        (datetime(2023, 3, 1, 0, 30), None),
        (datetime(2023, 7, 1, 0, 0), date(2023, 7, 1)),
    ]


@pytest.mark.parametrize("sign", ["", ".-"])
def test_national_numbers_are_refused(tmp_path: Path, sign: str) -> None:
    """More than half of at least twenty; the message shows none of them."""
    draw = random.Random(2017)
    bases = [draw.randrange(600101000, 991231000) for _ in range(12)] + [
        draw.randrange(10101000, 60101000) for _ in range(8)
    ]
    checks = [97 - (base + (2_000_000_000 if number >= 12 else 0)) % 97 for number, base in enumerate(bases)]
    numbers = [f"{base:09}{check:02}" for base, check in zip(bases, checks, strict=True)]
    others = [f"{text[:9]}{int(text[9:]) % 97 + 1:02}" for text in numbers]
    if sign:
        numbers = [f"{text[:2]}.{text[2:4]}.{text[4:6]}-{text[6:9]}.{text[9:]}" for text in numbers]

    def deliver(persons: list[str]) -> Landing:
        lines = [",".join(NAMES), *(f"s,2021-01-01,,{person},NEC,2021-01-01," for person in persons)]
        (tmp_path / f"{EXTRACT}.csv").write_text("\n".join(lines))
        return _landed(tmp_path)

    with pytest.raises(DeliveryRefused, match="pseudonyms") as refusal:
        deliver(numbers)
    assert not any(text in str(refusal.value) for text in numbers)
    deliver(others)
    deliver(numbers[:19])
    deliver(numbers + [f"c{number}" for number in range(20)])


def _refusal(folder: Path) -> str:
    with pytest.raises(DeliveryRefused) as refusal:
        _landed(folder)
    return str(refusal.value)


def test_archives_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each limit has its message; nothing is written outside the folder for copies."""
    path = tmp_path / f"{EXTRACT}.zip"
    _zip(path, bom__csv=b"0" * 30_000_000)
    assert "more than is safe" in _refusal(tmp_path)
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as packed:
        packed.writestr("a.csv", "x")
    _zip(path, nested__zip=inner.getvalue())
    assert "holds another archive" in _refusal(tmp_path)
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(f"../{EXTRACT}.csv", _text())
        packed.writestr(f"map/{EXTRACT}.csv", _text())
    assert "holds no file at its top level" in _refusal(tmp_path)
    path.write_bytes(b"PK\x03\x04 and no more")
    assert "is not a zip archive" in _refusal(tmp_path)
    monkeypatch.setattr(copies, "MAX_MEMBERS", 1)
    _zip(path, a__csv=_text().encode(), b__csv=_text().encode())
    assert "holds more than 1 files" in _refusal(tmp_path)
    path.unlink()
    (tmp_path / f"{EXTRACT}.csv.gz").write_bytes(gzip.compress(b"0" * 30_000_000))
    assert "unpacks to more than" in _refusal(tmp_path)


def test_what_is_not_read_is_named(tmp_path: Path) -> None:
    for name in ("raw_outflows", f"{EXTRACT}_leeg", f"{EXTRACT}_map/deel"):
        (tmp_path / name).mkdir(parents=True)
    for name in (f"{EXTRACT}.doc", "raw_outflo.csv", "uitstroom.xlsx", f"{EXTRACT}_map/_SUCCESS"):
        (tmp_path / name).write_text("x")
    (tmp_path / f"{EXTRACT}_map/deel.csv").write_text(_text())
    inside = {"a.csv": _text(), "b.doc": "x", "map/c.csv": "x", "__MACOSX/a.csv": "x"}
    _zip(tmp_path / f"{EXTRACT}.zip", **{name: text.encode() for name, text in inside.items()})
    told = [text.partition(" in ")[0] for text in _landed(tmp_path).warnings if "is not read" in text]
    assert told == [
        *("raw_outflow.doc", "raw_outflow.zip/b.doc", "raw_outflow.zip/map/c.csv", "raw_outflow_leeg"),
        *("raw_outflow_map/deel", "raw_outflows", "raw_outflo.csv", "uitstroom.xlsx"),
    ]


@pytest.mark.parametrize("row", ["raw_outflows,Sleutel,spell_id", f"{EXTRACT},Sleutel,spellid"])
def test_a_mapping_to_nothing_is_refused(tmp_path: Path, row: str) -> None:
    (tmp_path / "columns.csv").write_text(f"extract,delivered,column\n{row}\n")
    extract, _, column = row.split(",")
    assert f"row 1 of columns.csv names the column {column} of {extract}" in _refusal(tmp_path)


def test_the_nearest_names_of_a_header_are_told(tmp_path: Path) -> None:
    (tmp_path / f"{EXTRACT}.csv").write_text(_text().replace("client_id", "clientid", 1))
    assert "lacks the column client_id (it has clientid for client_id" in _refusal(tmp_path)
