"""Publications that are killed, or run out of disk: the database stays whole and nothing is left behind.

`TWE_KILLS=50 pytest tests/python/test_publish_killed.py` kills the real build more often than the one time
that a daily run has time for, and the substitute before every single step, not only before some of them.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from small_warehouse import SmallBuild, assert_in_order, mark_of, order, publish_until
from twe.warehouse.lock import hold
from twe.warehouse.publish import publish
from twe.warehouse.versions import Versions
from warehouse import PROJECT, forked

KILLS = int(os.environ.get("TWE_KILLS") or 1)
IS_THOROUGH = "TWE_KILLS" in os.environ
STEPS_APART = 1 if IS_THOROUGH else 5
TIMEOUT_SECONDS = 3600
MEGABYTE = 1_000_000
BALLAST = "ballast"
THOROUGH_DISKS = [(megabytes, True) for megabytes in (1, 6, 12, 18, 24)] if IS_THOROUGH else []


# --- before every step, with a substitute for dbt -----------------------------------------------------------


def test_killed_before_any_step_the_database_is_the_old_or_the_new_one(tmp_path: Path) -> None:
    """The steps are counted until the program comes to its end; each time the next publication succeeds."""
    before = tmp_path / "before"
    publish(order(before / "twe.duckdb"), SmallBuild(1))
    publish(order(before / "twe.duckdb"), SmallBuild(2))
    seen: list[int] = []
    step = random.randint(1, STEPS_APART)
    while True:
        folder = tmp_path / f"step_{step}"
        shutil.copytree(before, folder)
        database = folder / "twe.duckdb"
        code = forked(publish_until, str(database), 3, step)
        assert code in (0, -signal.SIGKILL)
        seen.append(mark_of(database))
        assert publish(order(database), SmallBuild(4)) in (3, 4)
        assert mark_of(database) == 4
        assert_in_order(database)
        assert seen[-1] in [mark_of(version.database) for version in Versions(database).all()[:-1]]
        shutil.rmtree(folder)
        if code == 0:
            break
        step += STEPS_APART
    assert len(seen) > 20 / STEPS_APART, seen
    assert seen == sorted(seen)
    assert seen[0] == 2 and seen[-1] == 3


# --- at any moment, with dbt --------------------------------------------------------------------------------


def _publish(database: Path, delivery: Path) -> subprocess.Popen:
    """Start a publication as the leader of a group of processes."""
    command = [sys.executable, "-m", "twe", "publish", "--database", str(database)]
    return subprocess.Popen(
        [*command, "--raw-path", str(delivery)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A test run in the background ignores Ctrl-C, and so would its children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def _await_build(process: subprocess.Popen, database: Path) -> None:
    """Wait until dbt has begun to write the new database."""
    while not Versions(database).building.joinpath("twe.duckdb").exists():
        assert process.poll() is None
        time.sleep(0.05)


def _finish(process: subprocess.Popen) -> str:
    output, said = process.communicate(timeout=TIMEOUT_SECONDS)
    assert process.returncode == 0, output + said
    return output


def _figures(database: Path) -> dict[str, int]:
    """Return a hash of the rows of every mart: the whole content of what is published."""
    with duckdb.connect(str(database), read_only=True) as connection:
        names = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts' order by all"
        ).fetchall()
        return {
            name: connection.execute(f"select coalesce(sum(hash(m)), 0) from marts.{name} as m").fetchall()[
                0
            ][0]
            for (name,) in names
        }


@dataclass(frozen=True)
class Published:
    """A database with a small delivery, and another delivery that gives other figures."""

    database: Path
    other: Path
    seconds: float
    """How long a publication takes."""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """Return a database that dbt really built and that was published."""
    folder = tmp_path_factory.mktemp("published")
    for seed in (1, 2):
        command = [
            sys.executable,
            str(PROJECT / "tools/generate_raw.py"),
            "--quiet",
            "--trajectories",
            "60",
        ]
        subprocess.run([*command, "--seed", str(seed), "--out", str(folder / str(seed))], check=True)
    database = folder / "shared" / "twe.duckdb"
    begun = time.monotonic()
    _finish(_publish(database, folder / "1"))
    return Published(database, folder / "2", time.monotonic() - begun)


def _end_of_lock(database: Path) -> None:
    """Wait until nothing of a killed publication runs."""
    with hold(Versions(database).lock, TIMEOUT_SECONDS):
        pass


@pytest.mark.slow
def test_killed_at_any_moment_the_database_is_the_old_or_the_new_one(
    published: Published,
) -> None:
    """The whole group of processes is killed, at moments spread over the publication that differ each run."""
    database, seconds = published.database, published.seconds
    old, found = _figures(database), []
    seed = random.randrange(2**32)
    moments = random.Random(seed)
    for kill in range(KILLS):
        delay = (kill + moments.random()) / KILLS * seconds
        process = _publish(database, published.other)
        time.sleep(delay)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        found.append(_figures(database))
        assert not database.with_name("twe.duckdb.wal").exists()
    _finish(_publish(database, published.other))
    new = _figures(database)
    assert new != old
    assert [figures for figures in found if figures not in (old, new)] == [], seed
    assert_in_order(database)


def test_dbt_does_not_outlive_its_publisher(
    published: Published,
) -> None:
    """Only the publisher is killed; dbt ends too, and with it the lock, although it would have run on."""
    database = published.database
    before = _figures(database)
    process = _publish(database, published.other)
    _await_build(process, database)
    process.kill()
    process.wait()
    _end_of_lock(database)
    at_once = {path: path.stat().st_size for path in Versions(database).building.rglob("*") if path.is_file()}
    time.sleep(1)
    later = {path: path.stat().st_size for path in Versions(database).building.rglob("*") if path.is_file()}
    assert at_once and at_once == later
    assert _figures(database) == before
    process.communicate()
    Versions(database).tidy()


def test_interrupted_it_clears_up(
    published: Published,
) -> None:
    """Ctrl-C reaches all processes of a terminal, SIGTERM those of a scheduled task: nothing is left."""
    database = published.database
    before = _figures(database)
    for number in (signal.SIGINT, signal.SIGTERM) if IS_THOROUGH else (signal.SIGINT,):
        process = _publish(database, published.other)
        _await_build(process, database)
        os.killpg(process.pid, number)
        _, said = process.communicate(timeout=TIMEOUT_SECONDS)
        assert process.returncode == 130
        assert said.splitlines()[-1].startswith("Interrupted;") and "Traceback" not in said
        assert _figures(database) == before
        assert_in_order(database)


def test_a_failed_build_is_told_in_one_sentence(published: Published, tmp_path: Path) -> None:
    """A delivery that dbt refuses; test_publish.py has what the status of a build refuses."""
    database = published.database
    before = _figures(database)
    (tmp_path / "raw_outflow.csv").write_text("client_id\n")
    process = _publish(database, tmp_path)
    output, said = process.communicate(timeout=TIMEOUT_SECONDS)
    assert process.returncode == 1
    assert output == ""
    (sentence,) = said.splitlines()
    assert sentence.startswith(f"Not published: The folder {tmp_path} (variable raw_path)")
    assert sentence.endswith(f".xlsx, .zip; {database} is unchanged.")
    assert _figures(database) == before
    assert_in_order(database)


# --- without room -------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk in memory whose size can be changed."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=600m", "twe-test", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip(f"mounting is not permitted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.slow
def test_on_a_full_disk_nothing_is_published_and_nothing_is_left(
    small_disk: Path, published: Published
) -> None:
    """The disk is full before dbt starts or as soon as it writes; with room enough it succeeds."""
    database = small_disk / "twe.duckdb"
    shutil.copy(published.database, database)
    shutil.copytree(Versions(published.database).folder, Versions(database).folder)
    before = _figures(database)
    # What a killed publication left must go first: it may be what fills the disk.
    Versions(database).building.mkdir()
    (Versions(database).building / "twe.duckdb").write_bytes(bytes(MEGABYTE))
    for megabytes, while_building in ((0, False), (20, False), (3, True), *THOROUGH_DISKS):
        if not while_building:
            _leave_free(small_disk, megabytes * MEGABYTE)
        process = _publish(database, published.other)
        if while_building:
            _await_build(process, database)
            _leave_free(small_disk, megabytes * MEGABYTE)
        output, said = process.communicate(timeout=TIMEOUT_SECONDS)
        (small_disk / BALLAST).unlink()
        assert process.returncode == 1, output
        assert len(said.splitlines()) == 1 and said.startswith("Not published: "), output + said
        assert "full" in said or "No space left" in said, output + said
        assert "Traceback" not in output, output
        assert _figures(database) == before
        assert_in_order(database)
    _finish(_publish(database, published.other))
    assert_in_order(database)


def _leave_free(folder: Path, size: int) -> None:
    """Fill the disk up to this many bytes; what a build writes meanwhile takes from them."""
    free = shutil.disk_usage(folder).free
    with suppress(OSError), (folder / BALLAST).open("wb") as file:
        file.write(bytes(free - size))
