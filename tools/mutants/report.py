"""The report of a run of mutants: shares per model and macro, and the survivors."""

from collections import Counter
from collections.abc import Mapping, Sequence

from mutants.judge import Verdict
from mutants.project import Mutant

KILLED = ("killed", "timeout")
COUNTED = (*KILLED, "survived")
Judged = Sequence[tuple[Mutant, Verdict]]


def share(judged: Judged, equivalents: Mapping[str, str]) -> float:
    """Return killed / (killed + survived), equivalents left out; 1 when nothing counts."""
    counts = _counts(judged, equivalents)
    counted = counts["killed"] + counts["survived"]
    return counts["killed"] / counted if counted else 1.0


def unexplained(judged: Judged, equivalents: Mapping[str, str]) -> list[Mutant]:
    """Return the survivors that are not listed as equivalent."""
    return [m for m, verdict in judged if verdict.outcome == "survived" and m.key not in equivalents]


def wrongly_listed(judged: Judged, equivalents: Mapping[str, str]) -> list[Mutant]:
    """Return the mutants listed as equivalent that a test kills all the same."""
    return [m for m, verdict in judged if verdict.outcome in KILLED and m.key in equivalents]


def text(judged: Judged, equivalents: Mapping[str, str]) -> str:
    """Return the table per model and macro, the totals and the survivors."""
    units: dict[str, list[tuple[Mutant, Verdict]]] = {}
    for mutant, verdict in judged:
        units.setdefault(f"{mutant.kind} {mutant.unit}", []).append((mutant, verdict))
    width = max([len(name) for name in units] + [5])
    lines = [f"{'':<{width}} {'mutants':>8} {'killed':>8} {'survived':>8} {'equivalent':>10} {'share':>7}"]
    for name, part in units.items():
        counts = _counts(part, equivalents)
        if counts["killed"] + counts["survived"] + counts["equivalent"]:
            lines.append(_line(name, width, counts, share(part, equivalents)))
    lines.append(_line("total", width, _counts(judged, equivalents), share(judged, equivalents)))
    lines.append(f"\nWith equivalents counted as survivors: {share(judged, {}):.1%}.")
    outcomes = Counter(verdict.outcome for _, verdict in judged)
    lines.append(
        f"Not counted: {outcomes['invalid']} invalid, {outcomes['unreached']} in text that neither a build "
        f"on the seeds nor a unit test renders. Killed by a timeout: {outcomes['timeout']}."
    )
    for title, mutants in (
        ("Survivors", unexplained(judged, equivalents)),
        ("Listed as equivalent, but killed", wrongly_listed(judged, equivalents)),
    ):
        if mutants:
            lines.append(f"\n{title}:")
            changed = {mutant.key: verdict.by for mutant, verdict in judged}
            for mutant in mutants:
                lines += difference(
                    mutant, f", tables changed: {changed[mutant.key]}" if title == "Survivors" else ""
                )
    return "\n".join(lines)


def difference(mutant: Mutant, note: str = "") -> list[str]:
    """Return a mutant as the line before and after."""
    return [
        f"{mutant.path}:{mutant.line} ({mutant.unit}, {mutant.operator}, {mutant.nth}{note})",
        f"  - {mutant.before}",
        f"  + {mutant.after}",
    ]


def _counts(judged: Judged, equivalents: Mapping[str, str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for mutant, verdict in judged:
        if verdict.outcome in KILLED:
            counts["killed"] += 1
        elif verdict.outcome == "survived":
            counts["equivalent" if mutant.key in equivalents else "survived"] += 1
    return counts


def _line(name: str, width: int, counts: Counter[str], part: float) -> str:
    every = counts["killed"] + counts["survived"] + counts["equivalent"]
    return (
        f"{name:<{width}} {every:>8} {counts['killed']:>8} {counts['survived']:>8} "
        f"{counts['equivalent']:>10} {part:>7.1%}"
    )
