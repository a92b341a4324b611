"""The plain DuckDB script beside which a build is measured.

Run as `python -m benchmark.floor {stored,scanned} DELIVERY REFERENCE OUT MEMORY_LIMIT`: makes the cells of
the annex marts without validation, either from one typed table per extract that is stored first, or from
scans of the files. DuckDB is limited, unless MEMORY_LIMIT is empty, and spills to OUT/spill; each table is
written as OUT/<table>.parquet.
"""

import sys
from pathlib import Path

import duckdb

SCRIPT = Path(__file__).with_name("floor.sql")
EXTRACTS = ("raw_trajectories", "raw_subsidies", "raw_outflow", "raw_transmissions")
STORED, SCANNED = "stored", "scanned"


def main(arguments: list[str]) -> None:
    """Run the script."""
    delivery, reference, out = map(Path, arguments[1:4])
    out.mkdir(parents=True, exist_ok=True)
    database = out / "floor.duckdb"
    database.unlink(missing_ok=True)  # of an earlier run
    with duckdb.connect(database, config={"temp_directory": str(out / "spill")}) as connection:
        if arguments[4]:
            connection.execute("set memory_limit = $1", [arguments[4]])
        connection.execute("set preserve_insertion_order = false")
        connection.execute("set variable folder = $1", [str(delivery)])
        connection.execute("set variable reference = $1", [str(reference)])
        for extract in EXTRACTS:
            kind = "table" if arguments[0] == STORED else "view"
            connection.execute(
                f"create {kind} {extract} as from read_parquet('{delivery}/{extract}*.parquet')"
            )
        for statement in duckdb.extract_statements(SCRIPT.read_text(encoding="utf-8")):
            connection.execute(statement)
        query = "select table_name from duckdb_tables() where not temporary order by all"
        for (name,) in connection.execute(query).fetchall():
            if name not in EXTRACTS:
                connection.execute(f"copy {name} to '{out / name}.parquet' (format parquet)")


if __name__ == "__main__":
    main(sys.argv[1:])
