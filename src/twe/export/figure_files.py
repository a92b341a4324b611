"""Every figure with its Dutch label for programs: a Parquet file, and a DuckDB file that says the same."""

from pathlib import Path

import duckdb

from twe.export.sheets import CONFIDENTIAL, NOT_AVAILABLE, values_query
from twe.export.tables import KEY, Table, described_fields
from twe.export.warehouse import Warehouse, of_annexes
from twe.sql import statements
from twe.standards.catalogue import CODE, Catalogue
from twe.warehouse.files import connect, sql_text

FILE = "figures.parquet"
DATABASE = "cijfers"


def figures_table(catalogue: Catalogue) -> Table:
    """Return the figures of the edition with their labels."""
    labels = values_query((measure.code, measure.label, measure.unit) for measure in catalogue.measures)
    missing = CONFIDENTIAL if catalogue.build.protection else NOT_AVAILABLE
    return Table(
        name="figures",
        title=f"Alle cijfers. {catalogue.description}",
        description="One row per figure, area and year.",
        fields=described_fields("figures"),
        key=KEY,
        relation=f"""(
            select
                {", ".join(f"figures.{name}" for name in (*KEY, "area", "value"))},
                if(figures.value is null, {sql_text(missing)}, null) as marker, names.label_nl, names.unit_nl
            from marts.figures as figures
            inner join ({labels}) as names (code, label_nl, unit_nl) on {CODE.format("figures")} = names.code
            where figures.{of_annexes(catalogue.annexes)}
        )""",
    )


def write_parquet(catalogue: Catalogue, warehouse: Warehouse, path: Path) -> Table:
    """Write the figures in the order of their key, the same bytes for the same figures, and return the table.

    Its metadata say what the figures are, and of which version.
    """
    table = figures_table(catalogue)
    types = ", ".join(f'cast("{field.name}" as {field.type}) as "{field.name}"' for field in table.fields)
    about = {"title": table.title, "identifier": catalogue.version_identifier}
    warehouse.copy_to_parquet(f"select {types} from ({table.query})", path, about)
    return table


def write_database(table: Table, parquet: Path, path: Path) -> None:
    """Write a DuckDB file with the rows of the Parquet file, a view with Dutch names, and their comments.

    It is made of that file alone, so nothing that an edition leaves out can be in it. OSError when the disk
    fails.
    """
    comments = {
        "table figures": f"{table.title} {table.description}",
        "view figures_labelled": f"{table.title} Met Nederlandse kolomnamen.",
        **{f"column figures.{field.name}": field.description for field in table.fields},
    }
    try:
        with connect(path, writable=True) as connection:
            connection.execute(f"create table figures as from read_parquet({sql_text(parquet)})")
            connection.execute(statements("export/figures_labelled"))
            for thing, text in comments.items():
                connection.execute(f"comment on {thing} is {sql_text(text)}")
    except duckdb.IOException as problem:
        raise OSError(None, str(problem), str(path)) from problem
    path.chmod(0o444)
