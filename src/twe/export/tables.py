"""A table of a data package, as data."""

from dataclasses import dataclass

from twe.export.warehouse import Field
from twe.project import texts

CODES = "codes"
# The key of a figure, in every table that has figures by their names.
KEY = ("annex", "measure", "dimension", "category", "area_level", "area_code", "year")


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


def described_fields(table: str) -> tuple[Field, ...]:
    """Return the columns of a table of tables.yml; KeyError for another name."""
    described = texts("export/tables")
    shared = {entry[0]: entry for entry in described["shared"]}
    entries = (shared[entry] if isinstance(entry, str) else entry for entry in described[table])
    return tuple(Field(*entry) for entry in entries)


def codes_table(columns: str, key: tuple[str, ...], query: str) -> Table:
    """Return the code list of a package, with `columns` of tables.yml."""
    return Table(
        name=CODES,
        title="Codes met hun Nederlandse benaming",
        description="One row per code of the other resources, with its Dutch label.",
        fields=described_fields(columns),
        key=key,
        relation=f"({query})",
    )
