"""The SQL that shows delivered files as one relation per extract: text, and native values if any."""

from collections.abc import Iterable

from twe.landing.contract import Column
from twe.landing.delivery import File
from twe.landing.header import MAX_COLUMNS
from twe.warehouse.files import sql_text

_NATIVE_TYPES = {
    "date": "date",
    "month": "date",
    "timestamp": "timestamp",
    "amount": "decimal(12, 2)",
    "integer": "integer",
    "boolean": "boolean",
}
_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")
MAX_LINE_BYTES = 33_554_432
_BLANKS = "' ' || chr(9) || chr(160)"


def relation(columns: tuple[Column, ...], files: Iterable[File]) -> str:
    """Return a select of file_id, source_row, has_surplus_fields and the contract columns of `files`.

    Each row once; `has_surplus_fields` says that a text record has a filled field without a column.

    Every column is text. A column that isn't read as text or NIS code has a second one, `<column>_native`,
    typed; there the text is NULL when the native value is what was delivered, written the same way. CSV files
    are read one by one; Parquet files with the same columns and types are read together.
    """
    parts = [_no_rows(columns)]
    groups: dict[tuple[object, ...], list[File]] = {}
    for file in files:
        if file.format == "csv":
            parts.append(f"select * from ({_csv_rows(columns, file)}) where source_row > 0")
        else:
            # DuckDB's own number of a row is hidden by a column of that name: such a file is read alone.
            hidden = {"file_row_number", "file_index"} & set(file.names)
            groups.setdefault((file.file_id if hidden else 0, file.identifiers, file.types), []).append(file)
    parts += [_parquet_rows(columns, same) for same in groups.values()]
    # A column that a file lacks is NULL.
    return " union all by name ".join(parts)


def _no_rows(columns: tuple[Column, ...]) -> str:
    natives = {column.name: _NATIVE_TYPES.get(column.reads_as) for column in columns}
    values = [f"cast(null as varchar) as {name}" for name in natives]
    values += [f"cast(null as {native}) as {name}_native" for name, native in natives.items() if native]
    return (
        "select cast(null as integer) as file_id, cast(null as bigint) as source_row,"
        f" false as has_surplus_fields, {', '.join(values)} where false"
    )


def _csv_rows(columns: tuple[Column, ...], file: File) -> str:
    """Return the records of a CSV file as text; record 0 is the header, those before it have lower numbers.

    DuckDB is lenient about the number of fields only: csv_file.py found before that the file is UTF-8 and RFC
    4180. With new_line = '\\n' DuckDB ends a record at CR and at LF, in any mix; left to find out itself it
    loses a byte after a CR in a file that starts with CRLF.
    """
    size = min(len(file.names), MAX_COLUMNS)
    width = max(size, min(file.fields, MAX_COLUMNS))
    fields = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(width))
    named = ", ".join(
        f"c{file.names.index(column.name)} as {column.name}"
        for column in columns
        if column.name in file.names
    )
    surplus = ", ".join(f"c{place}" for place in range(size, width))
    # Most records have none: nothing is joined then.
    is_filled = f"coalesce({surplus}) is not null and trim(concat({surplus}), {_BLANKS}) <> ''"
    return (
        f"select {file.file_id} as file_id, row_number() over () - {file.header_record} as source_row,"
        f" {is_filled if surplus else 'false'} as has_surplus_fields,"
        f" {named} from read_csv("
        f"{sql_text(file.pattern)}, auto_detect = false, columns = {{{fields}}}, header = false,"
        f" delim = {sql_text(file.delimiter)}, quote = '\"', escape = '\"', null_padding = true,"
        f" strict_mode = false, new_line = '\\n', max_line_size = {MAX_LINE_BYTES}, parallel = false)"
    )


def _parquet_rows(columns: tuple[Column, ...], files: list[File]) -> str:
    first = files[0]
    has_own_numbers = "file_row_number" in first.names
    ids = ", ".join(str(file.file_id) for file in files)
    file_id = ids if len(files) == 1 else f"([{ids}])[cast(file_index as bigint) + 1]"
    row = "row_number() over ()" if has_own_numbers else "file_row_number + 1"
    values = ", ".join(
        value for column in columns if column.name in first.names for value in _parquet_values(column, first)
    )
    return (
        f"select cast({file_id} as integer) as file_id, cast({row} as bigint) as source_row,"
        f" false as has_surplus_fields, {values}"
        f" from read_parquet([{', '.join(sql_text(file.pattern) for file in files)}],"
        f" file_row_number = {str(not has_own_numbers).lower()}, binary_as_string = true,"
        " hive_partitioning = false)"
    )


def _parquet_values(column: Column, file: File) -> Iterable[str]:
    """Yield the text and the native value of a column of a Parquet file.

    No cast may fail, whatever the value: the database's message would show it.
    """
    place, native_type = file.names.index(column.name), _NATIVE_TYPES.get(column.reads_as)
    value, stored = file.identifiers[place], file.types[place]
    native, is_written_alike = _native_value(column.reads_as, value, stored)
    text = f"cast({value} as varchar)" if stored != "VARCHAR" else value
    if native and is_written_alike:
        text = f"case when {native} is null then {text} end"
    yield f"{text} as {column.name}"
    if native_type:
        yield f"cast({native or 'null'} as {native_type}) as {column.name}_native"


def _native_value(reads_as: str, value: str, stored: str) -> tuple[str | None, bool]:
    """Return the value in the native type of a column; None when it has to be read from its text.

    Also whether it is the stored value when it is written as text: the quarantine shows it as delivered.
    """
    if reads_as in ("date", "month") and stored == "DATE":
        return value, True
    if reads_as in ("date", "month") and stored.startswith("TIMESTAMP"):
        moment = _wall_clock(value, stored)
        day = f"try_cast({moment} as date)"
        kind = "timestamp" if moment != value else stored
        return f"case when {moment} = try_cast({day} as {kind}) then {day} end", False
    if reads_as == "timestamp" and (stored == "DATE" or stored.startswith("TIMESTAMP")):
        return f"try_cast({_wall_clock(value, stored)} as timestamp)", stored == "TIMESTAMP"
    if reads_as == "amount" and stored.startswith("DECIMAL"):
        amount = f"try_cast({value} as decimal(12, 2))"
        exact = f"case when {value} = try_cast({amount} as {stored}) then {amount} end"
        return exact, stored.endswith(",2)")
    if reads_as == "integer" and stored in _INTEGERS:
        bounded = f"case when {value} between -999999999 and 999999999 then cast({value} as integer) end"
        return bounded, True
    if reads_as == "boolean" and stored == "BOOLEAN":
        return value, True
    return None, False


def _wall_clock(value: str, stored: str) -> str:
    """Return a moment as clocks in Brussels showed it, where it is stored with a zone."""
    return f"timezone('Europe/Brussels', {value})" if stored.endswith("WITH TIME ZONE") else value
