"""SDMX 3.0: all figures as SDMX-CSV 2.0 and the message with their structure.

Codes of `OBS_STATUS` and `CONF_STATUS` are those of SDMX's cross-domain code lists. Rounded counts are free
(F) with the multiple in `ROUNDING`. The code of an area is its NIS code after `NIS`: programs that guess
types, as pandas does, would take 02000 for the number 2000.
"""

from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

from twe.export.warehouse import Warehouse
from twe.standards.catalogue import TITLE, Catalogue

FILE = "figures.sdmx.csv"
STRUCTURE = "figures.sdmx.xml"
_AGENCY, _VERSION = "TWE_OCMW", "1.0.0"
_SCHEMAS = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/"
_MESSAGE, _STRUCTURE, _COMMON = (f"{{{_SCHEMAS}{name}}}" for name in ("message", "structure", "common"))
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_MODEL = "urn:sdmx:org.sdmx.infomodel"
_STATUSES = {"A": "Normale waarde", "O": "Niet beschikbaar", "Q": "Weggelaten om personen te beschermen"}
_CONFIDENTIALITY = {"F": "Vrij", "N": "Intern, niet verspreiden", "C": "Vertrouwelijk"}
_NAMES = {
    "FREQ": "Frequentie",
    "MEASURE": "Cijfer",
    "REF_AREA": "Gebied",
    "TIME_PERIOD": "Jaar",
    "OBS_VALUE": "Waarde",
    "OBS_STATUS": "Status",
    "CONF_STATUS": "Vertrouwelijkheid",
    "ROUNDING": "Afgerond op een veelvoud van",
}
_ATTRIBUTES = ("OBS_STATUS", "CONF_STATUS", "ROUNDING")


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
    ElementTree.register_namespace("mes", _MESSAGE[1:-1])
    ElementTree.register_namespace("str", _STRUCTURE[1:-1])
    ElementTree.register_namespace("com", _COMMON[1:-1])
    tree = ElementTree.ElementTree(_message(catalogue))
    ElementTree.indent(tree)
    tree.write(folder / STRUCTURE, encoding="utf-8", xml_declaration=True)


def _message(catalogue: Catalogue) -> ElementTree.Element:
    message = ElementTree.Element(f"{_MESSAGE}Structure")
    header = ElementTree.SubElement(message, f"{_MESSAGE}Header")
    ElementTree.SubElement(header, f"{_MESSAGE}ID").text = f"TWE-{catalogue.version}"
    ElementTree.SubElement(header, f"{_MESSAGE}Test").text = "false"
    ElementTree.SubElement(
        header, f"{_MESSAGE}Prepared"
    ).text = f"{catalogue.build.built_at:%Y-%m-%dT%H:%M:%SZ}"
    ElementTree.SubElement(header, f"{_MESSAGE}Sender", id=_AGENCY)
    structures = ElementTree.SubElement(message, f"{_MESSAGE}Structures")
    lists = ElementTree.SubElement(structures, f"{_STRUCTURE}Codelists")
    _codes(lists, "FREQ", {"A": "Jaar"})
    _codes(
        lists,
        "MEASURE",
        {item.code: f"{item.label} ({item.unit})" for item in catalogue.measures},
        {item.code: f"{catalogue.publisher.base_uri}cijfer/{item.code}" for item in catalogue.measures},
    )
    uris = (
        {}
        if catalogue.is_residence_unknown
        else {code: f"{catalogue.area_uri}{code}" for code in catalogue.areas}
    )
    _codes(
        lists,
        "REF_AREA",
        {f"NIS{code}": name for code, name in catalogue.areas.items()},
        {f"NIS{code}": uri for code, uri in uris.items()},
    )
    _codes(lists, "OBS_STATUS", _STATUSES)
    _codes(lists, "CONF_STATUS", _CONFIDENTIALITY)
    schemes = ElementTree.SubElement(structures, f"{_STRUCTURE}ConceptSchemes")
    scheme = _named(schemes, "ConceptScheme", "CONCEPTS", TITLE, maintained=True)
    for code, name in _NAMES.items():
        _named(scheme, "Concept", code, name)
    flows = ElementTree.SubElement(structures, f"{_STRUCTURE}Dataflows")
    flow = _named(flows, "Dataflow", "FIGURES", TITLE, catalogue.description, maintained=True)
    ElementTree.SubElement(flow, f"{_STRUCTURE}Structure").text = _urn(
        "datastructure.DataStructure", "FIGURES"
    )
    data = ElementTree.SubElement(structures, f"{_STRUCTURE}DataStructures")
    structure = _named(data, "DataStructure", "FIGURES", TITLE, maintained=True)
    _components(ElementTree.SubElement(structure, f"{_STRUCTURE}DataStructureComponents"))
    return message


def _components(parent: ElementTree.Element) -> None:
    dimensions = ElementTree.SubElement(parent, f"{_STRUCTURE}DimensionList", id="DimensionDescriptor")
    for place, code in enumerate(("FREQ", "MEASURE", "REF_AREA"), 1):
        _component(dimensions, "Dimension", code, is_coded=True, position=str(place))
    _component(dimensions, "TimeDimension", "TIME_PERIOD", text="GregorianYear")
    attributes = ElementTree.SubElement(parent, f"{_STRUCTURE}AttributeList", id="AttributeDescriptor")
    for code in _ATTRIBUTES:
        is_coded = code != "ROUNDING"
        usage = "mandatory" if is_coded else "optional"
        part = _component(attributes, "Attribute", code, is_coded=is_coded, text="Integer", usage=usage)
        relation = ElementTree.SubElement(part, f"{_STRUCTURE}AttributeRelationship")
        ElementTree.SubElement(relation, f"{_STRUCTURE}Observation")
    measures = ElementTree.SubElement(parent, f"{_STRUCTURE}MeasureList", id="MeasureDescriptor")
    _component(measures, "Measure", "OBS_VALUE", text="Decimal", usage="optional")


def _component(
    parent: ElementTree.Element,
    tag: str,
    code: str,
    *,
    is_coded: bool = False,
    text: str = "",
    **attributes: str,
) -> ElementTree.Element:
    part = ElementTree.SubElement(parent, f"{_STRUCTURE}{tag}", {"id": code, **attributes})
    concept = ElementTree.SubElement(part, f"{_STRUCTURE}ConceptIdentity")
    concept.text = f"{_urn('conceptscheme.Concept', 'CONCEPTS')}.{code}"
    shape = ElementTree.SubElement(part, f"{_STRUCTURE}LocalRepresentation")
    if is_coded:
        ElementTree.SubElement(shape, f"{_STRUCTURE}Enumeration").text = _urn(
            "codelist.Codelist", f"CL_{code}"
        )
    else:
        ElementTree.SubElement(shape, f"{_STRUCTURE}TextFormat", textType=text)
    return part


def _codes(
    parent: ElementTree.Element, concept: str, codes: Mapping[str, str], uris: Mapping[str, str] | None = None
) -> None:
    found = _named(parent, "Codelist", f"CL_{concept}", _NAMES[concept], maintained=True)
    for code, name in codes.items():
        _named(found, "Code", code, name, uri=(uris or {}).get(code, ""))


def _named(
    parent: ElementTree.Element,
    tag: str,
    code: str,
    name: str,
    text: str = "",
    *,
    uri: str = "",
    maintained: bool = False,
) -> ElementTree.Element:
    attributes = {"agencyID": _AGENCY, "version": _VERSION} if maintained else {}
    found = ElementTree.SubElement(parent, f"{_STRUCTURE}{tag}", {"id": code, **attributes})
    if uri:
        notes = ElementTree.SubElement(found, f"{_COMMON}Annotations")
        note = ElementTree.SubElement(notes, f"{_COMMON}Annotation")
        ElementTree.SubElement(note, f"{_COMMON}AnnotationType").text = "URI"
        ElementTree.SubElement(note, f"{_COMMON}AnnotationURL").text = uri
    ElementTree.SubElement(found, f"{_COMMON}Name", {_LANGUAGE: "nl"}).text = name
    if text:
        ElementTree.SubElement(found, f"{_COMMON}Description", {_LANGUAGE: "nl"}).text = text
    return found


def _urn(kind: str, code: str) -> str:
    return f"{_MODEL}.{kind}={_AGENCY}:{code}({_VERSION})"
