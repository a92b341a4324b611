"""CSV on the Web: the metadata that a reader finds beside the CSV files (W3C, 2015)."""

from pathlib import Path
from typing import Any

from twe.export.tables import Table
from twe.export.warehouse import Field
from twe.standards.catalogue import MUNICIPALITY_URI, TITLE, Catalogue
from twe.warehouse.files import write_json

FILE = "csv-metadata.json"


def write(catalogue: Catalogue, folder: Path) -> None:
    """Write the group of tables, with a URI for every area."""
    uris = {
        "nis_code": f"{MUNICIPALITY_URI}{{nis_code}}",
        "area_code": f"{catalogue.area_uri}{{area_code}}",
    }
    found = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "nl"}],
        "@id": catalogue.version_identifier,
        "dc:title": TITLE,
        "dc:description": catalogue.description,
        "dc:publisher": catalogue.publisher.organisation_text,
        "dc:source": catalogue.sources,
        "tables": [
            _table(table, {} if catalogue.is_residence_unknown else uris) for table in catalogue.tables
        ],
    }
    write_json(folder / FILE, found)


def _table(table: Table, uris: dict[str, str]) -> dict[str, Any]:
    return {
        "url": f"{table.name}.csv",
        "dc:title": table.title,
        "dc:description": table.description,
        "tableSchema": {
            "columns": [_column(field, uris) for field in table.fields],
            "primaryKey": list(table.key),
        },
    }


def _column(field: Field, uris: dict[str, str]) -> dict[str, Any]:
    kind = field.kind("decimal")
    is_code = field.name in ("nis_code", "area_code")
    return {
        "name": field.name,
        "titles": {"und": field.name},
        "dc:description": {"@value": field.description, "@language": "en"},
        "datatype": {"base": "string", "format": "[0-9]{5}"} if is_code else kind,
        "required": field.is_required,
        **({"valueUrl": uris[field.name]} if field.name in uris else {}),
    }
