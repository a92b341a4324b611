"""A build on Spark in two steps: Python lands the delivery as Parquet files, dbt builds from them."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from twe.errors import TweError
from twe.landing.landing import land
from twe.project import PROJECT

BUNDLED = PROJECT / "seeds" / "raw"
WILDCARDS = "[]{}*?\\"


def build_on_spark(
    variables: Mapping[str, object],
    warehouse: Path,
    landing: Path | None,
    landing_url: str | None,
    target: str,
    without_tests: bool,
) -> None:
    """Land the delivery and build everything, with the data tests; prints the seconds of both steps.

    `variables` are those of a build on DuckDB. `warehouse` is the local folder of tables, metastore and
    by-products; `landing` the folder for the landed files (None: inside it) and `landing_url` the same folder
    as Spark sees it (None: the local path). Raises TweError.
    """
    home = warehouse.absolute()
    landed = landing.absolute() if landing else home / "landing"
    for folder in (home, landed):
        # Spark takes such a path for a pattern and finds none of its own files again.
        if set(str(folder)) & set(WILDCARDS):
            raise TweError(f"The folder {folder} has one of {WILDCARDS} in its path; choose another name.")
    started = time.monotonic()
    raw_path = variables.get("raw_path")
    found = land(str(raw_path or BUNDLED), is_bundled=raw_path is None)
    for warning in found.warnings:
        print(warning)
    found.write_parquet(landed)
    after_landing = time.monotonic()
    home.mkdir(parents=True, exist_ok=True)
    given = {**variables, "raw_path": landing_url or str(landed)}
    words = [str(Path(sys.executable).with_name("dbt")), "--log-path", str(home / "logs"), "build"]
    words += ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    words += ["--target", target, "--target-path", str(home / "target")]
    for kind in ("unit_test", *(["test"] if without_tests else [])):
        words += ["--exclude-resource-type", kind]
    words += ["--vars", json.dumps(given, ensure_ascii=False, default=str)]
    environment = os.environ | {"TWE_SPARK_WAREHOUSE": str(home)}
    if subprocess.run(words, cwd=PROJECT, env=environment, check=False).returncode != 0:
        raise TweError("The build on Spark failed; dbt's message is above.")
    done = time.monotonic()
    print(f"Landed in {after_landing - started:.1f} s, built on Spark in {done - after_landing:.1f} s.")
