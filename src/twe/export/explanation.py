"""The sheet with numbered notes: definitions and limits stand here once, sheets refer with `[noot 3]`."""

from collections.abc import Sequence

from twe.export.dutch import list_text
from twe.export.editions import confidential_text, protection_text, zero_text
from twe.export.publisher import GEOGRAPHY_CREDIT
from twe.export.sheets import NOT_APPLICABLE, NOT_AVAILABLE, Note, Sheet, fixed_sheet, values_query, words
from twe.export.warehouse import Annex, BuildInfo
from twe.project import texts

_NOTES: dict[str, dict[str, str]] = texts("export/explanation")
# What every table of figures needs.
ALWAYS = ("as_of", "geography", "symbols", "small_counts")
# What a comparison with an earlier state needs besides.
OF_REVISIONS = ("provisional", "clients")


def _number(name: str) -> int:
    return list(_NOTES).index(name) + 1


def references(*names: str) -> str:
    """Return a reference to at least one note, such as `[noot 3 en 4]`; no line breaks inside it."""
    numbers = sorted({_number(name) for name in names})
    return f"[noot {list_text([str(number) for number in numbers])}]".replace(" ", "\u00a0")


def notes_of(annex: Annex) -> list[str]:
    """Return the names of the notes that the readers of an annex need, in order."""
    return sorted({*annex.notes, *ALWAYS}, key=_number)


def explanation_sheet(build: BuildInfo, annexes: Sequence[Annex], *, is_confidential: bool = True) -> Sheet:
    """Return the notes that `annexes` use, one row each; their numbers are the same in every workbook.

    `is_confidential=False` says that no figure of a public edition is left out.
    """
    facts = _facts(build, is_confidential)
    users = {name: [str(annex.number) for annex in annexes if name in notes_of(annex)] for name in _NOTES}
    rows = [
        (
            f"[noot {_number(name)}]",
            note["title"],
            note["text"].format(**facts),
            ", ".join(users[name]) or None,
        )
        for name, note in _NOTES.items()
        if users[name] or (build.previous_as_of and name in OF_REVISIONS)
    ]
    back = [
        Note(f"Terug naar bijlage {annex.number}: {annex.title}", link=f"Bijlage {annex.number}")
        for annex in annexes
    ]
    return fixed_sheet("explanation", values_query(rows), notes=back)


def _municipalities_text(build: BuildInfo) -> str:
    text = words("explanation", "municipalities", municipalities=build.municipalities, **build.facts)
    if not build.newer_municipalities:
        return text
    names = list_text(build.newer_municipalities)
    return f"{text}. {words('explanation', 'newer_municipalities', names=names)}"


def _facts(build: BuildInfo, is_confidential: bool) -> dict[str, str | int]:
    protection = build.protection
    is_rounded = protection is not None and protection.method == "rounding"
    return {
        **build.facts,
        "municipalities": _municipalities_text(build),
        "place_rule": build.place_rule,
        "credit": GEOGRAPHY_CREDIT,
        "window_period": build.window_period,
        # The year of the measure date of who ended in November 2021.
        "measure_year": (2021 * 12 + 10 + build.measure_months) // 12,
        "claims": words("explanation", "claims" if build.are_claims_delivered else "no_claims"),
        "not_available": NOT_AVAILABLE,
        "not_applicable": NOT_APPLICABLE,
        "zero": zero_text(protection),
        "hidden": f"{confidential_text(protection)} " if protection and is_confidential else "",
        "rounded": words("explanation", "rounded" if is_rounded else "not_rounded"),
        "whole": "" if protection else words("explanation", "whole"),
        "protection": protection_text(protection),
    }
