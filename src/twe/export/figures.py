"""The rows of the sheets, read from mart figures, of a warehouse or of a release.

Nothing is added up: both have every figure of every area, and under suppression a sum would be unknown or
reveal a hidden figure.
"""

from collections.abc import Sequence

from twe.warehouse.files import sql_text

# What stands in the first columns, and the level of area.
_PLACES = {
    "municipalities": """
        select nis_code as code, municipality as name, province as place, 'municipality' as level
        from marts.dim_municipalities
    """,
    "flanders": """
        select '02000' as code, 'Vlaanderen' as name, 'Alle provincies' as place, 'region' as level
    """,
    "totals": """
        select distinct
            area_code as code, if(area_level = 'region', 'Vlaanderen', 'Provincie') as name, area as place,
            area_level as level
        from marts.areas
        where area_level <> 'municipality'
    """,
}


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
    source, rows = "marts.figures", [_PLACES[place] for place in places]
    if shared:
        source = "publication.publication_rows"
        rows.append("select distinct area_code, '', area, 'group' from figures where area_level = 'group'")
    first, years, of_year, size = ["place"], "select null as year", "", "null"
    if by_year:
        first.append("years.year")
        years = f"select year from marts.dim_reporting_years where annex = {annex}"
        of_year = "and years.year = figures.year"
        size = "municipalities" if shared else "null"
    return f"""
        with figures as (select * from {source} where annex = {annex}),
        places as ({" union all ".join(rows)})
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
    label = "labels.label_nl, " if labels_of else ""
    return f"""
        select
            municipalities.nis_code,
            municipalities.municipality,
            municipalities.province,
            figures.year,
            {label}
            cast(figures.category as integer) as number,
            cast(figures.value as bigint)
        from marts.figures as figures
        inner join reference.measures as measures using (annex, measure, dimension)
        inner join marts.dim_municipalities as municipalities on figures.area_code = municipalities.nis_code
        left join marts.dim_categories as labels
            on labels.dimension = {sql_text(labels_of)} and labels.category = figures.dimension
        where
            figures.annex = {annex}
            and measures.sheet = {sql_text(sheet)}
            and figures.area_level = 'municipality'
        order by
            municipalities.province, municipalities.municipality, municipalities.nis_code, figures.year,
            labels.sort_order, number
    """
