"""The release behind a public edition: made when there is none of this build yet."""

from pathlib import Path

import duckdb

from twe.errors import ExportError


def ready_release(database: Path, release: Path) -> Path:
    """Return the file of a release of the present build of a warehouse.

    One that is missing is made by the default rules, one of an earlier build again by its own. ExportError
    with one sentence when the counts can't be protected.
    """
    # Solver and arrays take a while to load: only public editions need them.
    from twe.errors import ProtectionError
    from twe.protection.job import options_for, protect
    from twe.protection.release_file import is_of_build

    try:
        if not release.exists() or not is_of_build(release, database):
            protect(options_for(database, release))
    except ProtectionError as refusal:
        raise ExportError(str(refusal)) from refusal
    except duckdb.Error as problem:
        raise ExportError(f"The release {release} can't be read or written.") from problem
    return release
