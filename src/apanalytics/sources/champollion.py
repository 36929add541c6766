"""The ministry's DSN export, one CSV file per block and month («Champollion»), staged block by block."""

from __future__ import annotations

from pathlib import Path

import duckdb

from apanalytics.errors import UnreadableFile
from apanalytics.sources.batches import CSV_SUFFIXES, Batch, Ignored, files_of, staged_raw, staged_scan
from apanalytics.sources.csv_scanning import CsvFile, look_at, stage_csv
from apanalytics.sources.dsn_layout import BLOCKS, Block, recognise
from apanalytics.sources.identity import Key, refuse_without_key
from apanalytics.tables.connection import quoted
from apanalytics.tables.rules import Column, text_column
from apanalytics.tables.schema import Field

SOURCE = "dsn"

_NIR = r"[1-478]\d{4}(\d\d|2[AB])\d{6}(\d\d)?"
"""A NIR, or a number that stands for it until it is given, with or without its two control digits."""

_NO_DAY = r"^\s*(9999-12-31|31/12/9999)"

MACROS = rf"""
create or replace temp macro readable_nir(t) as case
    when regexp_full_match(plain_identifier('ntt', t), '{_NIR}') then keyed('nir', t) end;

create or replace temp macro code_of(t, digits) as case
    when length(text_of(t)) < digits then lpad(text_of(t), digits, '0') else text_of(t) end;

create or replace temp macro contract_number(t) as coalesce(readable_nir(t), upper(text_of(t)));
"""


def read_champollion(
    con: duckdb.DuckDBPyConnection, folder: Path, work: Path, key: Key | None
) -> tuple[list[Batch], list[Ignored]]:
    """Stage every block of the ministry's DSN export under a folder; other files are told, with the reason.

    Of a person, only the NIR is read (else the NTT, a number that the employer gives), and only as a keyed
    hash: names, birth and address are not. A contract number that looks like a NIR is hashed too.

    Parameters
    ----------
    con : connection on which the files are read, with the macros of `install_parsers`.
    folder : where the files lie, at any depth; several months may lie there together.
    work : folder for the staged files.
    key : secret for the NIR.

    Raises
    ------
    UnreadableFile : a block without which there is no payroll is not there.
    MissingColumn : a file of a block without a column that is read.
    DataRefused : persons, and no key.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     _ = Path(place, "a.csv").write_text("IdVersement;IdIndividu\\n1;1\\n")
    ...     read_champollion(duckdb.connect(), Path(place), Path(place), None)
    Traceback (most recent call last):
    apanalytics.errors.UnreadableFile: Blocks of the DSN export are not there (--dsn): 'champollion_...
    """
    found: list[tuple[str, Block, CsvFile]] = []
    ignored: list[Ignored] = []
    for name, path in files_of(folder, "--dsn"):
        if path.suffix.lower() not in CSV_SUFFIXES:
            ignored.append(Ignored(SOURCE, name, _why_not(path)))
            continue
        file = look_at(path)
        block = recognise(file.header, name)
        if block is None:
            ignored.append(Ignored(SOURCE, name, _why_not_block(file)))
            continue
        found.append((name, block, file))
    _require(folder, {block.name for _, block, _ in found})
    if key is None:
        persons = next(name for name, block, _ in found if block.name == "dsn_persons")
        raise refuse_without_key("NIRDeclare", persons)
    key.install(con)
    con.execute(MACROS)
    return [
        _batch(con, name, block, file, work / f"dsn-{number}.parquet")
        for number, (name, block, file) in enumerate(found)
    ], ignored


def _why_not(path: Path) -> str:
    if path.suffix.lower() in (".7z", ".zip", ".gz"):
        return "an archive: unpack it first"
    if path.suffix.lower() in (".dsn", ".edi"):
        return "a raw declaration (NEODeS), not the ministry's export"
    return "not a CSV file"


def _why_not_block(file: CsvFile) -> str:
    if not file.header:
        return "no header"
    return f"not a block that payroll is made from: {', '.join(file.header[:3])}"


def _require(folder: Path, names: set[str]) -> None:
    lacking = [block.file for block in BLOCKS if block.needed and block.name not in names]
    if lacking:
        raise UnreadableFile(
            "Blocks of the DSN export are not there",
            where="--dsn",
            value=", ".join(lacking),
            why=f"Payroll is made from these blocks together; looked in {folder}.",
            todo="Give the CSV files of a whole export, unpacked: champollion_<block>_YYYY-MM-01.csv.",
        )


def _batch(con: duckdb.DuckDBPyConnection, name: str, block: Block, file: CsvFile, path: Path) -> Batch:
    staged = stage_csv(con, file, _staged_columns(block), path, block.private)
    columns = {
        field.name: _column(field, field.name, block.headers[field.name]) for field in block.contract.fields
    }
    return Batch(
        source=SOURCE,
        file=name,
        layout=block.file,
        contract=block.contract,
        scan=staged_scan(staged),
        columns=columns,
        rows=staged.rows,
        raw="cast(null as varchar)" if block.private else staged_raw(staged),
        problem="problem",
    )


def _staged_columns(block: Block) -> dict[str, str]:
    """SQL of each column as it is staged: identifiers of persons only as keyed hashes."""
    columns = {name: quoted(header.upper()) for name, header in block.headers.items()}
    for name, digits in block.digits.items():
        columns[name] = f"code_of({columns[name]}, {digits})"
    if "person_key" in columns:
        columns["person_key"] = (
            "coalesce(readable_nir(NIR), readable_nir(NIRDECLARE), 'ntt:' || keyed('ntt', NTT))"
        )
    if "siret" in columns:
        columns["siret"] = "code_of(SIREN, 9) || code_of(NIC, 5)"
    if "number" in columns:
        columns["number"] = f"contract_number({columns['number']})"
    return columns


def _column(field: Field, name: str, header: str) -> Column:
    """Whole numbers are cast as they are where they can be: the general way is slow, and these are many.

    The last day that the base can hold stands for none.
    """
    source = quoted(name)
    if field.type == "date" and not field.required:
        source = f"case when not regexp_matches({source}, '{_NO_DAY}') then {source} end"
    column = text_column(field, source, _LABELS.get(name, header))
    if field.type == "integer":
        return Column(
            column.text, f"coalesce(try_cast({quoted(name)} as bigint), {column.typed})", column.label
        )
    return column


_LABELS = {"person_key": "readable NIR or NTT", "siret": "Siren and NIC"}
