"""Build the project with dbt 2, and with DuckDB 2, and compare every cell with the pinned versions.

With `--parse` dbt 2 only parses it. Sets dbt 2 and DuckDB's libraries up under data/next (about 270 MB, from
PyPI and npm; Linux on x86-64). dbt 2 loads no Python plugin, so a delivery is landed before it starts.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

from twe.landing.landing import land
from twe.project import PROJECT

DBT_VERSION = "2.0.0a4"
DUCKDB_PACKAGE = "@duckdb/node-bindings-linux-x64@1.5.6-r.1"
DUCKDB_VERSION = "1.5.6"
NEXT_DUCKDB = "2.0.1"
HOME = Path(os.environ.get("TWE_NEXT", PROJECT / "data" / "next")).absolute()
TRAJECTORIES = "2000"
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


def dbt_1(database: Path, *options: str, libraries: Path | None = None) -> None:
    """Run `dbt build` of dbt 1.11 on a warehouse file; its target folder is thrown away.

    Packages in the folder `libraries` go before those of the environment.
    """
    places = {"TWE_DATABASE": str(database)} | ({"PYTHONPATH": str(libraries)} if libraries else {})
    with tempfile.TemporaryDirectory() as target:
        words = [str(Path(sys.executable).with_name("dbt")), "--quiet", "--log-level-file", "none", "build"]
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
    """Return a sentence per table with different rows in two warehouses; print how many there are."""
    found = []
    with duckdb.connect() as connection:
        for name, path in (("first", first), ("second", second)):
            connection.execute(f"attach '{path}' as {name} (read_only)")
        tables = connection.execute(
            "select schema_name || '.' || table_name, count(*) from duckdb_tables()"
            " where database_name in ('first', 'second') group by all order by all"
        ).fetchall()
        for table, sides in tables:
            if sides < 2:
                found.append(f"{table} is in one of them only")
            elif table not in LEFT_OUT:
                ((rows,),) = connection.execute(
                    f"select count(*) from ((from first.{table} except all from second.{table})"
                    f" union all (from second.{table} except all from first.{table}))"
                ).fetchall()
                if rows:
                    found.append(f"{table} differs in {rows} rows")
    print(f"{len(tables)} tables compared, {len(found)} differences")
    return found


def main() -> int:
    """Parse; then build the seeds and a generated delivery with each and compare; 1 for a difference."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        dbt_2("parse", work / "parsed.duckdb")
        if "--parse" in sys.argv[1:]:
            return 0
        delivery = work / "delivery"
        generator = [sys.executable, "tools/generate_raw.py", "--trajectories", TRAJECTORIES, "--seed", "1"]
        _run([*generator, "--format", "csv", "--out", str(delivery)])
        wrong = []
        for name, variables in (("seeds", []), ("delivery", ["--vars", f"{{raw_path: '{delivery}'}}"])):
            pinned, dbt2, duckdb2 = (work / f"{name}_{of}.duckdb" for of in ("pinned", "dbt2", "duckdb2"))
            without = ("--exclude-resource-type", "unit_test")
            dbt_1(pinned, *without, *variables)
            if variables:
                land_into(landing_of(dbt2), delivery)
            dbt_2("build", dbt2, *without, *UNSUPPORTED, *variables)
            dbt_1(duckdb2, *(without if variables else ()), *variables, libraries=next_duckdb())
            for other in (dbt2, duckdb2):
                wrong += [f"{other.stem}: {sentence}" for sentence in differences(pinned, other)]
        print(*wrong, sep="\n")
        return 1 if wrong else 0


def _run(words: list[str], cwd: Path = PROJECT, environment: dict[str, str] | None = None) -> None:
    subprocess.run(words, cwd=cwd, env=os.environ | (environment or {}), check=True)


if __name__ == "__main__":
    sys.exit(main())
