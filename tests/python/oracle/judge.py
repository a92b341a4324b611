"""From a folder and the variables of a build to everything that build must show."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from oracle import codes, records, warnings
from oracle.codes import Settings
from oracle.landing import read_folder
from oracle.marts import Mart, State, all_marts
from oracle.validity import Ruling, rule
from oracle.warnings import Warned

GEOGRAPHY_DATE = date(2024, 12, 31)


@dataclass
class Judgement:
    """What a build must show: marts, rulings per extract, warnings and the day they are as of."""

    marts: dict[str, Mart]
    rulings: dict[str, Ruling]
    warnings: Counter[Warned]
    as_of: date

    def balance(self) -> dict[str, tuple[int, int, int]]:
        """Return (delivered, accepted, quarantined) per extract."""
        return {
            extract: (len(ruling.delivered), len(ruling.valid), len(ruling.delivered) - len(ruling.valid))
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
    valid = {extract: ruling.valid for extract, ruling in rulings.items()}
    # Without a single valid row nothing is visible, whatever the day.
    day = as_of or records.last_day(valid) or date.min
    settings = settings or Settings()
    claims_delivered = bool(rulings["raw_subsidy_claims"].delivered)
    state = State(
        as_of=day,
        geography_date=geography_date,
        years=codes.DEFAULT_YEARS | dict(reporting_years or {}),
        trajectories=records.trajectories(valid["raw_trajectories"], day, settings),
        ledger=records.ledger(valid["raw_subsidies"], day),
        claims=records.claims(valid["raw_subsidy_claims"], day) if claims_delivered else None,
        spells=records.spells(valid["raw_outflow"], day),
        transmissions=records.transmissions(valid["raw_transmissions"], day),
        settings=settings,
    )
    found = Counter(warnings.of_trajectories(state.trajectories))
    found.update(warnings.of_lines(valid["raw_subsidies"], day))
    for rows in valid.values():
        found.update(warnings.of_values(rows))
    return Judgement(all_marts(state), rulings, found, day)
