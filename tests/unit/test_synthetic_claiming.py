"""Hours that honest employers claim: time cut by the same hours for everybody."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from apanalytics.synthetic.claiming import _uniform
from apanalytics.synthetic.draws import Draws
from apanalytics.synthetic.scenario_files import settings


def cut(hours, available, share):
    base = settings("base")
    knobs = replace(base, crisis=replace(base.crisis, uniform_reduction=share))
    claims, claim = pd.DataFrame({"uid": [8]}), np.zeros(len(hours), dtype=np.int64)
    return _uniform(claims, claim, np.array(hours), np.array(available), Draws(1), knobs).tolist()


def test_time_cut_for_all_alike_is_the_mean_down_to_the_next_five_hours():
    """Of 40, 50 and 63 hours the mean is 51: fifty for everybody."""
    assert cut([40.0, 50.0, 63.0], [140.0, 140.0, 140.0], 1.0) == [50.0, 50.0, 50.0]


def test_nobody_loses_more_than_he_has_and_whoever_lost_everything_still_does():
    """A mean of 54: fifty for the first; the second has 32 only, the third lost all of his."""
    assert cut([60.0, 20.0, 82.0], [140.0, 32.1, 82.0], 1.0) == [50.0, 32.0, 82.0]


def test_elsewhere_everybody_loses_his_own_hours():
    assert cut([40.0, 50.0, 63.0], [140.0, 140.0, 140.0], 0.0) == [40.0, 50.0, 63.0]
