"""The columns of the raw extracts: names, order and native types, and fast ways to fill them."""

import numpy as np

from generator.draws import Array

Table = dict[str, Array]
"""Columns by name: keys as numbers, days and seconds as datetime64, text as objects with None for NULL."""

SCHEMAS: dict[str, dict[str, str]] = {
    "raw_trajectories": {
        "trajectory_id": "varchar",
        "recorded_at": "timestamp",
        "is_void": "boolean",
        "client_id": "varchar",
        "ocmw_nis": "varchar",
        "residence_nis": "varchar",
        "start_date": "date",
        "planned_end_date": "date",
        "end_date": "date",
        "end_reason": "varchar",
        "gender": "varchar",
        "birth_date": "date",
        "unemployed_since": "date",
        "education_level": "varchar",
        "migration_background": "boolean",
    },
    "raw_subsidies": {
        "line_id": "varchar",
        "booked_on": "date",
        "ocmw_nis": "varchar",
        "client_id": "varchar",
        "performance_month": "date",
        "stream": "varchar",
        "line_type": "varchar",
        "amount_eur": "decimal(12, 2)",
    },
    "raw_outflow": {
        "spell_id": "varchar",
        "recorded_at": "timestamp",
        "is_void": "boolean",
        "client_id": "varchar",
        "spell_code": "varchar",
        "start_date": "date",
        "end_date": "date",
    },
    "raw_transmissions": {
        "transmission_id": "varchar",
        "recorded_at": "timestamp",
        "is_void": "boolean",
        "client_id": "varchar",
        "transmission_date": "date",
        "cause": "varchar",
        "decision": "varchar",
        "decision_date": "date",
        "sanction_weeks": "integer",
    },
}
"""Columns of every extract in the order and with the types of the delivery agreement."""

RECORDED = {
    "raw_trajectories": "recorded_at",
    "raw_subsidies": "booked_on",
    "raw_outflow": "recorded_at",
    "raw_transmissions": "recorded_at",
}
"""The column whose year decides in which delivery a row comes."""

KEYS = {
    "trajectory_id": "SYN-T%08d",
    "client_id": "SYN-C%08d",
    "line_id": "SYN-L%09d",
    "spell_id": "SYN-S%08d",
    "transmission_id": "SYN-X%08d",
}
"""The text of each key and pseudonym; its first characters say that the record is synthetic."""


NULL = np.array(None, dtype=object)
"""For `np.where` and the like: the place of a value that is not there."""


def text(codes: Array) -> Array:
    """Return codes (object or fixed-width array) as text; an empty code becomes NULL."""
    return np.where(codes == "", NULL, codes)


def listed(codes: Array, position: Array) -> Array:
    """Return `codes[position]` as text; position -1 becomes NULL."""
    return np.append(codes.astype(object), NULL)[position]


def recorded_at(day: Array, second: Array) -> Array:
    """Return the second of the day of registration (datetime64[s])."""
    moment: Array = day.astype("datetime64[s]") + second.astype("timedelta64[s]")
    return moment
