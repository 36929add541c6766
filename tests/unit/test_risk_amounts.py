"""The amount model: which share of the amount is undue, learnt from features, and what is expected by it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from apanalytics.errors import InvalidArgument, ModelMismatch
from apanalytics.risk import RiskModel, UndueShare, expected_undue, undue_shares
from apanalytics.risk.amounts import FEWEST_SHARES, AmountModel, Shares
from apanalytics.risk.card import model_card

ROWS = 600


def frame(rows: int = ROWS) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    columns = {"hours": rng.random(rows) * 100, "gap": rng.normal(size=rows), "noise": rng.normal(size=rows)}
    found = pd.DataFrame(columns, index=[f"C{n}" for n in range(rows)])
    found.loc[rng.random(rows) < 0.2, "gap"] = np.nan
    return found


def shares_of(found: pd.DataFrame) -> pd.Series[float]:
    """All is undue of one kind of case, a tenth of the others."""
    return pd.Series(np.where(found["hours"] > 70, 1.0, 0.1), index=found.index)


@pytest.fixture(scope="module")
def fitted() -> RiskModel:
    X = frame()
    model = RiskModel(trees=5, folds=2).fit(X, X["gap"].fillna(0) > 0.3)
    return model.fit_amounts(X, shares_of(X))


def known(rows: int) -> Shares:
    found = frame(rows)
    return Shares(found.to_numpy(), shares_of(found).to_numpy(), np.arange(rows), ())


def test_what_features_tell_is_learnt_and_the_error_is_of_controls_left_out(fitted: RiskModel) -> None:
    X, amounts = frame(), fitted.amounts_
    told = fitted.undue_share(X)
    assert told[X["hours"] > 75].min() > 0.9
    assert told[X["hours"] < 65].max() < 0.2
    assert amounts.cases == ROWS
    assert amounts.error < 0.05
    # the mean share m = 0.1 + 0.9 q misses q of the cases by 1 - m and the others by m - 0.1
    q = float((X["hours"] > 70).mean())
    assert amounts.error_of_mean == pytest.approx(2 * 0.9 * q * (1 - q), rel=0.02)


def test_on_too_few_undue_amounts_nothing_is_learnt(fitted: RiskModel) -> None:
    assert AmountModel.learn(known(FEWEST_SHARES - 1), 0, 1) is None
    assert AmountModel.learn(known(FEWEST_SHARES), 0, 1) is not None
    X = frame()
    none = RiskModel(trees=2, folds=2).fit(X, X["gap"].fillna(0) > 0.3)
    assert np.isnan(none.undue_share(X)).all()
    assert np.isnan(none.fit_amounts(X[:50], shares_of(X[:50])).undue_share(X)).all()


def test_the_order_of_the_rows_and_the_threads_change_nothing() -> None:
    rows = known(ROWS)
    shuffled = rows.of(np.random.default_rng(1).permutation(ROWS))
    one, other, third = (
        AmountModel.learn(rows, 4, 1),
        AmountModel.learn(shuffled, 4, 1),
        AmountModel.learn(rows, 4, 2),
    )
    assert one.booster.model_to_string() == other.booster.model_to_string() == third.booster.model_to_string()
    assert one.booster.model_to_string() != AmountModel.learn(rows, 5, 1).booster.model_to_string()


def test_firms_are_left_out_together() -> None:
    # the share is that of the firm and nothing else tells it: with its firm left out a case cannot be told
    rng = np.random.default_rng(0)
    firms = np.repeat(np.arange(60), 10)
    share = rng.random(60)[firms]
    rows = Shares(firms[:, None].astype(np.float64), share, firms, ())
    apart = Shares(rows.matrix, share, np.arange(600), ())
    of_the_same_firms, of_others = AmountModel.learn(apart, 0, 1), AmountModel.learn(rows, 0, 1)
    assert of_the_same_firms.error < 0.5 * of_the_same_firms.error_of_mean
    assert of_others.error > 0.9 * of_others.error_of_mean


def test_a_saved_model_tells_the_same_and_a_changed_file_is_refused(
    fitted: RiskModel, tmp_path: Path
) -> None:
    fitted.save(tmp_path / "model")
    loaded = RiskModel.load(tmp_path / "model")
    assert (loaded.undue_share(frame()) == fitted.undue_share(frame())).all()
    assert loaded.version == fitted.version
    assert loaded.amounts_.json() == fitted.amounts_.json()
    text = (tmp_path / "model" / "amounts.txt").read_text("utf-8")
    (tmp_path / "model" / "amounts.txt").write_text(text + " ", "utf-8")
    with pytest.raises(ModelMismatch, match="changed"):
        RiskModel.load(tmp_path / "model")


def test_the_version_changes_with_the_amounts_and_the_risk_does_not(fitted: RiskModel) -> None:
    X = frame()
    alone = RiskModel(trees=5, folds=2).fit(X, X["gap"].fillna(0) > 0.3)
    assert alone.version != fitted.version
    assert (alone.decision_function(X) == fitted.decision_function(X)).all()


def test_euros_are_expected_by_features_where_learnt_and_by_band_elsewhere() -> None:
    bands = UndueShare(edges=(1000.0,), shares=(0.5, 0.25), cases=40)
    risk, amount = np.array([0.5, 0.5, 0.5, np.nan]), np.array([100.0, 100.0, 2000.0, 100.0])
    learnt = np.array([0.2, np.nan, np.nan, 0.2])
    assert expected_undue(risk, amount, learnt, bands)[:3].tolist() == [10.0, 25.0, 250.0]
    assert np.isnan(expected_undue(risk, amount, learnt, bands)[3])
    assert np.isnan(expected_undue(risk, amount, learnt, None)[1])


def test_undue_beyond_the_amount_counts_as_all_of_it_and_unknown_ones_are_left_out() -> None:
    outcomes = pd.DataFrame(
        {"nonconforming": [True, True, True, False, True], "undue_amount_eur": [150.0, 30.0, None, 5.0, 9.0]},
        index=list("ABCDE"),
    )
    cases = pd.DataFrame({"amount_eur": [100.0, 120.0, 100.0, 100.0, 0.0]}, index=list("ABCDE"))
    assert undue_shares(outcomes, cases).to_dict() == {"A": 1.0, "B": 0.25}


def test_the_card_tells_how_far_the_shares_are_off(fitted: RiskModel) -> None:
    from apanalytics.risk.card import markdown

    X = frame()
    outcomes = pd.DataFrame({"nonconforming": X["gap"] > 0.3, "channel": "random"})
    card = model_card(
        fitted,
        until="2021-06-30",
        known=outcomes,
        filed=("2021-01-01", "2021-06-30"),
        data="x",
        undue=UndueShare((), (0.4,), cases=600),
    )
    error = round(100 * fitted.amounts_.error)
    assert f"sur 600 contrôles ; écart absolu moyen hors échantillon : {error} points" in markdown(card)


@pytest.mark.parametrize(("share", "said"), [([0.5], "one share"), ([1.2] * ROWS, "between 0 and 1")])
def test_shares_that_cannot_be_are_refused(fitted: RiskModel, share: list[float], said: str) -> None:
    with pytest.raises(InvalidArgument, match=said):
        fitted.fit_amounts(frame(), share)


def test_an_unknown_share_is_refused(fitted: RiskModel) -> None:
    with pytest.raises(InvalidArgument, match="unknown"):
        fitted.fit_amounts(frame(), np.full(ROWS, np.nan))
