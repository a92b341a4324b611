"""What a warehouse holds and whether it may be used, in a few lines."""

from pathlib import Path

from twe.export.warehouse import open_warehouse
from twe.warehouse.files import default_release
from twe.warehouse.versions import Versions


def summary(database: Path) -> str:
    """Return the build, version and release of a warehouse; ExportError when it may not be exported."""
    with open_warehouse(database) as warehouse:
        build = warehouse.build_info()
    version = Versions(database).current()
    release = default_release(database)
    lines = {
        "warehouse": f"{database}, complete and tested",
        "contents": "synthetic demonstration data" if build.is_synthetic else "delivered records",
        "as of": f"{build.as_of}, municipalities of {build.geography_date}",
        "built at": f"{build.built_at:%Y-%m-%d %H:%M} UTC",
        "version": f"{version.number}" if version else "none: not made by twe publish",
        "release": _release(release, database),
    }
    return "\n".join(f"{name:<11}{text}" for name, text in lines.items())


def _release(release: Path, database: Path) -> str:
    if not release.exists():
        return "none yet: twe protect or twe release makes it"
    # Solver and arrays take a while to load.
    from twe.protection.release_file import is_of_build

    return f"{release.name}, of {'this' if is_of_build(release, database) else 'an earlier'} build"
