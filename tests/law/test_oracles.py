"""Worked examples published by others, reproduced; each names who published it."""

from datetime import date
from decimal import Decimal

import pytest

from apanalytics import law

MINISTRY_2021 = "Questions-réponses du ministère du travail, 04/03/2021"
MINISTRY_2020 = "Questions-réponses du ministère du travail, 2020 (legisocial.fr, exemples commentés)"
DIRECCTE = "Notice technique, DIRECCTE Haute-Garonne, 10/03/2020"
LEGISOCIAL_AUG = "legisocial.fr, actualité 4697 (août 2021)"
LEGISOCIAL_DEC = "legisocial.fr, 26 exemples chiffrés de décembre 2021, ex. 1"
LIAISONS = "liaisons-sociales 426-22, d'après la documentation technique de la DGEFP"
MON_ENTREPRISE = "betagouv/mon-entreprise, instantané git"

CENT_AN_HOUR = Decimal("0.01")
HALF_AN_HOUR = Decimal("0.5")


def near(found, published, tolerance):
    return abs(Decimal(found) - Decimal(published)) <= Decimal(tolerance)


PER_HOUR = [
    # case, source, day, regime, hourly wage, indemnity, allocation
    ("QR21-EX1", MINISTRY_2021, "2021-02-01", "general", "10.25", "8.11", "8.11"),
    ("QR20-EX1", MINISTRY_2020, "2020-04-01", "general", "10.15", "8.03", "8.03"),
    ("LS-2021-08-PROT", LEGISOCIAL_AUG, "2021-08-01", "protected", "20", "14.00", "10.40"),
    ("LS-2021-12-DC", LEGISOCIAL_DEC, "2021-12-01", "general", "11", "8.30", "7.47"),
]


@pytest.mark.parametrize(("case", "source", "day", "regime", "wage", "indemnity", "allocation"), PER_HOUR)
def test_published_hourly_amounts_are_reproduced(case, source, day, regime, wage, indemnity, allocation):
    due = law.pay(day, regime, wage, 1)
    assert near(due.indemnity_hourly, indemnity, CENT_AN_HOUR), source
    assert near(due.allocation_hourly, allocation, CENT_AN_HOUR), source


TOTALS = [
    # case, source, day, regime, wage, hours, indemnity, allocation, left to the employer
    ("QR21-EX1", MINISTRY_2021, "2021-02-01", "general", "10.25", "105", "851.55", "851.55", "0"),
    ("QR20-EX1", MINISTRY_2020, "2020-04-01", "general", "10.15", "105", "843.15", "843.15", "0"),
    ("LS-2021-08-PROT", LEGISOCIAL_AUG, "2021-08-01", "protected", "20", "70", "980", "728", "252"),
    ("LS-2021-12-DC", LEGISOCIAL_DEC, "2021-12-01", "general", "11", "70", "581", "522.9", "58.1"),
]


@pytest.mark.parametrize(
    ("case", "source", "day", "regime", "wage", "hours", "indemnity", "allocation", "left"), TOTALS
)
def test_published_totals_are_reproduced(case, source, day, regime, wage, hours, indemnity, allocation, left):
    due = law.pay(day, regime, wage, hours)
    tolerance = CENT_AN_HOUR * Decimal(hours)
    assert near(due.indemnity, indemnity, tolerance), source
    assert near(due.allocation, allocation, tolerance), source
    assert near(due.employer_cost, left, tolerance), source


@pytest.mark.parametrize(("headcount", "published"), [(250, "89.784"), (251, "83.868")])
def test_the_notice_of_10_march_2020_is_reproduced_as_known_on_that_day(headcount, published):
    """SEED-39H: 39 h a week over five days, three of them worked; the source does not round to the cent."""
    hours = law.payable_hours("2020-03-10", "over35", weekly_contract=39, worked="23.4").payable_hours
    assert hours == Decimal("11.6"), DIRECCTE
    due = law.pay("2020-03-10", "general", 15, hours, headcount=headcount, known_on="2020-03-10")
    assert near(due.allocation, published, CENT_AN_HOUR * hours), DIRECCTE


HOURS = [
    # case, source, arguments, payable hours, tolerance
    ("SEED-151", DIRECCTE, {"on": "2020-03-10", "arrangement": "35h", "months": 1}, "151.67", "0"),
    (
        "QR21-EX1",
        MINISTRY_2021,
        {"on": "2021-02-01", "arrangement": "over35", "weekly_contract": 42, "weeks": 3},
        "105",
        "0",
    ),
    (
        "QR20-EX1",
        MINISTRY_2020,
        {"on": "2020-04-01", "arrangement": "over35", "weekly_contract": 42, "weeks": 3},
        "105",
        "0",
    ),
    (
        "LS-2020-03-FT",
        "legisocial.fr, dispositif exceptionnel 2020, ex. 1",
        {"on": "2020-03-01", "arrangement": "35h", "months": 1, "worked": 77},
        "74.67",
        "0",
    ),
    ("LI-35", LIAISONS, {"on": "2019-03-04", "arrangement": "35h", "worked": 20}, "15", "0"),
    (
        "LI-39F",
        LIAISONS,
        {
            "on": "2020-03-02",
            "arrangement": "over35",
            "weekly_contract": 39,
            "worked": 20,
            "structural_overtime": True,
        },
        "15",
        "0",
    ),
    (
        "MB-CD",
        "mon-bureau-rh.com, d'après le décret 2020-435",
        {"on": "2020-05-04", "arrangement": "day_package", "weeks": 3, "days_leave": 2, "holidays": 1},
        "84",
        "0",
    ),
    (
        "MB-CD",
        "mon-bureau-rh.com, d'après le décret 2020-435",
        {"on": "2020-05-04", "arrangement": "executive", "weeks": 3, "days_leave": 2, "holidays": 1},
        "84",
        "0",
    ),
    (
        "ANN-2",
        "entraid.com, exemple de l'administration",
        {"on": "2020-05-04", "arrangement": "annualised", "planned": [33, 42], "worked": [20, 20]},
        "30",
        "0",
    ),
    (
        "EQ-186",
        "legisocial.fr, régime d'équivalence",
        {"on": "2020-05-04", "arrangement": "equivalence", "weekly_contract": 43, "months": 1},
        "186",
        HALF_AN_HOUR,
    ),
    (
        "F39-169",
        "legisocial.fr; lhotellerie-restauration",
        {
            "on": "2020-05-04",
            "arrangement": "over35",
            "weekly_contract": 39,
            "months": 1,
            "structural_overtime": True,
        },
        "169",
        HALF_AN_HOUR,
    ),
]


@pytest.mark.parametrize(("case", "source", "arguments", "published", "tolerance"), HOURS)
def test_published_hours_are_reproduced(case, source, arguments, published, tolerance):
    assert near(law.payable_hours(**arguments).payable_hours, published, tolerance), source


def test_hours_36_to_39_are_idle_but_unpaid_before_12_march_2020_and_paid_since():
    """LI-39F and the deduction that its table note draws from the rule of 2020."""
    contract = {"arrangement": "over35", "weekly_contract": 39, "worked": 20, "structural_overtime": True}
    before, since = (law.payable_hours(on, **contract) for on in ("2020-03-11", "2020-03-12"))
    assert (before.payable_hours, before.idle_unpaid_hours) == (15, 4)
    assert (since.payable_hours, since.idle_unpaid_hours) == (19, 0)


def test_week_by_week_gives_28_hours_where_the_mean_gives_30():
    """ANN-1 (13 + 15 hours) is what remains where no week is planned above the legal one."""
    capped = law.payable_hours("2020-05-04", "annualised", planned=[33, 35], worked=[20, 20])
    assert capped.payable_hours == 28
    assert (
        law.payable_hours("2020-05-04", "annualised", planned=[33, 42], worked=[20, 20]).payable_hours == 30
    )


def test_a_monthly_pay_of_2700_euros_is_17_80_an_hour():
    """LS-2020-03-FT: 2700 / 151.67 = 17.8018."""
    assert near(law.hourly_wage(2700, "2020-03-01"), "17.8", CENT_AN_HOUR)


CAPS = [
    # case, source, day, regime, which cap, published
    (
        "CAP-2021-70",
        "legisocial APLD 2021; QR min. (3,15 SMIC)",
        "2021-03-01",
        "closed",
        "allocation_cap",
        "32.29",
    ),
    (
        "CAP-2021-70",
        "legisocial APLD 2021; QR min. (3,15 SMIC)",
        "2021-03-01",
        "general",
        "indemnity_cap",
        "32.29",
    ),
    ("CAP-2021-10-60", "svp; solveo", "2021-10-01", "general", "indemnity_cap", "28.30"),
    ("CAP-2022-01-36", "open.lefebvre-dalloz", "2022-01-01", "general", "allocation_cap", "17.12"),
    ("CAP-2024-60", "juritravail", "2024-01-01", "general", "indemnity_cap", "31.46"),
]


@pytest.mark.parametrize(("case", "source", "day", "regime", "cap", "published"), CAPS)
def test_published_caps_are_reproduced_for_any_wage_of_4_5_smic_or_more(
    case, source, day, regime, cap, published
):
    assert getattr(law.rates(day, regime), cap) == Decimal(published), source
    due = law.pay(day, regime, 200, 1)
    assert getattr(due, cap.replace("cap", "hourly")) == Decimal(published), source


@pytest.mark.parametrize(
    ("name", "rate", "figure"),
    [
        ("cap.published_indemnity_60", "0.60", "indemnity"),
        ("cap.published_allocation_36", "0.36", "allocation"),
        ("cap.published_allocation_60", "0.60", "allocation"),
        ("cap.published_70", "0.70", "allocation"),
    ],
)
def test_every_published_ceiling_is_the_rate_times_the_cap_rounded_half_up(name, rate, figure):
    for entry in law.parameter(name).entries:
        if entry.value is not None:
            smic = law.parameter("smic.hourly").on(entry.valid_from)
            base = law.parameter(f"cap.{figure}_smic").on(entry.valid_from)
            assert near(entry.value, Decimal(rate) * base * smic, "0.005"), entry


def test_three_months_from_july_2021_and_six_with_the_renewal():
    """QR21-DUREE1."""
    first = law.deadlines("2021-07-01", "2021-07-01", "2021-09-30")
    assert (first.max_months, first.longest_end) == (3, date(2021, 9, 30)), MINISTRY_2021
    renewal = law.deadlines("2021-10-01", "2021-10-01", "2021-12-31", previous=[("2021-07-01", "2021-09-30")])
    assert (renewal.longest_end, renewal.rolling_months) == (date(2021, 12, 31), 6), MINISTRY_2021


def test_six_months_to_claim_after_an_authorisation_that_ends_from_2021():
    """QR21-DI1."""
    assert law.deadlines("2020-12-01", "2020-12-01", "2021-01-31").claim_by == date(2021, 7, 31), (
        MINISTRY_2021
    )


@pytest.mark.parametrize("end", ["2020-07-01", "2020-12-31"])
def test_claims_of_late_2020_are_filed_before_july_2021(end):
    """QR21-DI3: before 2021-07-01, so on 2021-06-30 at the latest."""
    assert law.deadlines("2020-06-01", "2020-06-01", end).claim_by == date(2021, 6, 30), MINISTRY_2021


def test_24_months_of_apld_allow_9_6_months_of_full_stop():
    """APLD-40 (the source says 9 months and 3 weeks): 24 x 0.40, none of these months being neutralised."""
    cap = law.reduction_cap("2021-07-01", "2023-06-30")
    assert cap.full_stop_months == Decimal("9.6"), "solveo-rh, APLD"
    assert near(cap.hours, Decimal("9.6") * Decimal("151.67"), HALF_AN_HOUR)


MONTHS = [
    # case, month, monthly pay, hours worked, allocation of the month
    ("ME-2020-03-1", "2020-03-01", 1560, "0", 1218),
    ("ME-2020-03-2", "2020-03-01", 4000, "0", 2800),
    ("ME-2020-03-4", "2020-03-01", 4000, "30.33331", 2240),
]


@pytest.mark.parametrize(("case", "month", "monthly", "worked", "allocation"), MONTHS)
def test_the_simulator_of_march_2020_is_reproduced(case, month, monthly, worked, allocation):
    idle = law.payable_hours(month, "35h", months=1, worked=worked).payable_hours
    due = law.pay(month, "general", law.hourly_wage(monthly, month), idle)
    assert near(due.allocation, allocation, CENT_AN_HOUR * Decimal("151.67")), f"{MON_ENTREPRISE} 042cd4fa7"


def test_the_simulator_of_june_2020_leaves_the_same_cost_to_the_employer():
    """ME-2020-06-2: 427 euros, of which about 27 are complementary health insurance."""
    due = law.pay("2020-06-15", "general", law.hourly_wage(4000, "2020-06-01"), "151.67")
    assert near(due.employer_cost, 400, 2), f"{MON_ENTREPRISE} 202055ad8"


def test_the_simulator_of_june_2021_gives_the_same_allocation_though_it_forgets_a_cap():
    """ME-2021-06-3: an uncapped indemnity of 5600 less 1962 left to the employer is an allocation of 3638."""
    due = law.pay("2021-06-15", "general", law.hourly_wage(8000, "2021-06-01"), "151.67")
    assert near(due.allocation, 5600 - 1962, 2), f"{MON_ENTREPRISE} 750be288d"
    assert due.indemnity < 5600, "the indemnity is capped since 2021-01-01; that simulator does not cap it"


def test_openfisca_is_contradicted_where_it_reads_the_code_without_its_derogation():
    """TRAP-OF-2021: openfisca has 0.36 and 7.30 in March 2021."""
    found = law.rates("2021-03-15", "general")
    assert (found.allocation_rate, found.allocation_floor) == (Decimal("0.60"), Decimal("8.11"))
    assert (found.allocation_rate, found.allocation_floor) != (Decimal("0.36"), Decimal("7.30"))
