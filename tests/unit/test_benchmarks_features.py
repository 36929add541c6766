"""The benchmark of features: its country, and peers that compute the same values as the catalogue."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from apanalytics.features import FEATURES, features
from apanalytics.tables import read
from benchmarks import features as features_bench
from benchmarks import features_hot
from benchmarks.features_agree import differing
from benchmarks.features_costs import by_group
from benchmarks.features_data import Hot, write
from benchmarks.features_runs import Use, used
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


@pytest.mark.parametrize("peer", ["pandas", "polars"])
def test_a_peer_gives_the_values_of_the_catalogue(
    country: Path, ours: pd.DataFrame, tmp_path: Path, peer: str
) -> None:
    theirs = pandas_core.compute(country) if peer == "pandas" else polars_core.compute(country).to_pandas()
    assert theirs["case_id"].tolist() == ours.index.tolist()
    theirs.to_parquet(tmp_path / "theirs.parquet")
    ours.reset_index().to_parquet(tmp_path / "ours.parquet")
    assert differing(f"{tmp_path}/ours.parquet", f"{tmp_path}/theirs.parquet") == {}


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


def result(size: str, way: str, cpu: float, peak: float = 1.0, spill: float = 0.0) -> features_bench.Result:
    return features_bench.Result(size, way, Use(cpu, cpu, peak, spill), input_gb=1.0)


def test_each_bar_is_judged_on_the_figure_it_names() -> None:
    found = [
        result("M", "catalogue", 8.0, peak=1.1),
        result("M", "catalogue, 1GB", 9.6),
        result("M", "polars", 10.0),
        result("M", "pandas", 40.0),
        result("L", "catalogue, 4GB", 120.0, spill=3.9),
        result("L", "catalogue, 2GB", 144.0, spill=4.1),
    ]
    judged = {bar.what: (round(bar.figure, 6), bar.met) for bar in features_bench.bars(found)}
    assert judged == {
        "M: CPU over that of polars": (0.8, False),
        "M: CPU over that of pandas": (0.2, True),
        "M: peak memory in GB": (1.1, True),
        "M: CPU under 1 GB over CPU at the default": (1.2, False),
        "L, catalogue, 4GB: CPU over that of M": (15.0, True),
        "L, catalogue, 4GB: temporary files over the input": (3.9, True),
        "L, catalogue, 2GB: CPU over that of M": (18.0, False),
        "L, catalogue, 2GB: temporary files over the input": (4.1, False),
    }


def test_a_process_is_charged_for_its_memory_and_its_temporary_files(tmp_path: Path) -> None:
    (tmp_path / "big.py").write_text(
        "import os, tempfile, time\n"
        "kept = b'x' * 300_000_000\n"
        "with tempfile.NamedTemporaryFile() as file:\n"
        "    file.write(kept[:50_000_000]); file.flush(); time.sleep(0.5)\n"
    )
    use = used([f"{tmp_path.name}.big"], tmp_path, {"PYTHONPATH": str(tmp_path.parent)})
    assert 0.3 < use.peak_gb < 0.4
    assert use.spill_gb == pytest.approx(0.05)
    assert use.cpu_seconds > 0


def values(folder: Path, name: str, ratio: float, count: int = 20_000) -> str:
    path = folder / f"{name}.parquet"
    frame = pd.DataFrame({feature: [1.0] * count for feature in CORE})
    frame.insert(0, "case_id", [f"C{number:05}" for number in range(count)])
    frame.loc[0, "peer_hours_z"] = ratio
    frame.to_parquet(path)
    return str(path)


@pytest.mark.parametrize(
    ("ratio", "wrong"),
    [
        (1.0, {}),
        (1.000001, {}),
        (1.00001, {"peer_hours_z": (1, 0)}),
        (float("nan"), {"peer_hours_z": (1, 0)}),
    ],
)
def test_values_may_differ_only_by_a_rare_half_of_the_last_decimal(
    tmp_path: Path, ratio: float, wrong: dict[str, tuple[int, int]]
) -> None:
    assert differing(values(tmp_path, "ours", 1.0), values(tmp_path, "theirs", ratio)) == wrong


def test_halves_of_the_last_decimal_that_are_not_rare_are_a_difference(tmp_path: Path) -> None:
    ours, theirs = values(tmp_path, "ours", 1.0, 100), values(tmp_path, "theirs", 1.000001, 100)
    assert differing(ours, theirs) == {"peer_hours_z": (1, 1)}


@pytest.mark.parametrize(
    ("step", "quadratic"),
    [
        (features_hot.Step("linear", alone=1, apart=2, half=1.5, whole=2.0), False),
        (features_hot.Step("quadratic", alone=1, apart=2, half=2.0, whole=5.0), True),
        (features_hot.Step("steep, but no dearer than the same rows apart", 1, 5, 2.0, 5.0), False),
        (features_hot.Step("too small to tell", 0.1, 0.1, 0.15, 0.3), False),
        (features_hot.Step("free at half", 1, 1, 1.0, 2.0), True),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_step_is_quadratic_where_shared_keys_cost_more_and_more(
    step: features_hot.Step, quadratic: bool
) -> None:
    assert step.quadratic == quadratic


def test_the_cost_of_a_step_is_shared_by_the_features_that_need_it() -> None:
    costs = {
        cost.step: cost.cpu_seconds
        for cost in by_group({"dsn_month": 3.0, "dsn_facts": 1.0}, "authorisation")
    }
    assert costs["dsn_facts"] == pytest.approx(1.0 + 3.0 / 2)
    assert costs["employer_facts"] == pytest.approx(3.0 / 2)
    assert costs["peer_facts"] == 0
