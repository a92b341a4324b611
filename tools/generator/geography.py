"""Municipalities: which code an OCMW has on a day, and how much work experience it organises."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from generator.assumptions import Assumptions
from generator.draws import Array

REFERENCE = Path(__file__).resolve().parents[2] / "seeds" / "reference"
ANTWERP = "11002"


@dataclass(frozen=True)
class Geography:
    """Codes and their course through the mergers.

    A home is a position in `codes` of a municipality of the first day of the programme; it never changes.
    """

    codes: Array
    homes: Array
    weights: Array
    steps: Array
    forward: Array

    def code_on(self, home: Array, day: Array) -> Array:
        """Return the position in `codes` of the code that is valid for `home` on `day` (int64)."""
        return self.forward[np.searchsorted(self.steps, day, side="right"), home]

    def nearby(self, home: Array, places: Array) -> Array:
        """Return the home `places` further in the list of homes (codes follow the arrondissements)."""
        place = np.searchsorted(self.homes, home) + places
        found: Array = self.homes[place.clip(0, len(self.homes) - 1)]
        return found

    @property
    def antwerp(self) -> int:
        """Position of the city of Antwerpen in `codes`."""
        return int(np.flatnonzero(self.codes == ANTWERP)[0])


def read_geography(assumed: Assumptions, rng: np.random.Generator, folder: Path = REFERENCE) -> Geography:
    """Read the seeds municipalities, municipality_mergers and population and weigh every municipality.

    Raises FileNotFoundError when a seed is missing and KeyError when a column is.
    """
    municipalities = sorted(_rows(folder / "municipalities.csv"), key=lambda row: row["nis_code"])
    codes = np.array([row["nis_code"] for row in municipalities])
    place = {code: position for position, code in enumerate(codes)}
    first = str(assumed.first_start)
    homes = [row for row in municipalities if row["valid_from"] <= first <= (row["valid_to"] or first)]
    steps, forward = _courses(_rows(folder / "municipality_mergers.csv"), place)
    return Geography(
        codes=codes,
        homes=np.array([place[row["nis_code"]] for row in homes]),
        weights=_weights(assumed, rng, homes, _population(folder / "population.csv")),
        steps=steps,
        forward=forward,
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def _population(path: Path) -> dict[str, int]:
    """Population of the earliest year given for each code."""
    rows = sorted(_rows(path), key=lambda row: row["year"], reverse=True)
    return {row["nis_code"]: int(row["population"]) for row in rows}


def _courses(mergers: list[dict[str, str]], place: dict[str, int]) -> tuple[Array, Array]:
    """Return the merger days and, before and after each of them, what every code has become."""
    steps = sorted({row["effective_date"] for row in mergers})
    forward = [np.arange(len(place))]
    for step in steps:
        became = np.arange(len(place))
        for row in mergers:
            if row["effective_date"] == step:
                became[place[row["old_nis"]]] = place[row["new_nis"]]
        forward.append(became[forward[-1]])
    return np.array(steps, dtype="datetime64[D]"), np.stack(forward)


def _weights(
    assumed: Assumptions, rng: np.random.Generator, homes: list[dict[str, str]], population: dict[str, int]
) -> Array:
    """Return the share of all trajectories per home: fixed cities, the rest by population with a spread."""
    people = np.array([population[row["nis_code"]] for row in homes], dtype=float)
    province = np.array([assumed.province_factor.get(row["province_nis"], 1.0) for row in homes])
    weight = people**assumed.population_exponent * province
    weight *= np.exp(rng.normal(0.0, assumed.municipality_spread, len(homes)))
    smaller = np.flatnonzero(people < np.median(people))
    weight[rng.choice(smaller, size=assumed.municipalities_without, replace=False)] = 0.0
    city = np.array([row["nis_code"] in assumed.city_share for row in homes])
    share = np.array([assumed.city_share.get(row["nis_code"], 0.0) for row in homes])
    return np.where(city, share, weight / weight[~city].sum() * (1.0 - share.sum()))
