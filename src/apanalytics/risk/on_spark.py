"""A saved risk model run where Spark computes the features: batch by batch, on the executors."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from apanalytics.errors import ModelMismatch
from apanalytics.features import Window
from apanalytics.features.registry import chosen
from apanalytics.features.spark import beside, publish, write_features_on_spark
from apanalytics.risk.model import RiskModel

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

COLUMNS = (
    "stage string, case_id string, as_of date, score double, risk double, risk_low double, risk_high double"
)
"""What a score says on Spark: log-odds before calibration, calibrated risk and its 95 % bounds (0..1)."""


def write_scores_on_spark(
    session: SparkSession,
    data: str,
    model: str | Path,
    out: str,
    asked: Window,
    *,
    done: Callable[[str], None] = lambda step: None,
) -> int:
    """Compute the features of a model's stage and score them, as a Parquet dataset by region and month.

    Parameters
    ----------
    session : as `features.spark.open_session` gives it.
    data, out, asked, done : as for `write_features_on_spark`.
    model : a folder on this machine that `RiskModel.save` wrote; its texts travel to the executors.

    Returns
    -------
    The number of cases scored: `COLUMNS`, then region and month from the names of the folders.

    Raises
    ------
    ModelMismatch : the folder holds no model, or one that names no stage.
    """
    stage = RiskModel.load(model).stage
    if stage is None:
        raise ModelMismatch("The model says no stage", where=str(model), todo="Train it with --stage.")
    with beside(session, out) as work:
        count = write_features_on_spark(session, data, stage, f"{work}/features", asked, done=done)
        rows = session.read.parquet(f"{work}/features")
        scored = rows.mapInArrow(scorer(Path(model)), f"{COLUMNS}, region string, month string")
        scored.write.partitionBy("region", "month").parquet(f"{work}/scores")
        publish(session, f"{work}/scores", out)
    return count


def scorer(model: Path) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Give a function that turns batches of features into batches of scores, and carries the model with it.

    Parameters
    ----------
    model : a folder that `RiskModel.save` wrote.
    """
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(model.iterdir())}

    def score(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        with tempfile.TemporaryDirectory() as place:
            for name, text in texts.items():
                Path(place, name).write_text(text, encoding="utf-8")
            loaded = RiskModel.load(place)
        for batch in batches:
            yield _scores(loaded, batch)

    return score


def _scores(model: RiskModel, batch: pa.RecordBatch) -> pa.RecordBatch:
    kinds = {feature.name: feature.dtype for feature in chosen(model.stage or "")}
    frame = batch.select(list(kinds)).to_pandas().astype(kinds)
    low, high = model.risk_interval(frame)
    said = {
        "score": model.decision_function(frame),
        "risk": model.predict_proba(frame)[:, 1],
        "risk_low": low,
        "risk_high": high,
    }
    first, last = ("stage", "case_id", "as_of"), ("region", "month")
    columns = {name: batch.column(name) for name in first}
    columns |= {name: pa.array(values, from_pandas=True) for name, values in said.items()}
    return pa.RecordBatch.from_pydict(columns | {name: batch.column(name) for name in last})
