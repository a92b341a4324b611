"""A table of a data package, as data."""

from dataclasses import dataclass

from twe.export.warehouse import Field

CODES = "codes"


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
