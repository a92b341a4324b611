"""A build on Spark in two steps: Python lands the delivery as Parquet files, dbt builds from them."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from twe.errors import SparkError
from twe.landing.faults import DeliveryRefused
from twe.landing.landing import land
from twe.project import PROJECT

BUNDLED = PROJECT / "seeds" / "raw"
WILDCARDS = "[]{}*?\\"


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
        landing = (self.landing or self.warehouse / "landing").absolute()
        for folder in (self.warehouse.absolute(), landing):
            # Spark takes such a path for a pattern and finds none of its own files again.
            if set(str(folder)) & set(WILDCARDS):
                raise SparkError(
                    f"The folder {folder} has one of {WILDCARDS} in its path; choose another name."
                )
        started = time.monotonic()
        _land(variables.get("raw_path"), landing)
        after_landing = time.monotonic()
        self._build({**variables, "raw_path": self.landing_url or str(landing)}, without_tests)
        done = time.monotonic()
        print(f"Landed in {after_landing - started:.1f} s, built on Spark in {done - after_landing:.1f} s.")

    def _build(self, variables: Mapping[str, object], without_tests: bool) -> None:
        self.warehouse.mkdir(parents=True, exist_ok=True)
        home = self.warehouse.absolute()
        words = [str(Path(sys.executable).with_name("dbt")), "--log-path", str(home / "logs"), "build"]
        words += ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
        words += ["--target", self.target, "--target-path", str(home / "target")]
        for kind in ("unit_test", *(["test"] if without_tests else [])):
            words += ["--exclude-resource-type", kind]
        words += ["--vars", json.dumps(variables, ensure_ascii=False, default=str)]
        environment = os.environ | {"TWE_SPARK_WAREHOUSE": str(home)}
        if subprocess.run(words, cwd=PROJECT, env=environment, check=False).returncode != 0:
            raise SparkError("The build on Spark failed; dbt's message is above.")


def _land(raw_path: object, folder: Path) -> None:
    """Write the delivery, or without `raw_path` the bundled seeds, into `folder`; print its warnings."""
    try:
        landing = land(str(raw_path or BUNDLED), is_bundled=raw_path is None)
    except DeliveryRefused as refusal:
        raise SparkError(str(refusal)) from refusal
    for warning in landing.warnings:
        print(warning)
    landing.write_parquet(folder)
