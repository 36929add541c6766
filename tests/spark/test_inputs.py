"""What Spark reads of the canonical tables, and what it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from random_country import TODAY

from apanalytics.errors import DataRefused, MissingColumn, MissingTable
from apanalytics.features import window
from apanalytics.features.compute import carried
from apanalytics.features.spark import write_features_on_spark
from apanalytics.features.spark.inputs import register_tables
from apanalytics.tables import read


def test_spark_sees_the_columns_that_the_source_carried_as_duckdb_does(spark: Any, folder: Path) -> None:
    found = register_tables(spark, str(folder))
    assert found == carried(read(folder))
    assert "data_flags" not in found["requests"], "the file has it for form only"
    assert spark.sql("select count(*) from signals").collect()[0][0] == 0


def test_a_siret_held_as_a_number_is_refused(spark: Any, tmp_path: Path) -> None:
    pd.DataFrame({"predecessor": [1], "successor": ["2"], "known_on": ["2021-01-01"]}).to_parquet(
        tmp_path / "successions.parquet"
    )
    with pytest.raises(DataRefused, match="predecessor"):
        register_tables(spark, str(tmp_path))


def test_a_required_column_must_be_there(spark: Any, tmp_path: Path) -> None:
    pd.DataFrame({"predecessor": ["1"]}).to_parquet(tmp_path / "successions.parquet")
    with pytest.raises(MissingColumn, match="successor"):
        register_tables(spark, str(tmp_path))


def test_the_table_of_the_cases_must_be_there(spark: Any, tmp_path: Path) -> None:
    with pytest.raises(MissingTable, match="claims"):
        write_features_on_spark(spark, str(tmp_path), "payment", f"{tmp_path}/f", window(as_of=TODAY))
    assert not list(tmp_path.iterdir())
