"""The command `twe`: what users do with deliveries, warehouses and releases.

A command here reads its options and says what came out; the work is in the packages, which are loaded only
when a command needs them. Exit codes: 0 done, 1 refused or failed (one sentence on standard error), 2 wrong
arguments, 130 interrupted; those of `check` are in its help.
"""

import io
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, ParamSpec

import typer

from twe import options
from twe.errors import ExportError, TweError
from twe.export.editions import Edition
from twe.export.publisher import Publisher
from twe.project import PROJECT, require_project

if TYPE_CHECKING:
    from twe.protection.job import Outcome

EXIT_REFUSED = 1
EXIT_INTERRUPTED = 130

# Plain help and errors: a sentence stays on one line, also in a log. Tracebacks never show values of records.
app = typer.Typer(
    name="twe",
    help="From delivered records of TWE trajectories to the annexes for parliament.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    add_completion=False,
)

_P = ParamSpec("_P")
_NOTHING = "nothing was replaced"
_VERSION = "twe versions shows which version {database} is"


def _command(left: str = _NOTHING) -> Callable[[Callable[_P, None]], Callable[_P, None]]:
    """Register a command; `left` says what an interruption leaves, with the arguments of the command."""

    def register(function: Callable[_P, None]) -> Callable[_P, None]:
        @app.command()
        @wraps(function)
        def run(*arguments: _P.args, **named: _P.kwargs) -> None:
            require_project()
            with _interruptible(f"Interrupted; {left.format(**named)}."):
                function(*arguments, **named)

        return function

    return register


@contextmanager
def _interruptible(sentence: str) -> Iterator[None]:
    """Say what an interruption leaves; whoever stops the process asks for an orderly end too."""
    is_asked = False

    def interrupt(*_: object) -> None:
        nonlocal is_asked
        is_asked = True
        raise KeyboardInterrupt

    # Windows has no SIGHUP.
    numbers = (getattr(signal, name, None) for name in ("SIGINT", "SIGTERM", "SIGHUP"))
    before = {number: signal.signal(number, interrupt) for number in numbers if number}
    try:
        yield
    except BaseException as problem:
        # In a query of DuckDB it comes as another error.
        if not is_asked and not isinstance(problem, KeyboardInterrupt):
            raise
        print(sentence, file=sys.stderr)
        raise typer.Exit(EXIT_INTERRUPTED) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line, by default that of the process, and return its exit code."""
    # Where the terminal can't show a letter of a path, its code is written.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app(options.spelled_out(sys.argv[1:] if arguments is None else arguments), prog_name="twe")
    except TweError as refusal:
        print(refusal, file=sys.stderr)
        return EXIT_REFUSED
    except SystemExit as end:
        return int(end.code or 0)
    return 0


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="a folder that is new or empty")],
) -> None:
    """Write a dbt project of your own.

    It has the models, the seeds, the settings and a folder for deliveries.
    """
    from twe.init import init as write

    write(folder)
    print(f"Written: {folder}. Change to that folder: commands use the project of the current folder.")


@_command("nothing was written")
def check(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="folder with the delivered files")],
    previous: Annotated[
        Path | None,
        typer.Option(metavar="WAREHOUSE", help="compare with this earlier warehouse: rows, and what is gone"),
    ] = None,
    out: Annotated[Path | None, options.file(help="write a page for the supplier: HTML, in Dutch")] = None,
    variables: Annotated[str, options.vars_(help="dbt variables of the build")] = "{}",
    quiet: options.Quiet = False,
) -> None:
    """Report every problem in a delivery.

    Nothing is built: the models run in memory. dbt compiles them once, into target, after each change of the
    project. The exit code is 1 when too much is in the quarantine or has the same warning, 2 when the
    delivery is refused.
    """
    from twe.check import job, show
    from twe.export.progress import progress_bar

    with progress_bar(is_quiet=quiet) as progress:
        found = job.check(folder, options.variables(variables), previous, progress)
    if not quiet:
        show.print_check(found)
    if out:
        show.write_page(found, out)
        _print_files([out], quiet)
    raise typer.Exit(found.code)


@_command(_VERSION)
def publish(
    raw_path: Annotated[
        Path | None,
        options.directory(help="folder with the delivered files", show_default="the bundled synthetic data"),
    ] = None,
    as_of: Annotated[
        str | None,
        options.on_day(help="show what was known on this day", show_default="the last recorded day"),
    ] = None,
    geography_date: Annotated[
        str | None,
        options.on_day(help="the municipalities of this day", show_default="2024-12-31"),
    ] = None,
    variables: Annotated[str, options.vars_(help="dbt variables, such as reporting_years")] = "{}",
    previous_as_of: Annotated[
        str | None,
        options.on_day(help="list what changed since the state of this day, built from the same delivery"),
    ] = None,
    previous_version: Annotated[
        int | None,
        options.number(min=0, help="list what changed since the kept or published version N"),
    ] = None,
    accept_quarantine: options.AcceptQuarantine = None,
    database: options.Published = options.PUBLISHED,
    keep: options.Keep = options.KEPT,
    wait: options.Wait = 0,
    quiet: options.Quiet = False,
) -> None:
    """Build and test a warehouse, then put it in place.

    It is built beside the published one, which it replaces only when every test passed.
    """
    from twe.export.progress import progress_bar
    from twe.warehouse import dbt, listing, versions
    from twe.warehouse import publish as job

    if previous_as_of and previous_version is not None:
        raise typer.BadParameter("--previous-as-of and --previous-version can't be used together")
    if previous_as_of and (as_of or "9999") <= previous_as_of:
        raise typer.BadParameter("--previous-as-of must be a day before --as-of")
    given = {
        "raw_path": None if raw_path is None else str(raw_path),
        "as_of": as_of,
        "geography_date": geography_date,
        "accept_quarantine": accept_quarantine,
    }
    known = _variables(options.variables(variables), given)
    wanted = job.Options(database, known, keep, wait, previous_as_of, previous_version)
    with progress_bar(is_quiet=quiet) as progress:
        number = job.publish(wanted, partial(dbt.run_dbt, progress=None if quiet else progress))
    if not quiet:
        print(f"Published: version {number} in {database}")
        print(listing.summary(versions.Versions(database), number))


@_command()
def versions(database: options.Published = options.PUBLISHED) -> None:
    """Show the published and the kept versions."""
    from twe.warehouse.listing import listing
    from twe.warehouse.versions import Versions

    print(listing(Versions(database)))


@_command(_VERSION)
def restore(
    number: Annotated[int, typer.Argument(min=0, metavar="N", help="the kept version")],
    database: options.Published = options.PUBLISHED,
    keep: options.Keep = options.KEPT,
    wait: options.Wait = 0,
) -> None:
    """Publish a kept version again."""
    from twe.warehouse import publish as job

    job.restore(job.Options(database, {}, keep, wait), number)
    print(f"Restored: version {number} in {database}")


@_command()
def status(database: options.Database = options.DATABASE) -> None:
    """Show what a warehouse holds.

    The exit code is 1 when it may not be exported.
    """
    from twe.overview import summary

    print(summary(database))


@_command()
def export(
    file_format: Annotated[
        Literal["xlsx", "csv", "ods", "duckdb", "all"],
        typer.Option(
            "--format", help="csv goes to DIR/csv; ods needs LibreOffice; duckdb: DIR/cijfers.duckdb"
        ),
    ] = "xlsx",
    annex: Annotated[
        list[int] | None,
        typer.Option(
            min=1,
            metavar="N...",
            help="only these annexes, each in a workbook of its own",
            show_default="all in bijlagen.xlsx",
        ),
    ] = None,
    edition: options.Editions = Edition.EXACT,
    database: options.Database = options.DATABASE,
    out: options.Out = options.OUT,
    release: options.Release = None,
    organisation: options.Organisation = "",
    contact: options.Contact = "",
    licence: options.Licence = "",
    base_uri: options.BaseUri = options.BASE_URI,
    previous: options.Previous = None,
    quiet: options.Quiet = False,
) -> None:
    """Write the annexes as workbook, CSV or DuckDB file."""
    from twe.export import job
    from twe.export.progress import progress_bar

    _check_release(edition, release)
    formats = set(job.Format) if file_format == "all" else {job.Format(file_format)}
    publisher = Publisher(organisation, contact, licence, base_uri)
    numbers = sorted(set(annex or []))
    order = job.Order(database, out, edition, release, publisher, tuple(previous or ()))
    with progress_bar(is_quiet=quiet) as progress:
        written = job.export(order, formats, progress, numbers)
    _print_files(written, quiet)


@_command()
def report(
    edition: options.Editions = Edition.EXACT,
    database: options.Database = options.DATABASE,
    out: options.Out = options.OUT,
    release: options.Release = None,
    organisation: options.Organisation = "",
    contact: options.Contact = "",
    licence: options.Licence = "",
    previous: options.Previous = None,
    quiet: options.Quiet = False,
) -> None:
    """Write the report page: one HTML file."""
    from twe.export.job import Order
    from twe.export.progress import progress_bar
    from twe.report import job

    _check_release(edition, release)
    publisher = Publisher(organisation, contact, licence)
    order = Order(database, out, edition, release, publisher, tuple(previous or ()))
    with progress_bar(is_quiet=quiet) as progress:
        written = job.report(order, progress)
    _print_files([written], quiet)


@_command()
def protect(
    database: options.Database = options.DATABASE,
    release: options.ReleaseFile = None,
    register: options.Register = None,
    also: options.Also = None,
    method: Annotated[
        Literal["rounding", "suppression", "none"],
        typer.Option(help="round every count, hide small ones and those that give them away, or neither"),
    ] = "rounding",
    threshold: Annotated[
        int | None,
        options.number(min=2, help="counts below it are small", show_default="5"),
    ] = None,
    base: Annotated[
        int | None,
        options.number(min=2, help="multiples to round to", show_default="threshold"),
    ] = None,
    standard: options.Standards = None,
    margin: Annotated[
        int,
        typer.Option(min=0, metavar="PERCENT", help="how near an amount that is left out may be estimated"),
    ] = 10,
    after_merger: Annotated[
        Literal["unchanged", "provinces", "reissue"] | None,
        typer.Option(
            help="when published values can't stay after a merger: leave out the municipalities that "
            "changed, or all municipalities, or change values and list them"
        ),
    ] = None,
    witnesses: options.Witnesses = None,
    quiet: options.Quiet = False,
) -> None:
    """Protect small counts and write a draft of a release.

    It is attacked first, with all releases in the register. Public editions read it, marked as a draft until
    twe release has made it a release, by the rules chosen here.
    """
    from twe.protection import job
    from twe.protection.attack import Standard
    from twe.protection.releases import Method
    from twe.protection.vintages import AfterMerger

    least = threshold or job.Rules.threshold
    rules = job.Rules(
        method=Method(method),
        threshold=least,
        base=base or least,
        standard=Standard(standard or job.Rules.standard),
        margin=margin,
        after_merger=AfterMerger(after_merger) if after_merger else None,
    )
    given = job.default_options(database, release, register)
    wanted = replace(given, rules=rules, also=tuple(also or []), witnesses=witnesses)
    outcome = job.protect(wanted)
    if quiet:
        return
    _print_verdict(outcome)
    if not outcome.is_optimal:
        print("The solver reached its limit: the rounding may not be the nearest one.")
    print(f"Written: {wanted.release}, a draft; twe release makes what may be sent.")


@_command()
def audit(
    database: options.Database = options.DATABASE,
    release: options.ReleaseFile = None,
    register: options.Register = None,
    also: options.Also = None,
    threshold: Annotated[
        int | None,
        options.number(min=2, help="counts below it are small", show_default="that of the release"),
    ] = None,
    standard: options.Standards = None,
    witnesses: options.Witnesses = None,
    quiet: options.Quiet = False,
) -> None:
    """Test whether a release gives small counts away.

    The attacker also knows every release in the register.
    """
    from twe.protection import job
    from twe.protection.attack import Standard

    made = job.options_for(database, job.default_options(database, release, register).release, register)
    known, judged = made.rules, Standard(standard or made.rules.standard)
    wanted = replace(
        made,
        rules=replace(known, threshold=threshold or known.threshold, standard=judged),
        also=tuple(also or made.also),
        witnesses=witnesses,
    )
    outcome = job.audit(wanted)
    if not quiet:
        _print_verdict(outcome)


@_command("the folder is there whole or not at all; the same command goes on")
def release(
    out: Annotated[Path, options.directory(parser=options.folder, help="the folder to make, a new one")],
    edition: options.Editions = Edition.PUBLIC,
    database: options.Database = options.DATABASE,
    register: options.Register = None,
    new_register: Annotated[
        bool,
        typer.Option("--new-register", help="begin a register: nothing of these data was released before"),
    ] = False,
    ods: Annotated[bool, typer.Option("--ods", help="the workbook as .ods too; needs LibreOffice")] = False,
    organisation: options.Organisation = "",
    contact: options.Contact = "",
    licence: options.Licence = "",
    base_uri: options.BaseUri = options.BASE_URI,
    previous: options.Previous = None,
    quiet: options.Quiet = False,
) -> None:
    """Protect, prove, write and register what is sent.

    The folder holds workbook, CSV package, report page and a manifest. It appears as a whole, and a public
    one is in the register then. The rules are those of twe protect, else the default ones.
    """
    from twe.export.progress import progress_bar
    from twe.release import job

    publisher = Publisher(organisation, contact, licence, base_uri)
    wanted = job.Options(
        database, out, edition, None, publisher, tuple(previous or ()), register, new_register, ods
    )
    with progress_bar(is_quiet=quiet) as progress:
        done = job.release(wanted, progress)
    if quiet:
        return
    if done.outcome:
        _print_verdict(done.outcome)
        print(f"Released: version {done.version}, number {done.number} of the register, in {out}")
    else:
        print(f"Written: {out}, exact figures, for internal use only.")


@_command()
def releases(database: options.Database = options.DATABASE, register: options.Register = None) -> None:
    """Show what was released.

    The register is checked first: nothing in it was changed, and nothing that is known of is gone.
    """
    from twe.protection.register import default_register, listing, read_register

    place = register or default_register(database)
    print(listing(read_register(place, database), place))


@_command()
def verify(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="a folder made by twe release")],
    register: Annotated[
        Path | None, options.file(help="compare with this register too", show_default="none")
    ] = None,
) -> None:
    """Verify that a released folder is unchanged.

    Every file is compared with the manifest, and with a register the manifest with what was released.
    """
    from twe.release.folder import verify as verified

    sent = verified(folder, register)
    print(f"{len(sent.files)} files are as they were made: {sent.name}.")
    if register:
        print(f"This is what was released, by {register}.")


@_command("nothing was written")
def changes(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="earlier release or warehouse")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="later one, of the same edition")],
    between: Annotated[
        list[Path] | None, options.file(help="one in between, to say since when; oldest first")
    ] = None,
    out: Annotated[Path | None, options.file(help="write every changed figure to this CSV file")] = None,
) -> None:
    """List the figures that differ between two releases.

    Says whether it is a major (other definition or geography), minor (other years) or patch change.
    """
    from twe.changes import read_changes, summary, write_csv

    found = read_changes([old, *(between or ())], new)
    print(summary(found))
    if out:
        try:
            write_csv(found, out)
        except OSError as problem:
            raise ExportError(f"{out} can't be written: {problem.strerror}.") from problem
        _print_files([out], False)


@_command("a warehouse that is not named above is unchanged")
def drop_personal_data(
    databases: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE]...", help="default: TWE_DATABASE, else as status")
    ] = None,
) -> None:
    """Drop the records of persons.

    Figures, counts and code lists stay for the export.
    """
    from twe.warehouse.personal_data import drop_personal_data as drop

    for path in databases or [Path(os.environ.get("TWE_DATABASE") or options.DATABASE)]:
        dropped = drop(path)
        print(f"{path}: {dropped.tables} tables and views dropped, emptied: {', '.join(dropped.columns)}.")


@_command("the tables in {warehouse} may be of two builds")
def spark(
    variables: Annotated[str, options.vars_(help="dbt variables, raw_path included")] = "{}",
    target: Annotated[str, typer.Option(help="a Spark target of profiles.yml")] = "spark",
    warehouse: Annotated[
        Path, options.directory(help="folder of tables", show_default="data/spark")
    ] = PROJECT / "data/spark",
    landing: Annotated[
        Path | None,
        options.directory(help="folder for the landed files", show_default="landing below it"),
    ] = None,
    landing_url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="that folder as the cluster sees it, such as s3a://bucket/landing"),
    ] = None,
    without_tests: Annotated[bool, typer.Option("--without-tests", help="leave the data tests out")] = False,
) -> None:
    """Build and test a warehouse on Apache Spark.

    The delivery is landed as Parquet; then dbt runs.
    """
    from twe.spark import build_on_spark

    build_on_spark(options.variables(variables), warehouse, landing, landing_url, target, without_tests)


def _variables(given: dict[str, object], by_option: dict[str, str | None]) -> dict[str, object]:
    """Return the dbt variables, the delivery as a full path: dbt runs in the folder of the project."""
    variables = dict(given)
    for name, value in by_option.items():
        if value is not None and name in variables:
            raise typer.BadParameter(f"--vars gives {name}, which has an option of its own that is used too")
        if value is not None:
            variables[name] = value
    folder = variables.get("raw_path")
    if isinstance(folder, str):
        if not Path(folder).is_dir():
            raise typer.BadParameter(f"the folder {folder} (raw_path) does not exist")
        variables["raw_path"] = str(Path(folder).absolute())
    return variables


def _check_release(edition: Edition, release: Path | None) -> None:
    if release and edition is Edition.EXACT:
        raise typer.BadParameter("--release is for --edition public; the exact edition reads the warehouse")


def _print_files(written: Iterable[Path], is_quiet: bool) -> None:
    if not is_quiet:
        for path in written:
            print(f"Written: {path}")


def _print_verdict(outcome: "Outcome") -> None:
    cells, verdict = outcome.cells, outcome.verdict
    print(f"{len(cells)} cells, {len(cells.equations)} equations, {verdict.attacked} small counts attacked.")
    if not outcome.is_protected:
        print("Nothing is protected: the method is none.")
        return
    print(
        f"All small counts are protected: {len(verdict.witnesses)} tables that agree with everything"
        f" published give {verdict.settled_by_witness} of them other values."
    )
