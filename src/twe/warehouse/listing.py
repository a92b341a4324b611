"""The versions of a database as people read them."""

from typing import Any

from twe.warehouse.layout import layout_version, made_by
from twe.warehouse.versions import Version, Versions


def listing(versions: Versions) -> str:
    """Return a line per version, the newest first; each database is read to tell whether it is undamaged."""
    found = versions.all()
    current = versions.current()
    lines = [_line(version, current) for version in reversed(found)]
    if versions.published.exists() and not current:
        lines.insert(0, f"{versions.published.name} isn't a published version: something else wrote it.")
    return "\n".join(lines) or f"There is no version of {versions.published}."


def summary(versions: Versions, number: int) -> str:
    """Return what a version was made from and what was found, in a few lines."""
    (version,) = (version for version in versions.all() if version.number == number)
    manifest = version.manifest
    settings = manifest["variables"]
    lines = {"as of": f"{settings['as_of']}, municipalities of {settings['geography_date']}"}
    for extract, rows in manifest["balance"].items():
        lines[extract] = f"{rows['delivered']:,} rows, {rows['quarantined']:,} in the quarantine"
    tests = manifest["tests"]
    warned = f", {tests['warned']} warned: {', '.join(tests['warnings'])}" if tests["warned"] else ""
    lines["tests"] = f"{tests['passed']} passed{warned}"
    if manifest["quarantine"]["above_limit"]:
        lines["accepted by"] = manifest["quarantine"]["accepted_by"]
    lines["log"] = str(version.log)
    return "\n".join(f"  {name:<20}{text}" for name, text in lines.items())


def _line(version: Version, current: Version | None) -> str:
    manifest = version.manifest
    if version == current:
        state = "published"
    elif not version.database.exists():
        state = "gone"
    else:
        state = "kept" if version.is_good(version.database) else "damaged"
    megabytes = manifest["database"]["bytes"] / 1_000_000
    return (
        f"{version.number:>5}  {state:<9}  {manifest['published_at'][:16].replace('T', ' ')} UTC"
        f"  as of {manifest['variables']['as_of']}  {megabytes:,.1f} MB  {_code(manifest)}"
    )


def _code(manifest: dict[str, Any]) -> str:
    code = manifest["code"]
    changed = " and changes" if code["is_changed"] else ""
    other = (
        ""
        if manifest.get("layout_version") == layout_version()
        else ": build it again, this version can't read it"
    )
    return f"made by {made_by(code['project'], code['commit'])}{changed}{other}"
