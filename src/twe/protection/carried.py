"""What a release carries over from its warehouse, so that a public edition needs no other file."""

import duckdb

_WHOLE = (
    "marts.dim_parameters",
    "marts.dim_annexes",
    "marts.dim_reporting_years",
    "marts.dim_municipalities",
    "marts.areas",
    "marts.inhabitants",
    "marts.dim_figures",
    "reference.sheets",
    "reference.charts",
    "reference.sentences",
    "reference.sentence_figures",
    "reference.quality_codes",
)
_PARTLY = {
    "quality.quality_counts": "code_list, extract, code, {class_of_rows} as class_nl",
    "quality.node_results": "node, resource_type, status, finished_at, invocation_id",
    "marts.expected_changes": (
        "* exclude (known_value, expected_change, lowest_change, highest_change, actual_change)"
    ),
}
"""The columns that are shown; the others are exact, about persons, or name folders."""
_ROWS = {"marts.expected_changes": "is_shown and area_level = 'region'"}
"""The rows that are shown; the others are about too few persons."""
# A threshold above the first class makes that wider.
_CLASS_OF_ROWS = """
    case
        when
            counted < {threshold}
            and {threshold} > (select min(upper_bound) + 1 from {source}.reference.count_classes)
            then 'minder dan {threshold}'
        else class_nl
    end
"""


def carry_over(connection: duckdb.DuckDBPyConnection, source: str, threshold: int) -> None:
    """Copy the labels, the classes of the counts of quality and the origin from the database `source`.

    Counts below the threshold are in one class.
    """
    is_published = connection.execute(
        "select 1 from duckdb_tables()"
        " where database_name = ? and schema_name = 'quality' and table_name = 'publication'",
        [source],
    ).fetchone()
    copied = dict.fromkeys(_WHOLE, "*") | _PARTLY | ({"quality.publication": "*"} if is_published else {})
    for schema in sorted({name.partition(".")[0] for name in copied}):
        connection.execute(f"create schema if not exists {schema}")
    for name, columns in copied.items():
        shown = columns.format(class_of_rows=_CLASS_OF_ROWS.format(threshold=threshold, source=source))
        rows = _ROWS.get(name, "true")
        connection.execute(f"create table {name} as select {shown} from {source}.{name} where {rows}")
