"""The columns of the raw extracts: names, order and native types, and fast ways to fill them."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from generator.draws import Array

_TEXT = pa.string()
_DAY = pa.date32()
_SECOND = pa.timestamp("us")

SCHEMAS: dict[str, pa.Schema] = {
    "raw_trajectories": pa.schema(
        {
            "trajectory_id": _TEXT,
            "recorded_at": _SECOND,
            "is_void": pa.bool_(),
            "client_id": _TEXT,
            "ocmw_nis": _TEXT,
            "residence_nis": _TEXT,
            "start_date": _DAY,
            "planned_end_date": _DAY,
            "end_date": _DAY,
            "end_reason": _TEXT,
            "gender": _TEXT,
            "birth_date": _DAY,
            "unemployed_since": _DAY,
            "education_level": _TEXT,
            "migration_background": pa.bool_(),
        }
    ),
    "raw_subsidies": pa.schema(
        {
            "line_id": _TEXT,
            "booked_on": _DAY,
            "ocmw_nis": _TEXT,
            "client_id": _TEXT,
            "performance_month": _DAY,
            "stream": _TEXT,
            "line_type": _TEXT,
            "amount_eur": pa.decimal128(12, 2),
        }
    ),
    "raw_outflow": pa.schema(
        {
            "spell_id": _TEXT,
            "recorded_at": _SECOND,
            "is_void": pa.bool_(),
            "client_id": _TEXT,
            "spell_code": _TEXT,
            "start_date": _DAY,
            "end_date": _DAY,
        }
    ),
    "raw_transmissions": pa.schema(
        {
            "transmission_id": _TEXT,
            "recorded_at": _SECOND,
            "is_void": pa.bool_(),
            "client_id": _TEXT,
            "transmission_date": _DAY,
            "cause": _TEXT,
            "decision": _TEXT,
            "decision_date": _DAY,
            "sanction_weeks": pa.int32(),
        }
    ),
}
"""Columns of every extract in the order and with the types of the delivery agreement."""

RECORDED = {
    "raw_trajectories": "recorded_at",
    "raw_subsidies": "booked_on",
    "raw_outflow": "recorded_at",
    "raw_transmissions": "recorded_at",
}
"""The column whose year decides in which delivery a row comes."""

TRAJECTORY, CLIENT, LINE, SPELL, TRANSMISSION = "SYN-T", "SYN-C", "SYN-L", "SYN-S", "SYN-X"
"""First characters of every key and pseudonym: they say that the record is synthetic."""

_ID_DIGITS = {TRAJECTORY: 8, CLIENT: 8, LINE: 9, SPELL: 8, TRANSMISSION: 8}


def ids(prefix: str, numbers: Array) -> pa.Array:
    """Return `prefix` and each number with leading zeros as text (8 digits, 9 for ledger lines)."""
    width = _ID_DIGITS[prefix]
    head = np.frombuffer(prefix.encode("ascii"), dtype=np.uint8)
    text = np.empty((len(numbers), len(head) + width), dtype=np.uint8)
    text[:, : len(head)] = head
    rest = np.asarray(numbers, dtype=np.int64)
    for place in range(width):
        text[:, -1 - place] = rest % 10 + ord("0")
        rest = rest // 10
    offsets = np.arange(len(numbers) + 1, dtype=np.int32) * text.shape[1]
    return pa.StringArray.from_buffers(len(numbers), pa.py_buffer(offsets), pa.py_buffer(text))


def money(cents: Array) -> pa.Array:
    """Return exact euros, decimal128(12, 2), from whole cents (int64)."""
    words = np.empty((len(cents), 2), dtype="<i8")
    words[:, 0] = cents
    words[:, 1] = np.where(cents < 0, -1, 0)
    return pa.Decimal128Array.from_buffers(pa.decimal128(12, 2), len(cents), [None, pa.py_buffer(words)])


def text(codes: Array) -> pa.Array:
    """Return codes (object or fixed-width array) as text; an empty code becomes NULL."""
    filled = pa.array(codes, type=pa.string())
    return pc.if_else(pc.equal(filled, ""), pa.scalar(None, pa.string()), filled)


def listed(codes: Array, position: Array) -> pa.Array:
    """Return `codes[position]` as text; a negative position becomes NULL."""
    return pa.array(codes, type=pa.string()).take(pa.array(position, mask=position < 0))


def flag(answers: Array) -> pa.Array:
    """Return "true" and "false" as booleans; an empty answer becomes NULL."""
    return pa.array(answers == "true", mask=answers == "")


def recorded_at(day: Array, second: Array) -> pa.Array:
    """Return the second of the day of registration as timestamp[us] without zone."""
    return pa.array(day.astype("datetime64[us]") + second.astype("timedelta64[s]"))


def table(extract: str, columns: dict[str, Any]) -> pa.Table:
    """Return the columns as a table with the schema of the extract; raises KeyError when one is missing."""
    schema = SCHEMAS[extract]
    arrays = [_typed(columns[field.name], field.type) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def _typed(values: Any, kind: pa.DataType) -> pa.Array:
    filled = values if isinstance(values, pa.Array) else pa.array(values)
    return filled if filled.type == kind else filled.cast(kind)
