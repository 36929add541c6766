"""From a folder of real extracts to a data folder: the one function behind the command `ingest`."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from apanalytics.errors import InvalidArgument
from apanalytics.sources.apart import read_apart
from apanalytics.sources.assembling import assemble_establishments
from apanalytics.sources.batches import Batch, Ignored
from apanalytics.sources.canonical import read_canonical, read_table
from apanalytics.sources.champollion import read_champollion
from apanalytics.sources.delivering import FLAGS, cases_astray, deliver, quarantine
from apanalytics.sources.dsn_payroll import MADE as PAYROLL
from apanalytics.sources.dsn_payroll import make_payroll
from apanalytics.sources.gip_mds import read_gip_mds
from apanalytics.sources.headcounts import STEPS as HEADCOUNT_STEPS
from apanalytics.sources.headcounts import make_headcounts
from apanalytics.sources.identity import Key, read_key
from apanalytics.sources.judging import judge
from apanalytics.sources.places import install_places
from apanalytics.sources.sirene import read_sirene
from apanalytics.sources.urssaf import read_urssaf
from apanalytics.tables.connection import open_connection
from apanalytics.tables.folder import replacing
from apanalytics.tables.parsing import install_parsers
from apanalytics.tables.schema import TABLES

REPORT = "ingest.json"


@dataclass(frozen=True)
class FileResult:
    """What became of the rows of one file (or one sheet): rows_read = rows_kept + rows_quarantined."""

    name: str
    source: str
    layout: str
    rows_read: int
    rows_kept: int
    rows_quarantined: int
    rows_flagged: int


@dataclass(frozen=True)
class IngestResult:
    """What an ingestion read, kept and set apart.

    Attributes
    ----------
    files : one entry per file read.
    tables : rows of each canonical table written.
    missing_columns : contract columns that no input carries, by table; they are null.
    refused : rows set apart by each rule.
    ignored : files of the folders that were not read, and why.
    """

    files: list[FileResult]
    tables: dict[str, int]
    missing_columns: dict[str, list[str]]
    refused: dict[str, int]
    ignored: list[Ignored]

    def json(self) -> dict[str, Any]:
        """Return the machine-readable form, which is also `ingest.json`."""
        return {
            "files": [asdict(file) for file in self.files],
            "tables": self.tables,
            "missing_columns": self.missing_columns,
            "refused": self.refused,
            "ignored": [{"name": i.file, "source": i.source, "why": i.why} for i in self.ignored],
        }

    def text(self) -> str:
        """Return the summary for a person."""
        lines = [
            f"{f.name} ({f.layout}): {f.rows_read} rows read, {f.rows_kept} kept "
            f"({f.rows_flagged} flagged), {f.rows_quarantined} quarantined"
            for f in self.files
        ]
        lines += [f"{i.file}: ignored, {i.why}" for i in self.ignored]
        lines += [f"refused, {rule}: {count}" for rule, count in self.refused.items()]
        lines += [f"{name}: {rows} rows" for name, rows in self.tables.items()]
        for name, columns in self.missing_columns.items():
            if columns:
                lines.append(f"{name}: not in these inputs, so unknown: {', '.join(columns)}")
        return "\n".join(lines)


def ingest(
    out: str | Path,
    apart: str | Path | None = None,
    sirene: str | Path | None = None,
    tables: str | Path | None = None,
    key_file: str | Path | None = None,
    dsn: str | Path | None = None,
    urssaf: str | Path | None = None,
    memory: str | None = None,
    api_entreprise: str | Path | None = None,
    controls: str | Path | None = None,
) -> IngestResult:
    """Read real extracts into a data folder of canonical tables; what cannot be read goes to quarantine.

    Parameters
    ----------
    out : data folder to write; it appears whole or not at all. An earlier result there is replaced.
    apart : folder of SI APART extracts (requests and claims, CSV or Excel, any of the three vintages).
    sirene : folder of SIRENE files (stock of establishments; legal units and history if held).
    tables : folder of canonical tables, as CSV or Parquet.
    dsn : folder of the ministry's DSN export, CSV files by block and month («Champollion»); needs the key.
    urssaf : folder of URSSAF files; those called «effectif» are read.
    api_entreprise : folder of answers of API Entreprise, in JSON; those on monthly headcounts (GIP-MDS) are
        read.
    controls : file of the canonical table `controls`, CSV or Parquet.
    memory : what DuckDB may use before it spills to disk, such as `1GB`; None is 2GB.
    key_file : file of at least 16 bytes; identifying columns (NIR, IBAN, e-mail) are refused without it, and
        become keyed hashes with it.

    Returns
    -------
    IngestResult: for each file the rows read, kept, quarantined and flagged (rows read = kept +
    quarantined), the rows of each table, and the contract columns that the inputs do not carry. The same is
    written as `ingest.json`, and each refused row, with its file, physical line, masked text and reason, in
    `quarantine.parquet`.

    Raises
    ------
    InvalidArgument : nothing to read, a folder that is not there, an output folder that holds something else.
    UnreadableFile : a folder in which no file has a known layout.
    MissingColumn : an extract without a column that the contract requires.
    DataRefused : an identifying column and no key.

    Notes
    -----
    Rows of one key: an identical row is refused as `duplicate_row`; of several versions of a request the one
    with the latest DATE_STATUT is kept and the others are `superseded`; otherwise the first is kept and the
    others are `duplicate_key`. A claim has no number in the extracts: it is `ID_DA-YYYY-MM`, then `-2`, `-3`…
    for further claims of the same request and month.

    Examples
    --------
    >>> header = "ID_DA,ETAB_SIRET,HEURES,MONTANTS,EFFECTIFS,MOIS"
    >>> with tempfile.TemporaryDirectory() as place:
    ...     _ = Path(place, "conso.csv").write_text(f"{header}\\n1,73282932000074,10,90,2,03/2020\\n")
    ...     result = ingest(f"{place}/data", apart=f"{place}/conso.csv")
    >>> result.tables
    {'establishments': 1, 'claims': 1}
    """
    given = {
        "apart": apart,
        "sirene": sirene,
        "tables": tables,
        "dsn": dsn,
        "urssaf": urssaf,
        "api-entreprise": api_entreprise,
        "controls": controls,
    }
    folders = {name: Path(folder) for name, folder in given.items() if folder is not None}
    if not folders:
        raise InvalidArgument(
            "Nothing to ingest", todo=f"Give at least one of {', '.join(f'--{name}' for name in given)}."
        )
    key = read_key(Path(key_file) if key_file is not None else None)
    with replacing(out, REPORT) as new:
        work = Path(tempfile.mkdtemp(prefix=".work-", dir=new))
        with open_connection(memory, database=work / "rows.duckdb") as con:
            install_parsers(con)
            install_places(con)
            batches, ignored = _read(con, folders, work, key)
            result = _process(con, batches, ignored, new)
        shutil.rmtree(work)
        report = json.dumps(result.json(), ensure_ascii=False, indent=2)
        (new / REPORT).write_text(report + "\n", "utf-8")
    return result


def _read(
    con: duckdb.DuckDBPyConnection, folders: dict[str, Path], work: Path, key: Key | None
) -> tuple[list[Batch], list[Ignored]]:
    readers: dict[str, Callable[[Path], tuple[list[Batch], list[Ignored]]]] = {
        "apart": lambda folder: read_apart(folder, work, key),
        "sirene": lambda folder: read_sirene(folder, work),
        "tables": lambda folder: (read_canonical(con, folder, work, key), []),
        "dsn": lambda folder: read_champollion(con, folder, work, key),
        "urssaf": lambda folder: read_urssaf(con, folder, work),
        "api-entreprise": lambda folder: read_gip_mds(folder, work),
        "controls": lambda file: ([read_table(con, "controls", file, work, key)], []),
    }
    batches: list[Batch] = []
    ignored: list[Ignored] = []
    for name, folder in folders.items():
        found, passed = readers[name](folder)
        batches += found
        ignored += passed
    _refuse_twice(batches)
    return batches, ignored


def _refuse_twice(batches: Sequence[Batch]) -> None:
    """A table that is made from extracts is not taken from canonical tables too."""
    names = {batch.contract.name for batch in batches}
    made_from = {"dsn_contracts": PAYROLL, **dict.fromkeys(HEADCOUNT_STEPS, ("headcounts",))}
    for source, made in made_from.items():
        twice = names.intersection(made) if source in names else set()
        if twice:
            raise InvalidArgument(
                "A table is given twice, by --tables and by extracts",
                value=", ".join(sorted(twice)),
                todo="Leave it out of the folder of --tables, or leave the extracts out.",
            )


def _make(con: duckdb.DuckDBPyConnection, batches: Sequence[Batch]) -> dict[str, set[str]]:
    """Make the tables that come from several inputs; return the columns of each."""
    names = {batch.contract.name for batch in batches}
    made: dict[str, set[str]] = {}
    if "dsn_contracts" in names:
        made |= make_payroll(con, batches)
    if names & set(HEADCOUNT_STEPS):
        made |= make_headcounts(con, names)
    return made


def _process(
    con: duckdb.DuckDBPyConnection, batches: Sequence[Batch], ignored: list[Ignored], out: Path
) -> IngestResult:
    judge(con, batches)
    made = _make(con, batches)
    assemble_establishments(con, {batch.contract.name for batch in batches})
    missing = deliver(con, batches, made, out)
    quarantine(con, batches, out)
    return IngestResult(
        files=_file_results(con, batches),
        tables={name: _number(con, f"select count(*) from final_{name}") for name in missing},
        missing_columns=missing,
        refused=dict(
            con.execute("select rule, count(*) from quarantined group by rule order by rule").fetchall()
        ),
        ignored=ignored,
    )


def _file_results(con: duckdb.DuckDBPyConnection, batches: Sequence[Batch]) -> list[FileResult]:
    """Count what became of the rows of each file."""
    quarantined = _by_file(con, "quarantined")
    kept: dict[int, int] = {}
    flagged: dict[int, int] = {}
    judged = {batch.contract.name for batch in batches}
    for contract in {batch.contract.name: batch.contract for batch in batches}.values():
        rows = f"final_{contract.name}" if contract.name in TABLES else f"kept_{contract.name}"
        kept |= _by_file(con, rows)
        if FLAGS in {field.name for field in contract.fields}:
            flagged |= _by_file(con, rows, f"{FLAGS} is not null")
        elif astray := cases_astray(con, contract, judged):
            flagged |= _by_file(con, rows, astray)
    return [
        FileResult(
            name=batch.file,
            source=batch.source,
            layout=batch.layout,
            rows_read=batch.rows,
            rows_kept=kept.get(number, 0),
            rows_quarantined=quarantined.get(number, 0),
            rows_flagged=flagged.get(number, 0),
        )
        for number, batch in enumerate(batches)
    ]


def _by_file(con: duckdb.DuckDBPyConnection, rows: str, condition: str = "true") -> dict[int, int]:
    found = con.execute(
        f"select file_no, count(*) from {rows} where file_no is not null and {condition} group by file_no"
    ).fetchall()
    return {int(number): int(count) for number, count in found}


def _number(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    ((count,),) = con.execute(sql).fetchall()
    return int(count)
