"""Deadlines, longest authorisations, and the six months within twelve."""

from datetime import date
from decimal import Decimal

import pytest

from apanalytics import law
from apanalytics.errors import InvalidArgument, NotInForce


@pytest.mark.parametrize(
    ("filed", "decide"),
    [
        ("2020-02-29", "2020-03-15"),
        ("2020-03-01", "2020-03-03"),
        ("2020-09-30", "2020-10-02"),
        ("2020-10-01", "2020-10-16"),
    ],
)
def test_fifteen_days_to_decide_but_two_from_march_to_september_2020(filed, decide):
    assert law.deadlines(filed, filed, "2020-12-31").decide_by == date.fromisoformat(decide)


def test_apld_is_decided_in_15_days_on_an_agreement_and_21_on_a_unilateral_document():
    for basis, decide in (("agreement", date(2021, 3, 16)), ("unilateral", date(2021, 3, 22))):
        assert (
            law.deadlines("2021-03-01", "2021-03-01", "2021-08-31", scheme="APLD", apld_basis=basis).decide_by
            == decide
        )


def test_the_decision_delay_of_apld_r_was_not_found_and_says_so():
    found = law.deadlines("2025-06-01", "2025-06-01", "2025-11-30", scheme="APLD_R")
    assert found.decide_by is None
    assert "apld_r.decision_days_agreement was not found" in " ".join(found.notes)
    assert (found.max_months, found.file_by) == (6, date(2026, 2, 28))


@pytest.mark.parametrize(
    ("motive", "filed", "file_by"),
    [
        (1, "2021-03-05", "2021-03-01"),
        (3, "2019-03-05", "2021-03-31"),
        (5, "2020-03-25", "2021-03-21"),  # the local tolerance
        (5, "2020-03-26", "2021-03-31"),
        (5, "2020-02-29", "2021-03-01"),
    ],
)
def test_some_motives_may_be_filed_after_the_start(motive, filed, file_by):
    found = law.deadlines(filed, "2021-03-01", "2021-05-31", motive)
    assert found.file_by == date.fromisoformat(file_by)


def test_the_last_day_to_file_is_still_in_time():
    assert law.deadlines("2021-03-31", "2021-03-01", "2021-05-31", 5).filed_in_time
    assert not law.deadlines("2021-04-01", "2021-03-01", "2021-05-31", 5).filed_in_time


@pytest.mark.parametrize(
    ("filed", "starts", "motive", "months", "longest"),
    [
        ("2020-03-25", "2020-03-25", 1, 6, "2020-09-24"),
        ("2020-03-26", "2020-03-01", 1, 12, "2021-02-28"),
        ("2021-06-30", "2021-06-30", 1, 12, "2022-06-29"),
        ("2021-06-15", "2021-07-01", 1, 3, "2021-09-30"),
        ("2021-07-01", "2021-06-15", 1, 3, "2021-09-14"),
        ("2021-07-01", "2021-07-01", 3, 6, "2021-12-31"),
    ],
)
def test_the_longest_authorisation(filed, starts, motive, months, longest):
    found = law.deadlines(filed, starts, starts, motive)
    assert (found.max_months, found.longest_end) == (months, date.fromisoformat(longest))


def test_months_of_older_authorisations_count_from_july_2021_only():
    found = law.deadlines("2021-10-01", "2021-10-01", "2021-12-31", previous=[("2021-01-01", "2021-09-30")])
    assert (found.rolling_months, found.within_longest) == (6, True)


def test_a_seventh_month_within_twelve_is_too_much():
    previous = [("2022-07-01", "2022-09-30"), ("2022-11-01", "2022-12-31")]
    found = law.deadlines("2023-02-01", "2023-02-01", "2023-03-31", previous=previous)
    assert (found.rolling_months, found.longest_end, found.within_longest) == (7, date(2023, 2, 28), False)
    later = law.deadlines("2023-08-01", "2023-08-01", "2023-10-31", previous=previous)
    assert (later.rolling_months, later.within_longest) == (5, True)


def test_overlapping_periods_count_once():
    previous = [("2022-07-01", "2022-09-30"), ("2022-08-01", "2022-09-30")]
    assert law.deadlines("2022-10-01", "2022-10-01", "2022-12-31", previous=previous).rolling_months == 6


def test_the_derogation_of_early_2022_forgets_the_months_of_2021():
    previous = [("2021-07-01", "2021-12-31")]
    assert law.deadlines("2022-03-01", "2022-03-01", "2022-05-31", previous=previous).within_longest
    assert not law.deadlines("2022-04-01", "2022-04-01", "2022-04-30", previous=previous).within_longest


def test_accidents_and_apld_are_outside_the_rolling_limit():
    assert law.deadlines("2022-10-01", "2022-10-01", "2022-12-31", 3).rolling_months is None
    assert law.deadlines("2022-10-01", "2022-10-01", "2022-12-31", scheme="APLD").rolling_months is None


@pytest.mark.parametrize(
    ("ends", "arranged", "claim_by"),
    [
        ("2020-06-30", False, "2021-06-30"),
        ("2020-07-01", False, "2021-06-30"),
        ("2020-12-31", True, "2021-06-30"),
        ("2021-01-01", False, "2021-07-01"),
        ("2021-08-31", False, "2022-02-28"),
        ("2021-08-31", True, "2022-08-31"),
    ],
)
def test_the_deadline_to_claim_follows_the_end_of_the_authorisation(ends, arranged, claim_by):
    found = law.deadlines("2020-06-01", "2020-06-01", ends, long_arrangement=arranged)
    assert found.claim_by == date.fromisoformat(claim_by)


def test_the_deadline_to_claim_before_september_2018_was_not_collected():
    found = law.deadlines("2018-01-01", "2018-01-01", "2018-06-30")
    assert found.claim_by is None
    assert "procedure.claim_months" in " ".join(found.notes)


def test_the_works_council_is_consulted_from_fifty_employees():
    assert law.deadlines("2021-01-01", "2021-01-01", "2021-01-31").works_council_threshold == 50


def test_months_neutralised_by_the_decree_do_not_count_in_the_apld_cap():
    cap = law.reduction_cap("2020-09-01", "2021-08-31")  # twelve months, eight of them neutralised
    assert (cap.months, cap.full_stop_months) == (4, Decimal("1.60"))
    assert law.reduction_cap("2021-07-01", "2022-06-30", exceptional=True).full_stop_months == 6
    assert law.reduction_cap("2025-05-01", "2027-04-30", "apld_r").full_stop_months == Decimal("9.60")


@pytest.mark.parametrize(
    "arguments",
    [
        {"motive": 0},
        {"motive": 8},
        {"scheme": "APDR"},
        {"apld_basis": "verbal"},
        {"ends_on": "2020-12-31"},
        {"filed_on": "tomorrow"},
        {"previous": [("2020-02-01", "2020-01-01")]},
    ],
)
def test_what_is_not_a_request_is_refused(arguments):
    request = {"filed_on": "2021-07-01", "starts_on": "2021-07-01", "ends_on": "2021-07-31", **arguments}
    with pytest.raises(InvalidArgument):
        law.deadlines(**request)


def test_apld_does_not_exist_before_july_2020():
    with pytest.raises(NotInForce):
        law.deadlines("2020-06-01", "2020-06-01", "2020-06-30", scheme="APLD")


def test_the_reduction_cap_refuses_an_ordinary_scheme():
    with pytest.raises(InvalidArgument):
        law.reduction_cap("2021-01-01", "2021-12-31", "general")


def test_the_table_of_procedure_holds_the_same_values_as_the_function():
    import duckdb

    con = duckdb.connect()
    law.sql_tables(con)
    rows = con.execute(
        "SELECT valid_from, decision_days, max_authorisation_months FROM law_procedure"
    ).fetchall()
    for start, days, months in rows:
        found = law.deadlines(start, start, start)
        assert (found.decide_by - start).days == days
        assert found.max_months == months
    assert len(rows) > 8


def test_the_fullest_window_may_begin_before_the_request_and_end_after_it():
    previous = [("2022-07-01", "2022-09-30"), ("2023-04-01", "2023-05-31")]
    found = law.deadlines("2023-02-01", "2023-02-01", "2023-03-31", previous=previous)
    assert (found.rolling_months, found.longest_end) == (7, date(2023, 2, 28))


def test_apld_ends_with_2026_whatever_is_asked():
    found = law.deadlines("2026-09-01", "2026-10-01", "2027-03-31", scheme="APLD")
    assert (found.longest_end, found.within_longest) == (date(2026, 12, 31), False)
    assert "cannot be used after 2026-12-31" in " ".join(found.notes)
    assert law.deadlines("2026-12-01", "2027-01-01", "2027-01-31", scheme="APLD").longest_end is None
    full = law.deadlines("2026-06-01", "2026-07-01", "2026-12-31", scheme="APLD")
    assert (full.longest_end, full.within_longest) == (date(2026, 12, 31), True)


def test_twelve_months_to_claim_are_for_requests_filed_from_24_september_2018():
    """The law of 2019 counts from the filing of the request; the deadline of older ones was not collected."""
    assert law.deadlines("2018-09-24", "2018-10-01", "2018-12-31").claim_by == date(2019, 12, 31)
    assert law.deadlines("2018-09-23", "2018-10-01", "2018-12-31").claim_by is None
    # Filed afterwards for days before: no deadline binds a period that had ended by then.
    assert law.deadlines("2018-09-30", "2018-08-01", "2018-08-31", motive=5).claim_by is None
