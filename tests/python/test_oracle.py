"""The oracle itself against small examples computed by hand."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from oracle import LandingError, judge
from oracle.codes import EXTRACTS, carried_forward
from oracle.dates import add_months, completed_years, full_months
from oracle.values import Unreadable, read

COUNTED = {"trajectories", "clients", "transmissions", "ended_trajectories", "trajectories_with_transmission"}


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2020, 2, 29), 12, date(2021, 2, 28)),
        (date(2020, 1, 31), 1, date(2020, 2, 29)),
        (date(2019, 12, 31), 12, date(2020, 12, 31)),
        (date(2020, 3, 31), -1, date(2020, 2, 29)),
        (date(9998, 12, 1), 120, date.max),
    ],
)
def test_add_months(day: date, months: int, expected: date) -> None:
    """The day number stays, clamped to the last day of the month."""
    assert add_months(day, months) == expected


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2020, 1, 31), date(2020, 2, 28), 0),
        (date(2020, 1, 31), date(2020, 2, 29), 1),
        (date(2020, 1, 15), date(2021, 1, 14), 11),
        (date(2020, 1, 15), date(2020, 1, 15), 0),
        (date(2020, 1, 15), date(2020, 1, 14), None),
    ],
)
def test_full_months(first: date, last: date, expected: int | None) -> None:
    """A month is full when its clamped day has come."""
    assert full_months(first, last) == expected


def test_completed_years_of_a_leap_day_birth() -> None:
    """Born on 29 February is a year older on 28 February of other years."""
    assert completed_years(date(2000, 2, 29), date(2025, 2, 27)) == 24
    assert completed_years(date(2000, 2, 29), date(2025, 2, 28)) == 25


def test_mergers() -> None:
    """Codes go forward, never back; Antwerpen keeps its own."""
    assert carried_forward("44001", date(2018, 12, 31)) == "44001"
    assert carried_forward("44001", date(2019, 1, 1)) == "44084"
    assert carried_forward("11007", date(2025, 1, 1)) == "11002"
    assert carried_forward("11002", date(2025, 1, 1)) == "11002"
    assert carried_forward("46030", date(2024, 12, 31)) == "46030"


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("\u00a029/02/2020 ", "date", date(2020, 2, 29)),
        ("2020-2-3", "date", Unreadable("2020-2-3")),
        ("3.2.2020", "date", date(2020, 2, 3)),
        ("3.2/2020", "date", Unreadable("3.2/2020")),
        ("2/2020", "month", date(2020, 2, 1)),
        ("17/05/2020", "month", date(2020, 5, 1)),
        ("+5,5", "amount", Decimal("5.50")),
        ("1.234,50", "amount", Decimal("1234.50")),
        ("1.234", "amount", Unreadable("1.234")),
        ("€ 12 345,600-", "amount", Decimal("-12345.60")),
        ("-12 EUR", "amount", Decimal(-12)),
        ("-12-", "amount", Unreadable("-12-")),
        ("JA", "boolean", True),
        (" ", "boolean", None),
        ("-04", "integer", -4),
        (" 04 ", "text", "04"),
    ],
)
def test_read(text: str, kind: str, expected: object) -> None:
    """Accepted forms are read, their neighbours are not."""
    assert read(text, kind) == expected


def _write(folder: Path, extract: str, *lines: str) -> None:
    header = ",".join(column.name for column in EXTRACTS[extract])
    (folder / f"{extract}.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")


@pytest.fixture
def example(folder: Path) -> Path:
    """Write two clients: one restarts after a year, one has died; a line is taken back, one claim is left."""
    _write(
        folder,
        "raw_trajectories",
        "A,2020-01-02,,c1,44001,,2020-01-01,2020-12-31,,,V,1995-01-01,2019-01-01,kort,ja",
        "A,2021-01-02,nee,c1,44001,,2020-01-01,2021-12-31,2020-06-30,,V,1995-01-01,2019-01-01,kort,ja",
        "B,2021-07-01,,c1,11002,,2021-06-30,2022-06-29,,,M,1995-01-02,,,",
        "C,2021-07-01,,c2,11002,,2020-02-01,2021-01-31,2021-01-31,VOLTOOID,,,,,",
        "D,2021-07-01,,c2,11002,,2020-02-01,2021-01-31,,,,,,,",
        "D,2021-07-02,ja,c2,11002,,2020-02-01,2021-01-31,,,,,,,",
        "E,2021-07-02,,c2,21004,,2020-02-01,2021-01-31,,,,,,,",
    )
    _write(
        folder,
        "raw_subsidies",
        "1,2020-03-01,44001,c1,2020-02-10,loontoelage,payment,100",
        "2,2021-04-01,44029,c1,2020-02-01,loontoelage,payment,50",
        '3,2021-05-01,44029,c1,2020-02-20,loontoelage,recovery,"-50,00"',
        "4,2021-05-01,44029,c1,2020-02-20,begeleidingsvergoeding,payment,7",
    )
    _write(
        folder,
        "raw_outflow",
        "s1,2022-03-01,,c2,NEC,2022-01-31,",
        "s2,2022-03-01,,c2,OVERLEDEN,2022-01-31,2022-01-31",
        "s3,2022-03-01,,c2,CV_OPLEIDING,2021-01-01,2021-02-01",
        "s4,2022-03-01,,c2,CV_WERKPLEKLEREN,2021-01-01,2021-01-31",
    )
    _write(
        folder,
        "raw_transmissions",
        "t1,2022-03-01,,c2,2021-01-31,,VERWITTIGING,2021-02-01,",
        "t2,2022-03-01,,c2,2022-01-31,,VERWITTIGING,2022-03-02,",
        "t3,2022-03-01,,c2,2021-02-01,,BEROEP,,",
    )
    return folder


def _counts(folder: Path, mart: str) -> dict[tuple[object, ...], int]:
    """Return the first count of every cell that is not zero."""
    cells = judge(folder).marts[mart].items()
    found = {key: next(value for name, value in cell.items() if name in COUNTED) for key, cell in cells}
    return {key: count for key, count in found.items() if isinstance(count, int) and count}


def test_example_durations(example: Path) -> None:
    """The plan is the first version's, the ending follows the last; void and refused rows are gone."""
    assert _counts(example, "annex_1_started_trajectories") == {
        (2020, "44084", 12): 1,
        (2021, "11002", 12): 1,
        (2020, "11002", 12): 1,
    }
    assert _counts(example, "annex_4_ended_trajectories") == {
        (2020, "44084", "ended_early", 6): 1,
        (2021, "11002", "completed", 12): 1,
    }


def test_example_profile(example: Path) -> None:
    """Every dimension adds up to the starters; a day decides between two age classes."""
    profile = _counts(example, "annex_2_profile")
    assert profile[2020, "44084", "age", "25_39"] == 1
    assert profile[2020, "44084", "unemployment_duration", "1_to_2_years"] == 1
    assert profile[2021, "11002", "migration_background", "unknown"] == 1
    assert sum(profile.values()) == 3 * 5


def test_example_money(example: Path) -> None:
    """A month that nets to zero in one OCMW is none, though another OCMW of the merged municipality paid."""
    cell = judge(example).marts["annex_3_wage_subsidies"][2020, "44084"]
    assert (cell["subsidised_months"], cell["clients"], cell["claims"]) == (1, 1, None)
    assert (cell["gross_paid_eur"], cell["recovered_eur"], cell["paid_eur"]) == (150, -50, 100)
    booked = judge(example).marts["annex_3_by_booking_year"]
    assert booked[2021, "44084"]["paid_eur"] == 0
    assert booked[2020, "44084"]["paid_eur"] == 100


def test_example_outflow(example: Path) -> None:
    """A restart on the measure date comes first, death before work; the day of the end is outside."""
    assert _counts(example, "annex_5_outflow") == {
        (2021, "44084", "other", "again_in_twe"): 1,
        (2022, "11002", "other", "deceased"): 1,
        (2022, "11002", "competence_strengthening", "training"): 1,
    }


def test_example_transmissions(example: Path) -> None:
    """The day of the end is outside, the measure date inside; a later decision is pending."""
    assert _counts(example, "annex_6_transmissions") == {(2021, "44084"): 1, (2022, "11002"): 1}
    assert _counts(example, "annex_6_decisions") == {
        (2022, "11002", "pending"): 1,
        (2022, "11002", "unknown"): 1,
    }


def test_example_quarantine(example: Path) -> None:
    """The Brussels row is refused, the rest accepted."""
    assert judge(example).balance()["raw_trajectories"] == (7, 6, 1)


def test_missing_extract(folder: Path) -> None:
    """A folder without files is refused."""
    with pytest.raises(LandingError, match="raw_trajectories"):
        judge(folder)
