"""The mutation run: its operators, its verdicts on weak and strong tests, and a sample of the project."""

import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import yaml
from filelock import FileLock

from mutants.operators import mutations
from mutants.project import changed_lines
from warehouse import PROJECT

# A test could still kill the survivors of these.
UNREVIEWED = (
    "models/marts/core/fct_subsidy_lines",
    "models/quality/quality_counts",
    "models/questions/answers",
    "models/revisions",
)

OPERATORS = [
    ("comparison", "select 1 where a < b", ["select 1 where a <= b"]),
    ("comparison", "on a.x = b.x", ["on a.x <> b.x"]),
    ("comparison", "a between 1 and 2 or c", ["a between 1 + 1 and 2 or c", "a between 1 and 2 - 1 or c"]),
    ("logic", "a between b and c and d", ["a between b and c or d"]),
    ("comparison", "rows between unbounded preceding and 1 preceding", []),
    ("logic", "where not a", ["where a"]),
    ("logic", "a is null", ["a is not null"]),
    ("logic", "a is not null", ["a is null"]),
    ("logic", "a is distinct from b", ["a is not distinct from b"]),
    ("logic", "coalesce(a, false)", ["coalesce(a, true)"]),
    ("logic", "case when a then b end", ["case when not coalesce(a, false) then b end"]),
    ("constant", "a + 12", ["a + 13"]),
    ("constant", "cast(a as decimal(18, 2))", ["cast(a as decimal(18, 3))"]),
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
    ("aggregate", "a is distinct from b", []),
    ("function", "year(a)", ["month(a)"]),
    ("default", "coalesce(sum(a), 0) as b", ["sum(a) as b"]),
    ("arithmetic", "a - 1", ["a + 1"]),
    ("arithmetic", "months // 12", ["months * 12"]),
    ("arithmetic", "between -1 and 1", []),
    ("arithmetic", "count(*), t.*", []),
    ("arithmetic", "{{ full_months('a', 'b + 1') }}", ["{{ full_months('a', 'b - 1') }}"]),
    ("order", "over (order by a, b)", ["over (order by a desc, b)"]),
    ("order", "over (order by a desc, b)", ["over (order by a, b)"]),
    ("pattern", "'[0-9]{5}'", ["'[0-8]{5}'", "'[0-9]{6}'"]),
    ("pattern", "'[+-]?[0-9]'", ["'[-]?[0-9]'", "'[+]?[0-9]'", "'[+-][0-9]'", "'[+-]?[0-8]'"]),
    ("list item", "{{ checks(['a', 'b']) }}", ["{{ checks(['b']) }}", "{{ checks(['a', ]) }}"]),
    ("pattern", "{{ m(a, '[0-9]{2}') }}", ["{{ m(a, '[0-8]{2}') }}", "{{ m(a, '[0-9]{3}') }}"]),
]  # fmt: skip


@pytest.mark.parametrize(("operator", "source", "expected"), OPERATORS, ids=lambda item: str(item))
def test_operator_makes_its_mutants_and_no_other(operator: str, source: str, expected: list[str]) -> None:
    made = [mutation.apply(source) for mutation in mutations(source) if mutation.operator == operator]
    assert made == expected


def test_text_that_is_not_sql_is_left_alone() -> None:
    source = "-- a < b\n{# where a = 1 #}{% if execute and a > 1 %}select a from {{ ref('b') }}{% endif %}"
    assert mutations(source) == []


def test_the_difference_is_shown_in_one_line() -> None:
    source = "select a\nfrom b\nwhere\n    a\n    and c\ngroup by a"
    dropped = next(mutation for mutation in mutations(source) if mutation.operator == "filter")
    assert changed_lines(source, dropped.start, dropped.end, dropped.replacement) == ("a", "true")


TINY = {
    "dbt_project.yml": """
        name: tiny
        profile: tiny
        flags: {send_anonymous_usage_stats: false}
        models: {+materialized: table}
        seeds: {+column_types: {day: date}}
    """,
    "profiles.yml": """
        tiny:
          target: duckdb
          outputs:
            duckdb:
              type: duckdb
              path: ":memory:"
              database: twe
              attach: [{path: "{{ env_var('TWE_DATABASE') }}", alias: twe}]
    """,
    "seeds/days.csv": "day\n2020-01-01\n2020-06-30\n",
    "macros/unused.sql": "{% macro unused() %}a < b{% endmacro %}",
    "macros/last_day.sql": "{% macro last_day() %}date '2020-06-30'{% endmacro %}",
    "models/weakly_tested.sql": "select day from {{ ref('days') }} where day <= date '2020-06-30'",
    "models/strongly_tested.sql": "select day from {{ ref('days') }} where day <= date '2020-06-30'",
    "models/downstream.sql": "select count(*) as days from {{ ref('upstream') }}",
    "models/upstream.sql": "select day from {{ ref('days') }} where day > {{ last_day() }} - 100",
    "models/models.yml": """
        models:
          - name: downstream
            columns:
              - name: days
                data_tests: [{accepted_values: {arguments: {values: [1], quote: false}}}]
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
    """Write a project with a rule tested on its bound, one tested far from it, and one tested downstream."""
    folder = tmp_path_factory.mktemp("tiny")
    for name, text in TINY.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(textwrap.dedent(text))
    return folder


@pytest.fixture(scope="module")
def judged(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Judge every mutant of the project; return the folder of the results and the report."""
    work = tmp_path_factory.mktemp("judged")
    done = mutate(tiny, work, "--quiet")
    assert done.returncode == 1, done.stderr
    return work, done.stdout


def mutate(project: Path, work: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the mutants of a project, with every by-product under `work`."""
    command = [sys.executable, str(PROJECT / "tools/mutate.py")]
    command += ["--project", str(project), "--work", str(work)]
    return subprocess.run(
        [*command, "--jobs", "1", *options], capture_output=True, text=True, timeout=3600, check=False
    )


def test_a_weak_test_lets_mutants_survive_and_a_strong_one_kills_them(judged: tuple[Path, str]) -> None:
    _, report = judged
    rows = {
        line.split()[1]: line.split()[2:5]
        for line in report.splitlines()
        if line.startswith(("model ", "macro "))
    }
    assert rows["strongly_tested"] == ["4", "4", "0"], report
    assert rows["weakly_tested"] == ["4", "1", "3"], report
    # A data test downstream finds what has an effect on the seeds, in a model or in the macro that it uses.
    assert rows["upstream"] == ["4", "2", "2"], report
    assert rows["downstream"] == ["1", "0", "1"], report
    assert rows["last_day"] == ["2", "0", "2"], report
    assert "+ select day from {{ ref('days') }} where day < date '2020-06-30'" in report
    assert "(weakly_tested, comparison, 1, tables changed: 1)" in report
    assert "0 invalid, 1 in text that neither a build on the seeds nor a unit test renders" in report


def test_verdicts_are_kept_until_the_tests_change(judged: tuple[Path, str], tiny: Path) -> None:
    work, _ = judged
    again = mutate(tiny, work, "--quiet")
    assert "\n0 mutants judged" in again.stdout, again.stdout


def test_equivalents_count_for_nothing_but_must_exist_and_survive(
    judged: tuple[Path, str], tiny: Path, tmp_path: Path
) -> None:
    work, _ = judged
    before = "select day from {{ ref('days') }} where day <= date '2020-06-30'"
    survivors = [
        before.replace("<=", "<"),
        before.replace("06-30", "06-29"),
        before.replace("06-30", "07-01"),
    ]
    listed = tmp_path / "equivalent.yml"

    def run(after: list[str], require: str) -> subprocess.CompletedProcess[str]:
        entry = {"unit": "weakly_tested", "reason": "written for a test", "changes": {before: after}}
        listed.write_text(yaml.safe_dump([entry]))
        options = ["--quiet", "--model", "weakly_tested", "--equivalents", str(listed), "--require", require]
        return mutate(tiny, work, *options)

    explained = run(survivors, "1")
    assert explained.returncode == 0, explained.stdout + explained.stderr
    killed = run([before.replace("where day <= date '2020-06-30'", "where true")], "0")
    assert killed.returncode == 1
    assert "Listed as equivalent, but killed" in killed.stdout
    absent = run([before.replace("day <=", "night <=")], "0")
    assert absent.returncode == 1
    assert "lists a mutant of weakly_tested that does not exist" in absent.stderr


def test_a_project_that_fails_its_own_tests_is_refused_in_one_sentence(tiny: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(tiny, broken)
    (broken / "seeds/days.csv").write_text("day\n2020-06-29\n2020-06-30\n")
    done = mutate(broken, tmp_path, "--quiet")
    assert done.returncode == 1
    assert done.stderr.startswith("These tests fail before anything is mutated: accepted_values_downstream")


def test_a_second_run_in_the_same_folder_stops_with_one_sentence(tiny: Path, tmp_path: Path) -> None:
    with FileLock(tmp_path / "lock"):
        second = mutate(tiny, tmp_path)
    assert second.returncode == 1
    assert second.stderr.strip() == f"Another run of mutants works in {tmp_path}."


@pytest.mark.slow
def test_the_survivors_in_a_sample_of_the_project_are_reviewed(tmp_path: Path) -> None:
    done = mutate(PROJECT, tmp_path, "--quiet", "--sample", "20", "--seed", "7", "--require", "0")
    # Else the list names a mutant that does not exist, or one of the sample that a test kills.
    assert done.returncode == 0, done.stdout + done.stderr
    survivors = re.findall(r"^(\S+):\d+ \(.*tables changed", done.stdout, re.MULTILINE)
    assert [path for path in survivors if not path.startswith(UNREVIEWED)] == [], done.stdout
