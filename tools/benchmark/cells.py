"""Whether two programs made the same annex cells."""

from pathlib import Path

import duckdb

MEASURES = {
    "annex_1_started_trajectories": ("trajectories",),
    "annex_2_profile": ("trajectories",),
    "annex_3_wage_subsidies": (
        *("subsidised_months", "clients", "gross_paid_eur", "recovered_eur", "paid_eur", "claims"),
        "claimed_eur",
    ),
    "annex_3_by_booking_year": ("gross_paid_eur", "recovered_eur", "paid_eur"),
    "annex_4_ended_trajectories": ("trajectories",),
    "annex_5_outflow": ("trajectories", "clients"),
    "annex_6_transmissions": ("ended_trajectories", "trajectories_with_transmission"),
    "annex_6_decisions": ("transmissions",),
}
"""The annex marts with their measures; every other column names the row."""


def different_rows(database: Path, made: Path, only_counted: bool = False) -> list[str]:
    """Compare marts with files `made`/<mart>.parquet (or folders of that name) and describe each difference.

    One line per mart that differs, with the number of rows on each side and one of them. `only_counted`
    compares just the columns of the files, and no row of zeros: for a program that fills no grid. The marts
    are tables of schema `marts` in the file `database`, or themselves files in the folder `database`.
    """
    found = []
    with duckdb.connect() as connection:
        if not database.is_dir():
            connection.execute(f"attach '{database}' as warehouse (read_only)")
        for mart, measures in MEASURES.items():
            expected = _files(database, mart) if database.is_dir() else f"warehouse.marts.{mart}"
            got = _files(made, mart)
            types = {
                name: kind for name, kind, *_ in connection.execute(f"describe from {expected}").fetchall()
            }
            given = {name for name, *_ in connection.execute(f"describe from {got}").fetchall()}
            wanted = set(types) - (
                {"municipality", "province", "claims", "claimed_eur"} if only_counted else set()
            )
            if wanted - given:
                found.append(f"{mart}: no column {', '.join(sorted(wanted - given))}")
                continue
            names = [name for name in types if name in wanted]
            columns = ", ".join(f"cast({name} as {types[name]}) as {name}" for name in names)
            counted = " or ".join(f"{name} <> 0" for name in measures if name in wanted)
            condition = f"where {counted}" if only_counted else ""
            sides = [f"select {columns} from {source} {condition}" for source in (expected, got)]
            for label, left, right in (("is missing", *sides), ("should not be there", *reversed(sides))):
                rows = connection.execute(f"({left}) except all ({right})").fetchall()
                if rows:
                    example = ", ".join(f"{n}={v}" for n, v in zip(names, min(rows, key=repr), strict=True))
                    found.append(f"{mart}: {len(rows)} rows, among them {example}, {label}")
    return found


def row_counts(database: Path) -> dict[str, int]:
    """Return the number of rows of every table of schema `marts`."""
    with duckdb.connect(str(database), read_only=True) as connection:
        names = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'marts' order by all"
        ).fetchall()
        counts = {}
        for (name,) in names:
            [(counts[name],)] = connection.execute(f"select count(*) from marts.{name}").fetchall()
    return counts


def _files(folder: Path, mart: str) -> str:
    path = folder / f"{mart}.parquet"
    return f"read_parquet('{path if path.exists() else folder / mart / '*.parquet'}')"
