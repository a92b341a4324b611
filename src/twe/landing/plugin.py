"""The dbt-duckdb plugin (profiles.yml) with which a build lands its delivery and finds its warehouse."""

import json

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.flags import get_flags
from dbt_common.exceptions import DbtRuntimeError
from duckdb import CatalogException, DuckDBPyConnection

from twe.landing.faults import DeliveryRefused
from twe.landing.landing import land
from twe.warehouse.files import is_published

# Every other command of dbt may write: some before its first hook, as schemas are made then.
_READING = ("compile", "debug", "generate", "list", "parse", "serve", "show")


class Plugin(BasePlugin):
    """Gives every connection the function land_delivery(folder), and protects a published version.

    The function returns JSON: `fault` is a sentence or null, `warnings` are sentences, `sql` are the
    statements that make the views.
    """

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Register the function; attach a published version read-only, and refuse to write into it.

        Raises DbtRuntimeError with one sentence, before anything is attached.
        """
        for attachment in (self.creds and self.creds.attach) or []:
            if is_published(attachment.path):
                if getattr(get_flags(), "WHICH", "compile") not in _READING:
                    raise DbtRuntimeError(
                        f"The warehouse {attachment.path} is a published version and stays as it is: set"
                        " TWE_DATABASE to another file, or make a new version with twe publish."
                    )
                attachment.read_only = True
        # Another connection to the same database may have registered it before.
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
