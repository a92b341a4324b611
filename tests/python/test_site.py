"""The documentation site in a real browser: pages open from disk, ask for nothing, and can be read."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, sync_playwright

import build_docs
from documentation.errors import SiteError
from documentation.job import refresh
from documentation.lineage import ANNEXES
from test_report import CHROMIUM, FLAGS, PHONE, WIDE
from warehouse import PROJECT, Build

DBT_PAGE = "dbt.html"


@pytest.fixture(scope="module")
def site(demonstration: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the site about the demonstration warehouse."""
    out = tmp_path_factory.mktemp("site") / "docs"
    assert build_docs.main(["--database", str(demonstration.database), "--out", str(out)]) == 0
    return out


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return Debian's Chromium without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def window(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """Return a window in which nothing may go wrong."""
    width, height = request.param
    page = browser.new_page(viewport={"width": width, "height": height})
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on("request", lambda asked: None if _is_a_page(asked) else wrong.append(asked.url))
    yield page
    page.close()
    assert not wrong, wrong[:5]


def _is_a_page(asked: Request) -> bool:
    """Return whether it is a page on disk that a test opens: nothing else may be asked for."""
    return asked.resource_type == "document" and asked.url.startswith("file:")


def local_pages(site: Path) -> list[Path]:
    return sorted(path for path in site.rglob("*.html") if path.name != DBT_PAGE)


def test_every_page_is_there(site: Path) -> None:
    found = {str(path.relative_to(site)) for path in site.rglob("*") if path.is_file()}
    expected = {
        str(path.relative_to(PROJECT / "docs").with_suffix(".html")) for path in PROJECT.glob("docs/**/*.md")
    }
    expected = {name.replace("README", "index") for name in expected}
    assert found == expected | {DBT_PAGE, "changelog.html", "contributing.html", "license.html"}


def test_links_of_the_site_lead_somewhere(site: Path) -> None:
    models = set(
        re.findall(r'"((?:model|seed|exposure)\.twe_ocmw\.\w+)": ?\{', (site / DBT_PAGE).read_text())
    )
    for page in local_pages(site):
        text = page.read_text()
        for link in re.findall(r'(?:xlink:)?href="([^"]+)"', text):
            path, _, anchor = link.partition("#")
            if link.startswith("https:"):
                continue
            target = page.parent / path if path else page
            assert target.is_file(), (page.name, link)
            if anchor.startswith("!/"):
                assert anchor.split("/")[-1] in models, (page.name, link)
            elif anchor:
                assert f'id="{anchor}"' in target.read_text(), (page.name, link)


def test_every_page_can_be_read(site: Path, window: Page) -> None:
    """Nothing sticks out of the window, and axe-core finds nothing that hinders people."""
    for path in local_pages(site):
        window.goto(path.as_uri())
        assert window.locator("h1").count() == 1, path.name
        assert window.evaluate("document.documentElement.scrollWidth <= innerWidth"), path.name
        found = Axe().run(window)
        assert found.violations_count == 0, f"{path.name}: {found.generate_report()}"


def test_the_lineage_is_drawn_and_leads_to_the_tables(site: Path, window: Page) -> None:
    window.goto((site / "model.html").as_uri())
    assert window.locator("figure.lineage svg .node").count() > 10
    for annex in ANNEXES:
        window.goto((site / f"annexes/annex_{annex}.html").as_uri())
        drawing = window.locator("figure.lineage svg")
        assert drawing.get_attribute("aria-label") == f"What annex {annex} is made of"
        assert drawing.locator(".node").count() > 10
        assert drawing.locator(f"a:has-text('annex_{annex}_')").first.is_visible()


def test_dbts_page_tells_what_the_project_is(site: Path, window: Page) -> None:
    """Its overview is ours, a mart has its columns described, and no place on the maker's disk is told."""
    window.goto((site / DBT_PAGE).as_uri())
    window.locator("h1", has_text="TWE-OCMW").wait_for()
    assert window.get_by_text("The bundled and generated data are synthetic.").is_visible()
    window.goto(f"{(site / DBT_PAGE).as_uri()}#!/model/model.twe_ocmw.annex_5_outflow")
    window.get_by_text("Number of distinct clients in the cell").first.wait_for(state="attached")
    assert str(PROJECT) not in (site / DBT_PAGE).read_text()


def test_a_missing_warehouse_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--database", str(tmp_path / "none.duckdb"), "--out", str(tmp_path / "out")]
    assert build_docs.main(arguments) == 1
    assert "There is no warehouse" in capsys.readouterr().err
    assert not list((tmp_path / "out").iterdir())


def test_a_page_behind_the_models_is_refused_and_refreshed(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A drawing that somebody changed by hand, or a description that changed since."""
    from documentation import job

    copy = tmp_path / "project"
    shutil.copytree(PROJECT / "docs", copy / "docs")
    shutil.copy(PROJECT / "dbt_project.yml", copy)
    page = copy / "docs/annexes/annex_5.md"
    right = page.read_text()
    page.write_text(right.replace("fct_outflow --> annex_5_outflow", "fct_trajectories --> annex_5_outflow"))
    assert page.read_text() != right
    manifest = job.read_manifest(tmp_path / "target")
    monkeypatch.setattr(job, "PROJECT", copy)
    monkeypatch.setattr(job, "read_manifest", lambda target: manifest)
    monkeypatch.setattr(job, "make_dbt_page", lambda database, target: ("", manifest))
    with pytest.raises(SiteError, match=r"annex_5.md is behind the models"):
        job.build(tmp_path / "x.duckdb", tmp_path / "out")
    assert refresh() == [page]
    assert page.read_text() == right
