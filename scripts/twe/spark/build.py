"""The steps of a build on Spark, each a dbt process of its own; DuckDB lands the delivery, Spark builds."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from twe.landing.delivery import literal_path

PROJECT = Path(__file__).resolve().parents[3]
BUNDLED = PROJECT / "seeds" / "raw"
WILDCARDS = "[]{}*?\\"
DELIVERED = "delivered_files.parquet"
_NAME = "raw_*_[0-9][0-9][0-9].parquet"


class SparkError(Exception):
    """The delivery was refused or dbt ended with an error; dbt's own messages came before."""


@dataclass(frozen=True)
class SparkBuild:
    """Where a build on Spark reads and writes.

    `warehouse` is the local folder of tables, metastore and by-products; `landing` the folder for the landed
    files (None: inside it) and `landing_url` the same folder as Spark sees it (None: the local path).
    """

    warehouse: Path
    landing: Path | None = None
    landing_url: str | None = None
    target: str = "spark"

    def run(self, variables: Mapping[str, object], without_tests: bool = False) -> None:
        """Land the delivery and build everything, with the data tests; prints the seconds of both steps.

        `variables` are those of a build on DuckDB. Raises SparkError.
        """
        # Spark finds no table again in such a folder, whichever way the path is written.
        if set(str(self.warehouse.absolute())) & set(WILDCARDS):
            raise SparkError(
                f"The folder {self.warehouse} has one of {WILDCARDS} in its path; choose another name."
            )
        started = time.monotonic()
        landed = self._land(variables)
        after_landing = time.monotonic()
        excluded = ["unit_test", *(["test"] if without_tests else [])]
        options = [word for kind in excluded for word in ("--exclude-resource-type", kind)]
        given = {name: value for name, value in variables.items() if name != "raw_path"}
        self._dbt("build", self.target, given | {"landed": landed}, *options)
        done = time.monotonic()
        print(f"Landed in {after_landing - started:.1f} s, built on Spark in {done - after_landing:.1f} s.")

    def _land(self, variables: Mapping[str, object]) -> dict[str, list[dict[str, object]]]:
        """Land the delivery; return what was written per extract, and the delivered `files`."""
        folder = (self.landing or self.warehouse / "landing").absolute()
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.glob(_NAME):
            path.unlink()
        is_bundled = variables.get("raw_path") is None
        given = dict(variables) | ({"raw_path": str(BUNDLED)} if is_bundled else {})
        order = json.dumps({"folder": str(folder), "is_bundled": is_bundled})
        self._dbt("run-operation", "duckdb", given, "land_delivery", "--args", order)
        found: dict[str, list[dict[str, object]]] = {"files": _delivered(folder / DELIVERED)}
        for path in sorted(folder.glob(_NAME)):
            types = {
                name: str(column_type)
                for name, column_type in zip(*_columns(path), strict=True)
                if name not in ("file_id", "source_row")
            }
            found.setdefault(path.stem[:-4], []).append({"path": self._seen_by_spark(path), "types": types})
        return found

    def _seen_by_spark(self, path: Path) -> str:
        if self.landing_url is not None:
            return f"{self.landing_url.rstrip('/')}/{path.name}"
        return "".join(f"\\{character}" if character in WILDCARDS else character for character in str(path))

    def _dbt(self, command: str, target: str, variables: Mapping[str, object], *options: str) -> None:
        self.warehouse.mkdir(parents=True, exist_ok=True)
        home = self.warehouse.absolute()
        words = [str(Path(sys.executable).with_name("dbt")), "--log-path", str(home / "logs"), command]
        words += ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target", target]
        words += ["--target-path", str(home / f"target_{target}"), *options]
        words += ["--vars", json.dumps(variables, ensure_ascii=False, default=str)]
        places = {"TWE_DATABASE": ":memory:", "TWE_SPARK_WAREHOUSE": str(home)}
        done = subprocess.run(words, cwd=PROJECT, env=os.environ | places, check=False)
        if done.returncode != 0:
            what = (
                "The delivery was not landed" if command == "run-operation" else "The build on Spark failed"
            )
            raise SparkError(f"{what}; dbt's message is above.")


def _columns(path: Path) -> tuple[list[str], list[object]]:
    with duckdb.connect() as connection:
        relation = connection.from_parquet(literal_path(path))
        return relation.columns, relation.types


def _delivered(path: Path) -> list[dict[str, object]]:
    with path.open("rb") as file:
        return json.loads(pq.read_table(file).column("files")[0].as_py())
