"""The rows of the sheets, read from mart figures, of a warehouse or of a release.

Nothing is added up: both have every figure of every area, and under suppression a sum would be unknown or
reveal a hidden figure.
"""

from collections.abc import Sequence

from twe.warehouse.files import sql_text


def municipality_query(annex: int, selected: Sequence[str], shared: str | None) -> str:
    """Return the query for a row per municipality and year; `selected` are figures.

    After those of a province comes what some of them show together, named `shared`, unless it is None.
    """
    together = f"""
        union all
        select
            area_code, {sql_text(shared)} || ' (' || municipalities || ')', area, true, year,
            {", ".join(selected)}
        from publication.publication_rows as figures
        where annex = {annex} and area_level = 'group'
        group by area_code, area, year, municipalities
        having coalesce({", ".join(selected)}) is not null
    """
    return f"""
        with figures as (select * from marts.figures where annex = {annex} and area_level = 'municipality'),
        rows as (
            select
                municipalities.nis_code,
                municipalities.municipality,
                municipalities.province,
                false as is_shared,
                years.year,
                {", ".join(selected)}
            from marts.dim_reporting_years as years
            cross join marts.dim_municipalities as municipalities
            left join figures
                on
                    figures.area_code = municipalities.nis_code
                    and figures.year = years.year
            where years.annex = {annex}
            group by municipalities.nis_code, municipalities.municipality, municipalities.province, years.year
            {together if shared else ""}
        )
        select * exclude (is_shared)
        from rows
        order by province, is_shared, if(is_shared, '', municipality), nis_code, year
    """


def years_query(annex: int, selected: Sequence[str], shared: str | None) -> str:
    """Return the query for a row per municipality under one of Flanders; `selected` are figures of years.

    After those of a province comes what some of them show together, named `shared`, unless it is None.
    """
    source = "publication.publication_rows" if shared else "marts.figures"
    together = f"""
            union all
            select distinct area_code, {sql_text(shared)}, area, true
            from figures
            where area_level = 'group' and value is not null
    """
    return f"""
        with figures as (select * from {source} where annex = {annex} and area_level <> 'province'),
        rows as (
            select
                '02000' as nis_code, 'Vlaanderen' as municipality, 'Alle provincies' as province,
                false as is_shared
            union all
            select nis_code, municipality, province, false
            from marts.dim_municipalities
            {together if shared else ""}
        )
        select rows.nis_code, rows.municipality, rows.province, {", ".join(selected)}
        from rows
        left join figures on figures.area_code = rows.nis_code
        group by rows.nis_code, rows.municipality, rows.province, rows.is_shared
        order by rows.nis_code <> '02000', rows.province, rows.is_shared, rows.municipality, rows.nis_code
    """


def totals_query(annex: int, selected: Sequence[str]) -> str:
    """Return the query for a row per area and year: Flanders first, then the provinces."""
    return f"""
        with figures as (select * from marts.figures where annex = {annex} and area_level <> 'municipality'),
        areas as (
            select distinct area_level, area_code, area
            from marts.areas
            where area_level <> 'municipality'
        )
        select
            if(areas.area_level = 'region', 'Vlaanderen', 'Provincie'),
            areas.area,
            years.year,
            {", ".join(selected)}
        from marts.dim_reporting_years as years
        cross join areas
        left join figures
            on
                figures.area_level = areas.area_level
                and figures.area_code = areas.area_code
                and figures.year = years.year
        where years.annex = {annex}
        group by areas.area_level, areas.area, years.year
        order by areas.area_level = 'province', areas.area, years.year
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
