"""The mutation run: its operators, its verdicts on weak and strong tests, and a sample of the project."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from filelock import FileLock

from twe.mutants.operators import mutations
from twe.mutants.project import changed_lines
from warehouse import PROJECT

OPERATORS = [
    ("comparison", "select 1 where a < b", ["select 1 where a <= b"]),
    ("comparison", "on a.x = b.x", ["on a.x <> b.x"]),
    ("comparison", "a between 1 and 2 or c", ["a between 1 + 1 and 2 or c", "a between 1 and 2 - 1 or c"]),
    ("logic", "a between b and c and d", ["a between b and c or d"]),
    ("logic", "where not a", ["where a"]),
    ("logic", "a is null", ["a is not null"]),
    ("logic", "a is not null", ["a is null"]),
    ("logic", "coalesce(a, false)", ["coalesce(a, true)"]),
    ("logic", "case when a then b end", ["case when not coalesce(a, false) then b end"]),
    ("constant", "a + 12", ["a + 13"]),
    ("constant", "kind = 'status'", ["kind = 'status~'"]),
    ("constant", "date_trunc('month', a)", ["date_trunc('year', a)"]),
    ("constant", "{{ add_months('start_date', 24) }}", ["{{ add_months('start_date', 25) }}"]),
    ("constant", "{{ columns[0].name }}", []),
    ("date bound", "date '2017-01-01'", ["date '2016-12-31'", "date '2017-01-02'"]),
    ("join", "from a left join b on c", ["from a inner join b on c"]),
    ("join", "from a\ninner join b using (c)", ["from a\nleft join b using (c)"]),
    ("join", "from a anti join b using (c)", ["from a semi join b using (c)"]),
    ("filter", "where a and b group by c", ["where true and b group by c", "where a and true group by c"]),
    ("filter", "where a < 1 or b", ["where false or b", "where a < 1 or false"]),
    ("filter", "join a on b.c = a.c where d", ["join a on b.c = a.c where true"]),
    ("filter", "count(*) filter (where a > 0)", ["count(*) filter (where true)"]),
    ("filter", "where a {{ 'union all' if b }}", ["where true {{ 'union all' if b }}"]),
    ("filter", "where {{ 'or ' if b }}{{ a }}", ["where {{ 'or ' if b }}false"]),
    ("aggregate", "min(a)", ["max(a)"]),
    ("aggregate", "count(distinct a)", ["count(a)"]),
    ("aggregate", "count(*) as n", ["max(cast(1 as bigint)) as n"]),
    ("aggregate", "select a union all select b", ["select a union select b"]),
    ("aggregate", "select t.min, t.sum", []),
    ("function", "year(a)", ["month(a)"]),
    ("default", "coalesce(sum(a), 0) as b", ["sum(a) as b"]),
    ("arithmetic", "a - 1", ["a + 1"]),
    ("arithmetic", "months // 12", ["months * 12"]),
    ("arithmetic", "between -1 and 1", []),
    ("arithmetic", "count(*), t.*", []),
    ("arithmetic", "{{ full_months('a', 'b + 1') }}", ["{{ full_months('a', 'b - 1') }}"]),
    ("order", "over (order by a, b)", ["over (order by a desc, b)"]),
    ("pattern", "'[0-9]{5}'", ["'[0-8]{5}'", "'[0-9]{6}'"]),
    ("pattern", "'[+-]?[0-9]'", ["'[-]?[0-9]'", "'[+]?[0-9]'", "'[+-][0-9]'", "'[+-]?[0-8]'"]),
    ("list item", "{{ checks(['a', 'b']) }}", ["{{ checks(['b']) }}", "{{ checks(['a', ]) }}"]),
    ("contract", "{% set c = [('a', 'text', 'required')] %}", ["{% set c = [('a', 'text', 'optional')] %}"]),
]  # fmt: skip


@pytest.mark.parametrize(("operator", "source", "expected"), OPERATORS, ids=lambda item: str(item))
def test_operator_makes_its_mutants_and_no_other(operator: str, source: str, expected: list[str]) -> None:
    made = [mutation.apply(source) for mutation in mutations(source) if mutation.operator == operator]
    assert made == expected


def test_text_that_is_no_sql_is_left_alone() -> None:
    source = "-- a < b\n{# where a = 1 #}{% if execute and a > 1 %}select a from {{ ref('b') }}{% endif %}"
    assert mutations(source) == []


def test_the_difference_is_told_in_one_line() -> None:
    source = "select a\nfrom b\nwhere\n    a\n    and c\ngroup by a"
    dropped = next(mutation for mutation in mutations(source) if mutation.operator == "filter")
    assert changed_lines(source, dropped) == ("a", "true")


TINY = {
    "dbt_project.yml": """
        name: tiny
        profile: tiny
        flags: {send_anonymous_usage_stats: false}
    """,
    "profiles.yml": """
        tiny:
          target: duckdb
          outputs: {duckdb: {type: duckdb, path: "{{ env_var('TWE_DATABASE') }}"}}
    """,
    "seeds/days.csv": "day\n2020-01-01\n2020-06-30\n",
    "macros/unused.sql": "{% macro unused() %}a < b{% endmacro %}",
    "models/weakly_tested.sql": "select day from {{ ref('days') }} where day <= date '2020-06-30'",
    "models/strongly_tested.sql": "select day from {{ ref('days') }} where day <= date '2020-06-30'",
    "models/models.yml": """
        unit_tests:
          - name: far_from_the_bound
            model: weakly_tested
            given: [{input: ref('days'), rows: [{day: 2020-01-01}, {day: 2021-01-01}]}]
            expect: {rows: [{day: 2020-01-01}]}
          - name: on_the_bound
            model: strongly_tested
            given: [{input: ref('days'), rows: [{day: 2020-06-30}, {day: 2020-07-01}]}]
            expect: {rows: [{day: 2020-06-30}]}
    """,
}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a project in which one rule stands twice: with a test far from its bound, and with one on it."""
    folder = tmp_path_factory.mktemp("tiny")
    for name, text in TINY.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(textwrap.dedent(text))
    return folder


def mutate(project: Path, work: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the mutants of a project, with every by-product under `work`."""
    command = [sys.executable, PROJECT / "scripts/mutate.py", "--project", project, "--work", work, *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)


def test_a_weak_test_lets_mutants_live_and_a_strong_one_kills_them(tiny: Path, tmp_path: Path) -> None:
    done = mutate(tiny, tmp_path, "--quiet")
    assert done.returncode == 1, done.stderr
    rows = {
        line.split()[1]: line.split()[2:5] for line in done.stdout.splitlines() if line.startswith("model ")
    }
    assert rows["strongly_tested"] == ["4", "4", "0"], done.stdout
    assert rows["weakly_tested"] == ["4", "1", "3"], done.stdout
    assert "+ select day from {{ ref('days') }} where day < date '2020-06-30'" in done.stdout
    assert "0 invalid, 1 in text that a build on the seeds does not render" in done.stdout

    again = mutate(tiny, tmp_path, "--quiet")
    assert "0 mutants built" in again.stdout, again.stdout


def test_equivalents_count_for_nothing_but_must_be_there_and_live(tiny: Path, tmp_path: Path) -> None:
    entry = """
        - unit: {unit}
          before: "{before}"
          after: "{after}"
          reason: written for a test
    """
    before = "select day from {{ ref('days') }} where day <= date '2020-06-30'"
    living = [before.replace("<=", "<"), before.replace("06-30", "06-29"), before.replace("06-30", "07-01")]
    listed = tmp_path / "equivalent.yml"
    options = ["--quiet", "--model", "weakly_tested", "--equivalents", str(listed)]

    def write(*entries: tuple[str, str]) -> None:
        listed.write_text("".join(entry.format(unit=u, before=before, after=a) for u, a in entries))

    write(*(("weakly_tested", after) for after in living))
    explained = mutate(tiny, tmp_path / "work", *options, "--require", "1")
    assert explained.returncode == 0, explained.stdout + explained.stderr

    write(("weakly_tested", before.replace("where day <= date '2020-06-30'", "where true")))
    killed = mutate(tiny, tmp_path / "work", *options, "--require", "0")
    assert killed.returncode == 1
    assert "Listed as equivalent, but killed" in killed.stdout

    write(("weakly_tested", before.replace("day <=", "night <=")))
    absent = mutate(tiny, tmp_path / "work", *options)
    assert absent.returncode == 1
    assert "lists a mutant of weakly_tested that there is not" in absent.stderr


def test_a_second_run_in_the_same_folder_stops_with_one_sentence(tiny: Path, tmp_path: Path) -> None:
    with FileLock(tmp_path / "lock"):
        second = mutate(tiny, tmp_path)
    assert second.returncode == 1
    assert second.stderr.strip() == f"Another run of mutants is at work in {tmp_path}."


def test_a_sample_of_the_projects_mutants_is_killed_or_explained(tmp_path: Path) -> None:
    done = mutate(PROJECT, tmp_path, "--sample", "8", "--seed", "1", "--require", "1", "--quiet")
    assert done.returncode == 0, done.stdout + done.stderr
