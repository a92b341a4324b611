"""The two editions of a workbook, and what a public one tells its readers about protection."""

from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum
from math import ceil

from twe.export.dutch import number_text
from twe.export.sheets import (
    CONFIDENTIAL,
    DRAFT_LABEL,
    INTERNAL_LABEL,
    SYNTHETIC_LABEL,
    UNPROTECTED_LABEL,
)
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
        return "0 = geen."
    base = protection.base
    persons = f"Aantallen zijn afgerond op een veelvoud van {base}: een 0 staat voor 0 tot {base - 1}."
    months = (
        f"Maanden en aanvragen zijn afgerond op een veelvoud van {base * MONTHS_PER_PERSON}: "
        f"een 0 staat voor 0 tot {base * MONTHS_PER_PERSON - 1}."
    )
    return f"{persons} {months}" if has_months else persons


def confidential_text(protection: Protection) -> str:
    """Return what the marker for a figure that is left out means."""
    if protection.method == "suppression":
        return (
            f"{CONFIDENTIAL} = vertrouwelijk: een klein aantal, of een cijfer waarmee zo'n aantal te "
            "berekenen is."
        )
    return (
        f"{CONFIDENTIAL} = vertrouwelijk: een cijfer van te weinig trajecten of personen, of een cijfer "
        "waarmee zo'n cijfer te schatten is."
    )


def shared_name(protection: Protection | None) -> str | None:
    """Return the name of the row of municipalities without an amount of their own; None when all have one."""
    if protection is None or not protection.hides_amounts:
        return None
    if protection.hides_municipalities:
        return "Gemeenten zonder eigen bedrag"
    return f"Gemeenten met minder dan {_least_clients(protection)} cliënten"


def _least_clients(protection: Protection) -> int:
    return max(protection.threshold, protection.base if protection.method == "rounding" else 0)


def amounts_text(protection: Protection) -> str:
    """Return how amounts are protected, in plain words."""
    if not protection.hides_amounts:
        return "Bedragen zijn exact."
    others = "van weggelaten gemeenten, en met" if protection.hides_municipalities else "met"
    return (
        f"Bedragen van gemeenten met minder dan {_least_clients(protection)} cliënten in een jaar, ook met "
        f"0, staan samen in één rij per provincie, {others} enkele andere gemeenten: anders waren ze te "
        "schatten. Zo blijven de totalen exact en verraadt geen bedrag hoeveel cliënten een gemeente had. "
        f"Een gemeente in die rij heeft zelf {CONFIDENTIAL}, naar boekingsjaar in alle jaren."
    )


def protection_text(protection: Protection | None) -> str:
    """Return how small counts are protected, in plain words."""
    if protection is None:
        return (
            "Kleine aantallen zijn niet afgeschermd en kunnen tot personen herleid worden: deze cijfers zijn "
            "intern en niet bestemd voor publicatie."
        )
    base, threshold, amounts = protection.base, protection.threshold, amounts_text(protection)
    left_out = (
        " Ook gemeenten die naast een vroegere editie met andere gemeenten te veel zouden verraden, zijn "
        f"weggelaten ({CONFIDENTIAL})."
        if protection.hides_municipalities
        else ""
    )
    if protection.method == "rounding":
        return (
            f"Elk aantal is afgerond op een veelvoud van {base}, naar boven of naar beneden volgens een "
            f"geheime sleutel, zodat het minder dan {base} van het echte aantal verschilt en alle totalen "
            f"blijven kloppen. Een 0 kan dus 0 tot {base - 1} zijn: uit de aantallen is geen klein aantal af"
            f" te leiden. Gesubsidieerde maanden en aanvragen zijn afgerond op {base * MONTHS_PER_PERSON}. "
            f"Reken geen exacte percentages uit met kleine aantallen.{left_out} {amounts}"
        )
    if protection.method == "suppression":
        return (
            f"Aantallen van 1 tot {threshold - 1} zijn weggelaten, en zoveel andere dat ze niet te berekenen "
            f"zijn. Beide staan er als {CONFIDENTIAL}; de andere aantallen zijn exact.{left_out} {amounts}"
        )
    return (
        "De eigenaar van de gegevens koos om kleine aantallen niet af te schermen: ze kunnen tot personen "
        f"herleid worden. {amounts}"
    )


def version_text(protection: Protection | None) -> str:
    """Return the version in Dutch with what it says of the one before, or why there is none."""
    if protection is None:
        return "geen versienummer, want alleen uitgaven in het register van publicaties hebben er een"
    if protection.version is None:
        return "nog geen versienummer: dat volgt bij de opname in het register van publicaties"
    _, minor, patch = protection.version.split(".")
    if protection.version == "1.0.0":
        meaning = "eerste uitgave met een versienummer"
    elif patch != "0":
        meaning = "dezelfde jaren en definities als de vorige uitgave; cijfers kunnen verschillen"
    elif minor != "0":
        meaning = "andere jaren dan in de vorige uitgave, met dezelfde definities"
    else:
        meaning = "andere definities, gemeentegrenzen of bescherming dan in de vorige uitgave"
    return f"{protection.version} ({meaning})"


def register_text(protection: Protection) -> str:
    """Return whether the release is known as published: the next one can only be safe beside known ones."""
    if protection.number is None:
        return "nog niet in het register van publicaties; verstuur dit bestand daarom nog niet."
    return (
        f"nummer {protection.number} in het register van publicaties. "
        f"Register {protection.register}, SHA-256 van de inhoud {protection.content}."
    )


def release_place(protection: Protection) -> dict[str, str | int | None]:
    """Return the place of a release in the register, for machines."""
    return {
        "register": protection.register,
        "number": protection.number,
        "version": protection.version,
        "content_sha256": protection.content,
    }
