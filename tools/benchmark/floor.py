"""The plain DuckDB scripts beside which the build is measured.

Run as `python -m benchmark.floor SCRIPT DELIVERY REFERENCE OUT MEMORY_LIMIT`; runs SCRIPT in memory (limited,
unless MEMORY_LIMIT is empty), spills to OUT/spill and writes each table as OUT/<table>.parquet.
"""

import sys
from pathlib import Path

import duckdb

FLOOR = Path(__file__).with_name("floor.sql")
"""The cells of the annex marts, without validation."""
FLAT = Path(__file__).with_name("flat.sql")
"""Less than the marts need: one group-by over one scan per mart, no version, netting, join or merger."""


def main(arguments: list[str]) -> None:
    """Run one script."""
    script, delivery, reference, out = map(Path, arguments[:4])
    out.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"temp_directory": str(out / "spill")}) as connection:
        if arguments[4]:
            connection.execute("set memory_limit = $1", [arguments[4]])
        connection.execute("set variable folder = $1", [str(delivery)])
        connection.execute("set variable reference = $1", [str(reference)])
        for statement in duckdb.extract_statements(script.read_text(encoding="utf-8")):
            connection.execute(statement)
        tables = connection.execute(
            "select table_name from duckdb_tables() where not temporary order by all"
        ).fetchall()
        for (name,) in tables:
            connection.execute(f"copy {name} to '{out / name}.parquet' (format parquet)")


if __name__ == "__main__":
    main(sys.argv[1:])
