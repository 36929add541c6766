"""A model that knows too few findings gives way in the explorer too, and its campaigns say so."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import apanalytics as ap
from apanalytics.errors import InvalidArgument
from apanalytics.explorer.campaigns import FOLDER
from apanalytics.explorer.serving import opened
from tests.unit.test_explorer_campaigns import ask, client_of, listed

DATA, STAGE, UNTIL = Path("data/synthetic"), "authorisation", "2021-06-30"


def saved_model(place: Path, tables: ap.Tables) -> Path:
    X, y, w = ap.labelled(
        ap.features(tables, STAGE, to=UNTIL, only=["hours", "amount_eur"]), ap.outcomes(tables, STAGE, UNTIL)
    )
    return ap.RiskModel(stage=STAGE, trees=5, folds=2).fit(X, y, sample_weight=w).save(place / "model")


def test_the_anomaly_ranks_and_the_campaign_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = shutil.copytree(DATA, tmp_path / "data", ignore=shutil.ignore_patterns("derived"))
    model = saved_model(tmp_path, ap.read(data))
    monkeypatch.setattr("apanalytics.risk.model.FEWEST_FINDINGS", 10**6)
    with pytest.warns(UserWarning, match="the anomaly, which needs none, ranks in its place"):
        explorer = opened(data, tmp_path / "state", [model])
    assert explorer.models == {}
    with (
        pytest.raises(InvalidArgument, match="Two models of one stage"),
        pytest.warns(UserWarning, match="ranks in its place"),
    ):
        opened(data, tmp_path / "state", [model, model])
    client = client_of(explorer)
    name, _ = listed(client, ask(client, f"stage={STAGE}"))
    told = json.loads((explorer.state / FOLDER / name / "campaign.json").read_text())
    assert told["model"].startswith("anomaly-")
    assert told["cold_model"] == explorer.cold[STAGE]
