"""A release: the values that were given to the public, and what everybody can tell from the method."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import numpy as np

from twe.protection.attack import Knowledge
from twe.protection.cells import Equations, Flags, Integers
from twe.protection.solver import INFINITY

HIDDEN = -1
"""Stands for "no value" in arrays of published values."""


class Method(StrEnum):
    """How the values of a release came about."""

    ROUNDING = "rounding"
    """Controlled rounding to a neighbouring multiple of the base."""
    SUPPRESSION = "suppression"
    """Exact values, some of them hidden under a marker."""
    NONE = "none"
    """Exact values."""


@dataclass(frozen=True)
class Marker:
    """What a reader knows of a hidden count: the whole numbers it lies between; `highest` None = no limit."""

    lowest: int
    highest: int | None


@dataclass(frozen=True)
class Area:
    """An area of a release with the recorded codes counted under it."""

    area_id: str
    level: str
    members: frozenset[str]


@dataclass(frozen=True)
class Release:
    """Published values by position of the cell: a count, or HIDDEN with the text of its marker."""

    number: int
    """Number in the register, from 1; 0 = not published yet."""
    made_at: datetime
    as_of: date
    geography_date: date
    method: Method
    base: int
    threshold: int
    markers: dict[str, Marker]
    cell_ids: list[str]
    units: Integers
    is_published: Flags
    values: Integers
    marks: list[str | None]
    equations: Equations
    areas: tuple[Area, ...] = ()

    def knowledge(self) -> Knowledge:
        """Return what each value says about its count to somebody who knows the method."""
        lower, upper = np.zeros(len(self.values)), np.full(len(self.values), INFINITY)
        shown = self.is_published & (self.values != HIDDEN)
        error = self.base * self.units[shown] - 1 if self.method is Method.ROUNDING else 0
        lower[shown] = np.maximum(self.values[shown] - error, 0)
        upper[shown] = self.values[shown] + error
        for position in np.flatnonzero(self.is_published & (self.values == HIDDEN)):
            marker = self.markers[self.marks[position] or ""]
            lower[position] = marker.lowest
            upper[position] = INFINITY if marker.highest is None else marker.highest
        return Knowledge(lower, upper)

    @property
    def name(self) -> str:
        """Return how messages call it."""
        day = f"as of {self.as_of:%Y-%m-%d}"
        return f"release {self.number} ({day})" if self.number else f"this release ({day})"
