"""The rows of the sheets, read from mart figures or from a release.

Nothing is added up: both have every figure of every area, and under suppression a sum would be unknown or
reveal a hidden figure.
"""

from collections.abc import Sequence


def municipality_query(annex: int, selected: Sequence[str], source: str) -> str:
    """Return the query for a row per municipality and year; `selected` are figures of `source`."""
    return f"""
        {_figures(annex, source)}
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
                figures.area_level = 'municipality'
                and figures.area_code = municipalities.nis_code
                and figures.year = years.year
        where years.annex = {annex}
        group by municipalities.nis_code, municipalities.municipality, municipalities.province, years.year
        order by municipalities.province, municipalities.municipality, municipalities.nis_code, years.year
    """


def totals_query(annex: int, selected: Sequence[str], source: str) -> str:
    """Return the query for a row per area and year: Flanders first, then the provinces."""
    return f"""
        {_figures(annex, source)},
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


def _figures(annex: int, source: str) -> str:
    return f"with figures as (select * from ({source}) where annex = {annex})"
