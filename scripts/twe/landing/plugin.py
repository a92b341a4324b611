"""The dbt-duckdb plugin (profiles.yml) that lets SQL look at a delivery and at the project itself."""

import json
from collections.abc import Callable
from pathlib import Path

from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import CatalogException, DuckDBPyConnection

from twe.landing.delivery import look_at_delivery
from twe.publishing.code import models_fingerprint


class Plugin(BasePlugin):
    """Gives every connection two functions.

    look_at_delivery(folder, columns as JSON, known files as JSON) returns JSON; models_fingerprint(folder of
    the project) returns the SHA-256 of everything that decides what a build makes of a delivery.
    """

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Register the functions; another connection to the same database may have done so before."""
        functions: list[tuple[str, Callable[..., str], list[str]]] = [
            ("look_at_delivery", _look, ["VARCHAR", "VARCHAR", "VARCHAR"]),
            ("models_fingerprint", _fingerprint, ["VARCHAR"]),
        ]
        for name, function, parameters in functions:
            try:
                conn.create_function(name, function, parameters, "VARCHAR", side_effects=True)
            except CatalogException:
                continue


def _look(folder: str, columns: str, known: str) -> str:
    return json.dumps(look_at_delivery(folder, json.loads(columns), json.loads(known)))


def _fingerprint(project: str) -> str:
    return models_fingerprint(Path(project))
