"""The rows of the sheets, read from mart figures, of a warehouse or of a release.

Nothing is added up: both have every figure of every area, and under suppression a sum would be unknown or
reveal a hidden figure.
"""

from collections.abc import Sequence

from twe.sql import query, statements
from twe.warehouse.files import sql_text


def sheet_query(
    annex: int,
    places: Sequence[str],
    selected: Sequence[str],
    shared: str | None = None,
    *,
    by_year: bool = True,
) -> str:
    """Return the query for a row per place, and year; `selected` are figures.

    `places` are municipalities, flanders, or totals: Flanders and the provinces, without a code. Flanders is
    first. After the municipalities of a province comes what some of them show together, named `shared` with
    their number in the year, unless it is None.
    """
    listed = ", ".join(map(sql_text, places))
    source = "marts.figures"
    rows = f"""
        select code, name, place, area_level as level from ({statements("export/places")})
        where listed in ({listed})
    """
    if shared:
        source = "publication.publication_rows"
        rows += """
            union all select distinct area_code, '', area, 'group' from figures where area_level = 'group'
        """
    first, years, of_year, size = ["place"], "select null as year", "", "null"
    if by_year:
        first.append("years.year")
        years = f"select year from marts.dim_reporting_years where annex = {annex}"
        of_year = "and years.year = figures.year"
        size = "municipalities" if shared else "null"
    return f"""
        with figures as (select * from {source} where annex = {annex}),
        places as ({rows})
        select
            {"" if "totals" in places else "code,"}
            if(level = 'group', {sql_text(shared or "")} || coalesce(' (' || {size} || ')', ''), name),
            {", ".join([*first, *selected])}
        from places
        cross join ({years}) as years
        left join figures
            on code = area_code and level = area_level {of_year}
        group by code, name, place, level, years.year, {size}
        having level <> 'group' or coalesce({", ".join(selected)}) is not null
        order by level <> 'region', place, level = 'group', places.name, code, years.year
    """


def occurring_query(annex: int, sheet: str, labels_of: str) -> str:
    """Return the query for a row per municipality, year and number that occurs on a sheet.

    With `labels_of`, whose categories are the dimensions of the figures, their label is before the number.
    """
    asked = f"select {annex} as annex, {sql_text(sheet)} as sheet, {sql_text(labels_of)} as labels_of"
    found = query("export/occurring", asked=asked)
    return found if labels_of else f"select * exclude (label_nl) from ({found})"
