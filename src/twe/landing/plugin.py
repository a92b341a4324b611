"""The dbt-duckdb plugin (profiles.yml) with which a build lands its delivery and finds its warehouse."""

import json

from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import CatalogException, DuckDBPyConnection

from twe.landing.faults import DeliveryRefused
from twe.landing.landing import land


class Plugin(BasePlugin):
    """Gives every connection the function land_delivery(folder), which returns JSON.

    `fault` is a sentence or null, `warnings` are sentences, `sql` are the statements that make the views.
    """

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Register the function; another connection to the same database may have done so before."""
        try:
            conn.create_function("land_delivery", _land, ["VARCHAR"], "VARCHAR", side_effects=True)
        except CatalogException:
            return

    def configure_cursor(self, cursor: DuckDBPyConnection) -> None:
        """Let names without a catalog mean the warehouse, which profiles.yml attaches as `twe`."""
        cursor.execute("set search_path = 'twe.main'")


def _land(folder: str) -> str:
    try:
        landing = land(folder)
    except DeliveryRefused as refusal:
        return json.dumps({"fault": str(refusal), "warnings": [], "sql": ""})
    return json.dumps({"fault": None, "warnings": landing.warnings, "sql": "; ".join(landing.views())})
