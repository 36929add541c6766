"""One law: the scalar functions, the vectorised one and the SQL tables give the same cents."""

from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apanalytics import law
from apanalytics.errors import InvalidArgument, NotInForce

EDGES = sorted(
    {
        entry_day + timedelta(shift)
        for dated in law.parameters()
        if dated.name.split(".")[0] in {*law.REGIMES, "smic", "cap", "employee"}
        for entry in dated.entries
        for entry_day in (entry.valid_from, entry.known_from)
        for shift in (-1, 0)
        if entry_day > date(2013, 7, 1)
    }
)
days = st.sampled_from(EDGES) | st.dates(date(2013, 6, 1), date(2027, 12, 31))
known_days = st.none() | days
regimes = st.sampled_from([*law.REGIMES, *law.COMBINATIONS])
SMICS = [entry.value for entry in law.parameter("smic.hourly").entries]
wages = (
    st.decimals(0, 80, places=4)
    | st.decimals(5, 20, places=6)
    | st.sampled_from([Decimal("30.75"), Decimal("10.15"), Decimal("0.00005"), Decimal("11.50005")])
    | st.builds(
        lambda smic, shift: smic * Decimal("4.5") + shift,
        st.sampled_from(SMICS),
        st.decimals(-1, 1, places=2),
    )
)
times = st.decimals(0, 200, places=2) | st.decimals(0, 2, places=5) | st.sampled_from([Decimal("151.67")])
heads = st.none() | st.integers(0, 400) | st.sampled_from([249, 250, 251])
lines = st.tuples(days, known_days, regimes, wages, times, heads)
COLUMNS = ["indemnity_hourly", "indemnity", "allocation_hourly", "allocation"]


def scalar(day, known_on, regime, wage, hours, headcount):
    """The four amounts of a line by the scalar functions, None where the law gives none."""
    try:
        found = law.rates(day, regime, known_on)
    except NotInForce:
        return [None] * 4
    flat = found.flat is not None
    due = law.pay(
        day, regime, wage, hours, headcount=0 if flat and headcount is None else headcount, known_on=known_on
    )
    amounts = [float(getattr(due, name)) for name in COLUMNS]
    return [*amounts[:2], None, None] if flat and headcount is None else amounts


def plain(frame):
    return [
        [None if pd.isna(value) else value for value in row] for row in frame[COLUMNS].to_numpy().tolist()
    ]


@settings(max_examples=120, deadline=None)
@given(st.lists(lines, min_size=1, max_size=40))
def test_the_vectorised_law_equals_the_scalar_one_to_the_cent(drawn):
    found = law.amounts(
        [day for day, *_ in drawn],
        [regime for _, _, regime, *_ in drawn],
        [float(wage) for *_, wage, _, _ in drawn],
        [float(hours) for *_, hours, _ in drawn],
        known_on=[known or date(9999, 1, 1) for _, known, *_ in drawn],
        headcount=[np.nan if heads is None else heads for *_, heads in drawn],
    )
    assert plain(found) == [scalar(*line) for line in drawn]


@cache
def tables():
    con = duckdb.connect()
    law.sql_tables(con)
    return con


QUERY = f"""
SELECT {law.allocation_sql("l.wage", "l.hours", "r")} AS allocation,
  r.allocation_rate, r.smic, r.indemnity_floor
FROM lines AS l
LEFT JOIN law_rates AS r ON r.regime = l.regime AND r.valid_from <= l.day AND l.day < r.valid_to
  AND r.known_from <= l.known AND l.known < r.known_to
ORDER BY l.n
"""


@settings(max_examples=60, deadline=None)
@given(st.lists(lines, min_size=1, max_size=40))
def test_the_sql_tables_equal_the_scalar_law_to_the_cent(drawn):
    con = tables()
    con.execute(
        "CREATE OR REPLACE TEMP TABLE lines"
        " (n INT, day DATE, known DATE, regime VARCHAR, wage DOUBLE, hours DOUBLE)"
    )
    con.executemany(
        "INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?)",
        [
            (n, day, known or date(9999, 1, 1), regime, float(wage), float(hours))
            for n, (day, known, regime, wage, hours, _) in enumerate(drawn)
        ],
    )
    rows = con.execute(QUERY).fetchall()
    assert len(rows) == len(drawn), "a line never meets two rows of the law"
    for (amount, rate, smic, floor), line in zip(rows, drawn, strict=True):
        try:
            found = law.rates(line[0], line[2], line[1])
        except NotInForce:
            assert (amount, smic) == (None, None)
            continue
        assert smic == float(found.smic)
        assert floor == (None if found.indemnity_floor is None else float(found.indemnity_floor))
        if found.flat:
            assert (amount, rate) == (None, None)
        else:
            assert amount == float(law.pay(line[0], line[2], line[3], line[4], known_on=line[1]).allocation)


def test_half_a_ten_thousandth_of_an_hour_is_rounded_up_by_all_three():
    """In binary about half of these ties fall a hair below the half."""
    ties = [Decimal(n) + Decimal("0.00005") + Decimal(n) / 10000 for n in range(1, 190)]
    scalar_law = [float(law.pay("2021-03-01", "closed", 100, hours).allocation) for hours in ties]
    floats = [float(hours) for hours in ties]
    assert law.amounts("2021-03-01", "closed", 100.0, floats)["allocation"].tolist() == scalar_law
    rates = "r.regime = 'closed' AND r.valid_from = DATE '2021-01-01' AND r.known_to = DATE '9999-12-31'"
    query = (
        f"SELECT {law.allocation_sql('100', 'u.h', 'r')} FROM (SELECT unnest(?) AS h) AS u, law_rates AS r"
    )
    found = tables().execute(f"{query} WHERE {rates} ORDER BY u.h", [floats]).fetchall()
    assert [amount for (amount,) in found] == scalar_law


@pytest.mark.parametrize("regime", ["general_mayotte", "apld_mayotte"])
def test_the_tables_hold_the_floors_of_mayotte(regime):
    found = law.amounts(["2024-10-31", "2024-11-01"], regime, 10.0, 100.0)["allocation"].tolist()
    code = regime.removesuffix("_mayotte")
    assert found == [
        float(law.pay(day, code, 10, 100, territory="976").allocation) for day in ("2024-10-31", "2024-11-01")
    ]


@settings(max_examples=60, deadline=None)
@given(days, regimes, wages, wages)
def test_a_higher_wage_never_lowers_what_is_due_and_the_bounds_hold(day, regime, one, other):
    low, high = sorted((one, other))
    try:
        found = law.rates(day, regime)
        less, more = (law.pay(day, regime, wage, 1, headcount=10) for wage in (low, high))
    except NotInForce:
        return
    assert less.allocation_hourly <= more.allocation_hourly
    assert less.indemnity_hourly <= more.indemnity_hourly
    if found.flat is None:
        assert found.allocation_floor <= less.allocation_hourly
        assert more.allocation_hourly <= max(found.allocation_cap, found.allocation_floor)


periods = st.tuples(st.dates(date(2021, 5, 1), date(2024, 6, 30)), st.integers(1, 100)).map(
    lambda drawn: (drawn[0], drawn[0] + timedelta(drawn[1]))
)


@settings(max_examples=25, deadline=None)
@given(periods, st.lists(periods, max_size=4))
def test_the_longest_end_is_the_last_day_that_keeps_the_rolling_limit(asked, previous):
    start, _ = asked
    found = law.deadlines(start, start, start, previous=previous)
    if found.rolling_max_months is None or found.longest_end is None:
        return
    at_end = law.deadlines(start, start, found.longest_end, previous=previous)
    after = law.deadlines(start, start, found.longest_end + timedelta(1), previous=previous)
    assert at_end.within_longest
    assert not after.within_longest


@settings(max_examples=50, deadline=None)
@given(st.dates(date(2014, 1, 1), date(2027, 1, 1)), st.integers(0, 400))
def test_legal_hours_never_fall_when_the_period_grows(start, length):
    end = start + timedelta(length)
    shorter, longer = law.legal_hours(start, end), law.legal_hours(start, end + timedelta(1))
    month_ends = (end + timedelta(2)).day == 1
    assert longer >= shorter or month_ends  # a whole month counts 151.67 whatever its weekdays
    assert longer <= Decimal("151.67") * (length // 28 + 2)


@pytest.mark.parametrize("day", ["2019-03-01", "2020-04-01", "2021-03-01"])
def test_a_line_without_wage_or_hours_has_no_amount_rather_than_the_cap(day):
    found = law.amounts(day, "general", [np.nan, 20.0, 20.0], [10, np.nan, 10], headcount=10)
    assert found.loc[0].isna().all()
    assert found.loc[1, ["indemnity", "allocation"]].isna().all()
    assert found.loc[2].notna().all()


def test_no_lines_have_no_amounts():
    assert law.amounts([], [], [], []).empty
    assert law.amounts("2021-03-01", "general", [], []).empty


@pytest.mark.parametrize(
    "change",
    [
        {"on": ["tomorrow"]},
        {"hourly_wage": ["a few"]},
        {"hours": [-1]},
        {"hours": [1, 2, 3], "hourly_wage": [1, 2]},
        {"known_on": ["soon"]},
        {"on": ["2019-01-01"], "headcount": -1},
        {"assumed_floors": {"apldr": "9.40"}},
    ],
)
def test_columns_that_cannot_be_read_are_refused(change):
    line = {"on": ["2021-03-01"], "regime": ["general"], "hourly_wage": [20.0], "hours": [10], **change}
    with pytest.raises(InvalidArgument):
        law.amounts(**line)
