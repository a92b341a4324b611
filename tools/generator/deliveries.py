"""From lives to the four extracts: chunks of trajectories, each with its own stream of random numbers."""

from collections.abc import Iterator

import numpy as np

from generator.assumptions import Assumptions
from generator.cohort import draw_cohort
from generator.columns import Table
from generator.geography import Geography, read_geography
from generator.ledger import draw_lines, ledger
from generator.registrations import plan_registrations, trajectory_versions
from generator.spells import draw_outcomes, draw_spells, outflow_versions
from generator.transmissions import draw_transmissions, transmission_versions

CHUNK = 25_000
"""Trajectories per chunk. It bounds the memory, and the data depend on it: another size gives other draws."""

_GEOGRAPHY_STREAM, _CHUNK_STREAM = 0, 1


def chunk_sizes(trajectories: int) -> list[int]:
    """Return the sizes of the chunks, in order: full ones and the rest."""
    full, rest = divmod(trajectories, CHUNK)
    return [CHUNK] * full + ([rest] if rest else [])


def chunks(assumed: Assumptions, trajectories: int, seed: int) -> Iterator[dict[str, Table]]:
    """Yield per chunk a table for each extract, with the columns of `columns.SCHEMAS`.

    Keys are numbered through over the chunks; the same seed and number of trajectories give the same tables.
    """
    geography = read_geography(assumed, _stream(seed, _GEOGRAPHY_STREAM))
    first = {"trajectory": 1, "line": 1, "spell": 1, "transmission": 1}
    for number, size in enumerate(chunk_sizes(trajectories)):
        tables, used = _chunk(assumed, geography, _stream(seed, _CHUNK_STREAM, number), size, first)
        yield tables
        first = {key: first[key] + used[key] for key in first}


def _stream(seed: int, *place: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=place))


def _chunk(
    assumed: Assumptions, geography: Geography, rng: np.random.Generator, size: int, first: dict[str, int]
) -> tuple[dict[str, Table], dict[str, int]]:
    """Return the tables of one chunk and how many numbers of each kind of key it used."""
    cohort = draw_cohort(assumed, geography, rng, size)
    plan = plan_registrations(assumed, rng, cohort)
    client = first["trajectory"]
    follows = ~plan.withdrawn & (cohort.end <= assumed.recorded_until)
    outcome = draw_outcomes(assumed, rng, cohort)
    spells = draw_spells(assumed, rng, cohort, outcome, follows)
    sent = draw_transmissions(assumed, rng, cohort, outcome, follows)
    lines = draw_lines(assumed, rng, cohort, ~plan.withdrawn)
    tables = {
        "raw_trajectories": trajectory_versions(assumed, geography, rng, cohort, plan, client),
        "raw_subsidies": ledger(assumed, geography, rng, cohort, lines, client, first["line"]),
        "raw_outflow": outflow_versions(assumed, rng, cohort, spells, client, first["spell"]),
        "raw_transmissions": transmission_versions(assumed, rng, cohort, sent, client, first["transmission"]),
    }
    used = {
        "trajectory": size,
        "line": len(tables["raw_subsidies"]["line_id"]),
        "spell": len(spells.row),
        "transmission": len(sent[0]),
    }
    return tables, used
