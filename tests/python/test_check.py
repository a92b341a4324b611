"""The check says of every delivery what a build says, all of it at once, and no value of the records."""

import shutil
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from canaries import holders, write_canaries
from compiled import Compiler
from deliveries import write_delivery
from hostile import allow_large_fields
from oracle.codes import EXTRACTS
from test_delivery_forms import EXTRACT as SPELLS
from test_delivery_forms import FORMS, ROWS, _deliver
from test_hostile_files import BROKEN_CSV, BROKEN_PARQUET
from test_landing import BASE, write_csv, write_headers
from twe.check import job
from twe.check.job import Finding, Outcome, check
from twe.check.show import causes, dutch
from twe.cli import main
from twe.export.progress import progress_bar
from twe.export.sheets import SYNTHETIC_LABEL
from twe.landing.faults import DeliveryRefused
from twe.landing.landing import land
from twe.warehouse import compiled
from warehouse import Build

TRAJECTORIES, LINES = "raw_trajectories", "raw_subsidies"


@pytest.fixture(autouse=True, scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the compiled models of this module in a folder of its own."""
    path = tmp_path_factory.mktemp("kept")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(job, "KEPT", path)
        yield path


def _check(folder: Path, previous: Path | None = None, **variables: object) -> Outcome:
    with progress_bar(is_quiet=True) as progress:
        return check(folder, variables, previous, progress)


def _records(extract: str, number: int, **values: str) -> list[dict[str, str]]:
    key = EXTRACTS[extract][0].name
    return [BASE[extract] | {key: f"k{each}"} | values for each in range(number)]


def _refusal(folder: Path) -> str | None:
    """Return the sentence with which a build refuses a delivery."""
    try:
        land(str(folder))
    except DeliveryRefused as refusal:
        return str(refusal)
    return None


BROKEN = {f"csv {name}": case for name, case in BROKEN_CSV.items()}
BROKEN |= {f"parquet {name}": case for name, case in BROKEN_PARQUET.items()}


@pytest.mark.parametrize("case", BROKEN)
def test_a_file_that_a_build_refuses_is_refused(folder: Path, case: str) -> None:
    """With the same sentence, and one in Dutch without the path of the folder."""
    content, expected = BROKEN[case]
    if isinstance(content, bytes):
        (folder / f"{SPELLS}.csv").write_bytes(content)
    else:
        content(folder / f"{SPELLS}.parquet")
    found = _check(folder)
    assert found.code == 2 and SPELLS in found.unchecked
    assert _refusal(folder) == found.delivery.faults[0]
    (sentence,) = (text for text in found.delivery.faults if text.startswith("The file "))
    assert expected in sentence
    translated = dutch(sentence, str(folder))
    assert translated.startswith(SPELLS) and str(folder) not in translated
    assert translated != sentence.replace(f" in {folder} ", " ").removesuffix(".")


@pytest.mark.parametrize("form", FORMS)
def test_a_form_that_a_build_accepts_is_accepted(folder: Path, form: str) -> None:
    _deliver(folder, form)
    write_headers(folder, SPELLS)
    assert _refusal(folder) is None
    found = _check(folder)
    assert found.code < 2 and not found.unchecked
    (file,) = (file for file in found.delivery.files if file.extract == SPELLS)
    assert found.rows[file.file_id][0] == len(ROWS)
    assert file.encoding == {"utf-16": "UTF-16", "cp1252": "Windows-1252", "gz": "Windows-1252"}.get(
        form, "xlsx" if "workbook" in form else "" if form == "folder" else "UTF-8"
    )


@pytest.fixture(scope="module")
def canaries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a delivery full of signs."""
    allow_large_fields()
    folder = tmp_path_factory.mktemp("canaries")
    write_canaries(folder)
    return folder


@pytest.mark.parametrize("delivery", ["canaries", "random"])
def test_the_findings_are_those_of_a_build(
    delivery: str, canaries: Path, folder: Path, compiler: Compiler
) -> None:
    """Rows per file and reason, shapes, warnings, and whether too much is in the quarantine."""
    if delivery == "random":
        write_delivery(folder, 77)
    build = compiler.build(canaries if delivery == "canaries" else folder)
    found = _check(canaries if delivery == "canaries" else folder)
    summary = build.table("quality.quarantine_summary")
    expected: Counter[tuple[object, ...]] = Counter()
    for row in summary:
        key = (row["extract"], row["source_file"], row["reason"], row["column_name"] or "")
        expected[key] += int(str(row["rows_at_fault"]))
    assert summary and expected == {
        (each.extract, each.file, each.reason, each.column): each.rows for each in found.refused
    }
    assert {shape for each in found.refused for shape in each.shapes} <= {row["shape"] for row in summary}
    assert any(each.is_above_limit for each in found.refused) == any(row["is_above_limit"] for row in summary)
    warned: Counter[tuple[str, str]] = Counter()
    for each in found.warned:
        warned[(each.extract, each.reason)] += each.rows
    warnings = build.table("quality.warnings")
    assert warned == Counter((str(row["extract"]), str(row["warning"])) for row in warnings)
    balance = build.balance()
    assert sum(refused for _, refused in found.rows.values()) == sum(each[2] for each in balance.values())
    assert {name: found.contents["extract", name] for name in balance} == {
        name: each[0] for name, each in balance.items()
    }
    assert found.code == 1
    for each in found.refused + found.warned:
        assert len(causes(each, "en")) == len(causes(each, "nl")) >= 1


def test_no_value_is_shown(canaries: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither on the terminal nor in the page, whatever is wrong with it."""
    page = tmp_path / "check.html"
    assert main(["check", str(canaries), "--out", str(page)]) == 1
    said = capsys.readouterr()
    assert "AAAAAAA" in said.out and "AAAAAAA" in page.read_text()
    assert holders([page], {"output": said.out, "errors": said.err}) == []


class _Open(HTMLParser):
    """Keeps the elements that are open; AssertionError where another one is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_all_faults_are_said_at_once(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong with a file, an extract or the renaming of columns hides nothing of the rest."""
    (folder / "columns.csv").write_text("x\ny\n")
    lines = _records(LINES, 40) + [row | {"booked_on": "1/31/2021"} for row in _records(LINES, 60)]
    write_csv(folder / f"{LINES}.csv", LINES, lines)
    (folder / f"{TRAJECTORIES}_1.csv").write_bytes(b"")
    (folder / f"{TRAJECTORIES}_2.csv").write_text("trajectory_id,recorded_at\n")
    shutil.make_archive(str(folder / SPELLS), "zip", _archive(tmp_path))
    assert main(["check", str(folder), "--out", str(tmp_path / "check.html")]) == 2
    said, page = capsys.readouterr().out, (tmp_path / "check.html").read_text()
    for text in ("columns.csv must be", f"{TRAJECTORIES}_1.csv", f"{TRAJECTORIES}_2.csv", "a_broken.csv"):
        assert any(text in line for line in said.splitlines() if line.startswith("Refused: ")), text
    assert f"Not checked: {TRAJECTORIES} has no file" in said and "no file raw_transmissions*" in said
    assert "b_sound.csv" in said and "Refused for 5 faults" in said
    assert "9/99/9999" in said and "month/day/year" in said and "60.0%" in said
    assert "9/99/9999" in page and "maand/dag/jaar" in page and "60,0%" in page
    assert "mist de verplichte kolommen: client_id" in page and "is leeg" in page
    parser = _Open()
    parser.feed(page)
    parser.close()
    assert parser.open == [] and page.startswith("<!DOCTYPE html>")


def _archive(folder: Path) -> Path:
    """Write a folder with a broken and a sound file of an extract."""
    path = folder / "archive"
    path.mkdir()
    (path / "a_broken.csv").write_text('"')
    write_csv(path / "b_sound.csv", SPELLS, _records(SPELLS, 3))
    return path


def test_national_numbers_are_refused_and_the_rest_is_checked(folder: Path) -> None:
    numbers = [f"{base:09}{97 - base % 97:02}" for base in range(700101001, 700101031)]
    rows = [
        row | {"client_id": text, "spell_code": "?"}
        for row, text in zip(_records(SPELLS, 30), numbers, strict=True)
    ]
    write_csv(folder / f"{SPELLS}.csv", SPELLS, rows)
    write_headers(folder, SPELLS)
    found = _check(folder)
    assert found.code == 2 and [_refusal(folder)] == found.delivery.faults
    assert "rijksregisternummers" in dutch(found.delivery.faults[0], str(folder))
    assert [(each.reason, each.rows) for each in found.refused] == [("unknown_code", 30)]


def test_the_exit_code(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A share in the quarantine above the limit, or of warnings; the limit is a variable of the build."""
    good, bad = _records(SPELLS, 30), [row | {"spell_code": "?"} for row in _records(SPELLS, 3)]
    write_headers(folder, SPELLS)
    write_csv(folder / f"{SPELLS}.csv", SPELLS, good)
    assert main(["check", str(folder)]) == 0
    write_csv(folder / f"{SPELLS}_2.csv", SPELLS, bad)
    assert main(["check", str(folder)]) == 1
    assert main(["check", str(folder), "--vars", "{max_quarantined_share: 0.2}", "--quiet"]) == 0
    (folder / f"{SPELLS}_2.csv").unlink()
    people = [row | {"gender": "9"} for row in _records(TRAJECTORIES, 1)]
    write_csv(folder / f"{TRAJECTORIES}.csv", TRAJECTORIES, people)
    assert main(["check", str(folder)]) == 1
    assert main(["check", str(tmp_path / "nothing")]) == 2
    capsys.readouterr()
    assert main(["check", str(folder), "--vars", "{max_quarantined_share: many}"]) == 1
    assert main(["check", str(folder), "--previous", str(folder / f"{SPELLS}.csv")]) == 1
    assert main(["check", str(folder), "--out", str(tmp_path / "none" / "check.html"), "--quiet"]) == 1
    assert capsys.readouterr().err.count("\n") == 3


@pytest.mark.parametrize("prefix", ["SYN-", ""])
def test_synthetic_records_are_labelled(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], prefix: str
) -> None:
    key = EXTRACTS[TRAJECTORIES][0].name
    write_headers(folder, TRAJECTORIES)
    write_csv(folder / f"{TRAJECTORIES}.csv", TRAJECTORIES, [BASE[TRAJECTORIES] | {key: f"{prefix}1"}])
    main(["check", str(folder), "--out", str(tmp_path / "check.html")])
    page = (tmp_path / "check.html").read_text(encoding="utf-8")
    assert ("Synthetic data." in capsys.readouterr().out, SYNTHETIC_LABEL in page) == (bool(prefix),) * 2


@pytest.mark.parametrize(
    ("column", "reason", "shape", "cause"),
    [
        ("amount_eur", "unreadable_value", "9.999", "a thousand or a fraction"),
        ("amount_eur", "unreadable_value", "9.99,999.99", "groups of three"),
        ("amount_eur", "unreadable_value", "(999,99)", "in brackets"),
        ("booked_on", "unreadable_value", "99999", "spreadsheet"),
        ("booked_on", "unreadable_value", "99/99/99", "two digits"),
        ("booked_on", "unreadable_value", "9999-99-99A99:99:99A", "time zone"),
        ("ocmw_nis", "unknown_municipality", "99999", "unknown municipality code"),
        ("ocmw_nis", "unknown_municipality", "99999.9", "with .0"),
        ("", "duplicate_row", "", "duplicate of an earlier row"),
    ],
)
def test_the_likely_cause(column: str, reason: str, shape: str, cause: str) -> None:
    finding = Finding(LINES, "x.csv", reason, column, 1, 1.0, [shape] if shape else [], False)
    (said,) = causes(finding, "en")
    assert cause in said


def test_a_warehouse_is_compared_with(
    demonstration: Build, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Months of booking and municipalities that are gone; rows of every extract."""
    write_csv(folder / f"{LINES}.csv", LINES, _records(LINES, 2))
    write_headers(folder, LINES)
    found = _check(folder, demonstration.database)
    before = {row["ocmw_nis"] for row in demonstration.table("staging.stg_subsidies")}
    assert len(before) > 10
    gone = found.gone("municipality")
    assert gone and not any(name.startswith("11001 ") for name in gone)
    assert "2021-01" not in found.gone("month") and "2022-01" in found.gone("month")
    assert main(["check", str(folder), "--previous", str(demonstration.database)]) == 0
    assert "Gone since the previous delivery, by month: 20" in capsys.readouterr().out


def test_dbt_compiles_once(folder: Path, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until a variable changes, and not for a damaged file of what was kept."""
    write_headers(folder)
    _check(folder)

    def refuse(*_: object) -> None:
        raise AssertionError("dbt is started")

    monkeypatch.setattr(compiled, "dbt_in_memory", refuse)
    assert _check(folder).code == 0
    with pytest.raises(AssertionError):
        _check(folder, as_of="2021-01-01")
    for path in kept.iterdir():
        path.write_text("[")
    with pytest.raises(AssertionError):
        _check(folder)
