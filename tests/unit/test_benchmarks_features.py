"""The benchmark of features: its country, and peers that compute the same values as the catalogue."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from apanalytics.features import FEATURES, features
from apanalytics.tables import read
from benchmarks.features_data import Hot, write
from benchmarks.peers import CORE, pandas_core, polars_core


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A thousand requests in two pieces, and three hundred that share an account."""
    folder = tmp_path_factory.mktemp("country")
    write(folder, 1_000, Hot(300, shared=True), size=500)
    return folder


@pytest.fixture(scope="module")
def ours(country: Path) -> pd.DataFrame:
    frame = features(read(country), "payment")[list(CORE)]
    frame.attrs = {}  # pandas cannot compare the days by case that they hold
    return frame


def as_numbers(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.set_index("case_id")[list(CORE)].astype("Float64").astype("float64")


@pytest.mark.parametrize("peer", ["pandas", "polars"])
def test_a_peer_gives_the_values_of_the_catalogue(country: Path, ours: pd.DataFrame, peer: str) -> None:
    theirs = pandas_core.compute(country) if peer == "pandas" else polars_core.compute(country).to_pandas()
    assert theirs["case_id"].tolist() == ours.index.tolist()
    pd.testing.assert_frame_equal(
        as_numbers(theirs), as_numbers(ours.reset_index()), rtol=0, atol=1e-9, check_exact=False
    )


def test_every_core_feature_has_values_that_differ(ours: pd.DataFrame) -> None:
    assert (ours.nunique() > 1).all()
    assert {"payment"} <= {stage for name in CORE for stage in FEATURES[name].stages}


def test_a_country_has_three_claims_and_five_payroll_months_for_each_request(tmp_path: Path) -> None:
    write(tmp_path, 1_000, size=1_000)
    tables = read(tmp_path)
    assert len(tables.requests) == 1_000
    assert 2.5 < len(tables.claims) / 1_000 < 3.5
    assert 4.0 < len(tables.payroll_months) / 1_000 < 6.0


@pytest.mark.parametrize("shared", [True, False])
def test_hot_requests_share_one_account_or_none(tmp_path: Path, shared: bool) -> None:
    write(tmp_path, 500, Hot(400, shared=shared), size=500)
    requests = read(tmp_path).requests.to_pandas()
    assert len(requests) == 900
    assert (requests["bank_key"].value_counts().iloc[0] >= 400) == shared
    assert (requests["filer_id"].value_counts().iloc[0] >= 200) == shared
    assert (requests["siret"].value_counts().iloc[0] >= 40) == shared
