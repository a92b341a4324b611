"""Who has only the CSV files of a public edition, and bounds every euro amount that they leave out.

Written from docs/protection.md, with nothing of the project: a linear program per province over the euros of
each municipality by the year worked and the year booked.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import highspy
import numpy as np

SEEDS = Path(__file__).resolve().parents[2] / "seeds/reference"
MONTHS, EVER = 12, 10**12
# Euros of months before the first year, and euros booked after the last one: nobody publishes them.
BEFORE, AFTER = 0, 9999

Target = tuple[str, int, str]
"""The basis, year and municipality of an amount that is left out."""


@dataclass(frozen=True)
class Attacker:
    """What the files of a public edition say about one amount, `gross_paid_eur` or `recovered_eur`."""

    folder: Path
    amount: str
    base: int = 5

    @cached_property
    def _rows(self) -> list[dict[str, str]]:
        with (self.folder / "annex_3_amounts.csv").open(encoding="utf-8", newline="") as lines:
            return [row for row in csv.DictReader(lines) if row["amount"] == self.amount]

    def _told(self, level: str) -> dict[Target, float | None]:
        """Return the amounts of a level without their sign, None where one is left out."""
        return {
            (row["basis"], int(row["year"]), row["area_code"]): abs(float(row["amount_eur"]))
            if row["amount_eur"]
            else None
            for row in self._rows
            if row["area_level"] == level
        }

    @cached_property
    def municipal(self) -> dict[Target, float | None]:
        """Return the amounts of municipalities."""
        return self._told("municipality")

    @cached_property
    def counts(self) -> dict[tuple[str, int, str], int]:
        """Return the rounded clients and months by measure, year and municipality."""
        with (self.folder / "annex_3_figures.csv").open(encoding="utf-8", newline="") as lines:
            return {
                (row["measure"], int(row["year"]), row["area_code"]): int(row["value"])
                for row in csv.DictReader(lines)
                if row["area_level"] == "municipality" and row["dimension"] == "total"
            }

    @cached_property
    def provinces(self) -> dict[str, list[str]]:
        """Return the municipalities of each province."""
        with (SEEDS / "municipalities.csv").open(encoding="utf-8", newline="") as lines:
            of = {row["nis_code"]: row["province_nis"] for row in csv.DictReader(lines)}
        found: dict[str, list[str]] = {}
        for area in sorted({area for _, _, area in self.municipal}):
            found.setdefault(of[area], []).append(area)
        return found

    @cached_property
    def sums(self) -> dict[Target, float]:
        """Return what is left of every province after the amounts that are shown."""
        found = {}
        for (basis, year, province), total in self._told("province").items():
            shown = [self.municipal[basis, year, area] or 0 for area in self.provinces[province]]
            if total is not None:
                found[basis, year, province] = round(total - sum(shown), 2)
        return found

    @property
    def groups(self) -> dict[Target, float | None]:
        """Return the rows that municipalities share, by province."""
        return self._told("group")

    def by_rate(self, year: int, area: str) -> tuple[float, float]:
        """Return the least and most euros that the rounded months and clients leave open."""
        with (SEEDS / "subsidy_rates.csv").open(encoding="utf-8", newline="") as lines:
            rates = [
                float(row["monthly_eur"])
                for row in csv.DictReader(lines)
                if row["valid_from"][:4] <= str(year) <= (row["valid_to"] or "9999")[:4]
            ]
        months, clients = self.counts["subsidised_months", year, area], self.counts["clients", year, area]
        step = self.base * MONTHS
        least = max(months - step + 1, clients - self.base + 1, 0)
        most = min(months + step - 1, MONTHS * (clients + self.base - 1))
        return least * min(rates), most * max(rates)

    def bounds(
        self, province: str, limits: dict[tuple[int, str], tuple[float, float]]
    ) -> Iterator[tuple[Target, float, float]]:
        """Yield the least and most that each amount left out in a province may be.

        `limits` are what else is known of euros by the year worked. AssertionError when nothing fits.
        """
        left = {
            key for key, euro in self.municipal.items() if euro is None and key[2] in self.provinces[province]
        }
        years = sorted({year for _, year, _ in left})
        areas = sorted({area for _, _, area in left})
        worked, booked = [BEFORE, *years], [*years, AFTER]
        cells = [
            (area, w, b)
            for area in areas
            for w in worked
            for b in booked
            if w <= b and (w, b) != (BEFORE, AFTER)
        ]
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        solver.addVars(len(cells), np.zeros(len(cells)), np.full(len(cells), float(EVER)))
        at = {cell: number for number, cell in enumerate(cells)}

        def of(basis: str, year: int, area: str) -> list[int]:
            if basis == "worked":
                return [at[area, year, b] for b in booked if b >= year]
            return [at[area, w, year] for w in worked if w <= year]

        def equal(members: list[int], least: float, most: float) -> None:
            solver.addRow(least, most, len(members), np.array(members), np.ones(len(members)))

        for basis in ("worked", "booked"):
            for year in years:
                hidden = [area for area in areas if (basis, year, area) in left]
                for area in set(areas) - set(hidden):
                    euro = self.municipal[basis, year, area] or 0
                    equal(of(basis, year, area), euro, euro)
                if hidden and (basis, year, province) in self.sums:
                    euro = self.sums[basis, year, province]
                    equal([cell for area in hidden for cell in of(basis, year, area)], euro, euro)
        for (year, area), (least, most) in limits.items():
            if ("worked", year, area) in left:
                equal(of("worked", year, area), least, most)
        for basis, year, area in sorted(key for key in left if key[0] != "claimed"):
            members = np.array(of(basis, year, area), dtype=np.int32)
            ends = []
            for sign in (1.0, -1.0):
                solver.changeColsCost(len(members), members, np.full(len(members), sign))
                solver.run()
                assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
                ends.append(sign * solver.getInfo().objective_function_value)
            solver.changeColsCost(len(members), members, np.zeros(len(members)))
            yield (basis, year, area), *ends
