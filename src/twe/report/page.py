"""The page as text: one file that needs no other, neither a server nor a network."""

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import vl_convert
from markupsafe import Markup, escape

from twe.changes import Changes
from twe.export.changed import changes_text
from twe.export.dutch import day_text, list_text, lowered
from twe.export.editions import labels, least_base, rounding
from twe.export.front import TITLE
from twe.export.warehouse import BuildInfo
from twe.pages import page_of
from twe.report.content import FLANDERS_NIS, AnnexContent, Area
from twe.report.specs import page_specs
from twe.report.texts import Texts
from twe.warehouse.files import json_number

_FOLDER = Path(__file__).parent
_REFERENCE = re.compile(r"\[noot\s[^\]]+\]")


@cache
def _bundle() -> str:
    return vl_convert.javascript_bundle()  # type: ignore[call-arg]  # its types ask for a snippet, it does not


def page_text(
    build: BuildInfo,
    areas: Sequence[Area],
    size_classes: Sequence[str],
    counted: Sequence[int],
    annexes: Sequence[AnnexContent],
    texts: Texts,
    changes: Changes | None = None,
) -> str:
    """Return the whole page, the same for the same figures."""
    scripts = (_closed(_bundle()), _part("page.js"))
    return page_of(
        _FOLDER / "page.html.j2",
        {"with_links": _with_links, "lowered": lowered},
        title=TITLE,
        labels=labels(build),
        as_of=day_text(build.as_of),
        is_internal=build.protection is None,
        is_rounded=rounding(build.protection) is not None,
        areas=areas,
        size_classes=size_classes,
        counted=list_text(sorted({str(year) for year in counted})),
        annexes=annexes,
        texts=texts,
        style=Markup(_part("page.css")),
        scripts=[Markup(script) for script in scripts],
        # The page may run these two scripts and nothing else, and fetch nothing at all.
        hashes=" ".join(f"'sha256-{_hash(script)}'" for script in scripts),
        changes=changes,
        changes_text=changes and changes_text(changes),
        data=Markup(
            embedded(
                _data(build, areas, size_classes, annexes)
                | {"counted": counted, "changes": _changes_data(changes, areas)}
            )
        ),
        licences=_part("licences.txt"),
        versions=f"Vega {vl_convert.get_vega_version()}, Vega-Lite {vl_convert.get_vegalite_versions()[-1]} "
        f"en Vega-Embed {vl_convert.get_vega_embed_version()}",
    )


def embedded(value: object) -> str:
    """Return a value as JSON that can't end or open the element of the page around it.

    Not a number and infinity are a ValueError: no browser reads them.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _data(
    build: BuildInfo, areas: Sequence[Area], size_classes: Sequence[str], annexes: Sequence[AnnexContent]
) -> dict[str, object]:
    provinces = [area.name for area in areas if area.level == "province"]
    postal_codes = json.loads(_part("postal_codes.json"))["codes"]
    first_province = next(number for number, area in enumerate(areas) if area.level == "province")
    return {
        "title": TITLE,
        "labels": labels(build),
        "asOf": build.as_of.isoformat(),
        "year": build.year_to_describe({year for annex in annexes for year in annex.years}),
        "isSynthetic": build.is_synthetic,
        "isInternal": build.protection is None,
        "least": least_base(build.protection),
        "sizeClasses": size_classes,
        "rounding": rounding(build.protection),
        "areas": {
            "level": [area.level for area in areas],
            "code": [area.code for area in areas],
            "postalCodes": [postal_codes.get(area.code, "") for area in areas],
            "name": [area.name for area in areas],
            "title": [area.title for area in areas],
            "province": [
                first_province + provinces.index(area.province) if area.province else None for area in areas
            ],
            "longitude": [area.longitude for area in areas],
            "latitude": [area.latitude for area in areas],
            "inhabitants": [area.inhabitants for area in areas],
            "sizeClass": [area.size_class and size_classes.index(area.size_class) for area in areas],
        },
        "annexes": [annex.as_json() for annex in annexes],
        **page_specs(),
        "outlines": json.loads(_part("provinces.json"))["features"],
    }


def _changes_data(changes: Changes | None, areas: Sequence[Area]) -> list[list[object]]:
    """Return annex, figure, position of the area, year, unit, old and new value, and day of every change.

    An area that the page doesn't have is named in a text of its own.
    """
    places = {
        ("region" if area.level == "flanders" else area.level, area.code): number
        for number, area in enumerate(areas)
    }
    places["region", FLANDERS_NIS] = 0
    return [
        [
            row.annex,
            row.figure,
            places.get((row.area_level, row.area_code), row.area),
            row.year,
            row.unit,
            json_number(row.old),
            json_number(row.new),
            row.since.isoformat(),
        ]
        for row in (changes.rows if changes else ())
    ]


def _part(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _closed(script: str) -> str:
    # Inside a string of JavaScript both mean the same; inside a page one would end the script.
    return re.sub(r"</(?=script)", r"<\\/", script, flags=re.IGNORECASE)


def _hash(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _with_links(text: str) -> Markup:
    return Markup(_REFERENCE.sub(r'<a href="#toelichting">\g<0></a>', str(escape(text))))
