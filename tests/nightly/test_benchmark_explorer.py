"""The benchmark of the explorer runs on a small country: it grows it, starts the server, clicks, counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from apanalytics.prepare import open_derived
from benchmarks import explorer
from benchmarks.explorer_data import grown

pytestmark = pytest.mark.nightly


def test_a_grown_country_is_prepared_and_every_figure_is_measured(tmp_path: Path) -> None:
    data = grown(tmp_path, requests=2_000, copies=3)
    drawn, copied = (open_derived(folder).cases("payment") for folder in (tmp_path / "drawn", data))
    assert len(copied) == 3 * len(drawn)
    assert copied.index.is_unique
    assert copied["region"].value_counts().eq(3 * drawn["region"].value_counts()).all()
    assert copied["siren"].nunique() > 2.9 * drawn["siren"].nunique()
    figures = explorer.measured(data, clicks=4, rounds=1)
    assert set(explorer.LIMITS) <= set(figures)
    assert all(value > 0 for value in figures.values())
