"""The rates that are published with each draw, counted by hand."""

from __future__ import annotations

import pandas as pd

from apanalytics.synthetic.rates import Rates


def block(*claims, requests=()):
    """Claims as (siret, month, wrong); requests as wrong or not."""
    table = pd.DataFrame(
        {
            "claim_id": [f"{siret}-{month}" for siret, month, _ in claims],
            "siret": [siret for siret, _, _ in claims],
            "month": pd.to_datetime([month for _, month, _ in claims]),
        }
    )
    cases = [("payment", case, wrong) for case, (_, _, wrong) in zip(table["claim_id"], claims, strict=True)]
    cases += [("authorisation", f"R{number}", wrong) for number, wrong in enumerate(requests)]
    return pd.DataFrame(cases, columns=["stage", "case_id", "nonconforming"]), table


def test_shares_of_cases_and_of_firms_over_all_blocks():
    """Firm 1 repays once in three claims, firm 2 never, firm 3 once: 2 of 5 claims."""
    rates = Rates()
    first = [("11111111100011", "2020-04-01", True), ("11111111100029", "2020-05-01", False)]
    rates.add(*block(*first, requests=[True, False, False]))
    rates.add(*block(("22222222200012", "2021-08-01", False), ("11111111100011", "2021-02-01", False)))
    rates.add(*block(("33333333300013", "2021-09-01", True), requests=[False]))
    assert rates.shares()["payment"] == 0.4
    assert rates.shares()["authorisation"] == 0.25


def test_firms_count_once_and_only_in_the_official_window():
    rates = Rates()
    claims = [
        ("11111111100011", "2020-04-01", True),
        ("11111111100029", "2020-05-01", False),
        ("22222222200012", "2021-08-01", False),
        ("33333333300013", "2021-09-01", True),
    ]
    rates.add(*block(*claims))
    assert rates.shares()["firms"] == 0.5


def test_an_empty_country_has_no_rates():
    assert Rates().shares() == {"authorisation": None, "payment": None, "firms": None}


def test_claims_of_before_the_window_do_not_count_for_its_firms():
    """The window opens in June 2021: firm 2 alone has a claim of the official months within it."""
    rates = Rates("2021-06")
    rates.add(*block(("11111111100011", "2021-05-01", True), ("22222222200012", "2021-06-01", False)))
    assert rates.shares() == {"authorisation": None, "payment": 0.5, "firms": 0.0}


def test_a_window_after_the_official_months_has_no_share_of_firms():
    rates = Rates("2022-07")
    rates.add(*block(("11111111100011", "2021-05-01", True)))
    assert rates.shares()["firms"] is None
