"""JSON-stat 2.0: a cube of measure, area and year per annex."""

import json
from itertools import product
from pathlib import Path
from typing import Any

from twe.export.warehouse import Annex, Warehouse
from twe.standards.catalogue import Catalogue
from twe.standards.templates import document
from twe.warehouse.files import json_number

FILE = "annex_{}.jsonstat.json"


def write(catalogue: Catalogue, warehouse: Warehouse, folder: Path) -> None:
    """Write a file per annex."""
    for annex in catalogue.annexes:
        text = json.dumps(_cube(catalogue, annex, warehouse), ensure_ascii=False, separators=(",", ":"))
        (folder / FILE.format(annex.number)).write_text(f"{text}\n", encoding="utf-8")


def _cube(catalogue: Catalogue, annex: Annex, warehouse: Warehouse) -> dict[str, Any]:
    measures = [measure for measure in catalogue.measures if measure.annex == annex.number]
    rows = warehouse.rows(
        f"select measure, area, year, value, obs_status from ({catalogue.figures})"
        f" where annex = {annex.number} order by all"
    )
    areas = {area for _, area, *_ in rows}
    labels: dict[str, dict[str, str]] = {
        "measure": {measure.code: measure.label for measure in measures},
        "area": {code: name for code, name in catalogue.areas.items() if code in areas},
        "year": {str(year): str(year) for year in sorted({row[2] for row in rows})},
    }
    places = {key: place for place, key in enumerate(product(*labels.values()))}
    values: list[int | float | None] = [None] * len(places)
    # The codes of SDMX for what has no value. A cell without a status has no row in the CSV files either.
    status = {}
    for measure, area, year, value, obs_status in rows:
        place = places[measure, area, str(year)]
        values[place] = json_number(value)
        if value is None:
            status[str(place)] = obs_status
    described = document("annex.jsonstat.json", catalogue, annex=annex, measures=measures, labels=labels)
    return {**described, "value": values, "status": status}
