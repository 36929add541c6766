"""Blocks of firms: numbered nationally, cut at the number asked, with a history before the window."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from apanalytics.synthetic import filing, synth
from apanalytics.synthetic.draws import Draws
from apanalytics.synthetic.filing import EARLIER, blocks
from apanalytics.synthetic.laws import monthly_law
from apanalytics.synthetic.official import wave
from apanalytics.synthetic.scenario_files import settings
from apanalytics.synthetic.sizing import sizes

TINY = settings("tiny")
WAVE = wave("2020-06", "2021-03", TINY.payroll.months_before, 151.67)
SIZE = sizes(WAVE, TINY)
LAW = monthly_law(str(WAVE.months[0]), "2022-12")
ALL = np.arange(len(WAVE.regions))


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(filing, "BLOCK", 256)


def drawn(count, regions=ALL):
    return list(blocks(count, regions, WAVE, SIZE, LAW, Draws(3), TINY))


def requests(parts):
    return pd.concat([part.requests for part in parts], ignore_index=True)


@pytest.mark.usefixtures("small_blocks")
def test_the_window_has_the_number_asked_for_and_no_number_twice():
    asked = requests(drawn(700))
    inside = asked[asked["number"] < EARLIER]
    assert sorted(inside["number"]) == list(range(700))
    assert (inside["start"] >= WAVE.opening).all()
    earlier = asked[asked["number"] >= EARLIER]
    assert len(earlier) > 0
    assert (earlier["start"] < WAVE.opening).all()
    assert not asked["number"].duplicated().any()
    assert not asked["case"].duplicated().any()


@pytest.mark.usefixtures("small_blocks")
def test_more_requests_only_add_to_fewer():
    less, more = requests(drawn(300)), requests(drawn(700))
    joined = less.merge(more, how="left", indicator=True)
    assert (joined["_merge"] == "both").all()


@pytest.mark.usefixtures("small_blocks")
def test_a_region_has_its_rows_of_every_block():
    region = WAVE.regions.index("11")
    whole, part = drawn(700), drawn(700, np.array([region]))
    places = pd.concat([block.establishments for block in whole])
    mine = set(places.loc[places["region"] == region, "uid"])
    expected = requests(whole)
    expected = expected[expected["uid"].isin(mine)].reset_index(drop=True)
    pd.testing.assert_frame_equal(requests(part), expected)


def test_every_establishment_has_something_to_file_or_claim_in_the_window():
    for part in drawn(700):
        inside = part.requests.loc[part.requests["number"] < EARLIER, "uid"]
        idle = part.active[:, WAVE.opening :].any(1)
        assert (part.establishments["uid"].isin(inside) | idle).all()


@pytest.mark.usefixtures("small_blocks")
def test_the_size_of_a_block_changes_no_value(tmp_path, monkeypatch):
    options = {"requests": 900, "seed": 4, "scenario": "tiny", "start": "2020-09", "end": "2021-03"}
    synth(tmp_path / "small", **options)
    monkeypatch.setattr(filing, "BLOCK", 4096)
    synth(tmp_path / "large", **options)
    for file in sorted((tmp_path / "small").glob("*.parquet")):
        assert pq.read_table(tmp_path / "large" / file.name).equals(pq.read_table(file)), file.name
