"""The reviewed list of mutants that no test can kill, each with its reason."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from twe.mutants.project import Mutant, MutationError

FIELDS = {"unit", "before", "after", "reason"}


def read(path: Path, mutants: Iterable[Mutant]) -> Mapping[str, str]:
    """Return the reason by key of the mutant.

    Raises MutationError for an entry that is incomplete or names no mutant.
    """
    entries = yaml.safe_load(path.read_text()) if path.exists() else []
    known: dict[tuple[str, str, str, int], list[str]] = {}
    for mutant in mutants:
        known.setdefault((mutant.unit, mutant.before, mutant.after, mutant.nth), []).append(mutant.key)
    reasons: dict[str, str] = {}
    for entry in entries or []:
        if not set(entry) >= FIELDS or not all(str(entry[name]).strip() for name in FIELDS):
            raise MutationError(f"An entry of {path} lacks one of {', '.join(sorted(FIELDS))}: {entry}")
        place = (entry["unit"], entry["before"], entry["after"], entry.get("nth", 1))
        if place not in known:
            raise MutationError(
                f"{path} lists a mutant of {entry['unit']} that there is not: {entry['after']}"
            )
        reasons |= dict.fromkeys(known[place], entry["reason"])
    return reasons
