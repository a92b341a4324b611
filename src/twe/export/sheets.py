"""What a sheet is, as data: the descriptions are made per subject and written by one writer.

Their fixed words are in sheets.yml.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from twe.export.dutch import number_text
from twe.project import texts
from twe.warehouse.files import sql_text

NOT_AVAILABLE = "[x]"
NOT_APPLICABLE = "[z]"
CONFIDENTIAL = "[c]"

SYNTHETIC_LABEL = "SYNTHETISCHE DEMONSTRATIEGEGEVENS - geen echte cijfers"
UNPROTECTED_LABEL = "KLEINE AANTALLEN NIET AFGESCHERMD"
DRAFT_LABEL = "ONTWERP, NIET VERSTUREN - niet in het register van publicaties"
INTERNAL_LABEL = "INTERN, NIET VERSPREIDEN - exacte cijfers, ook kleine aantallen"

# What a row is on the sheets with the figures of all areas and years.
PER_MUNICIPALITY = "gemeente en jaar"
PER_AREA = "gebied en jaar"
ESTIMATE = "raming per gebied, cijfer en jaar"

# What may stand in any text of sheets.yml.
_CONSTANTS = {
    "not_available": NOT_AVAILABLE,
    "not_applicable": NOT_APPLICABLE,
    "confidential": CONFIDENTIAL,
    "per_municipality": PER_MUNICIPALITY,
    "per_area": PER_AREA,
    "estimate": ESTIMATE,
}


class Kind(Enum):
    """How the values of a column are written and shown."""

    TEXT = auto()
    PROSE = auto()
    """Sentences, wrapped inside a column of fixed width."""
    CODE = auto()
    """Digits that are a name, such as a NIS code: text, never a number."""
    LINK = auto()
    """The name of a sheet of the same workbook, as a link to it."""
    YEAR = auto()
    COUNT = auto()
    EURO = auto()
    """Euro with two decimals."""
    MEAN = auto()
    """Months, shown with one decimal."""
    NUMBER = auto()
    """A number of any unit, with the decimals that it has."""


@dataclass(frozen=True)
class Column:
    """A column of a table; `missing` is the marker for NULL, None where NULL can't occur.

    `meaning` is a Dutch sentence, `unit` what a count counts; `prose_width` is the width of a
    column of sentences, in digits.
    """

    header: str
    kind: Kind
    missing: str | None = None
    meaning: str = ""
    unit: str = ""
    prose_width: int = 44


@dataclass(frozen=True)
class Note:
    """A paragraph above the table; with `link` it leads to the sheet of that name.

    One with `marker` explains it, and stands there only when the table has it.
    """

    text: str
    link: str | None = None
    marker: str | None = None


class Shape(Enum):
    """How a chart shows its series."""

    COLUMNS = auto()
    """A column per year and series."""
    SHARES = auto()
    """A column per year, divided into the shares of the series."""
    RANKING = auto()
    """A bar per series, for the last year only; the series are neighbouring columns."""


@dataclass(frozen=True)
class Series:
    """A column of the table behind a chart, by its heading, and its name in the chart."""

    header: str
    label: str


@dataclass(frozen=True)
class Chart:
    """A chart over the first `rows` rows of the table of sheet `source`, which have a column Jaar.

    `title` names the area and year of those rows, `subject` doesn't.
    """

    title: str
    subject: str
    shape: Shape
    source: str
    rows: int
    series: tuple[Series, ...]
    category_title: str
    value_title: str
    number_format: str = "#,##0"
    least_total: int = 0
    """A stack of less than this has no percentages: they would be more exact than its rounded counts."""
    is_ordered: bool = False
    """Whether the series are classes in an order, such as ages."""
    in_words: Callable[[int], str] = number_text
    """How its text writes a number: an edition may show a small count as a range."""
    doubt: int = 0
    """What rounding may make of no change."""
    described_rows: int = 0
    """Rows that a text describes, up to the last complete year; 0 = all. A ranking shows the last of them."""


@dataclass(frozen=True)
class Sheet:
    """A worksheet with one table; `query` gives the rows, its columns in the order of `columns`.

    Its charts stand under the table; the sheets they draw from come before it. `row_meaning`
    completes the Dutch sentence "een rij per ..."; `origin` is a line above the table, its source and day.
    """

    name: str
    title: str
    notes: tuple[Note, ...]
    table_name: str
    row_meaning: str
    columns: tuple[Column, ...]
    query: str
    charts: tuple[Chart, ...] = ()
    origin: str = ""


def header_text(label: str) -> str:
    """Return a label as a column heading: a table can't have a line break in the name of a column."""
    return " ".join(label.split())


def values_query(rows: Iterable[Sequence[str | None]]) -> str:
    """Return a query for rows of texts that are known beforehand; there must be at least one."""
    return "values " + ", ".join(f"({', '.join(map(_sql_text_or_null, row))})" for row in rows)


def _sql_text_or_null(value: str | None) -> str:
    return "null" if value is None else sql_text(value)


def words(group: str, name: str, **facts: object) -> str:
    """Return a text of sheets.yml with `facts` in its places; KeyError for one that isn't given."""
    return str(texts("export/sheets")[group][name]).format(**_CONSTANTS, **facts)


def fixed_notes(group: str, name: str = "notes", **facts: Any) -> tuple[Note, ...]:
    """Return the lines of sheets.yml above a table, those whose condition is true."""
    return tuple(
        Note(
            entry["text"],
            words(entry["link"], "name") if "link" in entry else None,
            entry.get("symbol"),
        )
        for entry in _entries(group, name, facts)
    )


def fixed_columns(group: str, name: str = "columns", **facts: Any) -> tuple[Column, ...]:
    """Return the columns of sheets.yml, those whose condition is true."""
    return tuple(
        Column(
            entry["header"],
            Kind[entry["kind"].upper()],
            entry.get("symbol"),
            entry["meaning"],
            entry.get("unit", ""),
            int(entry.get("width", Column.prose_width)),
        )
        for entry in _entries(group, name, facts)
    )


def fixed_sheet(
    group: str,
    query: str,
    *,
    notes: Sequence[Note] = (),
    columns: Sequence[Column] = (),
    charts: tuple[Chart, ...] = (),
    **facts: Any,
) -> Sheet:
    """Return a sheet of sheets.yml, with more notes and columns after its own."""
    return Sheet(
        name=words(group, "name", **facts),
        title=words(group, "title", **facts),
        notes=(*fixed_notes(group, **facts), *notes),
        table_name=words(group, "table", **facts),
        row_meaning=words(group, "row", **facts),
        columns=(*fixed_columns(group, **facts), *columns),
        query=query,
        charts=charts,
        origin=words(group, "origin", **facts) if "origin" in texts("export/sheets")[group] else "",
    )


def _entries(group: str, name: str, facts: Mapping[str, object]) -> Iterator[dict[str, str]]:
    for entry in texts("export/sheets")[group].get(name, ()):
        parts = entry if isinstance(entry, dict) else {"text": entry}
        if "when" not in parts or facts[parts["when"]]:
            yield {part: str(text).format(**_CONSTANTS, **facts) for part, text in parts.items()}
