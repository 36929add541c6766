"""What a replay is asked for is checked before anything is computed."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

import apanalytics as ap
from apanalytics.cli import app
from apanalytics.errors import InvalidArgument

STAGE = "authorisation"


@pytest.mark.parametrize("capacity", [0, 1, -0.1, 200, float("nan"), float("inf")])
def test_a_replay_lists_a_share_of_each_month(capacity):
    with pytest.raises(InvalidArgument, match=r"share of each month's cases \(capacity\)"):
        ap.backtest(ap.read("data/synthetic"), STAGE, capacity=capacity)


def test_a_seed_that_no_model_takes_is_refused_before_the_replay():
    with pytest.raises(InvalidArgument, match="Not a seed"):
        ap.backtest(ap.read("data/synthetic"), STAGE, seed=-1)


def test_the_command_ends_with_a_message_and_writes_nothing(tmp_path):
    words = ["backtest", "data/synthetic", str(tmp_path / "out"), "--stage", STAGE, "--capacity", "10"]
    result = CliRunner().invoke(app, words)
    assert (result.exit_code, "share of each month's cases" in result.stderr) == (1, True)
    assert not (tmp_path / "out").exists()
