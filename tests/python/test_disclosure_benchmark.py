"""The disclosure benchmark: its figures on tables that are worked out by hand."""

import csv
import gzip
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest

from disclosure.methods import Published, known_by_noise, methods, noise_table, within
from disclosure.problem import Release, corrected, draw_records, write_files
from disclosure.reader import narrowed
from disclosure.report import measure, table
from disclosure_benchmark import main
from test_protection import cells_of
from twe.protection.attack import Knowledge
from twe.protection.cells import Cells
from twe.protection.releases import HIDDEN
from twe.protection.solver import INFINITY
from warehouse import Build


def town(*counts: int) -> Cells:
    """Return two by two counts with the sums of rows and columns, and the total of both."""
    a, b, c, d = counts
    values = {"a": a, "b": b, "c": c, "d": d, "ab": a + b, "cd": c + d, "ac": a + c, "bd": b + d}
    values["all"] = sum(counts)
    sums = {"ab": ["a", "b"], "cd": ["c", "d"], "ac": ["a", "c"], "bd": ["b", "d"]}
    # An equation has the name of its total: two divisions of one total need two names.
    cells = cells_of(values, {**sums, "all": ["ab", "cd"]})
    other = cells_of(values, {"all": ["ac", "bd"]})
    return replace(cells, equations=cells.equations.and_also(other.equations))


def test_records_give_every_count_and_share_persons_as_the_sums_say() -> None:
    cells = town(3, 0, 2, 6)
    records = draw_records(cells, 1)
    assert records.counts(len(cells)).tolist() == cells.truth.tolist()
    members = [set(records.records[records.cells == cell].tolist()) for cell in range(len(cells))]
    of = dict(zip(cells.ids, members, strict=True))
    assert of["ab"] == of["a"] | of["b"] and of["bd"] == of["b"] | of["d"]
    assert of["all"] == of["ab"] | of["cd"] == of["ac"] | of["bd"]
    assert len(of["all"]) == 11


def test_corrections_keep_every_sum() -> None:
    cells = town(30, 40, 20, 10)
    first = Release(cells, draw_records(cells, 1))
    second = corrected(first, 0.05, 2)
    assert second.cells.truth.tolist() != cells.truth.tolist()
    # Five are void and five late.
    assert second.cells.truth[list(cells.ids).index("all")] == 100
    assert not second.cells.equations.broken(second.cells.truth)
    assert second.records.counts(len(cells)).tolist() == second.cells.truth.tolist()


def test_a_reader_uses_every_sum_until_nothing_changes() -> None:
    """Of a = 0 to 2, b = 0 to 2 and 4 in all, both are 2; then c, the rest of 7 less b, is 5."""
    cells = cells_of({"a": 2, "b": 2, "c": 5, "ab": 4, "bc": 7}, {"ab": ["a", "b"], "bc": ["b", "c"]})
    known = Knowledge(np.array([0.0, 0, 0, 4, 7]), np.array([2.0, 2, INFINITY, 4, 7]))
    found = narrowed(cells, known)
    assert found.lower.tolist() == found.upper.tolist() == [2, 2, 5, 4, 7]


def test_a_total_without_limit_says_nothing() -> None:
    cells = cells_of({"a": 2, "b": 2, "ab": 4}, {"ab": ["a", "b"]})
    found = narrowed(cells, Knowledge(np.array([1.0, 1, 0]), np.array([INFINITY, 3, INFINITY])))
    assert found.lower.tolist() == [1, 1, 2]
    assert found.upper.tolist() == [INFINITY, 3, INFINITY]


def test_noise_is_unbiased_of_the_wanted_variance_and_never_negative() -> None:
    rows = np.array(noise_table(4, 2.0))
    assert len(rows) == 750 * 256
    for count in (1, 2, 3, 4, 5, 750):
        noise = rows[rows[:, 0] == count][:, 2]
        assert noise.min() == -min(count, 4) and noise.max() == 4
        assert abs(noise.mean()) < 0.02 and abs(noise.var() - 2) < 0.05


def test_what_a_table_of_noise_tells() -> None:
    """One person becomes 0 or 2, two become 1 or 3, and so on; 0 stays: who sees 1 knows that there are 2."""
    cells = cells_of({"a": 0, "b": 2, "c": 3, "d": 1001}, {})
    noise = [(count, added) for count in range(1, 751) for added in (-1, 1)]
    known = known_by_noise(cells, np.array([0, 1, 2, 1000]), noise, 0)
    assert known.lower.tolist() == [0, 2, 1, 999]
    assert known.upper.tolist() == [1, 2, 3, 1001]
    # Below a threshold of 3 nothing is shown: a 3 that became 2, and 0.
    hidden = known_by_noise(cells, np.array([HIDDEN, HIDDEN, HIDDEN, 1000]), noise, 3)
    assert hidden.lower.tolist() == [0, 0, 0, 999]
    assert hidden.upper.tolist() == [3, 3, 3, 1001]


def test_measures_of_a_table_by_hand() -> None:
    """Three parts to the nearest 5: 2, 4 and 6 become 0, 5 and 5, their sum 12 becomes 10, which holds."""
    cells = cells_of({"a": 2, "b": 4, "c": 6, "all": 12}, {"all": ["a", "b", "c"]}, unprotected=("all",))
    records = draw_records(cells, 1)
    second = cells_of({"a": 2, "b": 4, "c": 8, "all": 14}, {"all": ["a", "b", "c"]}, unprotected=("all",))
    published = [(release.truth + 2) // 5 * 5 for release in (cells, second)]
    before, after = (Published(values, within(cells, values, 2), 0.5) for values in published)
    found = measure(
        (Release(cells, records), Release(second, records)),
        (before, after),
        5,
    )
    # Errors 2, 1, 1 and 2; of the small counts 2 and 1. Their sum holds, and only c changes.
    # a is 0 to 2 and b is 3 to 7: some of 1 to 4 is out. Neither is one value.
    assert list(found.values()) == [1.5, 1.5, 2, 2, 0.5, 0, 0, "at least 2", "at least 0", 0, 0.5]
    line = table({"nearest": found}).splitlines()[-1]
    assert (
        line == "| nearest | 1.50 | 1.50 | 2 | 2 | 50% | 0% | 0.0% | at least 2 | at least 0 | 0.0% | 0.5 |"
    )


def test_a_hidden_part_is_known_and_errors_are_of_what_is_shown() -> None:
    cells = cells_of({"a": 3, "b": 7, "all": 10}, {"all": ["a", "b"]}, unprotected=("all",))
    values = np.array([HIDDEN, 7, 10])
    known = Knowledge(np.array([1.0, 7, 10]), np.array([INFINITY, 7, 10]))
    release, published = Release(cells, draw_records(cells, 1)), Published(values, known, 0.0)
    found = measure((release, release), (published, published), 5)
    assert found["mean error"] == 0 and np.isnan(found["mean error of small"])
    assert found["hidden"] == pytest.approx(1 / 3)
    assert found["small narrowed"] == found["small known"] == "at least 1"
    assert table({"one hole": found}).splitlines()[-1].startswith("| one hole | 0.00 | - | 0 | - |")


def test_methods_that_are_not_run_are_marked(tmp_path: Path) -> None:
    found = methods(None, tmp_path, 5)
    lines = table({name: told for name, told in found.items() if isinstance(told, str)}).splitlines()
    told = {line.split(" | ")[0].removeprefix("| "): line for line in lines[2:]}
    for name in ("SmallCountRounding", "GaussSuppression", "hypercube of tau-ARGUS"):
        assert "not run" in told[name]
    assert sum("the package isn't installed" in line for line in lines) == 2


def test_the_projects_methods_on_a_small_table() -> None:
    """Neither gives anything away or breaks a sum; suppression of the threshold shows the rest exactly."""
    cells = town(30, 2, 4, 60)
    release = Release(cells, draw_records(cells, 1))
    rounding, suppression, *_ = methods(None, Path(), 5).values()
    for method, error in ((rounding, 4), (suppression, 0)):
        assert not isinstance(method, str)
        before = method(release, None)
        found = measure((release, release), (before, method(release, before)), 5)
        assert found["largest"] <= error
        assert (found["sums broken"], found["changed"]) == (0, 0)
        assert found["small narrowed"] == found["small known"] == "0"


def test_files_tell_the_counts_and_the_sums(tmp_path: Path) -> None:
    cells = cells_of(
        {"m:2020:1:total:total": 5, "m:2020:1:gender:a": 2, "m:2020:1:gender:b": 3},
        {"m:2020:1:total:total": ["m:2020:1:gender:a", "m:2020:1:gender:b"]},
    )
    release = Release(cells, draw_records(cells, 1))
    write_files((release, release), tmp_path, 5)
    read = {}
    for name in ("cells", "equations", "records"):
        with gzip.open(tmp_path / f"{name}.csv.gz", "rt", newline="") as lines:
            read[name] = list(csv.DictReader(lines))
    first = read["cells"][1]
    assert (first["measure"], first["year"], first["area_id"]) == ("m", "2020", "1")
    assert (first["dimension"], first["category"], first["true_count"]) == ("gender", "a", "2")
    assert [row["sign"] for row in read["equations"]] == ["1", "1", "-1"]
    assert sum(row["release"] == "2" for row in read["records"]) == 10
    page = (tmp_path / "README.md").read_text("utf-8")
    assert "Synthetic data" in page
    assert all(f"`{column}`" in page for rows in read.values() for column in rows[0])


def test_true_counts_of_real_data_stay_inside(
    demonstration: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "real.duckdb"
    copy.write_bytes(demonstration.database.read_bytes())
    with duckdb.connect(str(copy)) as connection:
        connection.execute("update marts.dim_parameters set is_synthetic = false")
    assert main(["--database", str(copy), "--out", str(tmp_path / "out")]) == 2
    assert "isn't synthetic" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
