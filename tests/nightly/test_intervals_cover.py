"""Over a thousand campaigns, rates estimated from logged draws are unbiased and their intervals cover."""

from __future__ import annotations

import pytest

from tests.drawn_population import (
    DESIGNS,
    REGIONS,
    Judged,
    Regional,
    judged,
    judged_by_region,
    judged_plan,
)

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


@pytest.fixture(scope="module")
def by_department() -> dict[str, Judged]:
    return judged_plan(CAMPAIGNS)


@pytest.mark.parametrize("estimator", ["hajek", "aipw", "lift"])
def test_a_plan_by_department_is_unbiased_and_covered(
    by_department: dict[str, Judged], estimator: str
) -> None:
    found = by_department[estimator]
    assert abs(found.errors.mean()) < 0.005 + 2 * found.monte_carlo
    # strata of one case are put together, and sure cases count as a sample: never too sure, at most too wide
    assert found.covered.mean() >= 0.93 - MONTE_CARLO


@pytest.fixture(scope="module")
def by_region() -> dict[str, Regional]:
    return judged_by_region(CAMPAIGNS, random_share=0.2)


@pytest.mark.parametrize("region", REGIONS)
def test_a_regions_rate_is_unbiased_and_covered_where_thirty_random_controls_exist(
    by_region: dict[str, Regional], region: str
) -> None:
    found = by_region[region]
    told = len(found.judged.covered)
    assert told > CAMPAIGNS / 2
    assert abs(found.judged.errors.mean()) < 0.005 + 2 * found.judged.monte_carlo
    spread = 2 * (0.95 * 0.05 / told) ** 0.5
    assert 0.93 - spread <= found.judged.covered.mean() <= 0.97 + spread
    assert found.most_refused < 30 <= found.fewest_told
