"""Where the dbt project is: the clone from which this package is installed, as `make` does."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
