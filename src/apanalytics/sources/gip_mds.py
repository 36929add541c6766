"""Mean monthly headcounts of GIP-MDS, as API Entreprise answers them in JSON, into `headcounts`.

Source of the layout: example answers of API Entreprise (etalab/siade_staging_data, MIT licence).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from apanalytics.errors import UnreadableFile
from apanalytics.sources.batches import Batch, Ignored, files_of, staged_raw, staged_scan
from apanalytics.sources.staging import CHUNK, Staged
from apanalytics.tables.connection import quoted
from apanalytics.tables.rules import text_column
from apanalytics.tables.schema import parse_schema

SOURCE = "api-entreprise"
LIST, NATURE = "effectifs_mensuels", "effectif_moyen_mensuel"

VALUES = parse_schema(
    json.loads(files("apanalytics.sources").joinpath("schemas", "gip_values.json").read_text("utf-8"))
)
"""What is read: one value per establishment, month, social security scheme and update."""

_COLUMNS = ("answer", *(field.name for field in VALUES.fields))


def read_gip_mds(folder: Path, work: Path) -> tuple[list[Batch], list[Ignored]]:
    """Stage the answers of API Entreprise on monthly headcounts; other files are told, with the reason.

    A file holds one answer (`.json`) or one per line (`.jsonl`). Months without a value are passed over.

    Parameters
    ----------
    folder : where the answers lie, at any depth.
    work : folder for the staged values.

    Raises
    ------
    UnreadableFile : no file of the folder is an answer on monthly headcounts.

    Examples
    --------
    >>> import tempfile
    >>> value = {"regime": "regime_general", "annee": "2022", "mois": "12", "value": 12.66,
    ...          "nature": "effectif_moyen_mensuel", "date_derniere_mise_a_jour": "2023-01-31"}
    >>> answer = {"data": {"siret": "73282932000074", "effectifs_mensuels": [value]}}
    >>> with tempfile.TemporaryDirectory() as place:
    ...     _ = Path(place, "a.json").write_text(json.dumps(answer))
    ...     batches, _ = read_gip_mds(Path(place, "a.json"), Path(place))
    >>> batches[0].layout, batches[0].rows
    ('gip_mds effectifs mensuels', 1)
    """
    ignored: list[Ignored] = []
    staged = _stage(_values(folder, ignored), work / "gip-mds.parquet")
    if not staged.rows:
        raise UnreadableFile(
            "No answer of API Entreprise on monthly headcounts found",
            where="--api-entreprise",
            value=str(folder),
            why="; ".join(f"{entry.file}: {entry.why}" for entry in ignored[:3]),
            todo=f"An answer has data.siret and data.{LIST}.",
        )
    columns = {field.name: text_column(field, quoted(field.name), field.name) for field in VALUES.fields}
    batch = Batch(
        source=SOURCE,
        file=folder.name,
        layout="gip_mds effectifs mensuels",
        contract=VALUES,
        scan=staged_scan(staged),
        columns=columns,
        rows=staged.rows,
        raw=staged_raw(staged),
        problem="problem",
    )
    return [batch], ignored


def _values(folder: Path, ignored: list[Ignored]) -> Iterator[dict[str, str | None]]:
    """Yield each value of each answer as text, with the file that holds it."""
    for name, path in files_of(folder, "--api-entreprise"):
        if path.suffix.lower() not in (".json", ".jsonl"):
            ignored.append(Ignored(SOURCE, name, "neither JSON nor JSON lines"))
            continue
        found = False
        try:
            for answer in _answers(path):
                data = answer.get("data") if isinstance(answer, dict) else None
                if isinstance(data, dict) and isinstance(data.get(LIST), list):
                    found = True
                    yield from _values_of(name, data)
        except (UnicodeDecodeError, json.JSONDecodeError) as error:
            ignored.append(Ignored(SOURCE, name, f"not JSON: {error}"))
            continue
        if not found:
            ignored.append(Ignored(SOURCE, name, "not an answer on monthly headcounts"))


def _answers(path: Path) -> Iterator[Any]:
    if path.suffix.lower() == ".json":
        yield json.loads(path.read_text("utf-8-sig"))
        return
    with path.open(encoding="utf-8-sig") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _values_of(name: str, data: dict[str, Any]) -> Iterator[dict[str, str | None]]:
    for value in data[LIST]:
        if not isinstance(value, dict) or value.get("value") is None or value.get("nature") != NATURE:
            continue
        yield {
            "answer": name,
            "siret": _text(data.get("siret")),
            "month": f"{value.get('annee')}-{str(value.get('mois')).zfill(2)}",
            "regime": _text(value.get("regime")),
            "received_on": _text(value.get("date_derniere_mise_a_jour")),
            "headcount": _text(value["value"]),
        }


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _stage(values: Iterator[dict[str, str | None]], path: Path) -> Staged:
    types = [("line", pa.int64()), ("problem", pa.string()), ("raw", pa.string())]
    layout = pa.schema([*types, *((name, pa.string()) for name in _COLUMNS)])
    count = 0
    with pq.ParquetWriter(path, layout, compression="zstd") as writer:
        while chunk := list(islice(values, CHUNK)):
            rows = [
                {**value, "line": line, "problem": None, "raw": None}
                for line, value in enumerate(chunk, start=count + 1)
            ]
            writer.write_table(pa.Table.from_pylist(rows, schema=layout))
            count += len(chunk)
    return Staged(path, _COLUMNS, count)
