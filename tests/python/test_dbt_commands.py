"""dbt as a dbt user expects it, and what the exporter says of the result."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from twe.warehouse.status import check
from warehouse import Build, as_yaml, dbt

ANNEX_5 = "annex_5_outflow"


@dataclass(frozen=True)
class Project:
    """The project with one warehouse file; every by-product is beside the file."""

    database: Path

    def dbt(self, command: str, *options: str, variables: Mapping[str, object] | None = None) -> str:
        """Run a dbt command without unit tests; return its output, with the exit code on the last line."""
        beside = self.database.parent
        words = ["--no-use-colors", "--log-path", beside / "logs", command]
        words += ["--target-path", beside / "target"]
        given = ["--vars", as_yaml(variables)] if variables else []
        # An empty limit is none.
        environment = {"TWE_DATABASE": str(self.database), "TWE_MEMORY_LIMIT": ""}
        if command in ("build", "test"):
            environment["DBT_EXCLUDE_RESOURCE_TYPES"] = "unit_test"
        done = dbt(*words, *options, *given, **environment)
        return f"{done.output}\nexit code {done.exit_code}"

    def passes(self, command: str, *options: str, variables: Mapping[str, object] | None = None) -> None:
        """Run a dbt command that must succeed."""
        output = self.dbt(command, *options, variables=variables)
        assert output.endswith("exit code 0"), output

    def status(self) -> str | None:
        """Return why the warehouse may not be exported; None when it may."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return check(connection)

    def rows(self, query: str) -> list[tuple]:
        """Return the rows of a query on the warehouse."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def built(demonstration: Build, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The bundled seeds, built and tested, and the project parsed."""
    project = Project(tmp_path_factory.mktemp("built") / "built.duckdb")
    shutil.copy(demonstration.database, project.database)
    project.passes("parse")
    return project


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the project with a file that does not exist yet and has a name of DuckDB's own."""
    return Project(tmp_path_factory.mktemp("twee ' woorden d'été") / "system.duckdb")


@pytest.fixture
def project(built: Project) -> Iterator[Project]:
    """The same file for every test, as dbt parses again for another one: built, tested, exportable."""
    kept = built.database.with_suffix(".kept")
    shutil.copy(built.database, kept)
    yield built
    shutil.move(kept, built.database)


def test_a_selection_heals_as_well_as_breaks(project: Project) -> None:
    """A table that was built again is untested; its own tests later make it exportable."""
    project.passes("run", "-s", ANNEX_5)
    assert "did not run since its table was built" in str(project.status())
    project.passes("test", "-s", "balance")
    assert "did not run since its table was built" in str(project.status())
    project.passes("test", "-s", ANNEX_5)
    assert project.status() is None


def test_a_sample_is_never_exported(project: Project) -> None:
    """Whether it left rows out or not."""
    project.passes("run", "--sample", "3 days", "-s", ANNEX_5)
    assert "was built with --empty or --sample" in str(project.status())


def test_an_empty_build_is_never_exported(project: Project) -> None:
    """Tests pass on empty tables; the next build of the same gives the same cells again."""
    cells = project.rows("from marts.annex_5_outflow order by all")
    project.passes("run", "--empty", "-s", ANNEX_5)
    assert project.rows("select count(*) from marts.annex_5_outflow") != [(len(cells),)]
    assert "was built with --empty" in str(project.status())
    project.passes("test", "-s", f"{ANNEX_5},test_type:generic")
    assert "was built with --empty" in str(project.status())
    project.passes("build", "-s", ANNEX_5)
    assert project.rows("from marts.annex_5_outflow order by all") == cells
    assert project.status() is None


def test_empty_facts_fail_the_tests(project: Project) -> None:
    """Facts without rows beside full staging tables: no record is lost between them."""
    project.dbt(
        "run", "--empty", "-s", "int_trajectories__current+", "int_outflow__current+", "fct_subsidy_lines+"
    )
    output = project.dbt("test", "-s", "records_are_conserved")
    assert "FAIL" in output and output.endswith("exit code 1")


@pytest.mark.slow
def test_a_failed_build_goes_on_with_retry(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what failed or was skipped runs again."""
    monkeypatch.setenv("DBT_WRITE_JSON", "true")
    with duckdb.connect(str(project.database)) as connection:
        connection.execute("alter table intermediate.int_as_of rename to hidden")
    assert project.dbt("build", "-s", f"fct_transmissions+ {ANNEX_5}").endswith("exit code 1")
    assert "failed" in str(project.status())
    with duckdb.connect(str(project.database)) as connection:
        connection.execute("alter table intermediate.hidden rename to int_as_of")
    output = project.dbt("retry")
    assert output.endswith("exit code 0"), output
    project.passes("test")
    assert project.status() is None


@pytest.mark.slow
def test_a_clone_onto_itself_is_noticed_and_rebuilt(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It replaces the tables by views of themselves; the next build removes those and makes tables again."""
    monkeypatch.setenv("DBT_WRITE_JSON", "true")
    project.passes("parse")
    cells = project.rows("from marts.annex_5_outflow order by all")
    shutil.copytree(project.database.parent / "target", tmp_path / "state")
    project.dbt("clone", "--full-refresh", "--state", str(tmp_path / "state"))
    assert project.status() is not None
    project.passes("build")
    assert project.status() is None
    assert project.rows("from marts.annex_5_outflow order by all") == cells


@pytest.mark.slow
def test_other_variables_in_a_selection_are_noticed(project: Project) -> None:
    """Tables of two as-of dates make no answer."""
    project.dbt("build", "-s", "int_as_of", variables={"as_of": "2022-06-30"})
    project.dbt("test")
    assert "different variables (none; as_of: 2022-06-30)" in str(project.status()) or "failed" in str(
        project.status()
    )


def test_a_lost_row_is_noticed(project: Project) -> None:
    """A table that was changed outside dbt is not what was tested."""
    with duckdb.connect(str(project.database)) as connection:
        connection.execute("create table kept as from marts.annex_4_ended_trajectories")
        connection.execute("delete from marts.annex_4_ended_trajectories where year = 2020")
        connection.execute("drop table kept")
    assert "table marts.annex_4_ended_trajectories has" in str(project.status())
    project.passes("build", "-s", "annex_4_ended_trajectories+")
    assert project.status() is None


def test_an_annex_can_be_shown(project: Project) -> None:
    """Nothing is built for it."""
    output = project.dbt("show", "-s", ANNEX_5, "--limit", "1")
    assert "regular_economy" in output or "outcome" in output
    assert output.endswith("exit code 0")
    assert project.status() is None


def test_a_published_version_stays_as_it_is(project: Project) -> None:
    """Nothing writes into it, not even the schemas that dbt makes before its first hook; reading works."""
    with duckdb.connect(str(project.database)) as connection:
        connection.execute("create table quality.publication as select 1 as version")
        connection.execute("drop schema raw cascade")
    before = project.database.read_bytes()
    for command in (("build",), ("run-operation", "check_variables")):
        output = project.dbt(*command)
        assert f"The warehouse {project.database} is a published version and stays as it is: set" in output
        assert not output.endswith("exit code 0")
    project.passes("show", "-s", "balance")
    assert project.database.read_bytes() == before


def test_the_compiled_text_depends_on_the_project_and_its_variables_only(
    built: Project, elsewhere: Project
) -> None:
    """Compiled for a full warehouse and for a file that does not exist yet: the same bytes."""
    texts = []
    for project in (built, elsewhere):
        compiled = project.database.parent / "target" / "compiled" / "twe_ocmw"
        shutil.rmtree(compiled, ignore_errors=True)
        project.passes("compile")
        texts.append({path.relative_to(compiled): path.read_text() for path in compiled.rglob("*.sql")})
    assert texts[0] == texts[1]
    assert len(texts[0]) > 150


def test_the_file_may_have_any_name(elsewhere: Project) -> None:
    """The catalog is called twe, whatever the file is called; test_publish.py opens files of more names."""
    elsewhere.passes("seed", "-s", "end_reasons")
    path = str(elsewhere.database).replace("'", "''")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as w (read_only)")
        assert connection.execute("select count(*) from w.reference.end_reasons").fetchall() == [(14,)]


def test_an_annex_given_twice_is_refused(project: Project) -> None:
    """As a number and as a text it is the same annex."""
    words = ["--vars", '{reporting_years: {5: [2020, 2023], "5": [2021, 2022]}}']
    output = project.dbt("build", "-s", "dim_reporting_years", *words)
    assert "The variable reporting_years gives annex 5 more than once." in output


def test_other_months_parse_without_a_warning(tmp_path: Path) -> None:
    """A test that has nothing to compare is there and compares nothing."""
    project = Project(tmp_path / "x.duckdb")
    project.passes("parse", "--no-partial-parse", "--warn-error", variables={"measure_months": 3})
