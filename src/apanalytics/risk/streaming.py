"""Scores of more cases than memory holds: batches of a Parquet file of features, one after another."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from apanalytics.errors import ModelMismatch
from apanalytics.features.registry import chosen

if TYPE_CHECKING:
    from apanalytics.risk.model import RiskModel

ROWS = 65_536
"""Rows of a batch: some hundred megabytes with every feature of the catalogue."""
SCHEMA = pa.schema(
    [
        ("case_id", pa.string()),
        ("score", pa.float64()),
        ("risk", pa.float64()),
        ("risk_low", pa.float64()),
        ("risk_high", pa.float64()),
    ]
)
"""What is written: log-odds before calibration, calibrated risk and its 95 % bounds (0..1)."""


def score_parquet(
    model: RiskModel,
    features: str | Path,
    out: str | Path,
    *,
    step: Callable[[int], None] = lambda rows: None,
) -> int:
    """Score a Parquet file of features in bounded memory, in its order, without contributions.

    Each case is scored by itself: the establishment's earlier scores, which need cases of other batches, are
    not blended in.

    Parameters
    ----------
    model : a fitted model.
    features : what ``apanalytics features`` wrote: ``case_id`` and a column per feature.
    out : Parquet file to write (`SCHEMA`), beside its final place and renamed into it.
    step : called with the number of rows scored so far, after each batch.

    Returns
    -------
    The number of cases scored.

    Raises
    ------
    ModelMismatch : the file lacks a column of the model.
    """
    held = pq.ParquetFile(features)
    lacking = {*model.columns_.names, "case_id"}.difference(held.schema_arrow.names)
    if lacking:
        raise ModelMismatch(
            f"The file lacks {len(lacking)} of the columns that the model needs",
            where=str(features),
            value=min(lacking),
            todo="Compute the features with the version that the model card names, or train again.",
        )
    path, done = Path(out), 0
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, new = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    try:
        with pq.ParquetWriter(new, SCHEMA, compression="zstd") as writer:
            for batch in held.iter_batches(ROWS, columns=["case_id", *model.columns_.names]):
                writer.write_batch(_scored(model, batch))
                done += batch.num_rows
                step(done)
        os.chmod(new, 0o644)
        os.replace(new, path)
    finally:
        Path(new).unlink(missing_ok=True)
    return done


def _scored(model: RiskModel, batch: pa.RecordBatch) -> pa.RecordBatch:
    kinds = {one.name: one.dtype for one in chosen(model.stage)} if model.stage is not None else {}
    frame = batch.select(list(model.columns_.names)).to_pandas()
    frame = model.columns_.select(frame.astype({k: v for k, v in kinds.items() if k in frame.columns}))
    scores = model.decision_function(frame)
    low, high = model.calibrator_.interval(scores)
    values = (scores, model.calibrator_.probability(scores), low, high)
    columns = [batch.column("case_id"), *(pa.array(np.asarray(one), from_pandas=True) for one in values)]
    return pa.RecordBatch.from_arrays([columns[0].cast(pa.string()), *columns[1:]], schema=SCHEMA)
