"""Random deliveries full of edges, the same for the same seed.

Few clients, municipalities and moments, so that versions, spells, transmissions and trajectories meet often.
Every record is first written down in one notation, then each value is rendered in one of its accepted forms.
"""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq

from edges import edge_records
from oracle.codes import COMPETENCES, DECISIONS, EARLY_BY_END_REASON, EXTRACTS, STATUSES, Column
from oracle.dates import add_months
from oracle.values import Unreadable, read

Record = dict[str, str]
Plan = dict[str, list[Record]]

DAY = timedelta(days=1)
NIS_CODES = (
    *("11001", "11002", "11007", "12030", "12041", "44001", "44029", "44084", "44011", "44045"),
    *("46029", "37012", "37018", "37021", "37022", "11056", "46030", "46003", "23106", "73109"),
)
REFUSED_NIS_CODES = ("21004", "62063", "99999", "1102", "110020", "00000", "Gent")
BAD_VALUES = {
    "date": (
        "2020-2-3",
        "2020-02-30",
        "31-12-2020",
        "2020/12/31",
        "12/31/2020",
        "2020-01-01 00:00:00",
        "9999-12-31",
    ),
    "timestamp": (
        "2020-01-01 10:00",
        "2020-01-01T10:00:00Z",
        "2020-01-01 10:00:00.5",
        "2021-02-29",
        "gisteren",
    ),
    "amount": ("1.234,50", "12.345", "1e3", "€ 5", "5,", ",5", "12345678901", "--1", "1 000"),
    "integer": ("1.0", "1234567890", "vier", "4 weken"),
    "boolean": ("yes", "x", "2", "t"),
}
BAD_VALUES["month"] = (*BAD_VALUES["date"], "2020-01")
TEXT_KINDS = ("text", "nis")
MOMENTS_PER_DELIVERY = 60
# Drawn more often than the others, which hide them.
LOW_STATUSES = tuple(STATUSES)[5:]
# Days on which much happens, so that a report made as of one of them has events on its very edge.
BUSY_DAYS = (date(2020, 2, 29), date(2020, 6, 30), date(2021, 6, 30), date(2023, 2, 28), date(2024, 2, 29))


@dataclass(frozen=True)
class Shape:
    """How large a delivery is and what is in its claims: `rows`, `none`, `header` or `refused`."""

    trajectories: int = 160
    lines: int = 300
    spells: int = 300
    transmissions: int = 130
    claims: str = "rows"


def write_delivery(folder: Path, seed: int, shape: Shape | None = None) -> None:
    """Write a delivery of some hundred rows per extract into an empty folder."""
    rng = Random(seed)
    for extract, records in plan(rng, shape or Shape()).items():
        Writer(rng, folder, extract).write(records)


def rewrite_shuffled(source: dict[str, list[dict[str, str | None]]], folder: Path, seed: int) -> None:
    """Write the same texts in another order over other files, as delimited files only."""
    rng = Random(seed)
    for extract, texts in source.items():
        records = [{name: value or "" for name, value in row.items()} for row in texts]
        rng.shuffle(records)
        writer = Writer(rng, folder, extract, surplus=0)
        for number, part in enumerate(_split(rng, records, rng.randint(1, 4))):
            writer.write_csv(folder / f"{extract}_part{number}.csv", part)


def plan(rng: Random, shape: Shape) -> Plan:
    """Draw the records of every extract; an extract without entry gets no file."""
    world = World(rng)
    found: Plan = {
        "raw_trajectories": _spoiled(rng, "raw_trajectories", world.trajectories(shape.trajectories)),
        "raw_subsidies": _spoiled(rng, "raw_subsidies", world.lines(shape.lines)),
        "raw_outflow": _spoiled(rng, "raw_outflow", world.spells(shape.spells)),
        "raw_transmissions": _spoiled(rng, "raw_transmissions", world.transmissions(shape.transmissions)),
    }
    claims = _spoiled(rng, "raw_subsidy_claims", world.claims(120))
    if shape.claims == "rows":
        found["raw_subsidy_claims"] = claims
    elif shape.claims == "header":
        found["raw_subsidy_claims"] = []
    elif shape.claims == "refused":
        found["raw_subsidy_claims"] = [record | {"ocmw_nis": "21004"} for record in claims[:7]]
    return found


class World:
    """Draws records whose dates and keys meet each other."""

    def __init__(self, rng: Random) -> None:
        """Draw the few clients and moments everything happens to."""
        self.rng = rng
        self.clients = [f"c{number}" for number in range(110)] + ['K"1; a', "ïd,2"]
        self.moments = sorted(self._moment() for _ in range(MOMENTS_PER_DELIVERY))
        self.ends: list[tuple[str, date]] = []

    def _moment(self) -> str:
        day = date(2018, 1, 1) + timedelta(days=self.rng.randint(0, 2700))
        if self.rng.random() < 0.4:
            day = self.rng.choice((self.month_end(day), *BUSY_DAYS))
        clock = self.rng.choice(("00:00:00", "23:59:59", "12:30:00", "12:30:01"))
        return f"{day.isoformat()} {clock}"

    @staticmethod
    def month_end(day: date) -> date:
        """Return the last day of the month."""
        return add_months(day.replace(day=1), 1) - DAY

    def day(self, first: int = 2017, last: int = 2024) -> date:
        """Draw a day, often at the edge of a month or a leap day."""
        found = date(self.rng.randint(first, last), 1, 1) + timedelta(days=self.rng.randint(0, 364))
        edge = self.rng.random()
        if edge < 0.2:
            return self.month_end(found)
        if edge < 0.35:
            return found.replace(day=1)
        if edge < 0.5:
            return self.rng.choice((*BUSY_DAYS, date(2020, 2, 28), date(2017, 1, 1)))
        return found

    def nis(self) -> str:
        """Draw a municipality code, seldom one that is refused."""
        return self.rng.choice(REFUSED_NIS_CODES if self.rng.random() < 0.03 else NIS_CODES)

    def maybe(self, value: Callable[[], str], chance: float = 0.7) -> str:
        """Draw a value or an empty one."""
        return value() if self.rng.random() < chance else ""

    def version(self, record: Record, name: str, number: int, void_chance: float = 0.1) -> Record:
        """Add the key and a registration moment of this delivery."""
        void = self.rng.random() < void_chance
        return {
            name: f"{name[0].upper()}{number}",
            "recorded_at": self.rng.choice(self.moments),
            "is_void": "true" if void else self.rng.choice(("false", "")),
        } | record

    def versions(self, name: str, keys: int, draw: Callable[[], Record]) -> Iterator[Record]:
        """Draw one to four versions of every key, in which most of the record stays the same."""
        for number in range(keys):
            record = draw()
            for _ in range(self.rng.choice((1, 1, 2, 2, 3, 4))):
                yield self.version(record, name, number)
                changes = draw()
                changed = self.rng.sample(sorted(record), self.rng.randint(0, 3))
                record = record | {column: changes[column] for column in changed}

    def trajectories(self, keys: int) -> list[Record]:
        """Draw versions of trajectories."""
        found = list(self.versions("trajectory_id", keys, self._trajectory))
        self.ends = [
            (record["client_id"], date.fromisoformat(record["end_date"]))
            for record in found
            if record["end_date"]
        ]
        return found

    def _trajectory(self) -> Record:
        rng = self.rng
        client, start = rng.choice(self.clients), self.day()
        if rng.random() < 0.12:
            client, start = self.near_end()
        planned = add_months(start, rng.choice((0, 1, 6, 12, 18, 24, 25))) + rng.choice((-1, -1, 0, 1)) * DAY
        end = add_months(start, rng.randint(0, 24)) + rng.choice((-1, -1, 0, 1, 17)) * DAY
        if rng.random() < 0.5:
            later = [day for day in (self.near_end()[1], *BUSY_DAYS) if day >= start]
            end = rng.choice((planned, *later)) + rng.choice((-1, 0, 0, 0, 1)) * DAY
        self.ends.append((client, end))
        born = add_months(start, -12 * rng.choice((14, 15, 16, 24, 25, 25, 39, 40, 54, 55, 80, 81, 33)))
        since = add_months(start, -rng.choice((0, 3, 11, 12, 13, 23, 24, 25)))
        return {
            "client_id": client,
            "ocmw_nis": self.nis(),
            "residence_nis": self.maybe(self.nis),
            "start_date": start.isoformat(),
            "planned_end_date": rng.choice((planned, planned, planned, date(9998, 12, 31))).isoformat(),
            "end_date": self.maybe(end.isoformat, 0.8),
            "end_reason": self.maybe(lambda: rng.choice((*EARLY_BY_END_REASON, "VOLTOOID", "VERHUISD")), 0.5),
            "gender": self.maybe(lambda: rng.choice("MVXM")),
            "birth_date": self.maybe((born + rng.choice((-1, 0, 0, 1)) * DAY).isoformat, 0.9),
            "unemployed_since": self.maybe((since + rng.choice((-1, 0, 0, 1)) * DAY).isoformat, 0.9),
            "education_level": self.maybe(lambda: rng.choice(("kort", "midden", "hoog", "KORT"))),
            "migration_background": self.maybe(lambda: rng.choice(("true", "false"))),
        }

    def near_end(self) -> tuple[str, date]:
        """Draw a client with a day that matters to one of its ended trajectories."""
        if not self.ends or self.rng.random() < 0.15:
            return self.rng.choice(self.clients), self.day()
        client, end = self.rng.choice(self.ends)
        measured = add_months(end, 12)
        day = self.rng.choice((end, measured, measured, measured, add_months(end, 5)))
        return client, day + self.rng.choice((-1, 0, 0, 1)) * DAY

    def spells(self, keys: int) -> list[Record]:
        """Draw versions of spells."""
        return list(self.versions("spell_id", keys, self._spell))

    def _spell(self) -> Record:
        rng = self.rng
        client, day = self.near_end()
        length = timedelta(days=rng.choice((0, 1, 30, 200, 400)))
        start, end = rng.choice(((day, day + length), (day - length, day), (day - length, day + length)))
        code = rng.choice((*STATUSES, *LOW_STATUSES, *COMPETENCES))
        if rng.random() < 0.02:
            code = rng.choice(("nec", "ONBEKEND", "AGAIN_IN_TWE"))
        return {
            "client_id": client,
            "spell_code": code,
            "start_date": start.isoformat(),
            "end_date": self.maybe(end.isoformat, 0.75),
        }

    def transmissions(self, keys: int) -> list[Record]:
        """Draw versions of transmissions."""
        return list(self.versions("transmission_id", keys, self._transmission))

    def _transmission(self) -> Record:
        rng = self.rng
        client, day = self.near_end()
        decided = rng.choice((day, day + timedelta(days=rng.choice((1, 90, 700))), *BUSY_DAYS[2:]))
        return {
            "client_id": client,
            "transmission_date": day.isoformat(),
            "cause": self.maybe(lambda: rng.choice(("afwezig", "weigering; herhaald", 'zei "nee"\nen ging'))),
            "decision": self.maybe(lambda: rng.choice((*DECISIONS, "BEROEP")), 0.8),
            "decision_date": self.maybe(decided.isoformat),
            "sanction_weeks": self.maybe(lambda: rng.choice(("4", "-1", "+13", "0")), 0.4),
        }

    def lines(self, count: int) -> list[Record]:
        """Draw ledger lines, some of which are booked again with the opposite sign."""
        found: list[Record] = []
        while len(found) < count:
            line = self._line(len(found))
            found.append(line)
            if self.rng.random() < 0.25:
                found.append(self._reversal(line, len(found)))
        return found

    def _line(self, number: int) -> Record:
        rng = self.rng
        month = self.day(2016, 2024)
        old = rng.random()
        if old < 0.04:
            month = date(rng.randint(2009, 2013), rng.randint(1, 12), rng.randint(1, 28))
        booked = self.day(2017, 2024)
        if 0.04 <= old < 0.08:
            month = date(rng.randint(2009, 2014), rng.randint(1, 12), rng.randint(1, 28))
            booked = add_months(month.replace(day=1), 120) + rng.choice((0, 0, 1)) * DAY
        elif booked < month and old < 0.97:
            booked = month + timedelta(days=rng.randint(0, 500))
        cents = rng.choice((100_00, 100_00, 250_55, 1, 0, 1249_99, rng.randint(1, 2_000_00)))
        return {
            "line_id": f"L{number if rng.random() < 0.98 else rng.randint(0, 300)}",
            "booked_on": booked.isoformat(),
            "ocmw_nis": self.nis(),
            "client_id": rng.choice(self.clients[:6]),
            "performance_month": month.isoformat(),
            "stream": rng.choice(
                ("loontoelage", "loontoelage", "loontoelage", "begeleidingsvergoeding", "Loontoelage")
            )
            if rng.random() < 0.2
            else "loontoelage",
            "line_type": rng.choice(("payment", "correction", "recovery"))
            if rng.random() < 0.98
            else rng.choice(("refund", "Payment")),
            "amount_eur": f"{Decimal(cents if rng.random() < 0.8 else -cents) / 100:.2f}",
        }

    def _reversal(self, line: Record, number: int) -> Record:
        more = self.rng.choice(("0.00", "0.00", "0.01", "-0.01"))
        month = date.fromisoformat(line["performance_month"])
        return line | {
            "line_id": f"L{number}",
            "booked_on": (
                date.fromisoformat(line["booked_on"]) + timedelta(days=self.rng.randint(0, 40))
            ).isoformat(),
            "performance_month": month.replace(day=self.rng.randint(1, 28)).isoformat(),
            "line_type": "correction",
            "amount_eur": f"{-Decimal(line['amount_eur']) + Decimal(more):.2f}",
        }

    def claims(self, keys: int) -> list[Record]:
        """Draw versions of claims."""
        return list(self.versions("claim_id", keys, self._claim))

    def _claim(self) -> Record:
        line = self._line(0)
        columns = ("ocmw_nis", "client_id", "performance_month", "stream")
        return {column: line[column] for column in columns} | {"claimed_eur": line["amount_eur"]}


def _spoiled(rng: Random, extract: str, records: list[Record]) -> list[Record]:
    """Blank or spoil a value here and there, deliver some records again and add those on the edges."""
    found = []
    for record in records:
        if rng.random() < 0.05:
            column = rng.choice(EXTRACTS[extract])
            record = record | {column.name: _bad_value(rng, column)}
        if rng.random() < 0.01 and "start_date" in record:
            record = record | {"start_date": rng.choice(("2016-12-31", "1900-01-01", "9998-12-31"))}
        found += [record] * rng.choice((1,) * 12 + (2, 3))
    found += edge_records(extract)
    rng.shuffle(found)
    return found


def _bad_value(rng: Random, column: Column) -> str:
    if column.kind in TEXT_KINDS or rng.random() < 0.25:
        return ""
    return rng.choice(BAD_VALUES[column.kind])


def _split(rng: Random, records: list[Record], parts: int) -> list[list[Record]]:
    found: list[list[Record]] = [[] for _ in range(parts)]
    for record in records:
        rng.choice(found).append(record)
    return found


@dataclass(frozen=True)
class Writer:
    """Writes the records of one extract as files, each value in one of its accepted forms."""

    rng: Random
    folder: Path
    extract: str
    surplus: float = 0.04
    """The share of records with fields behind the header, filled or not."""

    def write(self, records: list[Record]) -> None:
        """Divide the records over delimited and Parquet files."""
        clean = [record for record in records if self._native(record)]
        native = [record for record in clean if self.rng.random() < 0.3]
        taken = {id(record) for record in native}
        rest = [record for record in records if id(record) not in taken]
        parts = _split(self.rng, rest, 3)
        self.write_csv(self.folder / f"{self.extract}.csv", parts[0])
        self.write_csv(self.folder / f"{self.extract}_2024-03.csv", parts[1])
        self.write_parquet(self.folder / f"{self.extract}_tekst.parquet", parts[2], native=False)
        if native:
            self.write_parquet(self.folder / f"{self.extract}.parquet", native, native=True)

    def _native(self, record: Record) -> bool:
        return not any(
            isinstance(read(record[column.name], column.kind), Unreadable)
            for column in EXTRACTS[self.extract]
        )

    def write_csv(self, path: Path, records: list[Record]) -> None:
        """Write a delimited file with its columns in any order and case, and with records of any length."""
        rng = self.rng
        names = [column.name for column in EXTRACTS[self.extract]] + rng.choice(
            ([], ["opmerking"], ["a;b,c", "d"])
        )
        rng.shuffle(names)
        buffer = io.StringIO()
        writer = csv.writer(
            buffer,
            delimiter=rng.choice(",;\t|"),
            lineterminator=rng.choice(("\n", "\r\n")),
            quoting=rng.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)),
        )
        writer.writerow([_cased(rng, name) for name in names])
        for record in records:
            if rng.random() < 0.03:
                buffer.write("\n")
            writer.writerow(self._fields(names, record))
        path.write_bytes(buffer.getvalue().encode(rng.choice(("utf-8", "utf-8-sig"))))

    def _fields(self, names: Sequence[str], record: Record) -> list[str]:
        kinds = {column.name: column.kind for column in EXTRACTS[self.extract]}
        fields = [
            rendered(self.rng, record.get(name, "vrij; tekst"), kinds.get(name, "text")) for name in names
        ]
        if self.rng.random() < self.surplus:
            return [*fields, "", self.rng.choice((" ", "te veel"))]
        while len(fields) > 2 and not fields[-1].strip() and self.rng.random() < 0.5:
            fields.pop()
        return fields

    def write_parquet(self, path: Path, records: list[Record], native: bool) -> None:
        """Write a Parquet file, in native types or in text."""
        columns = {}
        for column in EXTRACTS[self.extract]:
            texts = [record[column.name] for record in records]
            if native and column.kind not in TEXT_KINDS:
                columns[_cased(self.rng, column.name)] = _native_array(self.rng, texts, column.kind)
            else:
                forms = [rendered(self.rng, text, column.kind) or None for text in texts]
                columns[_cased(self.rng, column.name)] = pa.array(forms, pa.string())
        pq.write_table(pa.table(columns), path)


def _native_array(rng: Random, texts: list[str], kind: str) -> pa.Array:
    days = [read(text, "date" if kind == "month" else kind) for text in texts]
    values = [
        read(text, kind) if isinstance(day, Unreadable) else day
        for text, day in zip(texts, days, strict=True)
    ]
    types: dict[str, tuple[pa.DataType, ...]] = {
        "date": (pa.date32(),),
        "month": (pa.date32(),),
        "timestamp": (pa.timestamp("s"), pa.timestamp("ms"), pa.timestamp("us"), pa.timestamp("ns")),
        "amount": (pa.decimal128(12, 2),),
        "integer": (pa.int32(), pa.int64(), pa.int16()),
        "boolean": (pa.bool_(),),
    }
    return pa.array(values, rng.choice(types[kind]))


def _cased(rng: Random, name: str) -> str:
    return rng.choice((name, name, name.upper(), name.title(), f" {name}\t"))


def rendered(rng: Random, text: str, kind: str) -> str:
    """Write a value in one of the accepted forms, sometimes with blanks around it."""
    value = read(text, "date" if kind == "month" else kind)
    if value is None:
        return rng.choice(("", "", "", " ", "\t\u00a0"))
    if isinstance(value, Unreadable):
        form = text
    elif isinstance(value, datetime):
        form = _moment_form(rng, value)
    elif isinstance(value, date):
        form = _date_form(rng, value)
    elif isinstance(value, bool):
        form = rng.choice(
            ("true", "1", "ja", "J", "TRUE", "Ja") if value else ("false", "0", "nee", "N", "False")
        )
    elif isinstance(value, Decimal):
        form = _amount_form(rng, value)
    elif isinstance(value, int):
        form = rng.choice((f"{value:d}", f"{value:+d}", f"{value:03d}"))
    else:
        form = text
    blanks = ("", "", "", "", " ", "\t", "\u00a0 ")
    return rng.choice(blanks) + form + rng.choice(blanks)


def _date_form(rng: Random, day: date) -> str:
    sign = rng.choice("/-.")
    forms = (day.isoformat(), f"{day:%Y%m%d}", f"{day.day:02d}{sign}{day.month:02d}{sign}{day.year:04d}")
    return rng.choice((*forms, f"{day.day}{sign}{day.month}{sign}{day.year:04d}"))


def _moment_form(rng: Random, moment: datetime) -> str:
    day = _date_form(rng, moment.date())
    if moment == datetime.combine(moment.date(), datetime.min.time()) and rng.random() < 0.5:
        return day
    return f"{day}{rng.choice(' T')}{moment:%H:%M:%S}{rng.choice(('', '', '.0', '.000'))}"


def _amount_form(rng: Random, value: Decimal) -> str:
    forms = [f"{value:.2f}", f"{value:.2f}".replace(".", ","), f"{value:+.2f}"]
    if value == value.to_integral_value():
        forms += [f"{value:.0f}", f"{value:.1f}".replace(".", ","), f"{value:010.0f}"]
    grouped = f"{value:,.2f}".replace(",", rng.choice((",", "'", " ", "\u00a0")))
    forms += [grouped, f"€ {value:.2f}", f"{value:.2f} EUR", f"{value:.2f}00"]
    return rng.choice(forms)
