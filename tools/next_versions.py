"""Build the project with dbt 2, and with DuckDB 2, and compare cells and time with the pinned versions.

    python tools/next_versions.py [--parse] [--trajectories N]

With `--parse` dbt 2 only parses it. Prints a table: seconds of CPU and on the clock of each build, and the
tables that differ. Sets dbt 2 and DuckDB's libraries up under data/next (about 270 MB, from
PyPI and npm; Linux on x86-64). dbt 2 loads no Python plugin, so a delivery is landed before it starts.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import duckdb

from twe.landing.landing import land
from twe.project import PROJECT

DBT_VERSION = "2.0.0a4"
DUCKDB_PACKAGE = "@duckdb/node-bindings-linux-x64@1.5.6-r.1"
DUCKDB_VERSION = "1.5.6"
NEXT_DUCKDB = "2.0.1"
HOME = Path(os.environ.get("TWE_NEXT", PROJECT / "data" / "next")).absolute()
# What dbt itself says of a run differs between the two.
LEFT_OUT = ("quality.node_results",)
# dbt 2.0.0a4 ignores the parameters of table functions and creates them outside the warehouse's catalog.
UNSUPPORTED = ["--exclude", "config.materialized:table_function+"]
_DRIVER = """\
manifest_version = 1
name = "DuckDB"
version = "{version}"
[ADBC]
version = "1.1.0"
[Driver]
entrypoint = "duckdb_adbc_init"
[Driver.shared]
linux_amd64 = "{library}"
"""


def set_up() -> Path:
    """Install dbt 2 and DuckDB's library unless they are there; return the program of dbt 2."""
    program, library = HOME / "venv" / "bin" / "dbt", HOME / "libduckdb.so"
    HOME.mkdir(parents=True, exist_ok=True)
    if not program.exists():
        _run([sys.executable, "-m", "venv", str(HOME / "venv")])
        pip = str(HOME / "venv" / "bin" / "pip")
        _run([pip, "install", "--quiet", "--disable-pip-version-check", f"dbt-core=={DBT_VERSION}"])
    if not library.exists():
        _run(["npm", "pack", "--silent", DUCKDB_PACKAGE], cwd=HOME)
        (archive,) = HOME.glob("duckdb-node-bindings-*.tgz")
        _run(["tar", "-xzf", archive.name, "--strip-components=1", "package/libduckdb.so"], cwd=HOME)
        archive.unlink()
    (HOME / "duckdb.toml").write_text(_DRIVER.format(version=DUCKDB_VERSION, library=library))
    return program


def dbt_2(command: str, database: Path, *options: str) -> None:
    """Run a command of dbt 2 on a warehouse file; its target folder is thrown away."""
    places = {
        "DO_NOT_TRACK": "1",
        "ADBC_DRIVER_PATH": str(HOME),
        "LD_LIBRARY_PATH": str(HOME),
        # dbt 2 sets the time zone of profiles.yml on its first connection only.
        "TZ": "UTC",
        "TWE_DATABASE": str(database),
        "TWE_LANDING": str(landing_of(database)),
    }
    with tempfile.TemporaryDirectory() as target:
        words = [str(set_up()), command, "--target-path", target, "--log-path", target, *options]
        _run(words, environment=places)


def dbt_1(command: str, database: Path, *options: str, libraries: Path | None = None) -> None:
    """Run a command of dbt 1.11 on a warehouse file; its target folder is thrown away.

    Packages in the folder `libraries` go before those of the environment.
    """
    places = {"TWE_DATABASE": str(database)} | ({"PYTHONPATH": str(libraries)} if libraries else {})
    with tempfile.TemporaryDirectory() as target:
        words = [str(Path(sys.executable).with_name("dbt")), "--quiet", "--log-level-file", "none", command]
        _run([*words, "--target-path", target, *options], environment=places)


def next_duckdb() -> Path:
    """Install the next DuckDB unless it is there; return the folder of its package."""
    folder = HOME / f"duckdb-{NEXT_DUCKDB}"
    if not folder.exists():
        # A half installation isn't taken for a whole one.
        unfinished = folder.with_suffix(".part")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade"]
        _run([*pip, "--no-deps", "--target", str(unfinished), f"duckdb=={NEXT_DUCKDB}"])
        unfinished.rename(folder)
    return folder


def landing_of(database: Path) -> Path:
    """Return the file with the views on what was delivered for a warehouse."""
    return database.with_name(f"landing_{database.name}")


def land_into(landing: Path, folder: Path) -> None:
    """Make the views of source `landing` in a file, as the plugin makes them in memory for dbt 1.11."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{landing}' as landing (storage_version 'v1.5.0')")
        for statement in land(str(folder)).views():
            connection.execute(statement)


def differences(first: Path, second: Path) -> list[str]:
    """Return a sentence per table or view with different rows in two warehouses."""
    found = []
    with duckdb.connect() as connection:
        for name, path in (("first", first), ("second", second)):
            connection.execute(f"attach '{path}' as {name} (read_only)")
        tables = connection.execute(
            "select schema || '.' || name, count(*) from (show all tables)"
            " where database in ('first', 'second') group by all order by all"
        ).fetchall()
        for table, sides in tables:
            if sides < 2:
                found.append(f"{second.stem}: {table} is in one of them only")
            elif table not in LEFT_OUT:
                ((rows,),) = connection.execute(
                    f"select count(*) from ((from first.{table} except all from second.{table})"
                    f" union all (from second.{table} except all from first.{table}))"
                ).fetchall()
                if rows:
                    found.append(f"{second.stem}: {table} differs in {rows} rows")
    return found


def compare(work: Path, data: str, delivery: Path | None) -> list[str]:
    """Build the seeds or a delivery with each, print the lines of the table, and return the differences."""
    variables = ["--vars", f"{{raw_path: '{delivery}'}}"] if delivery else []
    options = ["--exclude-resource-type", "unit_test", *variables]
    pinned, dbt2, duckdb2 = (work / f"{data}_{of}.duckdb" for of in ("pinned", "dbt2", "duckdb2"))
    libraries = next_duckdb()
    builds = {
        "dbt 1.11, DuckDB 1.5": (pinned, partial(dbt_1, "build", pinned, *options)),
        "dbt 2": (dbt2, partial(dbt_2, "build", dbt2, *UNSUPPORTED, *options)),
        "DuckDB 2": (duckdb2, partial(dbt_1, "build", duckdb2, *options, libraries=libraries)),
    }
    if delivery:
        land_into(landing_of(dbt2), delivery)
    found = []
    for name, (database, build) in builds.items():
        started, before = time.perf_counter(), _cpu()
        build()
        took = f"{_cpu() - before:.1f} ({time.perf_counter() - started:.1f})"
        different = differences(pinned, database)
        print(f"| {data} | {name} | {took} | {len(different)} |", flush=True)
        found += different
    return found


def main() -> int:
    """Parse; then build the seeds and a generated delivery with each and compare; 1 for a difference."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--parse", action="store_true", help="parse with dbt 2 only")
    parser.add_argument("--trajectories", type=int, default=2000, help="of the delivery (default 2000)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        dbt_2("parse", work / "parsed.duckdb")
        if given.parse:
            return 0
        delivery = work / "delivery"
        generator = [sys.executable, "tools/generate_raw.py", "--trajectories", str(given.trajectories)]
        _run([*generator, "--seed", "1", "--format", "parquet", "--out", str(delivery)])
        print("| data | | CPU (clock), s | tables that differ |\n| --- | --- | ---: | ---: |")
        wrong = compare(work, "seeds", None) + compare(work, "delivery", delivery)
        print(*wrong, sep="\n")
        dbt_1("test", work / "seeds_duckdb2.duckdb", "-s", "test_type:unit", libraries=next_duckdb())
        return 1 if wrong else 0


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _run(words: list[str], cwd: Path = PROJECT, environment: dict[str, str] | None = None) -> None:
    subprocess.run(words, cwd=cwd, env=os.environ | (environment or {}), check=True)


if __name__ == "__main__":
    sys.exit(main())
