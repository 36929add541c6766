"""Hours of January 2026, whose floor was published on 29 January 2026: 8.46 euros until then, 8.57 since."""

from __future__ import annotations

import pytest
from feature_frames import country

from apanalytics.criteria import evaluate
from apanalytics.features import features

REQUEST = {"filed_on": "2025-12-15", "status_on": "2025-12-20", "decided_on": "2025-12-20"}
REQUEST |= {"starts_on": "2026-01-01", "ends_on": "2026-03-31"}


def claim(amount: float, as_of: str) -> tuple[float, bool]:
    """What a claim of 500 hours at the minimum wage asks above the law, and whether PAY-02 says so."""
    lines = [{"person_key": f"p{n}", "hourly_wage": 12.02} for n in range(10)]
    asked = {"month": "2026-01-01", "filed_on": as_of, "amount": amount}
    tables = country(requests=[REQUEST], claims=[asked], claim_lines=lines)
    frame = features(tables, "payment", as_of=as_of)
    over = frame.loc["C1", "hourly_amount_over_law_eur"]
    return round(float(over), 2), bool(evaluate(frame, "payment").loc["C1", "PAY-02"])


@pytest.mark.parametrize(
    ("as_of", "hourly", "over"),
    [
        ("2026-01-10", 8.46, 0.00),
        ("2026-01-10", 8.57, 0.11),  # the decree foreseen: above what was known, too little to matter
        ("2026-02-10", 8.46, -0.11),
        ("2026-02-10", 8.57, 0.00),
    ],
)
def test_neither_floor_is_called_an_overpayment(as_of: str, hourly: float, over: float) -> None:
    assert claim(500 * hourly, as_of) == (over, False)


@pytest.mark.parametrize("as_of", ["2026-01-10", "2026-02-10"])
def test_an_amount_above_both_floors_still_is(as_of: str) -> None:
    assert claim(500 * 9.50, as_of)[1]
