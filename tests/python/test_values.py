"""Every way to write a value is read by the SQL as the contract's table says, read in plain Python."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled import Compiler
from oracle.values import Unreadable, read
from twe.warehouse.compiled import execute

NUMBERS = st.one_of(
    st.from_regex(r"[0-9]{1,12}([.,][0-9]{1,4})?", fullmatch=True),
    st.from_regex(r"[0-9]{1,4}([.,' \xa0][0-9]{3}){1,3}([.,][0-9]{1,4})?", fullmatch=True),
    st.from_regex(r"[0-9]{1,3}[.,' ][0-9]{3}[.,' ][0-9]{2,3}", fullmatch=True),
)
SIGNS = st.sampled_from(["", "", "", "+", "-", " -", "- "])
CURRENCIES = st.sampled_from(["", "", "€", "€ ", " €", "EUR ", " eur", "\xa0€", "€\xa0", "\t", "$"])
AMOUNTS = st.builds("".join, st.tuples(SIGNS, CURRENCIES, SIGNS, NUMBERS, SIGNS, CURRENCIES))
PARTS = st.integers(0, 32).flatmap(
    lambda number: st.sampled_from([str(number), f"{number:02}", f"{number:03}"])
)
YEARS = st.sampled_from(
    ["1899", "1900", "2000", "2020", "2021", "2100", "9998", "9999", "0999", "20", "20201"]
)
MARKS = st.sampled_from(["-", "/", ".", "", " ", "_"])
TIMES = st.sampled_from(
    [
        "",
        " 00:00",
        "T00:00:00",
        " 00:00:00.000",
        " 00:00:01",
        "T00:00:00Z",
        " 0:00",
        " 9:15",
        "T09:15:10",
        "T24:00",
        *(
            " 23:59:59.1",
            " 23:59:59.999999999",
            " 23:59:59.1234567890",
            "T10:60",
            " 10:15:1",
            " ",
            "T",
            " 10",
        ),
    ]
)
DAYS = st.one_of(
    st.builds("".join, st.tuples(PARTS, MARKS, PARTS, MARKS, YEARS, TIMES)),
    st.builds("".join, st.tuples(YEARS, MARKS, PARTS, MARKS, PARTS, TIMES)),
    st.builds("".join, st.tuples(YEARS, MARKS, PARTS)),
    st.builds("".join, st.tuples(PARTS, MARKS, YEARS)),
)
WORDS = st.sampled_from(
    [
        *("true", "FALSE", "1", "0", "ja", "Nee", "j", "N", "waar", "ONWAAR", "yes", "no", "Oui", "non"),
        *("soms", "y", "t", "on", "2", "01"),
    ]
)
INTEGERS = st.from_regex(r"[+-]?[0-9]{1,11}(\.0)?", fullmatch=True)
BLANKS = st.sampled_from(["", "", " ", "\t", "\xa0 "])

COLUMNS = {
    "stg_subsidies": {"booked_on": "date", "performance_month": "month", "amount_eur": "amount"},
    "stg_transmissions": {"recorded_at": "timestamp", "is_void": "boolean", "sanction_weeks": "integer"},
}
TEXTS = {
    "date": DAYS,
    "month": DAYS,
    "timestamp": DAYS,
    "amount": AMOUNTS,
    "boolean": WORDS,
    "integer": INTEGERS,
}


@pytest.mark.parametrize("model", COLUMNS)
def test_values_are_read_as_the_contract_says(model: str, compiler: Compiler) -> None:
    """Random texts of every kind, many to a query: staging and the plain reading agree on each."""
    project = compiler.project(delivered=False)
    connection = project.connect()
    seed, names = f"{project.catalog}.raw.{model.replace('stg_', 'raw_')}", ", ".join(COLUMNS[model])

    @given(st.data())
    @settings(max_examples=120, deadline=None)
    def compare(data: st.DataObject) -> None:
        rows = data.draw(
            st.lists(
                st.tuples(
                    *(
                        st.builds("{}{}{}".format, BLANKS, TEXTS[kind], BLANKS)
                        for kind in COLUMNS[model].values()
                    )
                ),
                min_size=1,
                max_size=60,
            )
        )
        connection.execute(f"delete from {seed}")
        places = ", ".join("(" + ", ".join("?" for _ in COLUMNS[model]) + ")" for _ in rows)
        connection.execute(
            f"insert into {seed} ({names}) values {places}", [text for row in rows for text in row]
        )
        execute(connection, project.models[model].statements())
        found = connection.execute(
            f"select {names} from {project.models[model].relation} order by source_row"
        ).fetchall()
        for texts, values in zip(rows, found, strict=True):
            for (name, kind), text, value in zip(COLUMNS[model].items(), texts, values, strict=True):
                expected = read(text, kind)
                expected = None if isinstance(expected, Unreadable) else expected
                if name == "is_void":
                    expected = bool(expected)
                assert value == expected, (name, text)

    compare()
