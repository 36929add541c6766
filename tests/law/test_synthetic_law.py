"""Every claim that truth calls conforming is what the law owes, to the cent; a non-conforming one differs.

`synthetic_due` says which columns are read and which rules of law.md apply.

What payroll can show. `double_claim`, `late_claims`, `shell_firm` and `usurped_siret` are undue as a
whole: no payroll is needed. `wrong_scheme` is seen by the regime, `rate_misapplied` by the amount against
the lines, `stale_headcount` by the people whom payroll no longer has, `ended_contracts` and
`officers_claimed` by the contracts. The kinds of `IN_PAYROLL` are seen where payroll tells the truth (knob
`trace`); where it repeats the claim, the excess is in `truth` only, as for those of `INVISIBLE`: people hired
and declared like others, work done by somebody else, an allowance that is not passed on, hours that were
idle but that nothing pays any more (filed late, beyond the contingent, the agreement or the authorisation).
Of `telework_hidden` payroll tells half of the excess."""

from __future__ import annotations

import pandas as pd
import pytest

from apanalytics import law
from tests.law.synthetic_due import allocation, declared, due
from tests.synthetic_countries import CENT, Country, country, each, some

WHOLE = ["double_claim", "late_claims", "shell_firm", "usurped_siret"]
IN_PAYROLL = [
    "typing",
    "hours_39_base",
    "wages_inflated",
    "leave_claimed",
    "holidays_claimed",
    "sick_cumulation",
    "hours_inflated",
    "hidden_work",
    "early_start",
    "part_time_as_full",
    "same_hours",
]
INVISIBLE = [
    "fictitious_employees",
    "temps_replace",
    "subcontracted",
    "allowance_kept",
    "officers_claimed",
    "late_filing",
    "contingent_exceeded",
    "apld_over_reduction",
    "above_authorisation",
]
ROUNDED = 0.0005
"""A raised wage with bonuses in it is not to the cent the wage of payroll with the bonus on top."""
SHOWN = ["amount", "allocation", "undue_amount", "kind"]


@pytest.fixture(params=each(), scope="module")
def land(request: pytest.FixtureRequest) -> Country:
    return country(request.param)


@pytest.fixture(scope="module")
def lines(land: Country) -> pd.DataFrame:
    return due(land, declared(land))


@pytest.fixture(scope="module")
def claims(lines: pd.DataFrame) -> pd.DataFrame:
    """One row per claim whose people payroll all has: the sum of what is due, and what truth says."""
    missing = lines.loc[lines["due_hours"].isna(), "claim_id"]
    known = lines[~lines["claim_id"].isin(missing)].groupby("claim_id")
    first = known[["siret", "month", "amount", "kind", "undue_amount"]].first()
    return first.assign(allocation=known["allocation"].sum(min_count=1).round(2))


def test_a_conforming_line_has_the_hours_that_the_law_lets_be_paid(lines):
    known = lines[lines["undue_amount"].eq(0) & lines["due_hours"].notna()]
    wrong = known[(known["due_hours"] - known["idle_hours"]).abs() > 0.011]
    columns = ["siret", "month", "arrangement", "paid_idle_hours", "idle_hours", "due_hours"]
    assert wrong.empty, f"of {len(known)}: " + some(wrong, columns)


def test_a_conforming_claim_is_what_the_law_owes_on_payroll_to_the_cent(land, claims):
    good = claims[claims["undue_amount"] == 0]
    wrong = good[~((good["allocation"] - good["amount"]).abs() < CENT)]
    assert wrong.empty, f"of {len(good)}: " + some(wrong, ["siret", "month", *SHOWN])
    assert len(good) >= 0.9 * land.judged_claims["undue_amount"].eq(0).sum()


def test_every_claim_is_what_the_law_owes_on_what_it_declares_to_the_cent(land):
    """Wrongdoing is in the lines, never in the sum, but for a wrong rate: also where payroll never came."""
    lines = declared(land)
    lines = lines[lines["kind"] != "rate_misapplied"]
    lines["allocation"] = allocation(lines, lines["hourly_wage"], lines["idle_hours"])
    sums = lines.groupby("claim_id").agg(
        allocation=("allocation", lambda owed: owed.sum(skipna=False)), amount=("amount", "first")
    )
    wrong = sums[~((sums["allocation"] - sums["amount"]).abs() < CENT)]
    assert wrong.empty, some(wrong, ["allocation", "amount"])


def test_lines_that_differ_have_the_same_allocation_as_the_scalar_functions(lines):
    kinds = ["arrangement", "regime", "month"]
    some_lines = lines.dropna(subset=["allocation"]).drop_duplicates(kinds).sort_values("claim_id").head(60)
    for line in some_lines.itertuples():
        owed = law.pay(
            line.month.date(),
            line.regime,
            line.due_wage,
            line.due_hours,
            headcount=int(line.company_headcount),
        )
        assert float(owed.allocation) == pytest.approx(line.allocation, abs=1e-9), line.claim_id


def test_the_regime_of_the_lines_is_that_of_the_claim(land):
    both = land.claim_lines.merge(land.claims, on="claim_id", suffixes=("", "_claim"))
    assert (both["regime"] == both["regime_claim"]).all()


@pytest.mark.parametrize("kind", WHOLE)
def test_some_claims_are_undue_as_a_whole(land, kind):
    found = land.judged_claims[land.judged_claims["kind"] == kind]
    wrong = found[(found["amount"] - found["undue_amount"]).abs() > CENT]
    assert wrong.empty, some(wrong, ["claim_id", "amount", "undue_amount"])


@pytest.mark.parametrize("kind", IN_PAYROLL)
def test_payroll_shows_the_whole_excess_or_repeats_the_claim(claims, kind):
    found = claims[claims["kind"] == kind]
    excess = found["amount"] - found["allocation"]
    shown = (excess - found["undue_amount"]).abs() < CENT
    hidden = excess.abs() < CENT + found["amount"] * (ROUNDED if kind == "wages_inflated" else 0)
    assert (shown | hidden).all(), some(found[~shown & ~hidden], SHOWN)


def test_payroll_shows_most_of_what_it_can_show_but_not_all(land, claims):
    found = claims[claims["kind"].isin(IN_PAYROLL) & (claims["undue_amount"] > 0)]
    shown = (found["amount"] - found["allocation"] - found["undue_amount"]).abs() < CENT
    if len(found) >= 100:
        assert 0.5 <= shown.mean() <= 0.95


@pytest.mark.parametrize("kind", INVISIBLE)
def test_what_is_invisible_by_construction_agrees_with_payroll(claims, kind):
    found = claims[claims["kind"] == kind]
    assert ((found["allocation"] - found["amount"]).abs() < CENT).all(), some(found, SHOWN)


def test_the_excess_of_a_wrong_scheme_is_over_the_general_regime(lines):
    wrong = lines[lines["kind"] == "wrong_scheme"].dropna(subset=["due_hours"]).copy()
    wrong["general"] = allocation(wrong, wrong["due_wage"], wrong["due_hours"], "general")
    sums = wrong.groupby("claim_id").agg({"general": "sum", "amount": "first", "undue_amount": "first"})
    odd = sums[(sums["amount"] - sums["general"] - sums["undue_amount"]).abs() > CENT]
    assert odd.empty, some(odd, ["amount", "general", "undue_amount"])


def test_the_excess_of_a_stale_headcount_is_that_of_the_people_who_left(lines):
    stale = lines[lines["kind"] == "stale_headcount"].copy()
    stale["declared"] = allocation(stale, stale["hourly_wage"], stale["idle_hours"])
    gone = stale[stale["due_hours"].isna()].groupby("claim_id")["declared"].sum()
    came = stale.loc[stale["due_hours"].notna(), "claim_id"].unique()
    undue = stale.groupby("claim_id")["undue_amount"].first().loc[came]
    assert ((gone.reindex(undue.index, fill_value=0) - undue).abs() < CENT).all()


def test_what_differs_by_little_is_undue_but_not_non_conforming(land):
    """The threshold of the contract: 50 euros and 2 %, both."""
    claims = land.judged_claims
    material = (claims["undue_amount"] >= 50) & (claims["undue_amount"] >= 0.02 * claims["amount"] - 1e-9)
    assert (claims["nonconforming"] == material).all()
