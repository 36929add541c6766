"""The Spark text of every step, as stored beside: `python tests/golden/spark_texts.py` writes them again."""

from __future__ import annotations

from pathlib import Path

from apanalytics.features import STAGES
from apanalytics.features.spark.translation import spark_sql
from apanalytics.features.steps import steps

GOLDEN = Path(__file__).parent / "spark"


def texts() -> dict[str, str]:
    """Spark text by file name: `<step>.sql`, or `<step>.<stage>.sql` where the stages differ."""
    found = {}
    for stage in STAGES:
        for name, step in steps(stage).items():
            shared = all(steps(other).get(name) == step for other in STAGES)
            found[f"{name}.sql" if shared else f"{name}.{stage}.sql"] = spark_sql(step.sql) + "\n"
    return found


def write() -> None:
    """Store the texts, and remove those of steps that are no more."""
    GOLDEN.mkdir(exist_ok=True)
    for old in set(GOLDEN.glob("*.sql")) - {GOLDEN / name for name in texts()}:
        old.unlink()
    for name, text in texts().items():
        (GOLDEN / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
