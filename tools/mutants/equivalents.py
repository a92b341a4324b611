"""The reviewed list of mutants that no test can kill, each with its reason."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from mutants.project import Mutant, MutationError


def read(path: Path, mutants: Iterable[Mutant]) -> Mapping[str, str]:
    """Return the reason by key of the mutant.

    An entry names one or more units, the reason, and its changes: the line before, and after the mutation one
    line or several. It holds for every place in the unit with that line, or only for those that `nth` counts.
    Raises MutationError for an entry that is incomplete or names no mutant.
    """
    known: dict[tuple[str, str, str], dict[int, list[str]]] = {}
    for mutant in mutants:
        places = known.setdefault((mutant.unit, mutant.before, mutant.after), {})
        places.setdefault(mutant.nth, []).append(mutant.key)
    reasons: dict[str, str] = {}
    for entry in (yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else []) or []:
        for unit, before, after in _changes(path, entry):
            places = known.get((unit, before, after), {})
            wanted = _listed(entry.get("nth")) or list(places)
            if not wanted or not set(wanted) <= places.keys():
                raise MutationError(
                    f"{path} lists a mutant of {unit} that does not exist: {before} -> {after}"
                )
            reasons |= {key: entry["reason"] for nth in wanted for key in places[nth]}
    return reasons


def _changes(path: Path, entry: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    if not all(entry.get(name) for name in ("unit", "reason", "changes")):
        raise MutationError(f"An entry of {path} lacks its unit, reason or changes: {entry}")
    for unit in _listed(entry["unit"]):
        for before, afters in entry["changes"].items():
            for after in _listed(afters):
                yield str(unit), str(before), str(after)


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
