"""Make synthetic deliveries of the raw extracts, for demonstrations and load tests."""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import duckdb
from rich.console import Console
from rich.progress import Progress

from generator.assumptions import ASSUMPTIONS
from generator.columns import Table
from generator.deliveries import chunk_sizes, chunks
from generator.edge_cases import edge_case_rows
from generator.notice import SEEDS_FILE, SYNTHETIC_FILE, notice
from generator.output import FORMATS, RefusedError, write_deliveries

EXIT_REFUSED = 2


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return 0, or 2 with one sentence on standard error when the target is refused."""
    options = _parser().parse_args(arguments)
    if options.defects and not (options.single_file and options.format == "csv"):
        return _refuse("--defects needs --single-file and --format csv, because bad values only fit in text.")
    marker = SEEDS_FILE if options.single_file else SYNTHETIC_FILE
    text = notice(_command(options), options.defects, ASSUMPTIONS)
    try:
        names = write_deliveries(
            _tables(options),
            edge_case_rows() if options.defects else {},
            options.out,
            options.format,
            not options.single_file,
            marker,
            text,
        )
    except RefusedError as refusal:
        return _refuse(str(refusal))
    except (OSError, duckdb.Error) as problem:
        reason = getattr(problem, "strerror", None) or str(problem).splitlines()[0].rstrip(".")
        return _refuse(f"The files could not be written to {options.out}: {reason}.")
    if not options.quiet:
        print(f"{len(names)} files with {options.trajectories:,} synthetic trajectories in {options.out}")
    return 0


def _tables(options: argparse.Namespace) -> Iterator[Mapping[str, Table]]:
    sizes = chunk_sizes(options.trajectories)
    drawn = chunks(ASSUMPTIONS, options.trajectories, options.seed)
    is_silent = options.quiet or not sys.stderr.isatty()
    with Progress(console=Console(stderr=True), transient=True, disable=is_silent) as progress:
        task = progress.add_task("trajectories", total=options.trajectories)
        for size, tables in zip(sizes, drawn, strict=True):
            yield tables
            progress.update(task, advance=size)


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return EXIT_REFUSED


def _command(options: argparse.Namespace) -> str:
    flags = " --single-file" * options.single_file + " --defects" * options.defects
    return (
        f"python tools/generate_raw.py --trajectories {options.trajectories} --seed {options.seed} "
        f"--format {options.format} --out DIR{flags}"
    )


def _whole_number_from(least: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"{text} is not a whole number from {least}")
        return int(text)

    return read


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--trajectories", type=_whole_number_from(1), default=28_000, help="how many (default 28000)"
    )
    parser.add_argument(
        "--seed", type=_whole_number_from(0), default=2017, help="same seed, same files (default 2017)"
    )
    parser.add_argument("--format", choices=FORMATS, default="parquet", help="default parquet")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the files")
    parser.add_argument(
        "--single-file", action="store_true", help="one file per extract instead of one per year"
    )
    parser.add_argument(
        "--defects", action="store_true", help="add edge cases and bad rows (with --single-file, csv)"
    )
    parser.add_argument("--quiet", action="store_true", help="no progress bar and no closing line")
    return parser


if __name__ == "__main__":
    sys.exit(main())
