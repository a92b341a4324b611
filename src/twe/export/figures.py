"""The rows of the sheets, read from mart figures, of a warehouse or of a release.

Nothing is added up: both have every figure of every area, and under suppression a sum would be unknown or
reveal a hidden figure.
"""

from collections.abc import Sequence

from twe.warehouse.files import sql_text


def municipality_query(annex: int, selected: Sequence[str]) -> str:
    """Return the query for a row per municipality and year; `selected` are figures."""
    return f"""
        with figures as (select * from marts.figures where annex = {annex} and area_level = 'municipality')
        select
            municipalities.nis_code,
            municipalities.municipality,
            municipalities.province,
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
        order by municipalities.province, municipalities.municipality, municipalities.nis_code, years.year
    """


def years_query(annex: int, selected: Sequence[str]) -> str:
    """Return the query for a row per municipality under one of Flanders; `selected` are figures of years."""
    return f"""
        with figures as (select * from marts.figures where annex = {annex} and area_level <> 'province'),
        rows as (
            select '02000' as nis_code, 'Vlaanderen' as municipality, 'Alle provincies' as province
            union all
            select nis_code, municipality, province
            from marts.dim_municipalities
        )
        select rows.nis_code, rows.municipality, rows.province, {", ".join(selected)}
        from rows
        left join figures on figures.area_code = rows.nis_code
        group by rows.nis_code, rows.municipality, rows.province
        order by rows.nis_code <> '02000', rows.province, rows.municipality, rows.nis_code
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
