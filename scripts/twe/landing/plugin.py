"""The dbt-duckdb plugin (profiles.yml) that lets SQL look at a delivery."""

import json

from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import CatalogException, DuckDBPyConnection

from twe.landing.delivery import look_at_delivery


class Plugin(BasePlugin):
    """Gives every connection the function look_at_delivery(folder, columns as JSON), which returns JSON."""

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Register the function; another connection to the same database may have done so before."""
        try:
            conn.create_function("look_at_delivery", _look, ["VARCHAR", "VARCHAR"], "VARCHAR")
        except CatalogException:
            return


def _look(folder: str, columns: str) -> str:
    return json.dumps(look_at_delivery(folder, json.loads(columns)))
