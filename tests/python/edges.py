"""Records on the very edge of a rule, seldom drawn by chance; every random delivery holds them."""

from datetime import date, timedelta
from itertools import pairwise

from oracle.codes import EXTRACTS, STATUSES

Record = dict[str, str]

RECORDED = "2019-06-01 12:00:00"
END = date(2020, 2, 29)
MEASURED = date(2021, 2, 28)
NEAR = (MEASURED - timedelta(days=1), MEASURED, MEASURED + timedelta(days=1))

# Each of these newer codes occurs in one place only, so that the list of municipalities needs every place.
ONLY_IN_A_TRAJECTORY = "44087"
ONLY_IN_A_LINE = "44088"
ONLY_IN_A_CLAIM = "71071"
ONLY_IN_A_VOID_TRAJECTORY = "73110"
ONLY_IN_A_LINE_OF_ANOTHER_STREAM = "73111"


def edge_records(extract: str) -> list[Record]:
    """Return the edge records of an extract, every column filled in as text."""
    drawn = {
        "raw_trajectories": [*_ended(), *_restarts(), *_seldom_codes()],
        "raw_outflow": _pairs_of_statuses(),
        "raw_subsidies": _lines(),
        "raw_subsidy_claims": [_money("claim_id", ONLY_IN_A_CLAIM, "loontoelage")],
    }
    names = [column.name for column in EXTRACTS[extract]]
    return [{name: record.get(name, "") for name in names} for record in drawn.get(extract, [])]


def _trajectory(key: str, client: str, start: date, end: date | None, nis: str = "11001") -> Record:
    return {
        "trajectory_id": key,
        "recorded_at": RECORDED,
        "client_id": client,
        "ocmw_nis": nis,
        "start_date": start.isoformat(),
        "planned_end_date": "2023-12-31",
        "end_date": end.isoformat() if end else "",
    }


def _ended() -> list[Record]:
    """Give every client of the edges a trajectory that ended on a leap day."""
    clients = [f"from {day}" for day in NEAR] + [f"until {day}" for day in NEAR] + _clients_of_pairs()
    return [_trajectory(f"first {client}", client, date(2019, 3, 1), END) for client in clients]


def _restarts() -> list[Record]:
    """Begin or end a second trajectory on the measure date of the first and on the days around it."""
    begun = [_trajectory(f"second from {day}", f"from {day}", day, None) for day in NEAR]
    return begun + [_trajectory(f"second until {day}", f"until {day}", date(2020, 5, 1), day) for day in NEAR]


def _seldom_codes() -> list[Record]:
    later = date(9998, 1, 1)
    running = _trajectory("seldom", "seldom", later, None, ONLY_IN_A_TRAJECTORY) | {
        "planned_end_date": "9998-12-31"
    }
    void = _trajectory("void", "seldom", date(2020, 1, 1), None, ONLY_IN_A_VOID_TRAJECTORY) | {
        "is_void": "true"
    }
    return [running, void]


def _clients_of_pairs() -> list[str]:
    return [f"{first} and {second}" for first, second in pairwise(STATUSES)]


def _pairs_of_statuses() -> list[Record]:
    """Hold two statuses of neighbouring priority on the measure date."""
    return [
        {
            "spell_id": f"{code} of {client}",
            "recorded_at": RECORDED,
            "client_id": client,
            "spell_code": code,
            "start_date": MEASURED.isoformat(),
            "end_date": MEASURED.isoformat(),
        }
        for client in _clients_of_pairs()
        for code in client.split(" and ")
    ]


def _money(key: str, nis: str, stream: str) -> Record:
    return {
        key: f"only in {nis}",
        "recorded_at": RECORDED,
        "booked_on": "2019-06-01",
        "ocmw_nis": nis,
        "client_id": "seldom",
        "performance_month": "2016-05-31",
        "stream": stream,
        "line_type": "payment",
        "amount_eur": "10.00",
        "claimed_eur": "10.00",
    }


def _lines() -> list[Record]:
    return [
        _money("line_id", ONLY_IN_A_LINE, "loontoelage"),
        _money("line_id", ONLY_IN_A_LINE_OF_ANOTHER_STREAM, "begeleidingsvergoeding"),
    ]
