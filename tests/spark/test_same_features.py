"""The steps give on Spark, row by row, what they give on DuckDB."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from random_country import TODAY

from apanalytics.features import STAGES, features, window
from apanalytics.features.registry import of_stage
from apanalytics.features.spark import write_features_on_spark
from apanalytics.tables import read

CORE = (
    *("declared_facts", "place_facts", "procedure_facts", "dsn_facts", "history_facts", "account_facts"),
    *("firm_facts", "peer_facts", "claim_facts", "dsn_claim_facts", "double_claim_facts", "person_facts"),
)
"""The twelve steps that every change is checked on."""


def written(place: Path) -> pd.DataFrame:
    frame = pd.read_parquet(place).set_index("case_id").sort_index()
    assert frame["region"].astype(str).isin(["32", "ZZ"]).all()
    return frame


def differing(spark: pd.DataFrame, duckdb: pd.DataFrame, names: list[str]) -> list[str]:
    assert spark.index.tolist() == duckdb.index.tolist()
    found = []
    for name in names:
        left, right = (frame[name].astype("Float64") for frame in (spark, duckdb))
        same = (left.isna() == right.isna()).all() and ((left - right).abs().fillna(0) <= 1e-9).all()
        if not same:
            found.append(name)
    return found


def disagreements(spark: Any, folder: Path, stage: str, out: Path, only: tuple[str, ...] | None) -> list[str]:
    duckdb = features(read(folder), stage, as_of=TODAY)
    write_features_on_spark(spark, str(folder), stage, str(out), window(as_of=TODAY), only=only)
    names = [f.name for f in of_stage(stage) if only is None or f.step in only]
    result = written(out)
    assert (pd.to_datetime(result["as_of"]) == duckdb.attrs["as_of"]).all()
    return differing(result, duckdb, names)


def test_the_twelve_core_steps_give_the_same_rows_on_spark(spark: Any, folder: Path, tmp_path: Path) -> None:
    assert disagreements(spark, folder, "payment", tmp_path / "f.parquet", CORE) == []
    assert [path.name for path in tmp_path.iterdir()] == ["f.parquet"]


@pytest.mark.nightly
@pytest.mark.parametrize("stage", STAGES)
def test_the_whole_catalogue_gives_the_same_rows_on_spark(
    spark: Any, folder: Path, tmp_path: Path, stage: str
) -> None:
    assert disagreements(spark, folder, stage, tmp_path / "f.parquet", None) == []
