"""A saved model gives on Spark, batch by batch, the scores that it gives in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from random_country import TODAY

from apanalytics.features import features, window
from apanalytics.risk import RiskModel
from apanalytics.risk.on_spark import COLUMNS, scorer, write_scores_on_spark
from apanalytics.tables import read


@pytest.fixture(scope="module")
def model(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    frame = features(read(folder), "payment", as_of=TODAY)
    fitted = RiskModel(stage="payment", trees=5).fit(frame, np.arange(len(frame)) % 3 == 0)
    return fitted.save(tmp_path_factory.mktemp("model") / "payment")


def test_scores_on_spark_are_those_of_the_model_in_memory(spark: Any, folder: Path, model: Path) -> None:
    frame = features(read(folder), "payment", as_of=TODAY)
    frame.attrs = {}
    rows = frame.assign(stage="payment", as_of=TODAY, region="32", month="2021-09").reset_index()
    scored = spark.createDataFrame(_arrow(rows)).mapInArrow(
        scorer(model), f"{COLUMNS}, region string, month string"
    )
    result = scored.toPandas().set_index("case_id").loc[frame.index]
    loaded = RiskModel.load(model)
    assert np.abs(result["score"] - loaded.decision_function(frame)).max() <= 1e-9
    assert np.abs(result["risk"] - loaded.predict_proba(frame)[:, 1]).max() <= 1e-9


def _arrow(rows: pd.DataFrame) -> Any:
    import pyarrow as pa

    return pa.Table.from_pandas(rows, preserve_index=False)


@pytest.mark.nightly
def test_the_features_are_computed_and_scored_in_one_go(
    spark: Any, folder: Path, model: Path, tmp_path: Path
) -> None:
    count = write_scores_on_spark(spark, str(folder), model, f"{tmp_path}/s", window(as_of=TODAY))
    result = pd.read_parquet(tmp_path / "s").set_index("case_id").sort_index()
    frame = features(read(folder), "payment", as_of=TODAY)
    assert len(result) == count == len(frame)
    assert np.abs(result["score"] - RiskModel.load(model).decision_function(frame)).max() <= 1e-9
    assert [path.name for path in tmp_path.iterdir()] == ["s"]
