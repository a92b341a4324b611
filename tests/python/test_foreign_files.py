"""Files as pandas, Polars and LibreOffice Calc write them are read as what was put into them."""

import shutil
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
import xlsxwriter

from compiled import Compiler
from twe.landing.contract import extracts

EXTRACT = "raw_subsidies"
NAMES = [column.name for column in extracts()[EXTRACT]]
LINES = [
    ("S-1", date(2021, 3, 4), "44021", "C-1", date(2021, 1, 1), "loontoelage", "payment", Decimal("1234.56")),
    (
        "S-2",
        date(2021, 12, 31),
        "11002",
        "Zoë",
        date(2021, 11, 1),
        "loontoelage",
        "correction",
        Decimal("-80.50"),
    ),
    (
        "S-3",
        date(2022, 1, 2),
        "11002",
        "C-3",
        date(2021, 12, 1),
        "begeleidingsvergoeding",
        "payment",
        Decimal(9),
    ),
]
# Calc writes what a cell shows: column separator ;, text delimiter ", UTF-8, from the first line, as shown.
AS_SHOWN = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,false"
DUTCH = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>nl-BE</value></prop></item>
</oor:items>
"""


def _frame() -> pl.DataFrame:
    return pl.DataFrame(LINES, schema=NAMES, orient="row")


def _pandas() -> pd.DataFrame:
    """Give the dates and amounts the types that pandas gives to what it reads: timestamps and floats."""
    frame = pd.DataFrame(LINES, columns=NAMES)
    days = {name: pd.to_datetime(frame[name]) for name in ("booked_on", "performance_month")}
    return frame.assign(**days, amount_eur=frame["amount_eur"].astype(float))


def _workbook(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet(EXTRACT)
        day, amount = book.add_format({"num_format": 14}), book.add_format({"num_format": "#,##0.00"})
        sheet.set_column(0, len(NAMES), 30)
        sheet.write_row(0, 0, NAMES)
        for number, line in enumerate(LINES, start=1):
            for place, value in enumerate(line):
                if isinstance(value, date):
                    sheet.write_datetime(number, place, value, day)
                else:
                    sheet.write(number, place, value, amount if isinstance(value, Decimal) else None)


def _calc(folder: Path, kind: str) -> None:
    """Save the workbook as another kind of file by LibreOffice Calc with Belgian Dutch settings."""
    profile, source = folder.parent / "profile", folder.parent / f"{EXTRACT}.xlsx"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(DUTCH, encoding="utf-8")
    _workbook(source)
    command = ["soffice", "--headless", f"-env:UserInstallation={profile.as_uri()}", "--convert-to", kind]
    subprocess.run([*command, "--outdir", str(folder), str(source)], check=True, capture_output=True)


def _write(folder: Path, form: str) -> None:
    match form:
        case "polars parquet":
            _frame().write_parquet(folder / f"{EXTRACT}.parquet")
        case "polars floats":
            _frame().with_columns(pl.col("amount_eur").cast(pl.Float64)).write_parquet(
                folder / f"{EXTRACT}.parquet"
            )
        case "polars csv":
            _frame().write_csv(folder / f"{EXTRACT}.csv")
        case "polars dutch csv":
            _frame().write_csv(
                folder / f"{EXTRACT}.csv",
                include_bom=True,
                separator=";",
                decimal_comma=True,
                date_format="%d/%m/%Y",
                line_terminator="\r\n",
            )
        case "polars workbook":
            _frame().write_excel(folder / f"{EXTRACT}.xlsx")
        case "pandas parquet":
            _pandas().to_parquet(folder / f"{EXTRACT}.parquet")
        case "pandas csv":
            _pandas().to_csv(folder / f"{EXTRACT}.csv.gz", index=False)
        case "pandas dutch csv":
            options = {"sep": ";", "decimal": ",", "date_format": "%d-%m-%Y", "encoding": "cp1252"}
            _pandas().to_csv(folder / f"{EXTRACT}.csv", index=False, **options)
        case "pandas workbook":
            _pandas().to_excel(folder / f"{EXTRACT}.xlsx", index=False)
        case "calc workbook":
            _calc(folder, "xlsx")
        case "calc csv":
            _calc(folder, AS_SHOWN)


FORMS = ["polars parquet", "polars floats", "polars csv", "polars dutch csv", "polars workbook"]
FORMS += ["pandas parquet", "pandas csv", "pandas dutch csv", "pandas workbook"]


@pytest.mark.parametrize("form", [*FORMS, "calc workbook", "calc csv"])
def test_a_file_of_another_program_is_read_as_what_was_put_into_it(
    compiler: Compiler, folder: Path, form: str
) -> None:
    if form.startswith("calc") and shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    _write(folder, form)
    for extract, columns in extracts().items():
        if extract != EXTRACT:
            (folder / f"{extract}.csv").write_text(",".join(column.name for column in columns))
    warehouse = compiler.build(folder, names=["stg_subsidies"])
    found = warehouse.query(f"select {', '.join(NAMES)} from staging.stg_subsidies order by source_row")
    assert [tuple(row.values()) for row in found] == LINES
