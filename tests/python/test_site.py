"""The documentation site in a real browser: pages open from disk, ask for nothing, and can be read."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, sync_playwright

from test_report import CHROMIUM, FLAGS, PHONE, WIDE
from warehouse import PROJECT, Build

DBT_PAGE = "dbt.html"
# Off: Material's own search box and scrolling tables. A page on disk may not fetch its style sheets again.
AXE = {
    "preload": False,
    "rules": {name: {"enabled": False} for name in ("aria-dialog-name", "scrollable-region-focusable")},
}


@pytest.fixture(scope="module")
def site(demonstration: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the site about the demonstration warehouse, made as `make docs` makes it."""
    work = tmp_path_factory.mktemp("site")
    (work / "demonstration.stamp").touch()  # the warehouse is there
    command = ["make", "docs", f"VENV={sys.prefix}", f"WORK={work}", f"OUTPUT={work}"]
    # dbt opens it for writing, and other processes of the session read the shared one.
    command += [f"DEMONSTRATION={shutil.copy(demonstration.database, work)}"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return work / "docs"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return Debian's Chromium without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(params=[WIDE, pytest.param(PHONE, marks=pytest.mark.slow)], ids=["wide", "phone"])
def window(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """Return a window in which nothing may go wrong."""
    width, height = request.param
    page = browser.new_page(viewport={"width": width, "height": height})
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on("request", lambda asked: None if _is_local(asked) else wrong.append(asked.url))
    yield page
    page.close()
    assert not wrong, wrong[:5]


def _is_local(asked: Request) -> bool:
    """Return whether it is a file on disk: nothing else may be asked for."""
    return asked.url.startswith(("file:", "data:", "blob:", "about:"))


def local_pages(site: Path) -> list[Path]:
    return sorted(path for path in site.rglob("*.html") if path.name not in (DBT_PAGE, "404.html"))


def test_every_page_is_there(site: Path) -> None:
    found = {str(path.relative_to(site)) for path in local_pages(site)}
    expected = {
        str(path.relative_to(PROJECT / "docs").with_suffix(".html")) for path in PROJECT.glob("docs/**/*.md")
    }
    expected = {name.replace("README", "index") for name in expected}
    assert found == expected | {"changelog.html", "contributing.html", "license.html"}
    assert (site / DBT_PAGE).is_file()


def test_links_into_dbts_page_lead_somewhere(site: Path) -> None:
    """MkDocs checks the other links."""
    tables = set(re.findall(r'"((?:model|seed)\.twe_ocmw\.\w+)": ?\{', (site / DBT_PAGE).read_text()))
    linked = {
        table
        for page in local_pages(site)
        for table in re.findall(rf'href="[./]*{DBT_PAGE}#!/\w+/([\w.]+)"', page.read_text())
    }
    assert linked and linked <= tables


@pytest.mark.slow
def test_every_page_can_be_read(site: Path, window: Page) -> None:
    """Nothing sticks out of the window, and axe-core finds nothing that hinders people."""
    for path in local_pages(site):
        window.goto(path.as_uri())
        assert window.locator("h1").count() == 1, path.name
        assert window.evaluate("document.documentElement.scrollWidth <= innerWidth"), path.name
        found = Axe().run(window, options=AXE)
        assert found.violations_count == 0, f"{path.name}: {found.generate_report()}"


def test_the_search_works_from_disk(site: Path, window: Page) -> None:
    window.goto((site / "index.html").as_uri())
    window.keyboard.press("/")
    window.locator("input.md-search__input").press_sequentially("quarantine")
    window.locator(".md-search-result__item").first.wait_for()


def test_the_lineage_and_the_columns_come_from_the_models(site: Path) -> None:
    (drawing,) = re.findall(
        r'<svg role="img" aria-label="Layers.*?</svg>', (site / "model.html").read_text(), re.DOTALL
    )
    assert "marts/annexes" in drawing
    for page in site.glob("annexes/annex_*.html"):
        assert "<th>meaning</th>" in page.read_text(), page.name


def test_dbts_page_tells_what_the_project_is(site: Path, window: Page) -> None:
    """Its overview is ours, a mart has its columns described, and no place on the maker's disk is told."""
    window.goto((site / DBT_PAGE).as_uri())
    window.locator("h1", has_text="TWE-OCMW").wait_for()
    assert window.get_by_text("The bundled and generated data are synthetic.").is_visible()
    window.goto(f"{(site / DBT_PAGE).as_uri()}#!/model/model.twe_ocmw.annex_5_outflow")
    window.get_by_text("Number of distinct clients in the cell").first.wait_for(state="attached")
    assert str(PROJECT) not in (site / DBT_PAGE).read_text()
