"""The structure of a delimited file: RFC 4180 in UTF-8, checked in one pass.

DuckDB reads a sound file exactly, but reads on through a broken one: an unclosed quote swallows records, what
follows a closing quote is lost. So a file is read by DuckDB only when this module finds nothing.
"""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from twe.landing.contract import Layout
from twe.landing.faults import FileFault, NotUtf8
from twe.landing.header import Header

MAX_RECORD_BYTES = 16 * 1024 * 1024
DELIMITERS = (",", ";", "\t", "|")
HEADER_RECORDS = 20
_BLOCK_BYTES = 4 * 1024 * 1024
_QUOTED = re.compile(rb'"[^"]*+"')


class Dialect:
    """The expressions for one delimiter; CR, LF and CRLF end a line, in any mix.

    Each gives up after at most one step back per field, so a broken file takes no longer than a sound one. A
    possessive group around another one would take none, but Python before 3.11.5 matches it wrongly.
    """

    def __init__(self, delimiter: str) -> None:
        """Compile the expressions."""
        mark = re.escape(delimiter.encode())
        blank = rb"[ ]" if delimiter == "\t" else rb"[ \t]"
        quoted = rb'"[^"]*+(?:""[^"]*+)*+"%b*+(?=[%b\r\n])' % (blank, mark)
        self.delimiter = delimiter
        # Any number of whole records and empty lines, after a line end.
        self.records = re.compile(rb'(?:[^"\r\n]*+(?:(?<=[%b\r\n])%b[^"\r\n]*+)*[\r\n]++)*' % (mark, quoted))
        # A quoted field, up to the delimiter or line end after it. Blanks around a value are allowed.
        self.quoted = re.compile(quoted)
        # A field without quotes, or the part of a field before a quote.
        self.plain = re.compile(rb'[^"%b\r\n]*+' % mark)


def csv_layout(path: Path, header: Header) -> Layout:
    """Return the delimiter, the names of the columns, the number of their record and the most fields of one.

    Records count from 1. The header is the first of the first records that has all required columns, under
    the delimiter with which it has. FileFault when there is none or anything is wrong. May raise OSError.
    """
    with path.open("rb") as file:
        start = file.read(len(codecs.BOM_UTF8))
        if start != codecs.BOM_UTF8:
            file.seek(0)
        scan = _Scan(file)
        dialect, names, record = _header(scan, header)
        fields = scan.check(dialect)
    return {"delimiter": dialect.delimiter, "names": names, "header_record": record, "fields": fields}


def _header(scan: "_Scan", header: Header) -> tuple[Dialect, tuple[str, ...], int]:
    scan.read_start()
    nearest: tuple[str, ...] = ()
    broken = None
    for dialect in map(Dialect, DELIMITERS):
        for number, fields in enumerate(scan.first_records(dialect), start=1):
            if fields is None:
                broken = broken or dialect
                break
            names = header.names(_text(field) for field in fields)
            if not header.absent(names):
                header.check(names)
                return dialect, names, number
            if len(header.absent(names)) < len(header.absent(nearest)):
                nearest = names
    if scan.has_nul:
        raise FileFault("looks like UTF-32, or UTF-16 without a byte order mark; save it as UTF-8")
    if broken and not nearest:
        raise scan.fault(broken, scan.header_at)
    fault = header.fault(nearest)
    if nearest:
        raise fault
    raise FileFault(f"{fault}: none of its first {HEADER_RECORDS} records is a header with one of them")


def _text(field_bytes: bytes) -> str:
    text = field_bytes.decode("utf-8", "replace")
    if text.startswith('"'):
        text = text.rstrip(" \t")[1:-1].replace('""', '"')
    return text


class _Scan:
    """Walks through a file in blocks; `_buffer` starts with one byte of a line end, records follow."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._buffer = b"\n"
        self._lines = 1
        self._is_read = False
        self.header_at = 1

    def read_start(self) -> None:
        """Read until the first records are in the buffer; FileFault when there is none."""
        while not self._is_read and len(self._buffer) <= MAX_RECORD_BYTES:
            self._read()
            # A quoted field may hold lines; then the buffer grows until the records are whole.
            if _line_ends(self._buffer) > 4 * HEADER_RECORDS:
                break
        first = re.search(rb"[^\r\n]", self._buffer)
        if not first:
            raise FileFault("is empty")
        self.header_at = first.start()

    @property
    def has_nul(self) -> bool:
        """Whether there is a NUL in what was read, which no text in UTF-8 has."""
        return b"\0" in self._buffer

    def first_records(self, dialect: Dialect) -> Iterator[list[bytes] | None]:
        """Yield the fields of the first records as they stand there, None and no more at a wrong quote."""
        at = self.header_at
        for _ in range(HEADER_RECORDS):
            fields, end = self._fields(dialect, at)
            while not self._is_read and end >= len(self._buffer) and len(self._buffer) <= MAX_RECORD_BYTES:
                self._read()
                fields, end = self._fields(dialect, at)
            if self._buffer[end : end + 1] not in (b"\r", b"\n"):
                yield None
                return
            yield fields
            following = re.compile(rb"[^\r\n]").search(self._buffer, end)
            if not following:
                return
            at = following.start()

    def check(self, dialect: Dialect) -> int:
        """Go through all records, the header included, and return the most fields that one has.

        FileFault at the first that is broken.
        """
        fields = 1
        while True:
            end = self._records_end(dialect)
            fields = max(fields, _most_fields(self._buffer[:end], dialect.delimiter))
            self._lines += _line_ends(self._buffer[1:end])
            self._buffer = self._buffer[end - 1 :]
            if self._is_read and len(self._buffer) == 1:
                return fields
            if self._is_read or len(self._buffer) > MAX_RECORD_BYTES + _BLOCK_BYTES:
                raise self.fault(dialect, 1)
            self._read()

    def _records_end(self, dialect: Dialect) -> int:
        # Without quotes every line is a record, and searching is faster than matching.
        if b'"' not in self._buffer:
            return max(self._buffer.rfind(b"\n"), self._buffer.rfind(b"\r")) + 1
        found = dialect.records.match(self._buffer, 1)
        assert found, "the pattern also matches nothing"
        return found.end()

    def _read(self) -> None:
        """Add a block that must be UTF-8 to the buffer; the last line gets the end that it may lack."""
        block = self._file.read(_BLOCK_BYTES)
        self._is_read = not block
        try:
            self._decoder.decode(block, final=self._is_read)
        except UnicodeDecodeError as problem:
            before = self._buffer[1:] + problem.object[: problem.start]
            raise NotUtf8(f"is not UTF-8 on line {self._lines + _line_ends(before)}") from None
        self._buffer += block
        if self._is_read and not self._buffer.endswith((b"\r", b"\n")):
            self._buffer += b"\n"

    def _fields(self, dialect: Dialect, start: int) -> tuple[list[bytes], int]:
        """Return the fields from `start` up to the end of the record or a wrong quote, and that place."""
        fields = []
        at = start
        while True:
            found = dialect.quoted.match(self._buffer, at) or dialect.plain.match(self._buffer, at)
            assert found, "the pattern of a plain field also matches nothing"
            fields.append(found[0])
            if self._buffer[found.end() : found.end() + 1] != dialect.delimiter.encode():
                return fields, found.end()
            at = found.end() + 1

    def fault(self, dialect: Dialect, start: int) -> FileFault:
        """Say what is wrong with the record that starts at `start`."""
        fields, at = self._fields(dialect, start)
        line = self._lines + _line_ends(self._buffer[1:at])
        if self._buffer[at : at + 1] != b'"':
            return _too_long(self._lines + _line_ends(self._buffer[1:start]))
        if fields[-1].strip(b" \t"):
            return FileFault(f"has a quote inside a field that is not quoted on line {line}")
        if fields[-1]:
            return FileFault(f"has a blank before an opening quote on line {line}")
        closed = re.compile(rb'"[^"]*+(?:""[^"]*+)*+"').match(self._buffer, at)
        if closed:
            return FileFault(f"has text after a closing quote on line {line + _line_ends(closed[0])}")
        if self._is_read:
            return FileFault(f"has a quote on line {line} that is never closed")
        return _too_long(line)


def _most_fields(records: bytes, delimiter: str) -> int:
    """Return the number of fields of the widest of whole records."""
    plain = _QUOTED.sub(b"", records) if b'"' in records else records
    lines = plain.replace(b"\r", b"\n").split(b"\n")
    return 1 + max(line.count(delimiter.encode()) for line in lines)


def _too_long(line: int) -> FileFault:
    size = MAX_RECORD_BYTES // 1024 // 1024
    return FileFault(f"has a record of more than {size} MB from line {line} on (perhaps an unclosed quote)")


def _line_ends(text: bytes) -> int:
    return text.count(b"\n") + text.count(b"\r") - text.count(b"\r\n")
