"""CSV on the Web: the metadata that a reader finds beside the CSV files (W3C, 2015)."""

from pathlib import Path

from twe.standards.catalogue import MUNICIPALITY_URI, Catalogue
from twe.standards.templates import document
from twe.warehouse.files import write_json

FILE = "csv-metadata.json"


def write(catalogue: Catalogue, folder: Path) -> None:
    """Write the group of tables, with a URI for every area."""
    uris = {"nis_code": MUNICIPALITY_URI, "area_code": catalogue.area_uri}
    write_json(folder / FILE, document(FILE, catalogue, uris=uris))
