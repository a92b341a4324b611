"""The queries of the documentation run on a built warehouse, and its relative links lead somewhere."""

import re
from pathlib import Path

import pytest

from warehouse import PROJECT, Build

PAGES = sorted([PROJECT / "README.md", *PROJECT.glob("docs/**/*.md")])
QUERIES = [
    pytest.param(query, id=f"{page.name}-{number}")
    for page in PAGES
    for number, query in enumerate(re.findall(r"```sql\n(.*?)```", page.read_text(), re.DOTALL), start=1)
]


@pytest.mark.parametrize("query", QUERIES)
def test_query_runs_and_finds_something(demonstration: Build, query: str) -> None:
    for statement in re.sub(r"--.*", "", query).split(";"):
        if statement.strip():
            assert demonstration.query(statement), statement


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_relative_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
        assert (page.parent / target).exists(), target
