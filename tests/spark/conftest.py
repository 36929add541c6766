"""One small Spark session for all tests of this folder; without Java they say so and skip, but in CI."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from apanalytics.features.spark import missing, open_session

sys.path.insert(0, str(Path(__file__).parents[1] / "property"))

SMALL = {
    "spark.master": "local[2]",
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "2",
    "spark.default.parallelism": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.memory": "1g",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}
"""On rows by the hundred, compiling a plan costs more than running it."""


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    why = missing()
    if why:
        if os.environ.get("CI"):
            pytest.fail(f"Spark must run in CI: {why}")
        pytest.skip(f"Spark cannot run here: {why} `make system` installs Java.")
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("apanalytics tests")
    for name, value in SMALL.items():
        builder = builder.config(name, value)
    whole = builder.getOrCreate()
    whole.sparkContext.setLogLevel("OFF")
    session = open_session()
    for name in ("spark.sql.shuffle.partitions", "spark.sql.adaptive.enabled"):
        session.conf.set(name, SMALL[name])
    yield session
    whole.stop()


@pytest.fixture(scope="session")
def frames() -> dict[str, pd.DataFrame]:
    """A small country drawn at random."""
    from random_country import country

    return country(3)


@pytest.fixture(scope="session")
def folder(frames: dict[str, pd.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, as Parquet."""
    from random_country import as_parquet

    return as_parquet(frames, tmp_path_factory.mktemp("country"))
