"""Companies behind establishments: larger or as large, and the large ones claim for a part of their staff."""

from __future__ import annotations

import numpy as np
import pytest

from apanalytics.synthetic.companies import FROM, claimed_factors, company_classes, company_headcounts
from apanalytics.synthetic.draws import Draws
from apanalytics.synthetic.official import wave
from apanalytics.synthetic.scenario_files import settings
from apanalytics.synthetic.sizing import drawn_size, sizes

BASE, DRAWS = settings("base"), Draws(1)
FIRM = np.arange(20_000)


@pytest.mark.parametrize(
    ("size", "smallest"), [(1, 0), (19, 0), (20, 1), (49, 1), (50, 2), (249, 2), (250, 3)]
)
def test_a_company_is_never_smaller_than_its_establishment(size, smallest):
    chosen = company_classes(FIRM, np.full(len(FIRM), size), DRAWS, BASE)
    assert chosen.min() >= smallest
    headcount = company_headcounts(FIRM, np.full(len(FIRM), size), DRAWS, BASE)
    assert headcount.min() >= size
    assert (headcount >= np.maximum(FROM[chosen], size)).all()


def test_small_establishments_belong_to_companies_as_the_settings_say():
    """First row of `company_classes`: 65, 2, 10, 8 and 15 %."""
    chosen = company_classes(FIRM, np.full(len(FIRM), 5), DRAWS, BASE)
    shares = np.bincount(chosen, minlength=5) / len(FIRM)
    assert shares == pytest.approx([0.65, 0.02, 0.10, 0.08, 0.15], abs=0.012)


def test_large_companies_claim_for_the_part_that_the_settings_give():
    size = np.full(len(FIRM), 5)
    chosen, factor = company_classes(FIRM, size, DRAWS, BASE), claimed_factors(FIRM, size, DRAWS, BASE)
    for number, expected in enumerate(BASE.economy.company_claims):
        assert set(factor[chosen == number]) == {expected}


def test_employees_per_claim_have_the_official_mean_of_each_region_mix():
    """Simulated: sizes and companies of one activity, the solved share of staff, at least one person."""
    country = wave("2020-03", "2020-08", 13, 151.67)
    law, activity = sizes(country, BASE), country.activities.index("GZ")
    month = country.opening + 2
    cells = np.flatnonzero(country.nace17 == activity)
    weight = country.claims[month, cells] / country.claims[month, cells].sum()
    rng = np.random.default_rng(5)
    cell, firm = rng.choice(cells, 200_000, p=weight), np.arange(200_000)
    size = drawn_size(law.log_mean[cell], rng.standard_normal(200_000), BASE)
    rest = sum(BASE.payroll.seat_kinds[kind] for kind in ("temporary", "apprentice", "intern"))
    staff = 1 + (size - 1) * (1 - rest)
    share = law.claimed_share[month, activity] * claimed_factors(firm, size.astype(int), DRAWS, BASE)
    mean = (staff * share + (1 - share) ** staff).mean()
    assert mean == pytest.approx(country.employees_per_claim[month, activity], rel=0.02)
