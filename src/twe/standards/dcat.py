"""DCAT-AP 3 as JSON-LD, with what the profile of Flanders, DCAT-AP VL, asks of an open data set.

An exact edition or a draft is described as not public, and so outside that profile. A contact without an
e-mail address and a licence that nobody gave are left out: the profile asks for both.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from twe.standards import csvw
from twe.standards.catalogue import TITLE, Catalogue
from twe.warehouse.files import write_json

FILE = "dcat.jsonld"
_AUTHORITY = "http://publications.europa.eu/resource/authority"
_OPEN_DATA = "https://metadata.vlaanderen.be/id/GDI-Vlaanderen-Trefwoorden/VLOPENDATA"
_MEDIA = "https://www.iana.org/assignments/media-types"
_STANDARDS = {
    csvw.FILE: "https://www.w3.org/TR/tabular-metadata/",
    "datapackage.json": "https://datapackage.org/",
    ".jsonstat.json": "https://json-stat.org/full/",
    ".sdmx.csv": "https://sdmx.org/",
    ".sdmx.xml": "https://sdmx.org/",
}
_TYPES = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet",
    ".xml": "application/xml",
    ".txt": "text/plain",
}
_KEYWORDS = ("OCMW", "tijdelijke werkervaring", "TWE", "artikel 60", "uitstroom", "gemeenten")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "mdcat": "https://data.vlaanderen.be/ns/metadata-dcat#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def write(catalogue: Catalogue, folder: Path) -> None:
    """Write the description of the files that are in the folder."""
    found = document(catalogue, sorted(path.name for path in folder.iterdir() if path.name != FILE))
    write_json(folder / FILE, found)


def document(catalogue: Catalogue, files: Iterable[str]) -> dict[str, Any]:
    """Return a catalogue with the data set and a distribution per file."""
    base = catalogue.publisher.base_uri
    publisher = {
        "@id": f"{base}uitgever",
        "@type": "foaf:Agent",
        "foaf:name": _dutch(catalogue.publisher.organisation_text),
    }
    modified = {"@value": catalogue.created, "@type": "xsd:dateTime"}
    email = _EMAIL.search(catalogue.publisher.contact)
    access = f"{_AUTHORITY}/access-right/{'PUBLIC' if catalogue.is_public else 'NON_PUBLIC'}"
    data_set: dict[str, Any] = {
        "@id": catalogue.identifier,
        "@type": "dcat:Dataset",
        "dct:identifier": catalogue.identifier,
        "dct:title": _dutch(TITLE),
        "dct:description": _dutch(catalogue.description),
        "dct:publisher": publisher,
        "dct:modified": modified,
        "dct:language": {"@id": f"{_AUTHORITY}/language/NLD", "@type": "dct:LinguisticSystem"},
        "dct:accessRights": {"@id": access, "@type": ["dct:RightsStatement", "skos:Concept"]},
        "dct:spatial": {"@id": f"{catalogue.area_uri}02000", "@type": "dct:Location"},
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _year(min(annex.first_year for annex in catalogue.annexes)),
            "dcat:endDate": _year(max(annex.last_year for annex in catalogue.annexes)),
        },
        "dct:provenance": [
            {"@type": "dct:ProvenanceStatement", "rdfs:label": _dutch(source)} for source in catalogue.sources
        ],
        "dcat:theme": {"@id": f"{_AUTHORITY}/data-theme/SOCI", "@type": "skos:Concept"},
        "dcat:keyword": [_dutch(word) for word in _KEYWORDS],
        "dcat:contactPoint": {
            "@type": ["vcard:Kind", "vcard:Organization"],
            "vcard:fn": catalogue.publisher.contact_text,
            **({"vcard:hasEmail": {"@id": f"mailto:{email[0]}"}} if email else {}),
        },
        **({"mdcat:statuut": {"@id": _OPEN_DATA, "@type": "skos:Concept"}} if catalogue.is_public else {}),
        "dcat:version": catalogue.version,
        "owl:versionInfo": catalogue.version,
        "dcat:distribution": [_distribution(catalogue, name) for name in files],
    }
    return {
        "@context": _CONTEXT,
        "@id": f"{base}catalogus",
        "@type": "dcat:Catalog",
        "dct:title": _dutch(TITLE),
        "dct:description": _dutch("De bijlagen voor het Vlaams Parlement."),
        "dct:publisher": publisher,
        "dcat:dataset": data_set,
        "dcat:record": {
            "@id": f"{catalogue.version_identifier}/record",
            "@type": "dcat:CatalogRecord",
            "dct:identifier": f"{catalogue.version_identifier}/record",
            "dct:modified": modified,
            "foaf:primaryTopic": {"@id": catalogue.identifier},
        },
    }


def _distribution(catalogue: Catalogue, name: str) -> dict[str, Any]:
    uri, licence = f"{catalogue.version_identifier}/{name}", catalogue.publisher.licence
    titles = {f"{table.name}.csv": table.title for table in catalogue.tables}
    standard = next((page for end, page in _STANDARDS.items() if name.endswith(end)), None)
    known: dict[str, Any] = (
        {"@id": licence} if licence.startswith(("http://", "https://")) else {"dct:title": _dutch(licence)}
    )
    return {
        "@id": uri,
        "@type": "dcat:Distribution",
        "dct:identifier": uri,
        "dct:title": _dutch(titles.get(name, name)),
        "dcat:accessURL": {"@id": uri},
        "dcat:mediaType": {"@id": f"{_MEDIA}/{_TYPES[Path(name).suffix]}", "@type": "dct:MediaType"},
        **({"dct:license": {"@type": "dct:LicenseDocument", **known}} if licence else {}),
        **({"dct:conformsTo": {"@id": standard, "@type": "dct:Standard"}} if standard else {}),
    }


def _year(year: int) -> dict[str, str]:
    return {"@value": str(year), "@type": "xsd:gYear"}


def _dutch(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "nl"}
