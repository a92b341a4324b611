"""A delivery in which every personal value is unmistakable, and the search for such values in files."""

import csv
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from oracle.codes import EXTRACTS

MARK = "KANARIE"
"""Part of every key, client and text of the delivery."""
BIRTH_DATES = ("1861-03-07", "1971-11-23", "1969-07-19")
"""The first is too long ago; none is a day that the project itself knows."""
SIGNS = (MARK, MARK.lower(), *BIRTH_DATES, *("/".join(reversed(day.split("-"))) for day in BIRTH_DATES))
FORMULA = f'=HYPERLINK("http://kanarie.example/{MARK}";"{MARK}")'
HTML = f'<script>alert("{MARK}")</script><img src=x onerror=alert(1)>'
LARGE = f"{MARK} " * 1_300_000
"""Ten megabytes."""
EXTRA_COLUMNS = [f"kolom {number}" for number in range(3000)]
HOSTILE_NAME = "'); drop schema marts; -- [*]?\n{{ 1 % 0 }}<b>=1+1"

Records = dict[str, list[dict[str, str]]]


def _records() -> Records:
    """Return accepted, quarantined, warned and repeated rows of every extract."""
    versioned = {"recorded_at": "2023-01-01 10:00:00"}
    trajectory = versioned | {
        "client_id": f"{MARK} client",
        "ocmw_nis": "11001",
        "residence_nis": "11002",
        "start_date": "2020-02-01",
        "planned_end_date": "2021-01-31",
        "birth_date": BIRTH_DATES[1],
    }
    line = {
        "booked_on": "2023-01-01",
        "ocmw_nis": "11001",
        "client_id": f"{MARK} client",
        "performance_month": "2021-11-01",
        "stream": "loontoelage",
        "line_type": "payment",
        "amount_eur": "100.00",
    }
    claim = versioned | {
        "ocmw_nis": "11001",
        "client_id": f"{MARK} client",
        "performance_month": "2021-11-01",
        "stream": "loontoelage",
        "claimed_eur": "100",
    }
    spell = versioned | {"client_id": f"{MARK} client", "spell_code": "NEC", "start_date": "2021-01-01"}
    transmission = versioned | {"client_id": f"{MARK} client", "transmission_date": "2021-06-01"}
    changes: Records = {
        "raw_trajectories": [
            {"end_date": "2021-01-31"},
            {"start_date": "2020-06-01", "end_date": "2023-06-30", "planned_end_date": "2023-06-30"},
            {"client_id": FORMULA, "birth_date": BIRTH_DATES[0]},
            {"client_id": HTML, "birth_date": "19/07/1969", "end_reason": FORMULA, "gender": f"+{MARK}"},
            {"client_id": f"@{MARK}\x00", "education_level": f"-{MARK}", "residence_nis": f"{MARK} straat 1"},
            {"migration_background": MARK, "unemployed_since": f"sinds {MARK}"},
            {"ocmw_nis": f"{MARK} gemeente"},
            {"start_date": f"{MARK} gisteren", "end_date": HTML},
            {"client_id": ""},
            {"end_date": "2019-01-01"},
        ],
        "raw_subsidies": [
            {},
            {"client_id": FORMULA, "amount_eur": "-7319.47"},
            {"amount_eur": f"{MARK} euro"},
            {"stream": FORMULA},
            {"line_type": HTML, "ocmw_nis": f"{MARK} 11001"},
        ],
        "raw_subsidy_claims": [{}, {"client_id": HTML}, {"claimed_eur": MARK}, {"ocmw_nis": FORMULA}],
        "raw_outflow": [{}, {"client_id": FORMULA}, {"spell_code": HTML}, {"end_date": MARK}],
        "raw_transmissions": [
            {"cause": FORMULA},
            {"decision_date": LARGE},
            {"decision": HTML, "cause": f'"{MARK}\r\n{MARK}\n"'},
            {"client_id": FORMULA, "sanction_weeks": f"{MARK} weken"},
            {"cause": LARGE},
        ],
    }
    plain = {
        "raw_trajectories": trajectory,
        "raw_subsidies": line,
        "raw_subsidy_claims": claim,
        "raw_outflow": spell,
        "raw_transmissions": transmission,
    }
    found: Records = {}
    for extract, rows in changes.items():
        key = EXTRACTS[extract][0].name
        full = [plain[extract] | {key: f"{MARK} {number}"} | row for number, row in enumerate(rows)]
        conflict = plain[extract] | {key: f"{MARK} twice"}
        other = conflict | {"client_id": f"{MARK} other"}
        found[extract] = [*full, full[0], conflict, other, {key: f"{MARK} bare"}]
    return found


def write_canaries(folder: Path) -> None:
    """Write the records in CSV files of every line end and in Parquet, under names that look like code."""
    for number, (extract, records) in enumerate(_records().items()):
        names = [column.name for column in EXTRACTS[extract]]
        extra = EXTRA_COLUMNS if extract == "raw_outflow" else []
        half = len(records) // 2
        line_end = ("\r\n", "\r", "\n", "\n", "\r\n")[number]
        with (folder / f"{extract}{HOSTILE_NAME}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(
                file,
                [*extra, *names],
                restval="",
                quoting=csv.QUOTE_ALL,
                delimiter=",;"[number % 2],
                lineterminator=line_end,
            )
            writer.writeheader()
            writer.writerows(records[:half])
        texts = {name: [record.get(name) or None for record in records[half:]] for name in names}
        table = pa.table({name: pa.array(values, pa.string()) for name, values in texts.items()})
        pq.write_table(table, folder / f"{extract}{HOSTILE_NAME}.parquet")


def holders(places: Iterable[Path], texts: Mapping[str, str] | None = None) -> list[str]:
    """Return where a sign stands: in files under the places, in what is packed in them, and in `texts`.

    A place is a file or a folder; another output is one place more. `texts` are named texts, such as what a
    command said.
    """
    contents = [(str(path), path.read_bytes()) for place in places for path in _files(place)]
    contents += [(name, text.encode()) for name, text in (texts or {}).items()]
    signs = [form for sign in SIGNS for form in (sign.encode(), sign.encode("utf-16-le"))]
    found = []
    for name, content in contents:
        for part, unpacked in _unpacked(name, content):
            found += [f"{sign!r} in {part}" for sign in signs if sign in unpacked]
    return found


def _files(place: Path) -> list[Path]:
    return [place] if place.is_file() else sorted(path for path in place.rglob("*") if path.is_file())


def _unpacked(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    yield name, content
    if zipfile.is_zipfile(BytesIO(content)):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for member in archive.namelist():
                yield from _unpacked(f"{name}:{member}", archive.read(member))
