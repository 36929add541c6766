"""Over a thousand campaigns, the rate estimated from logged draws is unbiased and its interval covers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from apanalytics.evaluation.estimators import by_design
from apanalytics.targeting.draw import draw

pytestmark = pytest.mark.nightly
CAMPAIGNS = 1000


def country(cases: int, rate: float) -> pd.DataFrame:
    """Cases with a known truth and a score that tells some of it."""
    rng = np.random.default_rng(11)
    index = pd.Index([f"C{i:05}" for i in range(cases)], name="case_id")
    truth = rng.random(cases) < rate
    return pd.DataFrame({"truth": truth, "score": rng.normal(size=cases) + 1.5 * truth}, index=index)


@pytest.mark.parametrize(
    ("cases", "capacity", "random_share", "rate"),
    [(2000, 300, 0.15, 0.08), (1000, 350, 0.1, 0.20), (3000, 600, 0.1, 0.05)],
)
def test_the_base_rate_is_unbiased_and_covered(
    cases: int, capacity: int, random_share: float, rate: float
) -> None:
    population = country(cases, rate)
    real = float(population["truth"].mean())
    errors, covered = [], []
    for seed in range(CAMPAIGNS):
        register = draw(population["score"], capacity, random_share, seed)
        members = register.rename(columns={"selection_probability": "probability"}).assign(
            nonconforming=population["truth"].where(register["listed"]).astype("boolean"),
            siret=register.index,
        )
        found = by_design(members, seed)
        assert found.value is not None, found
        errors.append(found.value - real)
        covered.append(found.low <= real <= found.high)
    two_errors = 2 * float(np.std(errors)) / CAMPAIGNS**0.5
    assert abs(float(np.mean(errors))) < 0.005 + two_errors
    # The interval may be wider than it promises, never narrower: 95 % less two Monte-Carlo errors.
    assert float(np.mean(covered)) >= 0.95 - 2 * (0.95 * 0.05 / CAMPAIGNS) ** 0.5
