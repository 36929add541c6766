"""From a folder of real extracts to a data folder: the one function behind the command `ingest`."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from apanalytics.errors import InvalidArgument
from apanalytics.sources.apart import read_apart
from apanalytics.sources.assembling import assemble_establishments
from apanalytics.sources.batches import Batch, Ignored
from apanalytics.sources.canonical import read_canonical
from apanalytics.sources.delivering import FLAGS, deliver, quarantine
from apanalytics.sources.identity import read_key
from apanalytics.sources.judging import judge
from apanalytics.sources.places import install_places
from apanalytics.sources.sirene import read_sirene
from apanalytics.tables.connection import open_connection
from apanalytics.tables.folder import replacing
from apanalytics.tables.parsing import install_parsers

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
) -> IngestResult:
    """Read real extracts into a data folder of canonical tables; what cannot be read goes to quarantine.

    Parameters
    ----------
    out : data folder to write; it appears whole or not at all. An earlier result there is replaced.
    apart : folder of SI APART extracts (requests and claims, CSV or Excel, any of the three vintages).
    sirene : folder of SIRENE files (stock of establishments; legal units and history if held).
    tables : folder of canonical tables, as CSV or Parquet.
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
    if apart is None and sirene is None and tables is None:
        raise InvalidArgument("Nothing to ingest", todo="Give at least one of --apart, --sirene, --tables.")
    key = read_key(Path(key_file) if key_file is not None else None)
    with replacing(out, REPORT) as new:
        work = Path(tempfile.mkdtemp(prefix=".work-", dir=new))
        with open_connection(database=work / "rows.duckdb") as con:
            install_parsers(con)
            install_places(con)
            batches: list[Batch] = []
            ignored: list[Ignored] = []
            for found, passed in (
                read_apart(Path(apart), work, key) if apart is not None else ([], []),
                read_sirene(Path(sirene), work) if sirene is not None else ([], []),
                (read_canonical(con, Path(tables), work, key), []) if tables is not None else ([], []),
            ):
                batches += found
                ignored += passed
            result = _process(con, batches, ignored, new)
        shutil.rmtree(work)
        report = json.dumps(result.json(), ensure_ascii=False, indent=2)
        (new / REPORT).write_text(report + "\n", "utf-8")
    return result


def _process(
    con: duckdb.DuckDBPyConnection, batches: Sequence[Batch], ignored: list[Ignored], out: Path
) -> IngestResult:
    judge(con, batches)
    assemble_establishments(con, {batch.contract.name for batch in batches})
    missing = deliver(con, batches, out)
    quarantine(con, batches, out)
    return IngestResult(
        files=[_count(con, number, batch) for number, batch in enumerate(batches)],
        tables={name: _number(con, f"select count(*) from final_{name}") for name in missing},
        missing_columns=missing,
        refused=dict(
            con.execute("select rule, count(*) from quarantined group by rule order by rule").fetchall()
        ),
        ignored=ignored,
    )


def _count(con: duckdb.DuckDBPyConnection, number: int, batch: Batch) -> FileResult:
    name = batch.contract.name
    rows = f"kept_{name}" if name.startswith("sirene_") else f"final_{name}"
    flagged = 0
    if FLAGS in {field.name for field in batch.contract.fields}:
        flagged = _number(
            con, f"select count(*) from {rows} where file_no = {number} and {FLAGS} is not null"
        )
    return FileResult(
        name=batch.file,
        source=batch.source,
        layout=batch.layout,
        rows_read=batch.rows,
        rows_kept=_number(con, f"select count(*) from {rows} where file_no = {number}"),
        rows_quarantined=_number(con, f"select count(*) from quarantined where file_no = {number}"),
        rows_flagged=flagged,
    )


def _number(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    ((count,),) = con.execute(sql).fetchall()
    return int(count)
