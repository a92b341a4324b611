"""One release: protect, prove, write every file, register, put the folder in place.

A crash leaves nothing at the place of the folder, or all of it. The register comes first: a release that is
registered but not there is finished by the same command, under the same number and with the same bytes.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from twe.changes import read_shape
from twe.errors import BusyError, TweError
from twe.export.editions import Edition
from twe.export.job import Format, Order, export
from twe.export.progress import Progress
from twe.export.warehouse import BuildInfo, open_warehouse
from twe.release.folder import MANIFEST, read_manifest, write_manifest
from twe.report.job import report
from twe.warehouse.files import default_release, sync
from twe.warehouse.lock import hold
from twe.warehouse.versions import versions_around

if TYPE_CHECKING:
    from twe.protection.job import Outcome


@dataclass(frozen=True)
class Options(Order):
    """What to release into the new folder `out`, and the register; None = the one beside the warehouse.

    The files list the changes since `previous`, what was sent before.
    """

    register: Path | None = None
    begins_register: bool = False
    has_ods: bool = False


@dataclass(frozen=True)
class Released:
    """What came out: how it was proved, its number and version; None for an exact edition."""

    outcome: "Outcome | None" = None
    number: int | None = None
    version: str | None = None


def release(options: Options, progress: Progress) -> Released:
    """Write all files of an edition into a new folder, a public one registered in the same step.

    The rules are those of the draft beside the warehouse, else the default ones. TweError with one sentence
    when the release isn't safe or can't be written; there is no folder then.
    """
    draft = options.out.with_name(f".{options.out.name}.draft")
    versions = versions_around(options.database)
    if not options.database.is_file():
        raise TweError(f"There is no warehouse at {options.database}; run twe publish or dbt build first.")
    _refuse_other_folder(options.out)
    try:
        versions.folder.mkdir(parents=True, exist_ok=True)
        options.out.parent.mkdir(parents=True, exist_ok=True)
        # The lock of publications: the warehouse stays the same, and there is one draft.
        with hold(versions.lock, 0, "releasing from"), _empty(draft):
            if options.edition is Edition.EXACT:
                with open_warehouse(options.database) as warehouse:
                    build = warehouse.build_info()
                _write_files(options, draft, None, build, progress)
                _refuse_another(draft, options.out)
                _put_in_place(draft, options.out)
                return Released()
            return _release_public(options, draft, progress)
    except BusyError as problem:
        raise TweError(f"Not released: {problem}") from problem
    except OSError as problem:
        where = problem.filename or options.out
        raise TweError(
            f"Not released: {where} can't be written ({problem.strerror or problem})."
        ) from problem


def _release_public(options: Options, draft: Path, progress: Progress) -> Released:
    # Solver and arrays take a while to load: only public editions need them.
    from twe.protection.job import make_safe, options_for, register_of
    from twe.protection.register import Stamp, append, begin_register, note_entry
    from twe.protection.release_file import put_stamp

    chosen = options_for(options.database, default_release(options.database), options.register)
    progress.step("bescherming")
    # Check the register before the work.
    is_begun = options.begins_register and (chosen.register.exists() or register_of(chosen) is None)
    register = begin_register(chosen.register, options.database) if is_begun else register_of(chosen)
    if register is None:
        raise TweError(
            f"There is no register at {chosen.register}; when releases were made of these data before, copy "
            "it from where they were made or name it with --register, else begin one with --new-register."
        )
    protected = make_safe(chosen, register)
    if protected.moved and not options.previous:
        raise TweError(
            f"{protected.moved} published values change after the merger, and readers get a list of them: "
            "name the release file of what they have with --previous."
        )
    # Beside its place: one rename puts it there.
    file = chosen.release.with_name(f".{chosen.release.name}.next")
    try:
        content = protected.write(file)
        shape = read_shape(file)

        def write(number: int, version: str) -> str:
            put_stamp(file, Stamp(register.register_id, number, content, version))
            with open_warehouse(file, is_release=True) as warehouse:
                build = warehouse.build_info()
            return _write_files(options, draft, file, build, progress)

        # The same files as before have their number, which is in them; others have the next one.
        known = register.entry_of(content)
        is_known = known is not None and write(known.number, known.version) == known.files
        files = "" if is_known else write(len(register.entries) + 1, register.next_version(shape))
        _refuse_another(draft, options.out)
        entry = known if known and is_known else append(register, protected.release, content, files, shape)
        note_entry(options.database, entry)
        _put_in_place(draft, options.out)
        os.replace(file, chosen.release)
    finally:
        file.unlink(missing_ok=True)
    return Released(protected.outcome, entry.number, entry.version)


def _write_files(
    options: Options, draft: Path, file: Path | None, build: BuildInfo, progress: Progress
) -> str:
    shutil.rmtree(draft)
    draft.mkdir()
    order = replace(options, out=draft, release=file)
    export(order, {Format.XLSX, Format.CSV} | ({Format.ODS} if options.has_ods else set()), progress)
    report(order, progress)
    return write_manifest(draft, options.edition, build)


@contextmanager
def _empty(folder: Path) -> Iterator[None]:
    """Make a folder, which a crash may have left, and remove it in the end."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _refuse_other_folder(out: Path) -> None:
    if out.exists() and any(out.iterdir()) and not (out / MANIFEST).exists():
        raise TweError(f"The folder {out} is not empty; name a new one.")


def _refuse_another(draft: Path, out: Path) -> None:
    """Refuse a place where another release is; the same one may be there, as after a crash."""
    if (out / MANIFEST).exists() and read_manifest(out).sha256 != read_manifest(draft).sha256:
        raise TweError(f"Another release is in {out} already; name a new folder.")


def _put_in_place(draft: Path, out: Path) -> None:
    if not (out / MANIFEST).exists():
        draft.rename(out)
        sync(out.parent)
