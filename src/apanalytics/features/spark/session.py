"""A Spark session on which the steps give what they give on DuckDB."""

from __future__ import annotations

import os
import shutil
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

from apanalytics.errors import InvalidArgument

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SAME_RESULTS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
}
"""Settings on which results depend: dates without zones, division by zero an error, region codes as text."""


def open_session(memory: str | None = None) -> SparkSession:
    """Open a session: of the cluster under `spark-submit`, else of this machine alone.

    Parameters
    ----------
    memory : heap of Spark on this machine, such as `4GB`; a cluster has its own settings, and a session that
        is already open keeps what it has.

    Returns
    -------
    A session with temporary views of its own, and `SAME_RESULTS` set.

    Raises
    ------
    InvalidArgument : Spark or a Java runtime is not installed.

    Examples
    --------
    >>> why = missing()
    >>> why is None or why.startswith(("pyspark", "sqlglot", "Java"))
    True
    """
    lacking = missing()
    if lacking:
        raise InvalidArgument(
            "Spark cannot run here",
            where="--engine",
            value="spark",
            why=lacking,
            todo="pip install 'apanalytics[spark]', and `make system` for a Java runtime (17 or 21).",
        )
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # workers of this machine have this package too
    builder = SparkSession.builder.appName("apanalytics").config("spark.ui.showConsoleProgress", "false")
    if memory is not None:
        builder = builder.config("spark.driver.memory", memory.lower().removesuffix("b").replace("i", ""))
    session = builder.getOrCreate().newSession()
    session.sparkContext.setLogLevel("ERROR")
    for name, value in SAME_RESULTS.items():
        session.conf.set(name, value)
    return session


def missing() -> str | None:
    """Say what Spark lacks on this machine; None where it can run.

    Examples
    --------
    >>> missing() in (None, "Java is not on this machine.") or "not installed" in missing()
    True
    """
    for package in ("pyspark", "sqlglot"):
        if find_spec(package) is None:
            return f"{package} is not installed."
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        return "Java is not on this machine."
    return None
