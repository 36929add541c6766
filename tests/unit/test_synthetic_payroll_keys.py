"""Small countries have one person with two jobs by department, who may hold both in branches of a firm."""

from __future__ import annotations

import pytest

from apanalytics.synthetic import synth
from apanalytics.tables import read

KEY = ["siret", "month", "person_key", "contract_id", "received_on"]


@pytest.mark.parametrize("month", ["2019-01", "2023-12"])
def test_two_jobs_of_one_person_under_one_siret_are_two_contracts(tmp_path, month):
    """These draws have such a person: two branches declared under their head office."""
    synth(tmp_path / "country", requests=500, seed=0, start=month, end=month)
    payroll = read(tmp_path / "country").payroll.to_pandas()
    jobs = payroll.groupby(KEY[:3] + KEY[4:])["contract_id"].nunique()
    assert (jobs > 1).any()
    assert not payroll.duplicated(KEY).any()
