"""The code lists that the peers need, from the seeds, in plain Python."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

GEOGRAPHY_DATE = date(2024, 12, 31)
"""The default of variable geography_date: a benchmark builds with the defaults."""

_DIMENSIONS = ("gender", "age", "unemployment_duration", "education", "migration_background")


@dataclass(frozen=True)
class Reference:
    """The seeds of a folder such as `seeds/reference`; contract, section 5."""

    folder: Path

    @cached_property
    def reported_codes(self) -> Mapping[str, str]:
        """The NIS code under which each NIS code is reported: taken forward through the mergers."""
        mergers = sorted(
            (date.fromisoformat(row["effective_date"]), row["old_nis"], row["new_nis"])
            for row in self._rows("municipality_mergers")
        )
        reported = {row["nis_code"]: row["nis_code"] for row in self._rows("municipalities")}
        for day, old, new in mergers:
            if day <= GEOGRAPHY_DATE:
                reported |= {code: new for code, now in reported.items() if now == old}
        return reported

    @cached_property
    def current_codes(self) -> frozenset[str]:
        """The NIS codes that are valid on the geography date."""
        return frozenset(
            row["nis_code"]
            for row in self._rows("municipalities")
            if date.fromisoformat(row["valid_from"]) <= GEOGRAPHY_DATE
            and (not row["valid_to"] or date.fromisoformat(row["valid_to"]) >= GEOGRAPHY_DATE)
        )

    @cached_property
    def names(self) -> Mapping[str, tuple[str, str]]:
        """Name and province by NIS code."""
        return {row["nis_code"]: (row["name"], row["province"]) for row in self._rows("municipalities")}

    @cached_property
    def years(self) -> Mapping[int, list[int]]:
        """The reporting years by number of the annex."""
        return {
            int(row["annex"]): list(range(int(row["first_year"]), int(row["last_year"]) + 1))
            for row in self._rows("annexes")
        }

    @cached_property
    def early_reasons(self) -> Mapping[str, bool]:
        """Whether an end reason says that a trajectory ended early."""
        return {row["end_reason"]: row["is_early"] == "true" for row in self._rows("end_reasons")}

    @cached_property
    def categories(self) -> list[tuple[str, str]]:
        """Every (dimension, category) of annex 2."""
        return [(row["dimension"], row["category"]) for row in self._rows("profile_categories")]

    @cached_property
    def bounds(self) -> Mapping[str, list[tuple[int, int | None, str]]]:
        """The (lower bound, upper bound or None, category) of the dimensions that are numbers."""
        bounds: dict[str, list[tuple[int, int | None, str]]] = {name: [] for name in _DIMENSIONS}
        for row in self._rows("profile_categories"):
            if row["lower_bound"]:
                upper = int(row["upper_bound"]) if row["upper_bound"] else None
                bounds[row["dimension"]].append((int(row["lower_bound"]), upper, row["category"]))
        return bounds

    @cached_property
    def profile_codes(self) -> Mapping[str, Mapping[str, str]]:
        """The category of a delivered code, by dimension."""
        codes: dict[str, dict[str, str]] = {name: {} for name in _DIMENSIONS}
        for row in self._rows("profile_codes"):
            codes[row["dimension"]][row["code"]] = row["category"]
        return codes

    @cached_property
    def outcomes(self) -> list[tuple[str, str, str, str, int]]:
        """Every (spell code or "", kind, group, outcome, priority) of annex 5."""
        return [
            (row["spell_code"], row["kind"], row["outcome_group"], row["outcome"], int(row["priority"]))
            for row in self._rows("outflow_codes")
        ]

    @cached_property
    def decisions(self) -> list[tuple[str, str]]:
        """Every (delivered code or "", decision) of annex 6."""
        return [(row["decision_code"], row["decision"]) for row in self._rows("transmission_decisions")]

    def subsidy_codes(self, code_list: str) -> list[str]:
        """Return the codes of a list of the ledger, `stream` or `line_type`."""
        return [row["code"] for row in self._rows("subsidy_codes") if row["code_list"] == code_list]

    def priority(self, outcome: str) -> int:
        """Return the priority of the status `outcome`."""
        return next(row[4] for row in self.outcomes if row[1] == "status" and row[3] == outcome)

    def _rows(self, seed: str) -> list[dict[str, str]]:
        with (self.folder / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
