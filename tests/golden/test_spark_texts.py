"""A new sqlglot, or a changed step, changes no Spark text unseen."""

from __future__ import annotations

from spark_texts import GOLDEN, texts


def test_every_step_translates_to_the_spark_text_that_is_stored() -> None:
    stored = {path.name: path.read_text("utf-8") for path in GOLDEN.glob("*.sql")}
    again = "python tests/golden/spark_texts.py"
    assert stored.keys() == texts().keys(), f"after a look at the difference: {again}"
    changed = [name for name, text in texts().items() if stored[name] != text]
    assert changed == [], f"after a look at the difference: {again}"
