"""Broken and hostile files: each is read exactly as RFC 4180 says or refused with one sentence naming it."""

import csv
import io
import os
import socket
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hostile import allow_large_fields, columns_of, landed_texts, look, trimmed
from oracle.landing import read_csv
from twe.landing import csv_file
from twe.landing.csv_file import MAX_RECORD_BYTES
from twe.landing.header import MAX_COLUMNS

EXTRACT = "raw_outflow"
NAMES = columns_of(EXTRACT)
HEADER = ",".join(NAMES).encode()
SECRET = "geheim4711"
EXAMPLES = int(os.environ.get("TWE_FUZZ", "150"))
FUZZ = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize="TWE_FUZZ" not in os.environ,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
ROW = f"{SECRET},2021-01-01,,c1,NEC,2020-02-01,".encode()


def _csv(*lines: bytes) -> bytes:
    return b"\n".join([HEADER, *lines, b""])


BROKEN_CSV: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "only a byte order mark": (b"\xef\xbb\xbf", "is empty"),
    "only empty lines": (b"\n\r\n\r", "is empty"),
    "no header": (ROW, "none of its first 20 records is a header"),
    "colons between fields": (_csv(ROW).replace(b",", b":"), "lacks the columns"),
    "too many lines before the header": (b"titel\n" * 20 + _csv(ROW), "lacks the columns"),
    "a column less": (_csv(ROW).replace(b",client_id", b""), "lacks the column client_id"),
    "a column less, all quoted": (
        b'"' + HEADER.replace(b",client_id", b"").replace(b",", b'";"') + b'"\n',
        "lacks the column client_id",
    ),
    "a column twice": (_csv(ROW).replace(b"client_id", b"client_id, CLIENT_ID "), "client_id more than once"),
    "a column too far": (b"x," * MAX_COLUMNS + _csv(ROW), "after the first 16384 columns"),
    "never closed": (_csv(ROW, b'"' + ROW, ROW), "a quote on line 3 that is never closed"),
    "never closed in the header": (b'"' + HEADER + b"\n" + ROW, "a quote on line 1 that is never closed"),
    "closed by the next quote": (_csv(b'"' + ROW, ROW, b'"' + ROW), "text after a closing quote on line 4"),
    "text after a quote": (_csv(ROW, b'"a"b,' + ROW), "text after a closing quote on line 3"),
    "no-break space after a quote": (
        _csv('"a"\u00a0,'.encode() + ROW),
        "text after a closing quote on line 2",
    ),
    "blank before a quote": (_csv(ROW, ROW, b'a, "b",' + ROW), "a blank before an opening quote on line 4"),
    "quote inside": (_csv(b'a"b",' + ROW), "a quote inside a field that is not quoted on line 2"),
    "line ends count": (HEADER + b'\r"a\r\nb\nc",x\r\n' + ROW + b'\r"', "a quote on line 6 that is never"),
    "no known encoding": (_csv(ROW, b"\xc3\x81\x81," + ROW), "is not UTF-8 or Windows-1252"),
    "half a UTF-16": (_csv(ROW).decode().encode("utf-16")[:-1], "is not UTF-16"),
    "UTF-16 without mark": (_csv(ROW).decode().encode("utf-16-le"), "looks like UTF-32, or UTF-16"),
    "UTF-32": (_csv(ROW).decode().encode("utf-32"), "looks like UTF-32, or UTF-16"),
    "compressed": (b"\x1f\x8b\x08\x00" + os.urandom(50), "is not a gzip file that can be read"),
    "a record too long": (
        _csv(ROW, b'"' + b"x" * (MAX_RECORD_BYTES + 3 * 4194304) + b'",' + ROW),
        "a record of more than 16 MB from line 3 on",
    ),
    "a line too long": (
        _csv(ROW, b"x" * (MAX_RECORD_BYTES + 3 * 4194304) + ROW),
        "a record of more than 16 MB from line 3 on",
    ),
}


def _refusal(folder: Path, name: str) -> str:
    [sentence] = look(folder, EXTRACT).faults
    assert sentence.startswith(f"The file {name} in {folder} ")
    assert sentence.endswith(".")
    assert sentence.isprintable()
    assert SECRET not in sentence
    return sentence


@pytest.mark.parametrize("case", BROKEN_CSV)
def test_a_broken_csv_file_is_refused(tmp_path: Path, case: str) -> None:
    """One sentence tells the file, what is wrong and on which line, and nothing of what stands there."""
    content, expected = BROKEN_CSV[case]
    (tmp_path / "raw_outflow.csv").write_bytes(content)
    assert expected in _refusal(tmp_path, "raw_outflow.csv")


ODD = (
    "",
    "a",
    " b\t",
    "c\u00a0",
    'q"q',
    '"',
    '""',
    "n\nn",
    "r\rr",
    "rn\r\nrn",
    "x,y",
    "x;y",
    "é",
    "\x00",
    "'",
)


@st.composite
def _delivered(draw: st.DrawFn) -> bytes:
    """Draw a file that follows the contract."""
    names = draw(st.permutations([*NAMES, *draw(st.sampled_from([[], ["x"], ["a;b,c", "d"]]))]))
    line_end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    text = io.StringIO(newline="")
    # RFC 4180 wants quotes around every line end; Python's writer adds only those of its own.
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    odd = [value for value in ODD if quoting == csv.QUOTE_ALL or not {"\r", "\n"} & set(value)]
    writer = csv.writer(
        text, delimiter=draw(st.sampled_from(",;\t|")), lineterminator=line_end, quoting=quoting
    )
    writer.writerow(draw(st.sampled_from([name, name.upper(), f" {name}\t"])) for name in names)
    for _ in range(draw(st.integers(0, 5))):
        text.write(draw(st.sampled_from(["", "", line_end])))
        width = draw(st.sampled_from([1, 2, len(names), len(names), len(names) + 2]))
        writer.writerow(draw(st.lists(st.sampled_from(odd), min_size=width, max_size=width)))
    written = text.getvalue()
    if draw(st.booleans()):
        written = written.removesuffix(line_end)
    # No Python codec writes two marks; cp1252 lacks none of the odd characters but NUL's neighbours.
    title = draw(
        st.sampled_from(["", "", "sep=;", "Levering van januari", '"Titel, met ""komma"""', "\ufeff"])
    )
    before = "" if title == "\ufeff" else line_end if title else ""
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]))
    return (title + before + written).encode(encoding if "\ufeff" not in title else "utf-8-sig")


@st.composite
def _mutated(draw: st.DrawFn) -> bytes:
    """Draw such a file with some bytes replaced, left out or put in between."""
    content = draw(_delivered())
    pieces = [
        b'"',
        b'""',
        b",",
        b";",
        b"\n",
        b"\r",
        b"\r\n",
        b" ",
        b"\t",
        b"\xc2\xa0",
        b"",
        b"x",
        b'",',
        b"\x00",
    ]
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(content)))
        piece = draw(st.sampled_from(pieces) | st.binary(min_size=1, max_size=2))
        content = content[:place] + piece + content[place + draw(st.integers(0, 2)) :]
    return content


def _same_or_refused(path: Path, content: bytes) -> bool:
    """Check that a file is read as the oracle reads it, unless it is refused; return whether it was read."""
    path.write_bytes(content)
    found = look(path.parent, EXTRACT)
    if found.faults:
        _refusal(path.parent, path.name)
        return False
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        got = landed_texts(connection, found.files[0])
    assert got == [tuple(trimmed(record[name]) for name in NAMES) for record in read_csv(EXTRACT, path)[0]]
    return True


@FUZZ
@given(content=_delivered())
def test_what_follows_the_contract_is_read(tmp_path: Path, content: bytes) -> None:
    """No check refuses a sound file, and no value or row is lost."""
    assert _same_or_refused(tmp_path / "raw_outflow.csv", content)


@FUZZ
@given(content=_mutated(), block=st.sampled_from([5, 64, 4_194_304]))
def test_a_mutated_file_is_read_exactly_or_refused(tmp_path: Path, content: bytes, block: int) -> None:
    """Whatever a file holds: the rows of the oracle or one sentence, wherever a block of bytes ends."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_file, "_BLOCK_BYTES", block)
        _same_or_refused(tmp_path / "raw_outflow.csv", content)


def _row_texts(**values: str) -> dict[str, str]:
    plain = {"spell_id": "s1", "recorded_at": "2021-01-01", "client_id": "c1", "spell_code": "NEC"}
    return {name: "" for name in NAMES} | plain | {"start_date": "2020-02-01"} | values


def test_fields_of_ten_megabytes_are_read(tmp_path: Path) -> None:
    """A record may be as long as the limit, with line ends in it."""
    allow_large_fields()
    path = tmp_path / "raw_outflow.csv"
    for large in ("x" * 10_000_000, ("x" * 99 + "\n") * 100_000, "y" * (MAX_RECORD_BYTES - 100)):
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, NAMES)
            writer.writeheader()
            for code in ("NEC", large, "SEC"):
                writer.writerow(_row_texts(spell_code=code))
        assert _same_or_refused(path, path.read_bytes())


def test_records_are_whole_where_a_buffer_of_the_reader_ends(tmp_path: Path) -> None:
    """Megabytes of CRLF, quotes and line ends in fields keep every row."""
    allow_large_fields()
    path = tmp_path / "raw_outflow.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, NAMES, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
        writer.writeheader()
        for number in range(60_000):
            writer.writerow(_row_texts(spell_id=f"s{number}", spell_code='"\r\n' * (number % 700)))
    assert path.stat().st_size > 64 * 1024 * 1024
    assert _same_or_refused(path, path.read_bytes())


def _parquet(path: Path, **columns: pa.Array) -> None:
    rows = len(next(iter(columns.values()))) if columns else 2
    plain = {name: pa.array([text or None] * rows, pa.string()) for name, text in _row_texts().items()}
    pq.write_table(pa.table(plain | columns), path)


def _twice(path: Path) -> None:
    names = [*NAMES, "CLIENT_ID"]
    pq.write_table(pa.Table.from_arrays([pa.array(["x"])] * len(names), names), path)


def _shortened(path: Path) -> None:
    _parquet(path)
    path.write_bytes(path.read_bytes()[:-100])


def _damaged(path: Path) -> None:
    _parquet(path)
    content = bytearray(path.read_bytes())
    content[20:60] = os.urandom(40)
    path.write_bytes(bytes(content))


def _recounted(path: Path) -> None:
    """Let the footer tell 6 rows of 7: the first such number is the file's."""
    columns = {name: pa.array([text or None] * 7) for name, text in _row_texts().items()}
    pq.write_table(pa.table(columns), path)
    content = path.read_bytes()
    length = int.from_bytes(content[-8:-4], "little")
    footer = content[-8 - length :]
    assert footer.count(b"\x16\x0e\x19"), "the file's number of rows, then the list of row groups"
    path.write_bytes(content[: -8 - length] + footer.replace(b"\x16\x0e\x19", b"\x16\x0c\x19", 1))


BROKEN_PARQUET: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty": (lambda path: path.write_bytes(b""), "is empty"),
    "CSV under the wrong name": (lambda path: path.write_bytes(_csv(ROW)), "is not a Parquet file"),
    "only the mark": (lambda path: path.write_bytes(b"PAR1PAR1"), "is not a Parquet file"),
    "cut off": (_shortened, "is not a Parquet file"),
    "damaged": (_damaged, "is not a Parquet file"),
    "other number of rows": (_recounted, "contradicts itself about its number of rows"),
    "column twice": (_twice, "has the column client_id more than once"),
    "list": (
        lambda path: _parquet(path, client_id=pa.array([[SECRET]])),
        "client_id in a type that is not a plain",
    ),
    "struct": (
        lambda path: _parquet(path, client_id=pa.array([{"a": SECRET}])),
        "in a type that is not a plain",
    ),
    "decimal of 256 bits": (
        lambda path: _parquet(path, client_id=pa.array([Decimal("4711.50")], pa.decimal256(40, 2))),
        "client_id as a decimal of 40 digits",
    ),
    "bytes that are not text": (
        lambda path: _parquet(path, client_id=pa.array([SECRET.encode() + b"\xff"])),
        "is not a Parquet file",
    ),
    "time out of range": (
        lambda path: _parquet(path, recorded_at=pa.array([10**15], pa.timestamp("s"))),
        "is not a Parquet file",
    ),
}


@pytest.mark.parametrize("case", BROKEN_PARQUET)
def test_a_broken_parquet_file_is_refused(tmp_path: Path, case: str) -> None:
    """One sentence, without the reader's own message: that may quote a value."""
    write, expected = BROKEN_PARQUET[case]
    write(tmp_path / "raw_outflow.parquet")
    assert expected in _refusal(tmp_path, "raw_outflow.parquet")


def test_plain_types_nobody_asked_for_are_read(tmp_path: Path) -> None:
    """Dictionaries, floats, zones, small 256-bit decimals and extra nested columns cost nothing."""
    path = tmp_path / "raw_outflow.parquet"
    _parquet(
        path,
        client_id=pa.array(["c1", "c2"]).dictionary_encode(),
        spell_id=pa.array([1.5, float("nan")]),
        spell_code=pa.array([Decimal("1.5"), None], pa.decimal256(12, 2)),
        recorded_at=pa.array([datetime(2021, 1, 1)] * 2, pa.timestamp("us", tz="Europe/Brussels")),
        start_date=pa.array([date(2020, 1, 1), date(9999, 12, 31)]),
        end_date=pa.array([b"2020-01-01", b""], pa.large_binary()),
        nested=pa.array([[1], [2]]),
        **{"nested twice": pa.array([{"client_id": 1}, None])},
    )
    [found] = look(tmp_path, EXTRACT).files
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        rows = landed_texts(connection, found)
    assert [row[NAMES.index("client_id")] for row in rows] == ["c1", "c2"]
    assert [row[NAMES.index("spell_id")] for row in rows] == ["1.5", "nan"]


@FUZZ
@given(data=st.data())
def test_a_mutated_parquet_file_is_read_whole_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    """What the check lets pass can be read, and with all its rows."""
    path = tmp_path / "raw_outflow.parquet"
    compression = data.draw(st.sampled_from(["none", "snappy"]))
    rows = [_row_texts(spell_id=f"s{number}") for number in range(7)]
    pq.write_table(pa.Table.from_pylist(rows), path, compression=compression)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    del content[data.draw(st.just(len(content)) | st.integers(0, len(content))) :]
    path.write_bytes(bytes(content))
    found = look(tmp_path, EXTRACT)
    if found.faults:
        _refusal(tmp_path, path.name)
        return
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        assert len(landed_texts(connection, found.files[0])) == len(rows)


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    """Also through a folder in between; a link that stays inside is a file like another."""
    folder, elsewhere = tmp_path / "delivery", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    (elsewhere / "x.csv").write_bytes(_csv(ROW))
    (folder / "raw_outflow_1.csv").symlink_to(elsewhere / "x.csv")
    assert "outside" in _refusal(folder, "raw_outflow_1.csv")
    (folder / "raw_outflow_1.csv").unlink()
    (folder / "deeper").symlink_to(elsewhere)
    (folder / "raw_outflow_2.csv").symlink_to(folder / "deeper" / "x.csv")
    assert "outside" in _refusal(folder, "raw_outflow_2.csv")
    (folder / "raw_outflow_2.csv").unlink()
    (folder / "kept.csv").write_bytes(_csv(ROW))
    (folder / "raw_outflow_3.csv").symlink_to("kept.csv")
    assert not look(folder, EXTRACT).faults


def test_links_to_nothing_and_loops_are_refused(tmp_path: Path) -> None:
    """Neither is followed."""
    path = tmp_path / "raw_outflow.csv"
    path.symlink_to("nowhere.csv")
    assert "is a link to nothing" in _refusal(tmp_path, path.name)
    path.unlink()
    path.symlink_to(path)
    assert "is a link to nothing" in _refusal(tmp_path, path.name)


def test_what_is_no_file_is_refused_unopened(tmp_path: Path) -> None:
    """Opening a pipe would wait for ever."""
    path = tmp_path / "raw_outflow.csv"
    path.mkdir()
    assert "is not a regular file" in look(tmp_path, EXTRACT).faults[0]
    path.rmdir()
    os.mkfifo(path)
    assert "is not a regular file" in _refusal(tmp_path, path.name)
    path.unlink()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(path))
        assert "is not a regular file" in _refusal(tmp_path, path.name)


def test_an_unreadable_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's reason is told."""
    (tmp_path / "raw_outflow.csv").write_bytes(_csv(ROW))

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert "can't be read (Permission denied)" in _refusal(tmp_path, "raw_outflow.csv")


def test_names_that_can_not_be_shown_stay_on_one_line(tmp_path: Path) -> None:
    """Line ends and colour codes in a name are written out; a name that is not UTF-8 is refused."""
    (tmp_path / "raw_outflow\n\x1b[31m.csv").write_bytes(b"")
    assert "is empty" in _refusal(tmp_path, r"raw_outflow\n\x1b[31m.csv")
    (tmp_path / "raw_outflow\n\x1b[31m.csv").unlink()
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/raw_outflow\xff.csv"))).write_bytes(_csv(ROW))
    [sentence] = look(tmp_path, EXTRACT).faults
    assert "has a name that is not UTF-8" in sentence
    assert sentence.isprintable()


def test_a_backslash_beside_a_wildcard_is_refused(tmp_path: Path) -> None:
    """The reader would look in another folder."""
    (tmp_path / "raw_outflow\\*.csv").write_bytes(_csv(ROW))
    assert "rename it" in _refusal(tmp_path, "raw_outflow\\*.csv")


NAMES_LIKE_CODE = (
    "raw_outflow*.csv",
    "raw_outflow?.csv",
    "raw_outflow[a-z].csv",
    "raw_outflow'); drop table x; --.csv",
    'raw_outflow"; --.csv',
    "raw_outflow\n\r\t.csv",
    "raw_outflow\\..\\x.csv",
    "raw_outflow{{ 1 % 0 }}{% raw %}.csv",
    "raw_outflow%s{0}$x.csv",
    "raw_outflow=s3:,https:.csv",
)


@pytest.mark.parametrize("name", NAMES_LIKE_CODE)
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_name_is_only_a_name(tmp_path: Path, name: str, kind: str) -> None:
    """Wildcards and SQL in a name read that file and no other, and the rows have its exact name."""
    path = tmp_path / (name.removesuffix("csv") + kind)
    if kind == "csv":
        path.write_bytes(_csv(ROW))
        (tmp_path / "raw_outflow_decoy.txt").write_bytes(_csv(ROW, ROW))
    else:
        _parquet(path)
    [found] = look(tmp_path, EXTRACT).files
    assert found.name == path.name
    with duckdb.connect() as connection:
        assert len(landed_texts(connection, found)) == (1 if kind == "csv" else 2)
