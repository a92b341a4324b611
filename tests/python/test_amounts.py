"""The euro amounts of a public edition, attacked by who has only its files, without the product's solver."""

import csv
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from euro_attacker import SEEDS, Attacker
from generator.assumptions import ASSUMPTIONS
from warehouse import Build

MARGIN = 0.10
CENT = 0.01


@pytest.fixture(scope="module")
def files(released: Path) -> Path:
    """Return the CSV files of a public edition by the default rules."""
    return released / "sent/csv_publiek"


def truth_of(demonstration: Build, amount: str) -> dict[tuple[str, int, str], tuple[float, int]]:
    """Return the exact euros, without their sign, and the persons of every municipality."""
    rows = demonstration.query(
        "select basis, year, area_code, abs(amount_eur) as euro, persons from publication.publication_amounts"
        f" where area_level = 'municipality' and amount = '{amount}'"
    )
    return {
        (str(row["basis"]), int(str(row["year"])), str(row["area_code"])): (
            float(Decimal(str(row["euro"]))),
            int(str(row["persons"])),
        )
        for row in rows
    }


def test_the_rates_of_the_synthetic_data_are_the_seed() -> None:
    """One after the other, each labelled as synthetic."""
    with (SEEDS / "subsidy_rates.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    rates = {row["valid_from"][:7]: round(100 * float(row["monthly_eur"])) for row in rows}
    assert rates == ASSUMPTIONS.monthly_rate_cents
    assert all(row["source"].startswith("synthetic: ") and row["valid_from"].endswith("-01") for row in rows)
    ends = [date.fromisoformat(row["valid_to"]) + timedelta(1) for row in rows[:-1]]
    assert [str(day) for day in ends] == [row["valid_from"] for row in rows[1:]] and not rows[-1]["valid_to"]


@pytest.mark.parametrize("amount", ["gross_paid_eur", "recovered_eur"])
def test_no_amount_of_few_clients_stands_alone_and_totals_hold(
    demonstration: Build, files: Path, amount: str
) -> None:
    """Nor one beside a rounded 0; the row of a province is the rest of it, and of at least five persons."""
    attacker = Attacker(files, amount)
    truth = truth_of(demonstration, amount)
    shown = {key: euro for key, euro in attacker.municipal.items() if euro is not None}
    assert shown and len(shown) < len(truth)
    for key, euro in shown.items():
        assert (euro, truth[key][1] >= 5) == (truth[key][0], True)
        assert attacker.counts["clients", key[1], key[2]] >= 5
    assert attacker.sums.keys() == attacker.groups.keys()
    for key, rest in attacker.sums.items():
        assert attacker.groups[key] == pytest.approx(rest, abs=CENT)


def test_the_attacker_finds_what_stands_alone(demonstration: Build, files: Path) -> None:
    """Were all but one shown, the total of the province would give it away."""
    attacker = Attacker(files, "gross_paid_eur")
    truth = truth_of(demonstration, "gross_paid_eur")
    province, areas = next(iter(attacker.provinces.items()))
    alone = next(key for key, (euro, _) in truth.items() if key[0] == "worked" and key[2] in areas and euro)
    attacker.__dict__["municipal"] = {key: None if key == alone else truth[key][0] for key in truth}
    ((found, least, most),) = attacker.bounds(province, {})
    assert found == alone
    assert (least, most) == (pytest.approx(truth[alone][0], abs=CENT),) * 2


@pytest.mark.parametrize(
    ("amount", "has_rates"), [("gross_paid_eur", False), ("gross_paid_eur", True), ("recovered_eur", False)]
)
def test_no_amount_can_be_derived_or_bounded(
    demonstration: Build, files: Path, amount: str, has_rates: bool
) -> None:
    """From rows, totals, other years and booking years: gross from neither side, at rates not from both.

    A zero is never certain: it would say that there was no client.
    """
    attacker = Attacker(files, amount)
    truth = truth_of(demonstration, amount)
    limits = {}
    for (basis, year, area), (euro, _) in truth.items():
        if has_rates and basis == "worked":
            least, most = attacker.by_rate(year, area)
            # Part-time months and corrections fit no rate: that would mislead the attacker.
            if least <= euro <= most:
                limits[year, area] = least, most
    assert not has_rates or len(limits) > len(truth) / 4
    attacked = 0
    for province in attacker.provinces:
        for key, least, most in attacker.bounds(province, limits):
            attacked += 1
            euro, _ = truth[key]
            assert least - CENT <= euro <= most + CENT, key
            is_open_above = most > ((1 + MARGIN) * euro - CENT if euro else 1)
            is_open_below = least <= (1 - MARGIN) * euro + CENT
            if amount == "gross_paid_eur" and not has_rates:
                assert is_open_above and is_open_below, (key, least, euro, most)
            assert is_open_above or (euro and is_open_below), (key, least, euro, most)
    assert attacked == sum(
        euro is None and basis != "claimed" for (basis, _, _), euro in attacker.municipal.items()
    )
