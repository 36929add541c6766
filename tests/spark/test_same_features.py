"""The steps give on Spark, row by row, what they give on DuckDB."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from clerk import disagreements
from random_country import TODAY, as_parquet, country

from apanalytics.features import FEATURES, STAGES, features, window
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


@pytest.fixture(scope="module")
def core(spark: Any, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The twelve core steps of the payment stage, computed by Spark."""
    place = tmp_path_factory.mktemp("core")
    count = write_features_on_spark(
        spark, str(folder), "payment", f"{place}/f.parquet", window(as_of=TODAY), only=CORE
    )
    assert [path.name for path in place.iterdir()] == ["f.parquet"], "the work of the steps is removed"
    frame = written(place / "f.parquet")
    assert len(frame) == count
    return frame


def test_the_twelve_core_steps_give_the_same_rows_on_spark(core: pd.DataFrame, folder: Path) -> None:
    duckdb = features(read(folder), "payment", as_of=TODAY)
    assert (pd.to_datetime(core["as_of"]) == duckdb.attrs["as_of"].by_case).all()
    assert differing(core, duckdb, [f.name for f in of_stage("payment") if f.step in CORE]) == []


def test_spark_agrees_with_the_clerk(core: pd.DataFrame, frames: dict[str, pd.DataFrame]) -> None:
    names = {f.name for f in of_stage("payment") if f.step in CORE}
    assert {FEATURES[name].step for name in names} == set(CORE)
    assert disagreements(frames, core, "payment", TODAY, names) == []


@pytest.mark.nightly
@pytest.mark.parametrize("seed", [3, 18, 39])
@pytest.mark.parametrize("stage", STAGES)
def test_the_whole_catalogue_gives_the_same_rows_on_spark(
    spark: Any, tmp_path: Path, stage: str, seed: int
) -> None:
    tables, names = country(seed), [feature.name for feature in of_stage(stage)]
    place = as_parquet(tables, tmp_path / "country")
    write_features_on_spark(spark, str(place), stage, f"{tmp_path}/f", window(as_of=TODAY), only=names)
    frame, duckdb = written(tmp_path / "f"), features(read(place), stage, as_of=TODAY, only=names)
    assert differing(frame, duckdb, names) == []
    assert disagreements(tables, frame, stage, TODAY) == []
    assert disagreements(tables, duckdb, stage, TODAY) == []
