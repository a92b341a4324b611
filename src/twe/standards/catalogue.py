"""What is published, read once: every form is written from this description and `marts.figures`.

Municipalities have the URI of the Flemish register of municipalities (data.vlaanderen.be, the `identificator`
of the base registry). Areas of all levels have that of Statbel's REFNIS in the federal vocabularies
(vocab.belgif.be). Both end with the NIS code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from twe.export.editions import labels, rounding, scope_text
from twe.export.publisher import GEOGRAPHY_CREDIT, Publisher
from twe.export.tables import Table
from twe.export.warehouse import Annex, BuildInfo, Warehouse, of_annexes
from twe.sql import query

TITLE = "Trajecten tijdelijke werkervaring (TWE) bij OCMW's"
MUNICIPALITY_URI = "https://data.vlaanderen.be/id/gemeente/"
_REFNIS_URI = "http://vocab.belgif.be/auth/refnis{}/"
# The list of REFNIS that came into force on its first day.
_NEW_REFNIS = date(2025, 1, 1)
_NO_KINDS = "select *, null as category_unit_nl from marts.dim_figures where false"
CODE = "replace(concat_ws('-', {0}.annex, {0}.measure, {0}.dimension, {0}.category), '/', '-')"


@dataclass(frozen=True)
class Measure:
    """A figure of an annex; `code` stays the same in every edition and version."""

    code: str
    annex: int
    label: str
    unit: str
    rounded_to: int | None
    """What its values are multiples of; None where they are exact."""


@dataclass(frozen=True)
class Catalogue:
    """The data set of one edition and version."""

    build: BuildInfo
    publisher: Publisher
    annexes: tuple[Annex, ...]
    tables: tuple[Table, ...]
    measures: tuple[Measure, ...]
    areas: dict[str, str]
    """Dutch name by NIS code: municipalities, provinces, and Flanders."""
    is_residence_unknown: bool
    """Whether there is an area of all other residences, whose code has no URI."""

    @property
    def description(self) -> str:
        """Return the labels and the scope, in Dutch."""
        return "".join(f"{text}. " for text in labels(self.build)) + scope_text(self.build)

    @property
    def sources(self) -> list[str]:
        """Return the titles of the sources, each marked when the data were generated instead."""
        titles = sorted({source for table in self.tables for source in table.sources})
        mark = "Gegenereerde demonstratiegegevens in plaats van: " if self.build.is_synthetic else ""
        return [*(f"{mark}{title}" for title in titles), GEOGRAPHY_CREDIT]

    @property
    def is_public(self) -> bool:
        """Return whether it may be sent: a draft isn't registered yet."""
        return self.build.protection is not None and self.build.protection.number is not None

    @property
    def created(self) -> str:
        """Return the moment of the build, UTC."""
        return f"{self.build.built_at:%Y-%m-%dT%H:%M:%SZ}"

    @property
    def version(self) -> str:
        """Return the version of a release, or else the as-of date and the moment of the build."""
        protection = self.build.protection
        if protection and protection.version is not None:
            return protection.version
        return f"{self.build.as_of}-{self.build.built_at:%Y%m%dT%H%M%SZ}"

    @property
    def identifier(self) -> str:
        """Return the URI of the data set, which is that of all its versions."""
        return f"{self.publisher.base_uri}{'publiek' if self.build.protection else 'intern'}"

    @property
    def version_identifier(self) -> str:
        """Return the URI of this version."""
        return f"{self.identifier}/{self.version}"

    @property
    def area_uri(self) -> str:
        """Return what the URI of an area of any level begins with; the NIS code follows."""
        return _REFNIS_URI.format(2025 if self.build.geography_date >= _NEW_REFNIS else 2019)

    @property
    def figures(self) -> str:
        """Return the query for annex, measure, area, year, value and SDMX's two codes of its status.

        A value that is left out has code C whatever the reason is: the other codes of confidentiality would
        say which ones are small.
        """
        missing = "Q" if self.build.protection else "O"
        kept = "F" if self.is_public else "N"
        return f"""
            select
                annex, {CODE.format("figures")} as measure, area_code as area, year, value,
                if(value is null, '{missing}', 'A') as obs_status,
                if(value is null and '{missing}' = 'Q', 'C', '{kept}') as conf_status
            from marts.figures
            where {of_annexes(self.annexes)}
        """


def read_catalogue(
    warehouse: Warehouse,
    annexes: Sequence[Annex],
    tables: Sequence[Table],
    build: BuildInfo,
    publisher: Publisher,
) -> Catalogue:
    """Read the measures and areas that the edition has figures of."""
    step = (rounding(build.protection) or {}).get("base")
    # Figures by exact month are in no public edition.
    kinds = "from reference.measures" if build.protection is None else _NO_KINDS
    figures = f"select *, {CODE.format('figures')} as code from marts.figures where {of_annexes(annexes)}"
    measures = warehouse.rows(query("standards/measures", figures=figures, kinds=kinds))
    areas = warehouse.rows("select distinct area_code, area from marts.areas order by area_code")
    unknown = warehouse.rows("select 1 from marts.dim_municipalities where is_unknown_residence limit 1")
    return Catalogue(
        build,
        publisher,
        tuple(annexes),
        tuple(tables),
        tuple(
            Measure(code, annex, label, unit, step * persons if step and persons else None)
            for code, annex, label, unit, persons, *_ in measures
        ),
        dict(areas),
        bool(unknown),
    )
