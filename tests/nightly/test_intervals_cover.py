"""Over a thousand campaigns, rates estimated from logged draws are unbiased and their intervals cover."""

from __future__ import annotations

import pytest

from tests.drawn_population import DESIGNS, judged

pytestmark = pytest.mark.nightly
CAMPAIGNS = 1000
MONTE_CARLO = 2 * (0.95 * 0.05 / CAMPAIGNS) ** 0.5


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("estimator", ["hajek", "aipw"])
def test_the_base_rate_is_unbiased_and_covered_in_nineteen_campaigns_of_twenty(
    estimator: str, design: str
) -> None:
    found = judged(estimator, design, CAMPAIGNS)
    assert abs(found.errors.mean()) < 0.005 + 2 * found.monte_carlo
    assert 0.93 - MONTE_CARLO <= found.covered.mean() <= 0.97 + MONTE_CARLO
