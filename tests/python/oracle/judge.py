"""From a folder and the variables of a build to everything that build must show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from oracle import codes, records
from oracle.codes import Settings
from oracle.landing import Row, read_folder
from oracle.marts import Existing, Mart, all_marts
from oracle.validity import Ruling, rule

GEOGRAPHY_DATE = date(2024, 12, 31)


@dataclass
class Judgement:
    """What a build must show: marts, rulings per extract and the day they are as of."""

    marts: dict[str, Mart]
    rulings: dict[str, Ruling]
    as_of: date

    def balance(self) -> dict[str, tuple[int, int, int]]:
        """Return (delivered, accepted, quarantined) per extract."""
        return {
            extract: (
                len(ruling.delivered),
                len(ruling.accepted),
                len(ruling.delivered) - len(ruling.accepted),
            )
            for extract, ruling in self.rulings.items()
        }


def judge(
    folder: Path,
    as_of: date | None = None,
    geography_date: date = GEOGRAPHY_DATE,
    reporting_years: Mapping[int, tuple[int, int]] | None = None,
    settings: Settings | None = None,
) -> Judgement:
    """Judge a folder of deliveries; LandingError when the delivery must stop the build."""
    rulings = {extract: rule(extract, rows) for extract, rows in read_folder(folder).items()}
    accepted = {extract: ruling.accepted for extract, ruling in rulings.items()}
    # Without a single accepted row nothing is visible, whatever the day.
    day = as_of or records.last_day(accepted) or date.min
    world = _existing(rulings, accepted, day, geography_date, reporting_years, settings or Settings())
    return Judgement(all_marts(world), rulings, day)


def _existing(
    rulings: dict[str, Ruling],
    accepted: dict[str, list[Row]],
    as_of: date,
    geography_date: date,
    reporting_years: Mapping[int, tuple[int, int]] | None,
    settings: Settings,
) -> Existing:
    claims_delivered = bool(rulings["raw_subsidy_claims"].delivered)
    return Existing(
        as_of=as_of,
        geography_date=geography_date,
        years=codes.DEFAULT_YEARS | dict(reporting_years or {}),
        trajectories=records.trajectories(accepted["raw_trajectories"], as_of, settings),
        ledger=records.ledger(accepted["raw_subsidies"], as_of),
        claims=records.claims(accepted["raw_subsidy_claims"], as_of) if claims_delivered else None,
        spells=records.spells(accepted["raw_outflow"], as_of),
        transmissions=records.transmissions(accepted["raw_transmissions"], as_of),
        settings=settings,
    )
