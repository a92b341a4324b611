"""The folder that is sent: its manifest, and the proof that nothing in it was changed."""

import json
from dataclasses import dataclass
from pathlib import Path

from twe.errors import ProtectionError, TweError
from twe.export.editions import Edition, release_place
from twe.export.warehouse import BuildInfo
from twe.warehouse.files import sha256, sync, write_json

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Sent:
    """What the manifest of a folder says; `place` is the one in the register, None for an exact edition."""

    edition: Edition
    place: dict[str, str | int | None] | None
    files: tuple[dict[str, str | int], ...]
    """Each with its `path` inside the folder, with `/`, its size in `bytes` and its `sha256`."""
    sha256: str
    """Of the manifest itself."""

    @property
    def name(self) -> str:
        """Return which release it is, for a sentence."""
        if self.place is None:
            return "an exact edition"
        return f"release {self.place['number']} of register {self.place['register']}"


def write_manifest(folder: Path, edition: Edition, build: BuildInfo) -> str:
    """Write the manifest of finished files beside them and return its SHA-256.

    The same for the same files. Everything is on the disk then; OSError when it fails.
    """
    paths = _files(folder)
    manifest_content = {
        "edition": str(edition),
        "as_of": build.as_of.isoformat(),
        "geography_date": build.geography_date.isoformat(),
        "built_at": f"{build.built_at:%Y-%m-%dT%H:%M:%SZ}",
        "is_synthetic": build.is_synthetic,
        "release": release_place(build.protection) if build.protection else None,
        "files": [_described(name, path) for name, path in sorted(paths.items())],
    }
    manifest = folder / MANIFEST
    write_json(manifest, manifest_content)
    for path in (*paths.values(), manifest, *{path.parent for path in paths.values()}, folder):
        sync(path)
    return sha256(manifest)


def verify(folder: Path, register: Path | None = None) -> Sent:
    """Return what a folder says of itself once every file is as it was written.

    With a register also as it was released. TweError or ProtectionError names the first difference.
    """
    sent = read_manifest(folder)
    found = _files(folder)
    for file in sent.files:
        name = str(file["path"])
        path = found.pop(name, None)
        if path is None:
            raise TweError(f"{folder / name} is gone: the folder is not what was released.")
        if _described(name, path) != file:
            raise TweError(f"{path} was changed: it is not what the manifest of the folder says.")
    if found:
        raise TweError(f"{min(found.values())} was added: the manifest of the folder does not name it.")
    if register:
        _check_released(folder, sent, register)
    return sent


def _check_released(folder: Path, sent: Sent, register: Path) -> None:
    # Arrays take a while to load.
    from twe.protection.register import Stamp, open_register

    if sent.place is None:
        raise TweError(f"{folder} is an exact edition, which no register holds; leave out --register.")
    stamp = Stamp(
        str(sent.place["register"]),
        int(sent.place["number"] or 0),
        str(sent.place["content_sha256"]),
        str(sent.place["version"]),
    )
    entry = open_register(register).check_holds(stamp, str(folder))
    if entry.files != sent.sha256:
        raise ProtectionError(
            f"{folder} says that it is release {entry.number}, but its manifest is not that of the release."
        )


def read_manifest(folder: Path) -> Sent:
    """Return what the manifest of a folder says; TweError when there is none that can be read."""
    path = folder / MANIFEST
    try:
        manifest_content = json.loads(path.read_text(encoding="utf-8"))
        names = ("path", "bytes", "sha256")
        files = tuple({name: file[name] for name in names} for file in manifest_content["files"])
        return Sent(Edition(manifest_content["edition"]), manifest_content["release"], files, sha256(path))
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise TweError(f"{folder} is not a folder made by twe release: {path} can't be read.") from problem


def _described(name: str, path: Path) -> dict[str, str | int]:
    return {"path": name, "bytes": path.stat().st_size, "sha256": sha256(path)}


def _files(folder: Path) -> dict[str, Path]:
    found = (path for path in folder.rglob("*") if path.is_file() and path != folder / MANIFEST)
    return {path.relative_to(folder).as_posix(): path for path in found}
