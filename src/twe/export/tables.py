"""A table of a data package, as data."""

from dataclasses import dataclass

from twe.export.warehouse import Field

CODES = "codes"
# The key of a figure, in every table that has figures by their names.
KEY = ("annex", "measure", "dimension", "category", "area_level", "area_code", "year")
# Columns that mean the same in every table.
_SHARED = {
    field.name: field
    for field in (
        Field("annex", "INTEGER", "Number of the annex.", True),
        Field("measure", "VARCHAR", "What is counted, added up or averaged.", True),
        Field("dimension", "VARCHAR", "What it is divided by; total when by nothing.", True),
        Field("category", "VARCHAR", "Category of the dimension; levels are divided by a slash.", True),
        Field("area_level", "VARCHAR", "municipality, province or region (Flanders).", True),
        Field("area_code", "VARCHAR", "NIS code of the area; 02000 for Flanders.", True),
        Field("area", "VARCHAR", "Dutch name of the area.", True),
        Field("year", "INTEGER", "Year, as the annex defines it.", True),
    )
}


@dataclass(frozen=True)
class Table:
    """A CSV file to be: what it holds, in which columns, by which key."""

    name: str
    title: str
    description: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    relation: str
    sources: tuple[str, ...] = ()
    is_sparse: bool = False
    """Whether it holds only what occurs, and no row means 0."""

    @property
    def query(self) -> str:
        """Return the rows in the order of the key."""
        columns = ", ".join(f'"{field.name}"' for field in self.fields)
        order = ", ".join(f'"{name}"' for name in self.key)
        return f"select {columns} from {self.relation} order by {order}"


def shared_fields(*names: str) -> tuple[Field, ...]:
    """Return columns that mean the same in every table; KeyError for another name."""
    return tuple(_SHARED[name] for name in names)


def codes_table(fields: tuple[Field, ...], key: tuple[str, ...], query: str) -> Table:
    """Return the code list of a package."""
    return Table(
        name=CODES,
        title="Codes met hun Nederlandse benaming",
        description="One row per code of the other resources, with its Dutch label.",
        fields=fields,
        key=key,
        relation=f"({query})",
    )
