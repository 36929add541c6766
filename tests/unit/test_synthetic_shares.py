"""Shares of firms by kind: as set, or such that the case rate wanted is met."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from apanalytics.errors import InvalidArgument
from apanalytics.synthetic.conduct import KINDS
from apanalytics.synthetic.draws import Draws
from apanalytics.synthetic.official import wave
from apanalytics.synthetic.scenario_files import settings
from apanalytics.synthetic.shares import drawn_kinds, kind_shares


def with_conduct(**changes):
    base = settings("base")
    return replace(base, conduct=replace(base.conduct, **changes))


def rates(knobs):
    """Case rates by stage that the yields promise."""
    gives = np.array([knobs.conduct.yields[kind.code] for kind in KINDS])
    return kind_shares(knobs) @ gives


def test_without_a_rate_the_shares_are_those_of_the_settings_times_the_scale():
    firms = [settings("base").conduct.kinds[kind.code].firms for kind in KINDS]
    assert kind_shares(with_conduct(scale=1.5)).tolist() == pytest.approx([1.5 * share for share in firms])


@pytest.mark.parametrize("asked", [0.05, 0.10, 0.175])
def test_the_case_rates_asked_for_are_promised_by_the_yields(asked):
    knobs = with_conduct(case_rate={"authorisation": asked, "payment": asked})
    assert rates(knobs).tolist() == pytest.approx([asked, asked])


def test_a_rate_of_one_stage_leaves_the_kinds_of_the_other_alone():
    alone = with_conduct(case_rate={"authorisation": 0.10})
    claims = np.array([kind.claim is not None for kind in KINDS])
    assert kind_shares(alone)[claims].tolist() == kind_shares(settings("base"))[claims].tolist()
    assert rates(alone)[0] == pytest.approx(0.10)


def test_a_rate_that_needs_nearly_every_firm_is_refused():
    with pytest.raises(InvalidArgument, match="out of reach"):
        kind_shares(with_conduct(case_rate={"payment": 0.9}))


def test_a_region_set_to_nothing_has_no_kind_and_the_others_keep_theirs():
    country = wave("2020-03", "2020-05", 13, 151.67)
    brittany, elsewhere = country.regions.index("53"), country.regions.index("32")
    firm, nace17 = np.arange(3000), np.zeros(3000, dtype=np.int64)
    knobs = with_conduct(regions={"53": 0.0})
    there = drawn_kinds(nace17, np.full(3000, brittany), firm, country, Draws(1), knobs)
    other = drawn_kinds(nace17, np.full(3000, elsewhere), firm, country, Draws(1), knobs)
    same = drawn_kinds(nace17, np.full(3000, elsewhere), firm, country, Draws(1), settings("base"))
    assert (there == -1).all()
    assert 0.1 < (other >= 0).mean() < 0.5
    assert other.tolist() == same.tolist()
