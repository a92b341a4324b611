"""The annex marts in Polars, from the same Parquet files: the peer for who would rather write Python.

Lazy scans and the streaming engine, with the rules as far as they can change a cell of generated data in
native types: nothing is kept of a refused row. Deliveries with claims or in CSV are not read.

Run as `python -m benchmark.peer_polars DELIVERY REFERENCE OUT`; writes OUT/<mart>.parquet.
"""

import sys
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import polars as pl

from benchmark.reference import Reference

_BLANKS = " \t\u00a0"
_COLUMNS = {
    "raw_trajectories": (
        *("trajectory_id", "recorded_at", "is_void", "client_id", "ocmw_nis", "residence_nis", "start_date"),
        *("planned_end_date", "end_date", "end_reason", "gender", "birth_date", "unemployed_since"),
        *("education_level", "migration_background"),
    ),
    "raw_subsidies": (
        *("line_id", "booked_on", "ocmw_nis", "client_id", "performance_month", "stream", "line_type"),
        "amount_eur",
    ),
    "raw_outflow": (
        *("spell_id", "recorded_at", "is_void", "client_id", "spell_code", "start_date", "end_date"),
    ),
    "raw_transmissions": (
        *("transmission_id", "recorded_at", "is_void", "client_id", "transmission_date", "cause", "decision"),
        *("decision_date", "sanction_weeks"),
    ),
}
_REQUIRED = {
    "raw_trajectories": (
        *("trajectory_id", "recorded_at", "client_id", "ocmw_nis", "start_date", "planned_end_date"),
    ),
    "raw_subsidies": _COLUMNS["raw_subsidies"],
    "raw_outflow": ("spell_id", "recorded_at", "client_id", "spell_code", "start_date"),
    "raw_transmissions": ("transmission_id", "recorded_at", "client_id", "transmission_date"),
}
_KEYS = {
    "raw_trajectories": ("trajectory_id", "recorded_at"),
    "raw_subsidies": ("line_id",),
    "raw_outflow": ("spell_id", "recorded_at"),
    "raw_transmissions": ("transmission_id", "recorded_at"),
}


def build(delivery: Path, reference: Reference) -> dict[str, pl.DataFrame]:
    """Return the annex marts of a folder of Parquet files, with the default variables."""
    if list(delivery.glob("raw_subsidy_claims*")):
        raise ValueError(f"{delivery} has claims, which this program does not read")
    rows, days = {}, []
    for extract in _COLUMNS:
        rows[extract], day = _accepted(_faultless(_scan(delivery, extract), extract, reference), extract)
        days.append(day)
    as_of = max(day for day in days if day)
    trajectories = _trajectories(rows["raw_trajectories"], as_of, reference)
    codes = _reported_municipalities(rows["raw_subsidies"], trajectories, as_of, reference)
    started = trajectories.filter(pl.col("start_date") <= as_of)
    cohort = started.filter(pl.col("end_date") <= as_of, pl.col("measure_date") <= as_of).with_columns(
        year=pl.col("measure_date").dt.year()
    )
    spells = _latest(
        rows["raw_outflow"], "spell_id", as_of, ("client_id", "spell_code", "start_date", "end_date")
    )
    marts = {
        "annex_1_started_trajectories": _annex_1(started, reference),
        "annex_2_profile": _annex_2(started, codes, reference),
        **_annex_3(rows["raw_subsidies"], as_of, codes, reference),
        "annex_4_ended_trajectories": _annex_4(started, as_of, reference),
        "annex_5_outflow": _annex_5(cohort, trajectories, spells, codes, reference),
        **_annex_6(cohort, rows["raw_transmissions"], as_of, codes, reference),
    }
    return {name: _named(mart, reference) for name, mart in marts.items()}


def main(arguments: list[str]) -> None:
    """Build the marts and write them."""
    delivery, reference, out = map(Path, arguments)
    out.mkdir(parents=True, exist_ok=True)
    for name, mart in build(delivery, Reference(reference)).items():
        mart.write_parquet(out / f"{name}.parquet")


def _scan(delivery: Path, extract: str) -> pl.LazyFrame:
    columns = _COLUMNS[extract]
    scanned = pl.scan_parquet(delivery / f"{extract}*.parquet").select(columns)
    trimmed = pl.col(pl.String).str.strip_chars(_BLANKS)
    rows = scanned.with_columns(pl.when(trimmed != "").then(trimmed).name.keep())
    if "is_void" in columns:
        rows = rows.with_columns(pl.col("is_void").fill_null(False))
    if extract == "raw_subsidies":
        rows = rows.with_columns(pl.col("performance_month").dt.month_start())
    return rows


def _faultless(rows: pl.LazyFrame, extract: str, reference: Reference) -> pl.LazyFrame:
    rows = rows.filter(pl.col(name).is_not_null() for name in _REQUIRED[extract])
    if extract in ("raw_trajectories", "raw_subsidies"):
        rows = rows.filter(pl.col("ocmw_nis").is_in(list(reference.reported_codes)))
    if extract in ("raw_trajectories", "raw_outflow"):
        rows = rows.filter((pl.col("end_date") >= pl.col("start_date")).fill_null(True))
    if extract == "raw_trajectories":
        rows = rows.filter(
            pl.col("planned_end_date") >= pl.col("start_date"), pl.col("start_date") >= date(2017, 1, 1)
        )
    if extract == "raw_subsidies":
        rows = rows.filter(
            pl.col("stream").is_in(reference.subsidy_codes("stream")),
            pl.col("line_type").is_in(reference.subsidy_codes("line_type")),
            pl.col("booked_on") <= pl.col("performance_month").dt.offset_by("120mo"),
        )
    return rows


def _accepted(rows: pl.LazyFrame, extract: str) -> tuple[pl.LazyFrame, date | None]:
    """Leave out copies and conflicting rows; also give the last day of a record."""
    key = list(_KEYS[extract])
    day = pl.col("booked_on" if extract == "raw_subsidies" else "recorded_at").cast(pl.Date)
    repeated = rows.group_by(key).agg(pl.len().alias("copies")).filter(pl.col("copies") > 1).select(key)
    again = repeated.collect(engine="streaming")
    if not again.is_empty():
        # Only the few rows that share their key are compared in full.
        different = rows.join(again.lazy(), on=key, how="semi").unique()
        single = different.filter(pl.len().over(key) == 1)
        rows = pl.concat([rows.join(again.lazy(), on=key, how="anti"), single])
    return rows, rows.select(day.max()).collect(engine="streaming").item()


def _latest(rows: pl.LazyFrame, key: str, as_of: date, columns: Iterable[str]) -> pl.LazyFrame:
    visible = rows.filter(pl.col("recorded_at").cast(pl.Date) <= as_of)
    last = visible.group_by(key).agg(pl.struct("is_void", *columns).max_by("recorded_at").alias("version"))
    return last.unnest("version").filter(~pl.col("is_void")).drop("is_void")


def _trajectories(rows: pl.LazyFrame, as_of: date, reference: Reference) -> pl.DataFrame:
    visible = rows.filter(pl.col("recorded_at").cast(pl.Date) <= as_of)
    columns = [
        name
        for name in _COLUMNS["raw_trajectories"]
        if name not in ("trajectory_id", "recorded_at", "residence_nis")
    ]
    last = visible.group_by("trajectory_id").agg(
        pl.struct(columns).max_by("recorded_at").alias("version"),
        pl.struct(first_start="start_date", first_plan="planned_end_date")
        .min_by("recorded_at")
        .alias("plan"),
    )
    start, end = pl.col("start_date"), pl.col("end_date")
    unemployed = pl.col("unemployed_since")
    return (
        last.unnest("version", "plan")
        .filter(~pl.col("is_void"))
        .select(
            "client_id",
            "start_date",
            "end_date",
            nis_code=pl.col("ocmw_nis").replace_strict(reference.reported_codes),
            measure_date=end.dt.offset_by("12mo"),
            planned_duration_months=_full_months(
                pl.col("first_start"), pl.col("first_plan").dt.offset_by("1d")
            ),
            duration_months=_full_months(start, end.dt.offset_by("1d")),
            is_early=pl.col("end_reason")
            .replace_strict(reference.early_reasons, default=None, return_dtype=pl.Boolean)
            .fill_null(end < pl.col("planned_end_date")),
            gender=_coded(pl.col("gender"), reference.profile_codes["gender"]),
            age=_classed(_full_months(pl.col("birth_date"), start) // 12, reference.bounds["age"]),
            unemployment_duration=_classed(
                _full_months(unemployed, start), reference.bounds["unemployment_duration"]
            ),
            education=_coded(pl.col("education_level"), reference.profile_codes["education"]),
            migration_background=_coded(
                pl.col("migration_background").cast(pl.String),
                reference.profile_codes["migration_background"],
            ),
        )
        .collect(engine="streaming")
        .with_row_index("number")
    )


def _full_months(first: pl.Expr, last: pl.Expr) -> pl.Expr:
    months = (last.dt.year() - first.dt.year()) * 12 + last.dt.month().cast(pl.Int32) - first.dt.month()
    day = pl.min_horizontal(first.dt.day(), last.dt.month_end().dt.day())
    # The smaller of two days would be that of the only date there is.
    return pl.when(first.is_not_null()).then(months - (day > last.dt.day()).cast(pl.Int32))


def _coded(code: pl.Expr, categories: Mapping[str, str]) -> pl.Expr:
    return code.replace_strict(categories, default="unknown", return_dtype=pl.String).fill_null("unknown")


def _classed(number: pl.Expr, bounds: list[tuple[int, int | None, str]]) -> pl.Expr:
    category = pl.lit("unknown")
    for lower, upper, name in bounds:
        inside = number >= lower if upper is None else number.is_between(lower, upper)
        category = pl.when(inside).then(pl.lit(name)).otherwise(category)
    return category


def _reported_municipalities(
    lines: pl.LazyFrame, trajectories: pl.DataFrame, as_of: date, reference: Reference
) -> pl.DataFrame:
    loontoelage = lines.filter(pl.col("stream") == "loontoelage", pl.col("booked_on") <= as_of)
    paid = loontoelage.select(pl.col("ocmw_nis").unique()).collect(engine="streaming")["ocmw_nis"]
    codes = reference.current_codes | set(trajectories["nis_code"].unique())
    codes |= {reference.reported_codes[code] for code in paid}
    return pl.DataFrame({"nis_code": sorted(codes)})


def _annex_1(started: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    return (
        started.with_columns(year=pl.col("start_date").dt.year())
        .filter(pl.col("year").is_in(reference.years[1]))
        .group_by("year", "nis_code", "planned_duration_months")
        .agg(trajectories=pl.len())
    )


def _annex_2(started: pl.DataFrame, codes: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    years = started.with_columns(year=pl.col("start_date").dt.year()).filter(
        pl.col("year").is_in(reference.years[2])
    )
    dimensions = list(dict.fromkeys(dimension for dimension, _ in reference.categories))
    counts = pl.concat(
        years.group_by("year", "nis_code", category=dimension)
        .agg(trajectories=pl.len())
        .with_columns(dimension=pl.lit(dimension))
        for dimension in dimensions
    )
    categories = pl.DataFrame(reference.categories, schema=["dimension", "category"], orient="row")
    return _dense(counts, codes, reference.years[2], categories)


def _annex_3(
    lines: pl.LazyFrame, as_of: date, codes: pl.DataFrame, reference: Reference
) -> dict[str, pl.DataFrame]:
    amount = pl.col("amount_eur")
    sums = {
        "gross_paid_eur": amount.filter(amount > 0).sum(),
        "recovered_eur": amount.filter(amount < 0).sum(),
        "paid_eur": amount.sum(),
    }
    years = reference.years[3]
    visible = lines.filter(pl.col("stream") == "loontoelage", pl.col("booked_on") <= as_of)
    reported = pl.col("ocmw_nis").replace_strict(reference.reported_codes)
    booked = (
        visible.group_by("ocmw_nis", year=pl.col("booked_on").dt.year())
        .agg(**sums)
        .filter(pl.col("year").is_in(years))
        .group_by("year", nis_code=reported)
        .agg(pl.col(*sums).sum())
    )
    performed = (
        visible.filter(pl.col("performance_month").dt.year().is_in(years))
        .group_by("client_id", "ocmw_nis", "performance_month")
        .agg(**sums)
        .group_by("client_id", year=pl.col("performance_month").dt.year(), nis_code=reported)
        .agg(pl.col(*sums).sum(), months=(pl.col("paid_eur") > 0).sum())
        .group_by("year", "nis_code")
        .agg(
            pl.col(*sums).sum(),
            subsidised_months=pl.col("months").sum(),
            clients=(pl.col("months") > 0).sum(),
        )
    )
    by_booking_year, by_performance = pl.collect_all([booked, performed], engine="streaming")
    not_delivered = {
        "claims": pl.lit(None, dtype=pl.Int64),
        "claimed_eur": pl.lit(None, dtype=pl.Decimal(18, 2)),
    }
    return {
        "annex_3_wage_subsidies": _dense(by_performance, codes, years).with_columns(**not_delivered),
        "annex_3_by_booking_year": _dense(by_booking_year, codes, years),
    }


def _annex_4(started: pl.DataFrame, as_of: date, reference: Reference) -> pl.DataFrame:
    early = pl.when("is_early").then(pl.lit("ended_early")).otherwise(pl.lit("completed"))
    return (
        started.filter(pl.col("end_date") <= as_of)
        .with_columns(year=pl.col("end_date").dt.year(), ending=early)
        .filter(pl.col("year").is_in(reference.years[4]))
        .group_by("year", "nis_code", "ending", "duration_months")
        .agg(trajectories=pl.len())
    )


def _annex_5(
    cohort: pl.DataFrame,
    trajectories: pl.DataFrame,
    spells: pl.LazyFrame,
    codes: pl.DataFrame,
    reference: Reference,
) -> pl.DataFrame:
    outcomes = pl.DataFrame(
        reference.outcomes,
        schema={
            "spell_code": pl.String,
            "kind": pl.String,
            "outcome_group": pl.String,
            "outcome": pl.String,
            "priority": pl.Int32,
        },
        orient="row",
    )
    measured = cohort.lazy().filter(pl.col("year").is_in(reference.years[5]))
    measured = measured.select("number", "year", "nis_code", "client_id", "end_date", "measure_date")
    known = outcomes.filter(pl.col("spell_code") != "").lazy()
    again = trajectories.lazy().select(
        "client_id",
        "start_date",
        spell_end="end_date",
        kind=pl.lit("status"),
        priority=pl.lit(reference.priority("again_in_twe"), dtype=pl.Int32),
    )
    # The measured trajectory itself never covers its measure date: it ended a year before.
    spans = pl.concat(
        [
            spells.join(known, on="spell_code").select(
                "client_id", "start_date", pl.col("end_date").alias("spell_end"), "kind", "priority"
            ),
            again,
        ]
    )
    met = (
        measured.join(spans, on="client_id")
        .filter(
            pl.col("start_date") <= pl.col("measure_date"),
            (pl.col("spell_end") > pl.col("end_date")).fill_null(True),
        )
        .select(
            "number",
            "priority",
            "kind",
            covers=(pl.col("spell_end") >= pl.col("measure_date")).fill_null(True),
        )
    )
    status = met.filter(pl.col("kind") == "status", "covers").group_by("number").agg(pl.col("priority").min())
    statuses = measured.join(status, on="number", how="left").with_columns(
        pl.col("priority").fill_null(reference.priority("unknown"))
    )
    competences = measured.join(
        met.filter(pl.col("kind") == "competence").select("number", "priority").unique(), on="number"
    )
    wanted = ("year", "nis_code", "priority", "client_id")
    counts = (
        pl.concat([statuses.select(wanted), competences.select(wanted)])
        .group_by("year", "nis_code", "priority")
        .agg(trajectories=pl.len(), clients=pl.col("client_id").n_unique())
        .join(outcomes.lazy().select("priority", "outcome_group", "outcome"), on="priority")
        .drop("priority")
        .collect(engine="streaming")
    )
    return _dense(counts, codes, reference.years[5], outcomes.select("outcome_group", "outcome"))


def _annex_6(
    cohort: pl.DataFrame, rows: pl.LazyFrame, as_of: date, codes: pl.DataFrame, reference: Reference
) -> dict[str, pl.DataFrame]:
    years = reference.years[6]
    columns = ("client_id", "transmission_date", "decision", "decision_date")
    pending = pl.col("decision").is_null() | (pl.col("decision_date") > as_of).fill_null(False)
    known = {code: decision for code, decision in reference.decisions if code}
    measured = cohort.filter(pl.col("year").is_in(years))
    hits = (
        _latest(rows, "transmission_id", as_of, columns)
        .with_columns(
            decision=pl.when(pending).then(pl.lit("pending")).otherwise(_coded(pl.col("decision"), known))
        )
        .join(
            measured.lazy().select("number", "client_id", "year", "nis_code", "end_date", "measure_date"),
            on="client_id",
        )
        .filter(
            pl.col("transmission_date") > pl.col("end_date"),
            pl.col("transmission_date") <= pl.col("measure_date"),
        )
        .select("number", "year", "nis_code", "decision")
        .collect(engine="streaming")
    )
    hit = pl.col("number").is_in(hits["number"].unique().implode())
    counts = measured.group_by("year", "nis_code").agg(
        ended_trajectories=pl.len(), trajectories_with_transmission=hit.sum()
    )
    decisions = pl.DataFrame({"decision": [decision for _, decision in reference.decisions]})
    by_decision = hits.group_by("year", "nis_code", "decision").agg(transmissions=pl.len())
    return {
        "annex_6_transmissions": _dense(counts, codes, years),
        "annex_6_decisions": _dense(by_decision, codes, years, decisions),
    }


def _dense(
    counts: pl.DataFrame, codes: pl.DataFrame, years: list[int], categories: pl.DataFrame | None = None
) -> pl.DataFrame:
    grid = pl.DataFrame({"year": years}, schema={"year": pl.Int32}).join(codes, how="cross")
    if categories is not None:
        grid = grid.join(categories, how="cross")
    measures = [name for name in counts.columns if name not in grid.columns]
    return grid.join(counts, on=grid.columns, how="left").with_columns(pl.col(measures).fill_null(0))


def _named(mart: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    names = {code: name for code, (name, _) in reference.names.items()}
    provinces = {code: province for code, (_, province) in reference.names.items()}
    code = pl.col("nis_code")
    return mart.with_columns(municipality=code.replace_strict(names), province=code.replace_strict(provinces))


if __name__ == "__main__":
    main(sys.argv[1:])
