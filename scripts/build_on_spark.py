"""Build and test the warehouse on Apache Spark: land a delivery as Parquet, run dbt with target spark."""

import argparse
import sys
from pathlib import Path

import yaml

from twe.spark.build import SparkBuild, SparkError

PROJECT = Path(__file__).resolve().parents[1]
EXIT_REFUSED = 1


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return 0, or 1 when the delivery was refused or a node failed.

    Wrong arguments raise SystemExit with code 2. Standard output carries dbt's own messages.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vars", default="{}", help="dbt variables as YAML, raw_path included")
    parser.add_argument("--target", default="spark", help="a Spark target of profiles.yml")
    parser.add_argument("--warehouse", type=Path, default=PROJECT / "data" / "spark", help="folder of tables")
    parser.add_argument("--landing", type=Path, help="folder for the landed files (WAREHOUSE/landing)")
    parser.add_argument(
        "--landing-url", help="that folder as the cluster sees it, such as s3a://bucket/landing"
    )
    parser.add_argument("--without-tests", action="store_true", help="leave the data tests out")
    options = parser.parse_args(arguments)
    try:
        variables = yaml.safe_load(options.vars) or {}
    except yaml.YAMLError:
        parser.error("--vars is not YAML")
    if not isinstance(variables, dict):
        parser.error("--vars must be a map of variables")
    try:
        build = SparkBuild(options.warehouse, options.landing, options.landing_url, options.target)
        build.run(variables, options.without_tests)
    except SparkError as refusal:
        print(refusal, file=sys.stderr)
        return EXIT_REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main())
