"""JSON-stat 2.0: a cube of measure, area and year per annex."""

import json
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

from twe.export.warehouse import Annex, Warehouse
from twe.standards.catalogue import Catalogue

FILE = "annex_{}.jsonstat.json"
# The codes of SDMX for what has no value. A cell without a status has no row in the CSV files either.
STATUSES = {"O": "niet beschikbaar", "Q": "weggelaten om personen te beschermen"}


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
    status = {}
    for measure, area, year, value, obs_status in rows:
        place = places[measure, area, str(year)]
        if value is None:
            status[str(place)] = obs_status
        else:
            values[place] = _number(value)
    return {
        "version": "2.0",
        "class": "dataset",
        "label": annex.title,
        "source": "; ".join(catalogue.sources),
        "updated": catalogue.created,
        "note": [catalogue.description, annex.answer, annex.limits],
        "extension": {
            "id": f"{catalogue.version_identifier}/bijlage/{annex.number}",
            "area_uri": catalogue.area_uri,
            "status": STATUSES,
            "rounded_to": {measure.code: measure.rounded_to for measure in measures},
        },
        "id": list(labels),
        "size": [len(codes) for codes in labels.values()],
        "role": {"time": ["year"], "geo": ["area"], "metric": ["measure"]},
        "dimension": {
            name: {
                "label": title,
                "category": {
                    "index": list(labels[name]),
                    "label": labels[name],
                    **({"unit": {item.code: {"label": item.unit} for item in measures}} if not place else {}),
                },
            }
            for place, (name, title) in enumerate(
                [("measure", "Cijfer"), ("area", "Gebied"), ("year", "Jaar")]
            )
        },
        "value": values,
        "status": status,
    }


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
