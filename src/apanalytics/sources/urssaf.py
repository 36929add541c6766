"""URSSAF file «effectif»: one row per account and establishment, one column per month, into `headcounts`.

Source of the layout: opensignauxfaibles, documentation of the raw data and test files (MIT licence).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import duckdb

from apanalytics.errors import UnreadableFile
from apanalytics.sources.batches import CSV_SUFFIXES, Batch, Ignored, files_of
from apanalytics.sources.csv_scanning import CsvFile, look_at, stage_csv
from apanalytics.sources.staging import Staged
from apanalytics.tables.connection import literal, quoted
from apanalytics.tables.rules import Column, text_column
from apanalytics.tables.schema import parse_schema

SOURCE = "urssaf"
ACCOUNT, SIRET = "COMPTE", "SIRET"

VALUES = parse_schema(
    json.loads(files("apanalytics.sources").joinpath("schemas", "urssaf_values.json").read_text("utf-8"))
)
"""What is read: one value per account, establishment and month."""

_MONTH = re.compile(r"EFF(\d{4})([1-4])([1-3])")
_THOUSANDS = r"^\d{1,3}([., ]\d{3})+$"


def month_of_header(header: str) -> str | None:
    """Month of a column `effAAAAQM` (year, quarter, month of the quarter), ISO; None for other columns.

    Examples
    --------
    >>> month_of_header("eff201631"), month_of_header("base")
    ('2016-07-01', None)
    """
    found = _MONTH.fullmatch(header.strip().upper())
    if not found:
        return None
    year, quarter, place = map(int, found.groups())
    return f"{year:04d}-{3 * (quarter - 1) + place:02d}-01"


def read_urssaf(
    con: duckdb.DuckDBPyConnection, folder: Path, work: Path
) -> tuple[list[Batch], list[Ignored]]:
    """Stage every «effectif» file under a folder; the other files are told, with the reason.

    A row of `ingest.json` counts values, not lines: a value that cannot be read is set apart alone.

    Parameters
    ----------
    con : connection on which the files are read, with the macros of `install_parsers`.
    folder : where the files lie, at any depth.
    work : folder for the staged files.

    Raises
    ------
    UnreadableFile : no file of the folder is one of headcounts by establishment.

    Examples
    --------
    >>> import tempfile
    >>> from apanalytics.tables.parsing import install_parsers
    >>> con = duckdb.connect()
    >>> install_parsers(con)
    >>> with tempfile.TemporaryDirectory() as place:
    ...     _ = Path(place, "effectif.csv").write_text(
    ...         "compte;siret;rais_soc;eff202011;eff202012\\n1;73282932000074;x;12;013\\n"
    ...     )
    ...     batches, _ = read_urssaf(con, Path(place, "effectif.csv"), Path(place))
    >>> batches[0].layout, batches[0].rows
    ('effectif', 2)
    """
    batches: list[Batch] = []
    ignored: list[Ignored] = []
    for name, path in files_of(folder, "--urssaf"):
        if path.suffix.lower() not in CSV_SUFFIXES:
            ignored.append(Ignored(SOURCE, name, "not a CSV file"))
            continue
        file = look_at(path)
        why = _why_not(file.names)
        if why:
            ignored.append(Ignored(SOURCE, name, why))
            continue
        batches.append(_batch(con, name, file, work / f"urssaf-{len(batches)}.parquet"))
    if not batches:
        raise UnreadableFile(
            "No URSSAF file of headcounts found",
            where="--urssaf",
            value=str(folder),
            why="; ".join(f"{entry.file}: {entry.why}" for entry in ignored[:3]),
            todo="The file «effectif» has siret and a column per month, eff20201 then 1, 2 or 3.",
        )
    return batches, ignored


def _why_not(names: Sequence[str]) -> str | None:
    if not names:
        return "no header"
    if not any(map(month_of_header, names)):
        return f"not a file of headcounts: {', '.join(names[:3])}"
    if SIRET not in names:
        return "headcounts by legal unit (SIREN): the contract holds those of establishments"
    return None


def _batch(con: duckdb.DuckDBPyConnection, name: str, file: CsvFile, path: Path) -> Batch:
    months = {header: month for header in file.names if (month := month_of_header(header))}
    identity = [header for header in (ACCOUNT, SIRET) if header in file.names]
    columns = {header: quoted(header) for header in (*identity, *months)}
    staged = stage_csv(con, file, columns, path, private=False)
    scan = _values(staged, months, ACCOUNT in identity)
    ((rows,),) = con.execute(f"select count(*) from {scan}").fetchall()
    labels = " ".join(f"when {literal(month)} then {literal(header)}" for header, month in months.items())
    whole = "regexp_replace(value, '[., ]', '', 'g')"
    number = f"case when regexp_matches(text_of(value), '{_THOUSANDS}') then {whole} else value end"
    return Batch(
        source=SOURCE,
        file=name,
        layout="effectif",
        contract=VALUES,
        scan=scan,
        columns={
            "account": text_column(VALUES.field("account"), "account", ACCOUNT.lower()),
            "siret": text_column(VALUES.field("siret"), "siret", SIRET.lower()),
            "month": Column("month", "try_cast(month as date)", "month"),
            "headcount": text_column(VALUES.field("headcount"), number, "headcount"),
        },
        rows=int(rows),
        raw=f"coalesce(raw, concat_ws(';', account, siret, case month {labels} end, value))",
        problem="problem",
        per_line=len(months) + 1,
    )


def _values(staged: Staged, months: dict[str, str], has_account: bool) -> str:
    """SQL: one row per value that is not empty, and per line that could not be split."""
    source = f"read_parquet({literal(str(staged.path))})"
    listed = ", ".join(
        f"({place}, {literal(month)}, {quoted(header)})"
        for place, (header, month) in enumerate(months.items(), start=1)
    )
    account = ACCOUNT if has_account else "cast(null as varchar)"
    per_line = len(months) + 1
    return (
        f"(select s.line * {per_line} + v.place as line, problem, raw, {account} as account, "
        f"{SIRET} as siret, v.month, v.value from {source} as s, "
        f"lateral (values {listed}) as v(place, month, value) "
        "where problem is null and text_of(v.value) is not null "
        f"union all select line * {per_line}, problem, raw, null, null, null, null from {source} "
        "where problem is not null)"
    )
