"""The two editions of a workbook, and what a public one tells its readers about protection."""

from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum
from math import ceil

from twe.export.dutch import number_text
from twe.export.sheets import DRAFT_LABEL, INTERNAL_LABEL, SYNTHETIC_LABEL, UNPROTECTED_LABEL, words
from twe.export.warehouse import BuildInfo, Protection

# Months and claims of one person in a year: they are rounded like as many persons.
MONTHS_PER_PERSON = 12


class Edition(StrEnum):
    """Whom a workbook is for."""

    EXACT = "exact"
    """The marts as they are, every sheet marked as internal."""
    PUBLIC = "public"
    """Protected figures only."""

    @property
    def suffix(self) -> str:
        """Return what file names end with, so that nobody sends the one for the other."""
        return "_publiek" if self is Edition.PUBLIC else ""


# Percentages of fewer published trajectories than this many times the base say more than is known.
_LEAST_BASES, _LEAST = 10, 20


def least_base(protection: Protection | None) -> int:
    """Return the smallest number that a share or a change may be given of."""
    return _LEAST_BASES * protection.base if protection else _LEAST


def rounding(protection: Protection | None) -> dict[str, int] | None:
    """Return base and threshold of rounded counts: a small one may be another number."""
    if protection is None or protection.method != "rounding":
        return None
    return {"base": protection.base, "threshold": protection.threshold}


def count_text(protection: Protection | None, units_per_person: int) -> Callable[[int], str]:
    """Return how a sentence writes a count of so many units a person.

    A rounded one is about so many, or a range when it may be small.
    """
    if protection is None or protection.method != "rounding":
        return number_text
    step, least = protection.base * units_per_person, protection.threshold * units_per_person

    def written(count: int) -> str:
        lowest = count - step + 1
        about = f"ongeveer {number_text(count)}"
        return f"{max(lowest, 0)} tot {count + step - 1}" if lowest < least else about

    return written


def about_text(doubt: float | Decimal) -> str:
    """Return the word before a share that rounding may have moved by `doubt`: none below one percent."""
    return "ongeveer " if doubt * 100 >= 1 else ""


def share_text(share: float | Decimal, doubt: float | Decimal) -> str:
    """Return how a sentence writes a part of a whole; 0 of a rounded count may be one below the base."""
    if doubt and not share:
        return f"minder dan {ceil(doubt / 2 * 100)}\u00a0%"
    size = number_text(share * 100)
    return f"{about_text(doubt)}{size}\u00a0%" if size != "0" or not share else "minder dan 1\u00a0%"


def labels(build: BuildInfo) -> tuple[str, ...]:
    """Return what must stand on every sheet and page.

    That data are synthetic, and that an edition is internal, a draft, or shows small counts.
    """
    edition = [INTERNAL_LABEL]
    if build.protection:
        edition = [
            *([UNPROTECTED_LABEL] if build.protection.method == "none" else []),
            *([DRAFT_LABEL] if build.protection.number is None else []),
        ]
    return (*([SYNTHETIC_LABEL] if build.is_synthetic else []), *([". ".join(edition)] if edition else []))


def zero_text(protection: Protection | None, *, has_months: bool = True) -> str:
    """Return what 0 means, `has_months` of months and claims too."""
    if protection is None or protection.method != "rounding":
        return words("zero", "exact")
    facts = _facts(protection)
    persons = words("zero", "rounding", **facts)
    return f"{persons} {words('zero', 'months', **facts)}" if has_months else persons


def confidential_text(protection: Protection) -> str:
    """Return what the marker for a figure that is left out means."""
    return words("confidential", "suppression" if protection.method == "suppression" else "others")


def shared_name(protection: Protection | None) -> str | None:
    """Return the name of the row of municipalities without an amount of their own; None when all have one."""
    if protection is None or not protection.hides_amounts:
        return None
    return words(
        "shared", "after_merger" if protection.hides_municipalities else "name", **_facts(protection)
    )


def _facts(protection: Protection) -> dict[str, int]:
    """Return the numbers in what is said of a protection; those of months have the name `months`."""
    base, threshold, months = protection.base, protection.threshold, protection.base * MONTHS_PER_PERSON
    return {
        "base": base,
        "below_base": base - 1,
        "below_threshold": threshold - 1,
        "months": months,
        "below_months": months - 1,
        "least_clients": max(threshold, base if protection.method == "rounding" else 0),
    }


def amounts_text(protection: Protection) -> str:
    """Return how amounts are protected, in plain words."""
    if not protection.hides_amounts:
        return words("amounts", "exact")
    others = words("amounts", "others_after_merger" if protection.hides_municipalities else "others")
    return words("amounts", "protected", others=others, **_facts(protection))


def protection_text(protection: Protection | None) -> str:
    """Return how small counts are protected, in plain words."""
    if protection is None:
        return words("protection", "exact")
    is_protected = protection.method in ("rounding", "suppression")
    parts = [words("protection", protection.method if is_protected else "none", **_facts(protection))]
    if is_protected and protection.hides_municipalities:
        parts.append(words("protection", "left_out"))
    parts.append(amounts_text(protection))
    if protection.hides_amounts:
        parts.append(words("amounts", "reason"))
    return " ".join(parts)


def scope_text(build: BuildInfo) -> str:
    """Return one sentence with the day, the municipalities and the moment of measuring."""
    return words("scope", "text", **build.facts)


def version_text(protection: Protection | None) -> str:
    """Return the version in Dutch with what it says of the one before, or why there is none."""
    if protection is None:
        return words("version", "exact")
    if protection.version is None:
        return words("version", "draft")
    _, minor, patch = protection.version.split(".")
    kind = "patch" if patch != "0" else "minor" if minor != "0" else "major"
    meaning = words("version", "first" if protection.version == "1.0.0" else kind)
    return words("version", "numbered", version=protection.version, meaning=meaning)


def register_text(protection: Protection) -> str:
    """Return whether the release is known as published: the next one can only be safe beside known ones."""
    return words("register", "draft" if protection.number is None else "numbered", **vars(protection))


def release_place(protection: Protection) -> dict[str, str | int | None]:
    """Return the place of a release in the register, for machines."""
    return {
        "register": protection.register,
        "number": protection.number,
        "version": protection.version,
        "content_sha256": protection.content,
    }
