"""The generator of synthetic deliveries: reproducible, in the agreed shape, within the documented bands."""

import csv
import io
import re
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pytest

import generate_raw
from generator import deliveries
from generator.assumptions import ASSUMPTIONS
from generator.columns import SCHEMAS, Table
from generator.draws import add_months
from generator.edge_cases import edge_cases
from generator.geography import read_geography
from generator.ledger import _rounded
from generator.output import write_deliveries

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT / "seeds" / "raw"
EXTRACTS = tuple(SCHEMAS)
SEEDS_COMMAND = ["--trajectories", "900", "--seed", "2017", "--format", "csv", "--defects", "--single-file"]
TRAJECTORIES = 28_000
KEYS = {
    "raw_trajectories": "trajectory_id",
    "raw_subsidies": "line_id",
    "raw_outflow": "spell_id",
    "raw_transmissions": "transmission_id",
}
RECORDS = """
create view trajectories as select * from '{folder}/raw_trajectories_*.parquet';
create view subsidies as select * from '{folder}/raw_subsidies_*.parquet';
create table latest as
    select * from trajectories
    qualify row_number() over (partition by trajectory_id order by recorded_at desc) = 1;
delete from latest where is_void;
create table spells as
    select * from '{folder}/raw_outflow_*.parquet'
    qualify row_number() over (partition by spell_id order by recorded_at desc) = 1;
delete from spells where is_void;
create table transmissions as
    select * from '{folder}/raw_transmissions_*.parquet'
    qualify row_number() over (partition by transmission_id order by recorded_at desc) = 1;
delete from transmissions where is_void;
create table measured as
    select *, (end_date + interval 12 month)::date as measure_date
    from latest
    where (end_date + interval 12 month)::date <= '2024-12-31';
create table municipalities as select * from read_csv('{seeds}/municipalities.csv', all_varchar = true);
"""


def generate(folder: Path, *arguments: str) -> Path:
    """Run the command line quietly and return the folder."""
    assert generate_raw.main([*arguments, "--out", str(folder), "--quiet"]) == 0
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Name and bytes of every file of the folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A delivery of the default size, as Parquet."""
    folder = tmp_path_factory.mktemp("large") / "raw"
    return generate(folder, "--trajectories", str(TRAJECTORIES), "--seed", "11")


@pytest.fixture(scope="module")
def records(large: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The large delivery with the latest version of every record."""
    with duckdb.connect() as connection:
        connection.execute(RECORDS.format(folder=large, seeds=ROOT / "seeds" / "reference"))
        yield connection


def number(records: duckdb.DuckDBPyConnection, query: str) -> float:
    """The single number that a query gives."""
    row = records.execute(query).fetchone()
    assert row is not None
    return float(row[0])


class TestReproducible:
    """Same seed, same files."""

    @pytest.mark.parametrize("kind", ["csv", "parquet"])
    def test_same_seed_gives_the_same_files(self, tmp_path: Path, kind: str) -> None:
        """Every byte is the same, the marker included."""
        first = generate(tmp_path / "a", "--trajectories", "300", "--seed", "5", "--format", kind)
        second = generate(tmp_path / "b", "--trajectories", "300", "--seed", "5", "--format", kind)
        assert contents(first) == contents(second)
        assert len(contents(first)) > len(EXTRACTS)

    def test_another_seed_gives_other_rows(self, tmp_path: Path) -> None:
        """No extract is the same under another seed."""
        first = contents(generate(tmp_path / "a", "--trajectories", "300", "--seed", "5", "--single-file"))
        second = contents(generate(tmp_path / "b", "--trajectories", "300", "--seed", "6", "--single-file"))
        assert all(first[f"{extract}.parquet"] != second[f"{extract}.parquet"] for extract in EXTRACTS)

    def test_csv_and_parquet_hold_the_same_values(self, tmp_path: Path) -> None:
        """The text of the CSV reads back as the native values of the Parquet."""
        text = generate(tmp_path / "csv", "--trajectories", "300", "--format", "csv", "--single-file")
        native = generate(tmp_path / "parquet", "--trajectories", "300", "--single-file")
        with duckdb.connect() as connection:
            for extract in EXTRACTS:
                connection.execute(f"create table {extract} as from '{native}/{extract}.parquet'")
                rows = connection.execute(f"from {extract}").fetchall()
                connection.execute(f"delete from {extract}")
                connection.execute(f"copy {extract} from '{text}/{extract}.csv' (format csv, header true)")
                assert connection.execute(f"from {extract}").fetchall() == rows

    def test_seeds_are_what_the_command_gives(self, tmp_path: Path) -> None:
        """The bundled seeds and their README are exactly the output of the documented command."""
        made = contents(generate(tmp_path / "raw", *SEEDS_COMMAND))
        assert made == {name: (SEEDS / name).read_bytes() for name in made}
        claims = {"raw_subsidy_claims.csv"}  # a header only: nothing was applied for
        assert set(made) | claims == {"README.md", *(path.name for path in SEEDS.glob("raw_*"))}


class TestSeeds:
    """The bundled demonstration files."""

    def test_small(self) -> None:
        """Four extracts and no claims, together under 3.5 MB."""
        sizes = {path.name: path.stat().st_size for path in SEEDS.glob("raw_*")}
        assert set(sizes) == {f"{extract}.csv" for extract in (*EXTRACTS, "raw_subsidy_claims")}
        assert sum(sizes.values()) < 3_500_000

    @pytest.mark.parametrize("extract", EXTRACTS)
    def test_reads_back_through_copy(self, extract: str) -> None:
        """DuckDB's COPY, with which seeds are loaded, sees the same values as a CSV reader."""
        path = SEEDS / f"{extract}.csv"
        with path.open(encoding="utf-8", newline="") as lines:
            header, *rows = csv.reader(lines)
        assert header == [*SCHEMAS[extract]]
        with duckdb.connect() as connection:
            connection.execute(f"create table seed ({', '.join(f'{name} varchar' for name in header)})")
            connection.execute(f"copy seed from '{path}' (format csv, header true, delimiter ',')")
            loaded = connection.execute("from seed").fetchall()
        assert [tuple(value or "" for value in row) for row in loaded] == [tuple(row) for row in rows]

    def test_every_year_is_present(self) -> None:
        """Starts of 2017-2023 and registrations until 2024."""
        with (SEEDS / "raw_trajectories.csv").open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        assert {str(year) for year in range(2017, 2024)} <= {row["start_date"][:4] for row in rows}
        assert "2024" in {row["recorded_at"][:4] for row in rows}

    def test_every_key_is_labelled(self) -> None:
        """Keys and clients start with SYN-, apart from the ones that are missing on purpose."""
        for extract in EXTRACTS:
            with (SEEDS / f"{extract}.csv").open(encoding="utf-8", newline="") as lines:
                for row in csv.DictReader(lines):
                    for column in (KEYS[extract], "client_id"):
                        value = row[column].strip()
                        assert value == "" or value.startswith("SYN-"), (extract, row)

    def test_edge_cases_cover_each_rule_of_refusal(self) -> None:
        """Every reason for quarantine is named by a rule, and rules and keys do not stand twice."""
        rules = [case.rule for case in edge_cases()]
        reasons = {
            "missing_required",
            "unreadable_value",
            "unknown_municipality",
            "unknown_code",
            "end_before_start",
            "before_twe",
            "duplicate_row",
            "conflicting_version",
            "duplicate_line",
        }
        assert len(set(rules)) == len(rules)
        assert {reason for reason in reasons if not any(f"({reason})" in rule for rule in rules)} == set()

    def test_edge_cases_name_known_columns(self) -> None:
        """A value under a misspelt column would vanish silently."""
        for case in edge_cases():
            for extract, rows in case.rows.items():
                assert {column for row in rows for column in row} <= set(SCHEMAS[extract]), case.rule


class TestShape:
    """At the default size every figure lies within the band documented in the assumptions."""

    def test_starts_per_year(self, records: duckdb.DuckDBPyConnection) -> None:
        """2017 has the published 4,851 starts, 2020 its dip; within 5 %."""
        counted = dict(records.execute("select year(start_date), count(*) from latest group by 1").fetchall())
        assert counted == {
            year: pytest.approx(starts, rel=0.05) for year, starts in ASSUMPTIONS.starts_per_year.items()
        }

    @pytest.mark.parametrize(
        ("code", "least", "most"), [("11002", 0.35, 0.40), ("44021", 0.04, 0.06), ("12025", 0.02, 0.03)]
    )
    def test_city_shares(
        self, records: duckdb.DuckDBPyConnection, code: str, least: float, most: float
    ) -> None:
        """Antwerpen, Gent and Mechelen."""
        assert least < number(records, f"select avg((ocmw_nis = '{code}')::int) from latest") < most

    def test_some_municipalities_have_none(self, records: duckdb.DuckDBPyConnection) -> None:
        """Of the 300 municipalities several never start anyone, and most have few."""
        query = "select count(distinct ocmw_nis) from latest where start_date >= '2019-01-01'"
        assert 250 < number(records, query) < 297
        few = "select 1 from latest where year(start_date) = 2021 group by ocmw_nis having count(*) < 20"
        assert number(records, f"select count(*) from ({few})") > 150

    @pytest.mark.parametrize(
        ("name", "query", "least", "most"),
        [
            ("months per ended trajectory", "select avg(end_date - start_date) / 30.4 from latest", 13, 18),
            (
                "planned for 12, 18 or 24 months",
                "select avg((datesub('month', start_date, planned_end_date + 1) in (12, 18, 24))::int) "
                "from latest",
                0.65,
                0.85,
            ),
            (
                "planned for more than 24 months",
                "select avg((planned_end_date >= start_date + interval 24 month)::int) from latest",
                0.003,
                0.03,
            ),
            (
                "ended early",
                "select avg(coalesce(end_reason <> 'VOLTOOID', end_date < planned_end_date)::int) "
                "from latest where end_date is not null",
                0.30,
                0.40,
            ),
            (
                "ended without reason",
                "select avg((end_reason is null)::int) from latest where end_date is not null",
                0.03,
                0.07,
            ),
            (
                "clients with a second trajectory",
                "select avg((trajectories > 1)::int) "
                "from (select count(*) as trajectories from latest group by client_id)",
                0.03,
                0.06,
            ),
            (
                "keys with a withdrawal",
                "select count(distinct trajectory_id) filter (where is_void) / count(distinct trajectory_id) "
                "from trajectories",
                0.005,
                0.015,
            ),
            (
                "versions per trajectory",
                "select count(*) / count(distinct trajectory_id) from trajectories",
                1.8,
                3.0,
            ),
            ("ledger lines per trajectory", f"select count(*) / {TRAJECTORIES} from subsidies", 13, 17),
            (
                "lines of the wage subsidy",
                "select avg((stream = 'loontoelage')::int) from subsidies",
                0.7,
                0.9,
            ),
            ("corrections", "select avg((line_type = 'correction')::int) from subsidies", 0.03, 0.06),
            (
                "negative corrections",
                "select avg((amount_eur < 0)::int) from subsidies where line_type = 'correction'",
                0.45,
                0.55,
            ),
            (
                "oldest correction in months",
                "select max(datesub('month', date_trunc('month', performance_month), booked_on)) "
                "from subsidies",
                100,
                119.9,
            ),
            (
                "wage subsidy of 2020 in millions",
                "select sum(amount_eur) / 1e6 from subsidies "
                "where stream = 'loontoelage' and year(performance_month) = 2020",
                45,
                95,
            ),
            (
                "wage subsidy of 2023 in millions",
                "select sum(amount_eur) / 1e6 from subsidies "
                "where stream = 'loontoelage' and year(performance_month) = 2023",
                45,
                95,
            ),
            ("women", "select avg((gender = 'V')::int) from latest where gender is not null", 0.45, 0.50),
            (
                "low educated",
                "select avg((education_level = 'kort')::int) from latest where education_level is not null",
                0.60,
                0.72,
            ),
            ("migration background", "select avg(migration_background::int) from latest", 0.60, 0.70),
            (
                "competence strengthening",
                "select avg(exists (select 1 from spells as s where s.client_id = m.client_id "
                "and s.spell_code like 'CV%' and s.start_date <= m.measure_date "
                "and coalesce(s.end_date, '2100-01-01') > m.end_date)::int) from measured as m",
                0.20,
                0.26,
            ),
        ],
    )
    def test_band(
        self, records: duckdb.DuckDBPyConnection, name: str, query: str, least: float, most: float
    ) -> None:
        """A figure with a documented band."""
        assert least < number(records, query) < most, name

    @pytest.mark.parametrize("column", ["gender", "birth_date", "unemployed_since", "education_level"])
    def test_each_attribute_has_unknowns(self, records: duckdb.DuckDBPyConnection, column: str) -> None:
        """Some, but not most."""
        assert 0 < number(records, f"select avg(({column} is null)::int) from latest") < 0.2

    def test_status_after_twelve_months(self, records: duckdb.DuckDBPyConnection) -> None:
        """The share of each status on the measure day; work lies between 35 and 42 %."""
        order = (
            "['OVERLEDEN','NEC','NEC_SE','SEC','ZELFSTANDIGE','OPLEIDING','ZIEKTE','PENSIOEN','LEEFLOON',"
            "'VERHUISD','ANDERE','WERKZOEKEND']"
        )
        share = dict(
            records.execute(
                f"""
                with statuses as (
                    select
                        m.trajectory_id,
                        arg_min(s.spell_code, list_position({order}, s.spell_code)) as status
                    from measured as m
                    left join spells as s
                        on m.client_id = s.client_id
                        and s.start_date <= m.measure_date
                        and coalesce(s.end_date, '2100-01-01') >= m.measure_date
                        and s.spell_code not like 'CV%'
                    group by all
                )
                select coalesce(status, 'none'), count(*) / sum(count(*)) over () from statuses group by 1
                """
            ).fetchall()
        )
        work = sum(share[code] for code in ("NEC", "NEC_SE", "SEC", "ZELFSTANDIGE"))
        assert 0.35 < work < 0.42
        assert 0.70 < share["NEC"] / work < 0.82
        assert 0.28 < share["WERKZOEKEND"] < 0.36
        assert 0.07 < share["ZIEKTE"] < 0.12
        assert 0.07 < share["LEEFLOON"] < 0.12
        assert share["PENSIOEN"] < 0.012
        assert share["none"] < 0.06

    def test_transmissions_dip_and_rise(self, records: duckdb.DuckDBPyConnection) -> None:
        """Between 4 and 9 % of the ended trajectories, less in measure years 2020-2021 than around them."""
        share = dict(
            records.execute(
                """
                select
                    year(m.measure_date),
                    avg(exists (
                        select 1 from transmissions as t
                        where t.client_id = m.client_id
                            and t.transmission_date > m.end_date
                            and t.transmission_date <= m.measure_date
                    )::int)
                from measured as m
                group by 1
                """
            ).fetchall()
        )
        assert all(0.035 < share[year] < 0.095 for year in range(2019, 2025))
        assert max(share[2020], share[2021]) < min(share[2019], share[2022], share[2023])

    def test_decisions_and_sanctions(self, records: duckdb.DuckDBPyConnection) -> None:
        """Pending ones exist; weeks stand only with a temporary exclusion and lie between 4 and 52."""
        assert number(records, "select count(*) from transmissions where decision is null") > 0
        wrong = (
            "select count(*) from transmissions "
            "where (sanction_weeks is not null) <> (decision is not distinct from 'TIJDELIJKE_UITSLUITING') "
            "or sanction_weeks not between 4 and 52"
        )
        assert number(records, wrong) == 0


class TestRules:
    """Rows that would be refused or that nobody could have registered do not come out of a normal run."""

    @pytest.mark.parametrize(
        ("extract", "day"), [("trajectories", "recorded_at"), ("subsidies", "booked_on")]
    )
    def test_codes_are_valid_when_first_registered(
        self, records: duckdb.DuckDBPyConnection, extract: str, day: str
    ) -> None:
        """A first version and a ledger line carry a code that is valid on the day of registration."""
        first = "qualify recorded_at = min(recorded_at) over (partition by trajectory_id)"
        chosen = first if extract == "trajectories" else ""
        query = f"""
            with first as (
                select ocmw_nis, {day}::date as day from {extract} {chosen}
            )
            select count(*) from first as f
            where not exists (
                select 1 from municipalities as m
                where m.nis_code = f.ocmw_nis
                    and m.valid_from::date <= f.day
                    and coalesce(m.valid_to::date, '2100-01-01') >= f.day
            )
        """
        assert number(records, query) == 0

    def test_merged_codes_occur(self, records: duckdb.DuckDBPyConnection) -> None:
        """Some trajectories over 1 January 2019 keep their old code, others change to the new one."""
        old = "('44011', '44049', '44001', '44029', '12030', '12034', '72025', '72029')"
        query = f"select count(*) from trajectories where recorded_at >= '2019-01-01' and ocmw_nis in {old}"
        assert number(records, query) > 0
        changed = "select 1 from trajectories group by trajectory_id having count(distinct ocmw_nis) > 1"
        assert number(records, f"select count(*) from ({changed})") > 0

    @pytest.mark.parametrize(
        "query",
        [
            "select count(*) from trajectories where end_date < start_date or planned_end_date < start_date",
            "select count(*) from trajectories where start_date < '2017-01-01'",
            "select count(*) from trajectories where end_date > recorded_at::date",
            "select count(*) from trajectories where unemployed_since > start_date",
            "select count(*) from latest where datesub('year', birth_date, start_date) not between 18 and 68",
            "select count(*) from trajectories where recorded_at >= '2025-01-01'",
            "select count(*) from subsidies where booked_on >= '2025-01-01' or amount_eur = 0",
            "select count(*) from subsidies "
            "where booked_on > date_trunc('month', performance_month) + interval 120 month",
            "select count(*) from spells where end_date < start_date or end_date > recorded_at::date",
            "select count(*) from transmissions where decision_date > recorded_at::date",
            "select count(*) - count(distinct (trajectory_id, recorded_at)) from trajectories",
            "select count(*) - count(distinct line_id) from subsidies",
        ],
    )
    def test_no_row_breaks_a_rule(self, records: duckdb.DuckDBPyConnection, query: str) -> None:
        """Nothing ends before it starts, comes from the future, is too old or stands twice."""
        assert number(records, query) == 0

    def test_every_key_is_labelled(self, large: Path) -> None:
        """Keys and clients of a delivery start with SYN- and the letter of their kind."""
        letters = {
            "raw_trajectories": "T",
            "raw_subsidies": "L",
            "raw_outflow": "S",
            "raw_transmissions": "X",
        }
        with duckdb.connect() as connection:
            for extract, letter in letters.items():
                query = (
                    f"select bool_and(regexp_full_match({KEYS[extract]}, 'SYN-{letter}[0-9]{{8,9}}') "
                    f"and regexp_full_match(client_id, 'SYN-C[0-9]{{8}}')) from '{large}/{extract}_*.parquet'"
                )
                assert connection.execute(query).fetchone() == (True,), extract

    def test_one_file_per_extract_and_year_with_native_types(self, large: Path) -> None:
        """Each file holds the rows registered in its year, with the types of the agreement."""
        names = {path.name for path in large.glob("raw_*")}
        assert names == {f"{extract}_{year}.parquet" for extract in EXTRACTS for year in range(2017, 2025)}
        with duckdb.connect() as connection:
            for name in names:
                extract, year = re.fullmatch(r"(raw_\w+)_(\d{4})\.parquet", name).groups()
                described = connection.execute(f"describe from '{large / name}'").fetchall()
                types = {column: type_name.lower() for column, type_name, *_ in described}
                assert types == {column: of.replace(", ", ",") for column, of in SCHEMAS[extract].items()}
                assert [*types] == [*SCHEMAS[extract]]
                recorded = "booked_on" if extract == "raw_subsidies" else "recorded_at"
                years = f"select distinct year({recorded}) from '{large / name}'"
                assert connection.execute(years).fetchall() == [(int(year),)]


class TestFolder:
    """What happens to the target folder."""

    def test_an_earlier_output_is_replaced(self, tmp_path: Path) -> None:
        """Files of the earlier run that the new one does not write disappear; other files stay."""
        folder = generate(tmp_path / "raw", "--trajectories", "50", "--format", "csv")
        (folder / "notes.txt").write_text("mine")
        generate(folder, "--trajectories", "50")
        assert not list(folder.glob("*.csv"))
        assert (folder / "notes.txt").read_text() == "mine"
        assert [path.name for path in tmp_path.iterdir()] == ["raw"]

    @pytest.mark.parametrize("earlier", [False, True])
    def test_foreign_files_are_refused(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], earlier: bool
    ) -> None:
        """A raw file of another origin stops the program before anything changes."""
        folder = tmp_path / "raw"
        if earlier:
            generate(folder, "--trajectories", "50")
        folder.mkdir(exist_ok=True)
        (folder / "raw_trajectories_real.csv").write_text("trajectory_id\n")
        before = contents(folder)
        assert generate_raw.main(["--trajectories", "60", "--out", str(folder), "--quiet"]) == 2
        message = capsys.readouterr().err
        assert "raw_trajectories_real.csv" in message
        assert message.count("\n") == 1
        assert contents(folder) == before

    def test_a_foreign_marker_is_refused(self, tmp_path: Path) -> None:
        """A README of someone else is not overwritten."""
        (tmp_path / "README.md").write_text("my notes")
        assert (
            generate_raw.main(["--trajectories", "9", "--single-file", "--out", str(tmp_path), "--quiet"])
            == 2
        )
        assert contents(tmp_path) == {"README.md": b"my notes"}

    def test_a_file_as_target_is_refused(self, tmp_path: Path) -> None:
        """The target must be a folder."""
        (tmp_path / "raw").write_text("")
        assert generate_raw.main(["--trajectories", "9", "--out", str(tmp_path / "raw"), "--quiet"]) == 2

    @pytest.mark.parametrize("number", ["0", "-5", "many"])
    def test_a_wrong_number_is_refused(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], number: str
    ) -> None:
        """The message names the value."""
        with pytest.raises(SystemExit) as stop:
            generate_raw.main([f"--trajectories={number}", "--out", str(tmp_path / "raw")])
        assert stop.value.code == 2
        assert f"{number} is not a whole number from 1" in capsys.readouterr().err

    def test_defects_need_text(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Bad values do not fit in native types or in files per year."""
        assert generate_raw.main(["--defects", "--out", str(tmp_path / "raw")]) == 2
        assert "--single-file" in capsys.readouterr().err

    def test_a_failure_leaves_nothing_behind(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """When the run breaks off, the earlier files are still complete and no temporary folder is left."""
        folder = generate(tmp_path / "raw", "--trajectories", "50")
        before = contents(folder)

        def broken(*_: object) -> Iterator[dict[str, Table]]:
            yield next(deliveries.chunks(ASSUMPTIONS, 50, 1))
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(generate_raw, "chunks", broken)
        monkeypatch.setattr(generate_raw, "chunk_sizes", lambda _: [50, 50])
        assert generate_raw.main(["--trajectories", "100", "--out", str(folder), "--quiet"]) == 2
        assert contents(folder) == before
        assert [path.name for path in tmp_path.iterdir()] == ["raw"]

    def test_the_marker_speaks_both_languages(self, large: Path) -> None:
        """It says that the data are synthetic, and lists every assumption with unit and source."""
        text = (large / "SYNTHETIC.txt").read_text(encoding="utf-8")
        assert "Synthetic demonstration data" in text
        assert "Synthetische demonstratiegegevens" in text
        table = list(ASSUMPTIONS.table())
        assert len(table) > 50
        assert all(f"| {line.name} |" in text and line.unit and line.source for line in table)


class TestChunks:
    """Work in chunks: bounded memory, own random numbers, keys numbered through."""

    def test_sizes(self) -> None:
        """Full chunks and the rest."""
        assert deliveries.chunk_sizes(2 * deliveries.CHUNK + 1) == [deliveries.CHUNK, deliveries.CHUNK, 1]
        assert deliveries.chunk_sizes(deliveries.CHUNK) == [deliveries.CHUNK]

    def test_chunks_differ_and_keys_run_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """No key occurs in two chunks and the second is not a copy of the first."""
        monkeypatch.setattr(deliveries, "CHUNK", 200)
        chunks = list(deliveries.chunks(ASSUMPTIONS, 500, 3))
        assert len(chunks) == 3
        for extract, key in KEYS.items():
            seen = [set(chunk[extract][key].tolist()) for chunk in chunks]
            assert len(set.union(*seen)) == sum(map(len, seen))
        starts = [chunk["raw_trajectories"]["start_date"].tolist() for chunk in chunks]
        assert starts[0] != starts[1]

    def test_memory_does_not_grow_with_the_number(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Ten chunks take hardly more memory at once than two."""
        monkeypatch.setattr(deliveries, "CHUNK", 1_000)

        def peak(trajectories: int) -> int:
            tracemalloc.start()
            for _ in deliveries.chunks(ASSUMPTIONS, trajectories, 3):
                pass
            highest = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            return highest

        peak(1_000)
        assert peak(10_000) < 1.5 * peak(2_000)


class TestParts:
    """Small pieces whose result can be worked out by hand."""

    @pytest.mark.parametrize(
        ("day", "months", "expected"),
        [
            ("2020-02-29", 12, "2021-02-28"),
            ("2021-01-31", 1, "2021-02-28"),
            ("2019-02-28", 12, "2020-02-28"),
            ("2020-03-31", -1, "2020-02-29"),
            ("2020-12-15", 1, "2021-01-15"),
        ],
    )
    def test_add_months(self, day: str, months: int, expected: str) -> None:
        """Same day number, clamped to the month end."""
        result = add_months(np.array([day], dtype="datetime64[D]"), months)
        assert result.astype(str).tolist() == [expected]

    def test_rounding_is_exact(self) -> None:
        """Halves go away from zero, on both sides."""
        assert _rounded(np.array([5, -5, 4, -4, 0]), 10).tolist() == [1, -1, 0, 0, 0]

    def test_values_of_a_table(self, tmp_path: Path) -> None:
        """Keys become text, amounts stay exact, negative ones too; NULL is empty, texts come last."""
        cents = np.array([1, -1, 125_482, -100])
        days = np.array(["2020-02-29", "2021-12-31", "2017-01-01", "NaT"], dtype="datetime64[D]")
        table = {
            "line_id": np.arange(1, 5),
            "booked_on": days,
            "ocmw_nis": np.array(["11002", None, "a,b", '"'], dtype=object),
            "client_id": np.arange(1, 5),
            "performance_month": days,
            "stream": np.array([None] * 4, dtype=object),
            "line_type": np.array(["payment"] * 4, dtype=object),
            "amount_eur": cents / 100,
        }
        texts = {"raw_subsidies": [{"line_id": 'say "x"', "client_id": "a,b", "amount_eur": "two\nlines"}]}
        write_deliveries([{"raw_subsidies": table}], texts, tmp_path / "raw", "csv", False, "README.md", "")
        text = (tmp_path / "raw" / "raw_subsidies.csv").read_bytes().decode()
        assert list(csv.reader(io.StringIO(text, newline="")))[1:] == [
            ["SYN-L000000001", "2020-02-29", "11002", "SYN-C00000001", "2020-02-29", "", "payment", "0.01"],
            ["SYN-L000000002", "2021-12-31", "", "SYN-C00000002", "2021-12-31", "", "payment", "-0.01"],
            ["SYN-L000000003", "2017-01-01", "a,b", "SYN-C00000003", "2017-01-01", "", "payment", "1254.82"],
            ["SYN-L000000004", "", '"', "SYN-C00000004", "", "", "payment", "-1.00"],
            ['say "x"', "", "", "a,b", "", "", "", "two\nlines"],
        ]

    def test_course_of_a_code(self) -> None:
        """Deinze changes its code on 1 January 2019 and not a day earlier; Antwerpen never does."""
        geography = read_geography(ASSUMPTIONS, np.random.default_rng(1))
        place = {str(code): position for position, code in enumerate(geography.codes)}
        days = np.array(["2018-12-31", "2019-01-01", "2024-12-31", "2025-01-01"], dtype="datetime64[D]")
        for home, expected in (("44049", ["44049", "44083", "44083", "44083"]), ("11002", ["11002"] * 4)):
            codes = geography.codes[geography.code_on(np.full(4, place[home]), days)]
            assert codes.tolist() == expected
        assert len(geography.homes) == 308
        assert geography.weights.sum() == pytest.approx(1.0)
        assert (geography.weights == 0).sum() == ASSUMPTIONS.municipalities_without
