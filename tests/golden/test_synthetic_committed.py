"""The committed country is what the generator draws today, and it holds what everybody tests on."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

from apanalytics.tables import read, validate

DATA = Path(__file__).parents[2] / "data"
COMMITTED = DATA / "synthetic"
MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def tables():
    return read(COMMITTED)


def test_the_committed_country_is_drawn_again_to_the_value(tmp_path, tables):
    spec = importlib.util.spec_from_file_location("regenerate", DATA / "regenerate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.regenerate(tmp_path / "again")
    again = read(tmp_path / "again")
    assert set(again.names) == set(tables.names)
    for name in tables.names:
        file = f"{name}.parquet"
        if (tmp_path / "again" / file).read_bytes() != (COMMITTED / file).read_bytes():
            actual, expected = getattr(again, name).to_pandas(), getattr(tables, name).to_pandas()
            why = f"{name} moved: say why in the commit, then python data/regenerate.py"
            assert_frame_equal(actual, expected, obj=why)


def test_it_is_small_enough_to_be_committed():
    assert sum(file.stat().st_size for file in COMMITTED.iterdir()) <= 5 * MEGABYTE


def test_it_keeps_the_contract(tables):
    checks = validate(tables).tables
    assert {name: check.errors for name, check in checks.items() if check.errors} == {}


def test_it_holds_two_regions_and_enough_to_learn_from(tables):
    places = tables.establishments.to_pandas()
    assert set(places["region"]) == {"32", "94"}
    closed = tables.controls.to_pandas().dropna(subset=["closed_on"])
    assert len(closed) >= 500
    assert (closed["outcome"] != "compliant").sum() >= 100


def test_hauts_de_france_has_claims_to_report_on_in_september_2021(tables):
    claims = tables.claims.to_pandas()
    here = tables.establishments.to_pandas().query("region == '32'")["siret"]
    assert (claims["siret"].isin(here) & (claims["month"] == "2021-09-01")).sum() >= 25
