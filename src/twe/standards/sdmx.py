"""SDMX 3.0: all figures as SDMX-CSV 2.0 and the message with their structure.

Codes of `OBS_STATUS` and `CONF_STATUS` are those of SDMX's cross-domain code lists. Rounded counts are free
(F) with the multiple in `ROUNDING`. The code of an area is its NIS code after `NIS`: programs that guess
types, as pandas does, would take 02000 for the number 2000.
"""

from pathlib import Path

from twe.export.warehouse import Warehouse
from twe.standards.catalogue import Catalogue
from twe.standards.templates import text

FILE = "figures.sdmx.csv"
STRUCTURE = "figures.sdmx.xml"
_AGENCY, _VERSION = "TWE_OCMW", "1.0.0"


def write(catalogue: Catalogue, warehouse: Warehouse, folder: Path) -> None:
    """Write the figures and their structure."""
    steps = ", ".join(f"('{item.code}', {item.rounded_to or 'null'})" for item in catalogue.measures)
    warehouse.copy_to_csv(
        f"""
        select
            'dataflow' as "STRUCTURE", '{_AGENCY}:FIGURES({_VERSION})' as "STRUCTURE_ID", 'R' as "ACTION",
            'A' as "FREQ", measure as "MEASURE", concat('NIS', area) as "REF_AREA", year as "TIME_PERIOD",
            rtrim(rtrim(cast(value as varchar), '0'), '.') as "OBS_VALUE",
            obs_status as "OBS_STATUS", conf_status as "CONF_STATUS", rounding as "ROUNDING"
        from ({catalogue.figures})
        inner join (values {steps}) as steps (measure, rounding) using (measure)
        order by annex, measure, area, year
        """,
        folder / FILE,
    )
    measures = [
        (item.code, f"{item.label} ({item.unit})", f"{catalogue.publisher.base_uri}cijfer/{item.code}")
        for item in catalogue.measures
    ]
    areas = [
        (f"NIS{code}", name, "" if catalogue.is_residence_unknown else f"{catalogue.area_uri}{code}")
        for code, name in catalogue.areas.items()
    ]
    structure = text(STRUCTURE, catalogue, agency=_AGENCY, version=_VERSION, measures=measures, areas=areas)
    (folder / STRUCTURE).write_text(structure, encoding="utf-8")
