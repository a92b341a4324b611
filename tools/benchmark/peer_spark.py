"""The annex marts in Spark, from the same Parquet files: a cluster's peer, here on two local cores.

Spark SQL with the rules as far as they can change a cell of generated data in native types: nothing is kept
of a refused row. Deliveries with claims or in CSV are not read.

Run as `python -m benchmark.peer_spark DELIVERY REFERENCE OUT`; writes a folder OUT/<mart> of Parquet files.
"""

import sys
import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from benchmark.reference import Reference

_TEXTS = {
    "raw_trajectories": (
        *(
            "trajectory_id",
            "client_id",
            "ocmw_nis",
            "residence_nis",
            "end_reason",
            "gender",
            "education_level",
        ),
    ),
    "raw_subsidies": ("line_id", "ocmw_nis", "client_id", "stream", "line_type"),
    "raw_outflow": ("spell_id", "client_id", "spell_code"),
    "raw_transmissions": ("transmission_id", "client_id", "cause", "decision"),
}
_OTHERS = {
    "raw_trajectories": (
        *("recorded_at", "start_date", "planned_end_date", "end_date", "birth_date", "unemployed_since"),
        *("migration_background", "coalesce(is_void, false) as is_void"),
    ),
    "raw_subsidies": (
        *("booked_on", "cast(trunc(performance_month, 'MM') as date) as performance_month", "amount_eur"),
    ),
    "raw_outflow": ("recorded_at", "start_date", "end_date", "coalesce(is_void, false) as is_void"),
    "raw_transmissions": (
        *("recorded_at", "transmission_date", "decision_date", "sanction_weeks"),
        "coalesce(is_void, false) as is_void",
    ),
}
_KEYS = {
    "raw_trajectories": ("trajectory_id", "recorded_at"),
    "raw_subsidies": ("line_id",),
    "raw_outflow": ("spell_id", "recorded_at"),
    "raw_transmissions": ("transmission_id", "recorded_at"),
}
_VALID = {
    "raw_trajectories": """
        trajectory_id is not null and recorded_at is not null and client_id is not null
        and ocmw_nis in ({municipalities})
        and start_date >= date '2017-01-01' and planned_end_date >= start_date
        and coalesce(end_date >= start_date, true)""",
    "raw_subsidies": """
        line_id is not null and client_id is not null and amount_eur is not null
        and ocmw_nis in ({municipalities})
        and stream in ({streams})
        and line_type in ({line_types})
        and booked_on <= add_months(performance_month, 120)""",
    "raw_outflow": """
        spell_id is not null and recorded_at is not null and client_id is not null and spell_code is not null
        and start_date is not null and coalesce(end_date >= start_date, true)""",
    "raw_transmissions": """
        transmission_id is not null and recorded_at is not null and client_id is not null
        and transmission_date is not null""",
}
_LATEST = """
    select version.*
    from (
        select max_by(struct({columns}, is_void), recorded_at) as version
        from {extract}
        where cast(recorded_at as date) <= date '{as_of}'
        group by {key}
    )
    where not version.is_void"""


def _full_months(first: str, last: str) -> str:
    return f"""(
        (year({last}) - year({first})) * 12 + month({last}) - month({first})
        - if(least(day({first}), day(last_day({last}))) > day({last}), 1, 0))"""


_TRAJECTORIES = f"""
    select
        monotonically_increasing_id() as number,
        v.client_id,
        m.nis_code,
        v.start_date,
        v.end_date,
        add_months(v.end_date, 12) as measure_date,
        {_full_months("plan.start_date", "date_add(plan.planned_end_date, 1)")} as planned_duration_months,
        {_full_months("v.start_date", "date_add(v.end_date, 1)")} as duration_months,
        coalesce(r.is_early, v.end_date < v.planned_end_date) as is_early,
        v.gender,
        {_full_months("v.birth_date", "v.start_date")} div 12 as age,
        if(v.unemployed_since <= v.start_date, {_full_months("v.unemployed_since", "v.start_date")}, null)
            as unemployment_duration,
        v.education_level as education,
        cast(v.migration_background as string) as migration_background
    from (
        select
            max_by(
                struct(
                    is_void, client_id, ocmw_nis, start_date, planned_end_date, end_date, end_reason, gender,
                    birth_date, unemployed_since, education_level, migration_background
                ),
                recorded_at
            ) as v,
            min_by(struct(start_date, planned_end_date), recorded_at) as plan
        from raw_trajectories
        where cast(recorded_at as date) <= date '{{as_of}}'
        group by trajectory_id
    )
    inner join municipalities as m on v.ocmw_nis = m.ocmw_nis
    left join end_reasons as r on v.end_reason = r.end_reason
    where not v.is_void"""

_CODES = """
    select nis_code from municipalities where is_current
    union
    select nis_code from trajectories
    union
    select m.nis_code
    from raw_subsidies as s
    inner join municipalities as m on s.ocmw_nis = m.ocmw_nis
    where s.stream = 'loontoelage' and s.booked_on <= date '{as_of}'"""

_CODED = """
    select
        year(t.start_date) as year,
        t.nis_code,
        coalesce(g.category, 'unknown') as gender,
        coalesce(a.category, 'unknown') as age,
        coalesce(u.category, 'unknown') as unemployment_duration,
        coalesce(e.category, 'unknown') as education,
        coalesce(b.category, 'unknown') as migration_background
    from trajectories as t
    left join profile_codes as g on g.dimension = 'gender' and t.gender = g.code
    left join bounds as a on a.dimension = 'age' and t.age between a.lower_bound and a.upper_bound
    left join bounds as u on
        u.dimension = 'unemployment_duration'
        and t.unemployment_duration between u.lower_bound and u.upper_bound
    left join profile_codes as e on e.dimension = 'education' and t.education = e.code
    left join profile_codes as b on b.dimension = 'migration_background' and t.migration_background = b.code
    where t.start_date <= date '{as_of}' and year(t.start_date) in (select year from years where annex = 2)"""

_COHORT = """
    select number, client_id, nis_code, end_date, measure_date, year(measure_date) as year
    from trajectories
    where
        start_date <= date '{as_of}' and end_date <= date '{as_of}' and measure_date <= date '{as_of}'
        and year(measure_date) in (select year from years where annex in (5, 6))"""

# The measured trajectory itself never covers its measure date: it ended a year before.
_SPANS = """
    select s.client_id, s.start_date, s.end_date, c.priority, c.kind
    from spells as s
    inner join outcomes as c on s.spell_code = c.spell_code
    union all
    select t.client_id, t.start_date, t.end_date, c.priority, c.kind
    from trajectories as t
    cross join outcomes as c
    where c.outcome = 'again_in_twe'"""

_MET = """
    select
        c.number,
        min(if(s.kind = 'status' and coalesce(s.end_date >= c.measure_date, true), s.priority, null))
            as status,
        collect_set(if(s.kind = 'competence', s.priority, null)) as competences
    from cohort as c
    inner join spans as s
        on
            c.client_id = s.client_id
            and s.start_date <= c.measure_date
            and coalesce(s.end_date > c.end_date, true)
    group by c.number"""

_MEASURED = """
    select
        c.year,
        c.nis_code,
        c.client_id,
        explode(concat(
            coalesce(met.competences, array()),
            array(coalesce(
                met.status,
                (select priority from outcomes where kind = 'status' and outcome = 'unknown')
            ))
        )) as priority
    from cohort as c
    left join met on c.number = met.number
    where c.year in (select year from years where annex = 5)"""

_HITS = """
    select
        c.number,
        c.year,
        c.nis_code,
        if(
            t.decision is null or coalesce(t.decision_date > date '{as_of}', false),
            'pending',
            coalesce(d.decision, 'unknown')
        ) as decision
    from cohort as c
    inner join transmissions as t
        on
            c.client_id = t.client_id
            and c.end_date < t.transmission_date
            and c.measure_date >= t.transmission_date
    left join decisions as d on t.decision = d.code
    where c.year in (select year from years where annex = 6)"""

_CLIENT_MONTHS = """
    select
        s.client_id,
        s.ocmw_nis,
        s.performance_month,
        sum(s.amount_eur) as paid_eur,
        sum(if(s.amount_eur > 0, s.amount_eur, 0)) as gross_paid_eur,
        sum(if(s.amount_eur < 0, s.amount_eur, 0)) as recovered_eur
    from raw_subsidies as s
    where
        s.stream = 'loontoelage' and s.booked_on <= date '{as_of}'
        and year(s.performance_month) in (select year from years where annex = 3)
    group by all"""

_MARTS = {
    "annex_1_started_trajectories": (
        (),
        """
        select year(start_date) as year, nis_code, planned_duration_months, count(*) as trajectories
        from trajectories
        where start_date <= date '{as_of}' and year(start_date) in (select year from years where annex = 1)
        group by all""",
    ),
    "annex_2_profile": (
        ("dimension", "category"),
        """
        select year, nis_code, dimension, category, count(*) as trajectories
        from coded
        unpivot (
            category for dimension in (gender, age, unemployment_duration, education, migration_background)
        )
        group by all""",
    ),
    "annex_3_wage_subsidies": (
        (),
        """
        select
            year,
            nis_code,
            sum(months) as subsidised_months,
            count_if(months > 0) as clients,
            sum(gross_paid_eur) as gross_paid_eur,
            sum(recovered_eur) as recovered_eur,
            sum(paid_eur) as paid_eur
        from (
            select
                year(c.performance_month) as year,
                m.nis_code,
                c.client_id,
                count_if(c.paid_eur > 0) as months,
                sum(c.gross_paid_eur) as gross_paid_eur,
                sum(c.recovered_eur) as recovered_eur,
                sum(c.paid_eur) as paid_eur
            from client_months as c
            inner join municipalities as m on c.ocmw_nis = m.ocmw_nis
            group by all
        )
        group by all""",
    ),
    "annex_3_by_booking_year": (
        (),
        """
        select
            year(s.booked_on) as year,
            m.nis_code,
            sum(if(s.amount_eur > 0, s.amount_eur, 0)) as gross_paid_eur,
            sum(if(s.amount_eur < 0, s.amount_eur, 0)) as recovered_eur,
            sum(s.amount_eur) as paid_eur
        from raw_subsidies as s
        inner join municipalities as m on s.ocmw_nis = m.ocmw_nis
        where
            s.stream = 'loontoelage' and s.booked_on <= date '{as_of}'
            and year(s.booked_on) in (select year from years where annex = 3)
        group by all""",
    ),
    "annex_4_ended_trajectories": (
        (),
        """
        select
            year(end_date) as year,
            nis_code,
            if(is_early, 'ended_early', 'completed') as ending,
            duration_months,
            count(*) as trajectories
        from trajectories
        where
            start_date <= date '{as_of}' and end_date <= date '{as_of}'
            and year(end_date) in (select year from years where annex = 4)
        group by all""",
    ),
    "annex_5_outflow": (
        ("outcome_group", "outcome"),
        """
        select
            c.year,
            c.nis_code,
            o.outcome_group,
            o.outcome,
            count(*) as trajectories,
            count(distinct c.client_id) as clients
        from measured as c
        inner join outcomes as o on c.priority = o.priority
        group by all""",
    ),
    "annex_6_transmissions": (
        (),
        """
        select
            c.year,
            c.nis_code,
            count(*) as ended_trajectories,
            count(h.number) as trajectories_with_transmission
        from cohort as c
        left join (select distinct number from hits) as h on c.number = h.number
        where c.year in (select year from years where annex = 6)
        group by all""",
    ),
    "annex_6_decisions": (
        ("decision",),
        "select year, nis_code, decision, count(*) as transmissions from hits group by all",
    ),
}
_CATEGORIES = {
    "annex_2_profile": "categories",
    "annex_5_outflow": "outcomes",
    "annex_6_decisions": "decisions",
}
_NOT_DENSE = ("annex_1_started_trajectories", "annex_4_ended_trajectories")


def main(arguments: list[str]) -> None:
    """Build the marts and write them."""
    delivery, reference, out = map(Path, arguments)
    if list(delivery.glob("raw_subsidy_claims*")):
        raise ValueError(f"{delivery} has claims, which this program does not read")
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as scratch:
        spark = _session(Path(scratch))
        try:
            for name, mart in _build(spark, delivery, Reference(reference), Path(scratch)):
                mart.coalesce(1).write.parquet(str(out / name), mode="overwrite")
        finally:
            spark.stop()


def _session(scratch: Path) -> SparkSession:
    settings = {
        "spark.driver.memory": "4g",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.local.dir": str(scratch),
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "16",  # for two cores; the default of 200 is for a cluster
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    builder = SparkSession.builder.master("local[2]").appName("annexes")
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def _build(
    spark: SparkSession, delivery: Path, reference: Reference, scratch: Path
) -> Iterable[tuple[str, DataFrame]]:
    _read_reference(spark, reference)
    as_of = max(day for day in [_accept(spark, delivery, name, reference, scratch) for name in _KEYS] if day)

    def define(name: str, sql: str, kept: bool = False) -> None:
        frame = spark.sql(sql.format(as_of=as_of))
        (frame.persist() if kept else frame).createOrReplaceTempView(name)

    define("trajectories", _TRAJECTORIES, kept=True)
    define("codes", _CODES, kept=True)
    define("coded", _CODED)
    define("cohort", _COHORT, kept=True)
    spell = "client_id, spell_code, start_date, end_date"
    transmission = "client_id, transmission_date, decision, decision_date"
    define("spells", _LATEST.format(columns=spell, extract="raw_outflow", key="spell_id", as_of=as_of))
    define(
        "transmissions",
        _LATEST.format(columns=transmission, extract="raw_transmissions", key="transmission_id", as_of=as_of),
    )
    define("spans", _SPANS)
    define("met", _MET)
    define("measured", _MEASURED)
    define("hits", _HITS, kept=True)
    define("client_months", _CLIENT_MONTHS)
    for name, (dimensions, sql) in _MARTS.items():
        yield name, _published(spark, name, dimensions, spark.sql(sql.format(as_of=as_of)))


def _read_reference(spark: SparkSession, reference: Reference) -> None:
    def table(name: str, rows: list[tuple[Any, ...]], schema: str) -> None:
        spark.createDataFrame(rows, schema).createOrReplaceTempView(name)

    table(
        "municipalities",
        [
            (code, now, code in reference.current_codes, *reference.names[code])
            for code, now in reference.reported_codes.items()
        ],
        "ocmw_nis string, nis_code string, is_current boolean, municipality string, province string",
    )
    table(
        "years",
        [(annex, year) for annex, years in reference.years.items() for year in years],
        "annex int, year int",
    )
    table("end_reasons", list(reference.early_reasons.items()), "end_reason string, is_early boolean")
    table("categories", reference.categories, "dimension string, category string")
    table(
        "bounds",
        [
            (dimension, lower, upper if upper is not None else 2**31 - 1, category)
            for dimension, classes in reference.bounds.items()
            for lower, upper, category in classes
        ],
        "dimension string, lower_bound int, upper_bound int, category string",
    )
    table(
        "profile_codes",
        [
            (dimension, code, category)
            for dimension, codes in reference.profile_codes.items()
            for code, category in codes.items()
        ],
        "dimension string, code string, category string",
    )
    table(
        "outcomes",
        [(code or None, *rest) for code, *rest in reference.outcomes],
        "spell_code string, kind string, outcome_group string, outcome string, priority int",
    )
    table(
        "decisions",
        [(code or None, decision) for code, decision in reference.decisions],
        "code string, decision string",
    )


def _accept(
    spark: SparkSession, delivery: Path, extract: str, reference: Reference, scratch: Path
) -> date | None:
    """Define the view of an extract's accepted rows; return the last day of a record in them.

    The rows are staged in Parquet: Spark would trim and check them again for every query, once per condition.
    """
    key = ", ".join(_KEYS[extract])
    texts = [f"nullif(trim(both ' \\t\\u00a0' from {name}), '') as {name}" for name in _TEXTS[extract]]
    scanned = spark.read.parquet(str(delivery / f"{extract}*.parquet"))
    scanned.selectExpr(*texts, *_OTHERS[extract]).createOrReplaceTempView("trimmed")
    lists = {
        "municipalities": _sql_list(reference.reported_codes),
        "streams": _sql_list(reference.subsidy_codes("stream")),
        "line_types": _sql_list(reference.subsidy_codes("line_type")),
    }
    staged = str(scratch / extract)
    spark.sql(f"select * from trimmed where {_VALID[extract].format(**lists)}").write.parquet(staged)
    rows = spark.read.parquet(staged)
    rows.createOrReplaceTempView("valid")
    repeated = spark.sql(f"select {key} from valid group by {key} having count(*) > 1").persist()
    if not repeated.isEmpty():
        # Only the few rows that share their key are compared in full.
        repeated.createOrReplaceTempView("repeated")
        different = spark.sql(f"select distinct valid.* from valid left semi join repeated using ({key})")
        different.createOrReplaceTempView("different")
        single = spark.sql(f"""
            select * except (copies)
            from (select *, count(*) over (partition by {key}) as copies from different)
            where copies = 1""")
        others = spark.sql(f"select valid.* from valid left anti join repeated using ({key})")
        rows = others.unionByName(single)
    rows.createOrReplaceTempView(extract)
    day = "booked_on" if extract == "raw_subsidies" else "cast(recorded_at as date)"
    last: date | None
    [(last,)] = spark.sql(f"select max({day}) from {extract}").collect()
    return last


def _sql_list(codes: Iterable[str]) -> str:
    return ", ".join(f"'{code}'" for code in codes)


def _published(spark: SparkSession, name: str, dimensions: tuple[str, ...], counts: DataFrame) -> DataFrame:
    annex = int(name.split("_")[1])
    counts.createOrReplaceTempView("counts")
    keys = ("year", "nis_code", *dimensions)
    names = "(select ocmw_nis as nis_code, municipality, province from municipalities)"
    if name in _NOT_DENSE:
        return spark.sql(
            "select c.*, n.municipality, n.province"
            f" from counts as c inner join {names} as n using (nis_code)"
        )
    measures = [column for column in counts.columns if column not in keys]
    filled = ", ".join(f"coalesce({column}, 0) as {column}" for column in measures)
    if name == "annex_3_wage_subsidies":
        filled += ", cast(null as bigint) as claims, cast(null as decimal(18, 2)) as claimed_eur"
    categories = f"cross join {_CATEGORIES[name]} as k" if dimensions else ""
    grid = ", ".join(["y.year", "c.nis_code", *(f"k.{column}" for column in dimensions)])
    return spark.sql(f"""
        select {", ".join(keys)}, n.municipality, n.province, {filled}
        from (select {grid} from years as y cross join codes as c {categories} where y.annex = {annex})
        inner join {names} as n using (nis_code)
        left join counts using ({", ".join(keys)})""")


if __name__ == "__main__":
    main(sys.argv[1:])
