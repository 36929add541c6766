"""Whatever the view and the user, the explorer shows what plain pandas counts on the prepared frames."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apanalytics.criteria import catalogue
from apanalytics.explorer.access import User, owner
from apanalytics.explorer.bits import count, known, packed, true, unpacked
from apanalytics.explorer.columns import BOUNDS, BY_NAME, GROUPS
from apanalytics.explorer.counting import counted
from apanalytics.explorer.facets import criteria_boxes, group_boxes
from apanalytics.explorer.listing import page, totals
from apanalytics.explorer.sectors import counts_of
from apanalytics.explorer.selecting import Selection, select
from apanalytics.explorer.statistics_page import DIMENSIONS, MEASURES
from apanalytics.explorer.store import Store
from apanalytics.explorer.view import View
from apanalytics.prepare import prepared
from apanalytics.tables.activities import section_of

ROOT = Path(__file__).parents[2]
DATA = ROOT / "data" / "synthetic"
STAGES = ("authorisation", "payment")
CODES = {stage: [one.code for one in catalogue(stage)] for stage in STAGES}
RATIO = {"authorisation": "headcount_over_dsn_ratio", "payment": "employees_over_dsn_ratio"}
DAY = date(2021, 11, 30)
USERS = [
    owner(),
    owner("94"),
    User("a", "agent", frozenset({"59", "2A"})),
    User("none", "agent", frozenset()),
]


@cache
def store() -> Store:
    return Store(DATA, prepared(DATA))


@cache
def frame(stage: str) -> pd.DataFrame:
    """Every case as a plain frame, with the columns of the list."""
    derived = store().derived
    cases = derived.cases(stage).sort_index()
    features, criteria = (
        part.reindex(cases.index) for part in (derived.features(stage), derived.criteria(stage))
    )
    for group in GROUPS:
        cases[group.name] = (
            cases[group.name].astype("object").where(cases[group.name].notna(), "?").astype(str)
        )
    month = cases["month"] if "month" in cases else pd.Series(pd.NaT, cases.index)
    cases["period"] = month.fillna(cases["counted_on"]).dt.to_period("M").dt.to_timestamp()
    cases["anomaly"] = derived.anomaly(stage)["score"].reindex(cases.index)
    cases["risk"] = np.nan
    cases["hours_per_employee"] = features["hours_per_employee"]
    cases["headcount_ratio"] = features[RATIO[stage]]
    cases["fired"] = criteria.eq(True).fillna(False).sum(axis=1)
    cases["unverifiable"] = criteria.isna().sum(axis=1)
    return cases.join(criteria)


def kept(view: View, cases: pd.DataFrame) -> Iterator[tuple[str, pd.Series[bool]]]:
    """The filters of a view, one group after another."""
    each = [cases[code].eq(True).fillna(False) for code in view.fires]
    each += [cases[code].isna() for code in view.unverifiable]
    if each:
        ticked = pd.concat(each, axis=1).astype(bool)
        yield "criteria", ticked.all(axis=1) if view.every else ticked.any(axis=1)
    for name, values in view.groups.items():
        if name != "section":
            yield name, cases[name].isin(values)
    if view.naf or "section" in view.groups:
        yield "activity", active(view, cases)
    for name, (least, most) in view.limits.items():
        yield name, cases[name].between(-np.inf if least is None else least, np.inf if most is None else most)
    first, last = view.months
    if first:
        yield "from", cases["period"] >= pd.Timestamp(first)
    if last:
        yield "to", cases["period"] <= pd.Timestamp(last)
    if view.due_days is not None:
        start = view.on or DAY
        yield "due", cases["decide_by"].between(*map(pd.Timestamp, (start, start + timedelta(view.due_days))))
    if view.search:
        yield "q", searched(view.search, cases)


def active(view: View, cases: pd.DataFrame) -> pd.Series[bool]:
    """Sections and codes ticked; of two that hold each other the narrower counts."""
    sections = view.groups.get("section", ())
    codes = [one for one in view.naf if not any(other != one and other.startswith(one) for other in view.naf)]
    free = [one for one in sections if not any(section_of(code) == one for code in codes)]
    found = cases["section"].isin(free)
    for code in codes:
        found |= cases["naf"].fillna("?").str.startswith(code)
    return found


def searched(text: str, cases: pd.DataFrame) -> pd.Series[bool]:
    ids = cases.index.to_series()
    names = (
        cases["name"]
        .fillna("")
        .str.lower()
        .str.normalize("NFD")
        .str.replace(r"[\u0300-\u036f]", "", regex=True)
    )
    bare = text.replace(" ", "")
    if bare.isdigit():
        return (
            cases["siret"].str.startswith(bare)
            | ids.str.startswith(bare)
            | names.str.contains(bare, regex=False)
        )
    return names.str.contains(text.lower().replace("é", "e"), regex=False) | ids.str.startswith(text)


def rows_of(view: View, cases: pd.DataFrame, *without: str) -> pd.DataFrame:
    mask = pd.Series(True, cases.index)
    for name, group in kept(view, cases):
        if name not in without:
            mask &= group.fillna(False).astype(bool)
    return cases[mask]


def seen_by(user: User, stage: str) -> pd.DataFrame:
    cases = frame(stage)
    return cases if user.departments is None else cases[cases["department"].isin(user.departments)]


@st.composite
def views(draw: st.DrawFn) -> View:
    stage = draw(st.sampled_from(STAGES))
    cases = frame(stage)
    some = cases.iloc[draw(st.integers(0, len(cases) - 1))]
    codes = st.lists(st.sampled_from(CODES[stage]), max_size=2, unique=True).map(tuple)
    groups = {
        group.name: (
            str(some[group.name]),
            *draw(st.lists(st.sampled_from(sorted(set(cases[group.name]))), max_size=2)),
        )
        for group in GROUPS
        if draw(st.integers(0, 4)) == 0
    }
    limits: dict[str, tuple[float | None, float | None]] = {}
    for bounds in BOUNDS:
        value = some[bounds.name]
        if draw(st.integers(0, 5)) == 0 and not pd.isna(value):
            limits[bounds.name] = (float(value), None) if draw(st.booleans()) else (None, float(value))
    month = st.none() | st.just(some["period"].date())
    searches = ["", "", "", some["siret"][:9], str(some["name"])[:4], str(some.name)[:6], "é", "1"]
    return View(
        stage=stage,
        fires=draw(codes),
        unverifiable=draw(codes),
        every=draw(st.booleans()),
        groups={name: tuple(dict.fromkeys(values)) for name, values in groups.items()},
        limits=limits,
        months=(draw(month), draw(month)),
        naf=draw(
            st.sampled_from([(), (), (some["naf"][:2],), (some["naf"],), ("56", some["naf"], "56.10A")])
        ),
        due_days=draw(st.none() | st.integers(0, 60)),
        on=draw(st.none() | st.just(some["decide_by"].date())),
        search=draw(st.sampled_from(searches)).strip(),
        sort=draw(st.sampled_from(sorted(BY_NAME))),
        down=draw(st.booleans()),
        page=draw(st.integers(1, 3)),
    )


@settings(max_examples=40, deadline=None)
@given(views(), st.sampled_from(USERS), st.data())
def test_every_figure_is_that_of_plain_pandas(view: View, user: User, data: st.DataObject) -> None:
    cases = seen_by(user, view.stage)
    expected = rows_of(view, cases)
    with store().scope(user) as scope:
        selection = select(scope, view, DAY)
        totals_are(selection, expected)
        boxes_are(selection, cases)
        rows_are(selection, expected)
        first = data.draw(st.sampled_from(sorted(DIMENSIONS)))
        second = data.draw(st.sampled_from([None, *sorted(set(DIMENSIONS) - {first})]))
        statistics_are(selection, expected, first, second, data.draw(st.sampled_from(sorted(MEASURES))))


def totals_are(selection: Selection, expected: pd.DataFrame) -> None:
    found = totals(selection)
    assert found.cases == len(expected)
    assert found.establishments == expected["siret"].nunique()
    for name in ("amount_eur", "hours"):
        value = getattr(found, name)
        known = expected[name].dropna()
        assert value == (pytest.approx(known.sum()) if len(known) else None)


def boxes_are(selection: Selection, cases: pd.DataFrame) -> None:
    view = selection.view
    activities = rows_of(view, cases, "activity")["naf"].fillna("?").value_counts()
    assert dict(counts_of(selection)) == activities.to_dict()
    for boxes in group_boxes(selection):
        name = boxes.group.name
        counts = rows_of(view, cases, name)[name].value_counts()
        assert {box.value: box.count for box in boxes.boxes if box.count} == counts.to_dict()
    others, listed = rows_of(view, cases, "criteria"), rows_of(view, cases)
    ticked = bool(view.fires or view.unverifiable)
    left_out = others.drop(listed.index) if ticked else others
    for family in criteria_boxes(selection):
        for one in family.ticks:
            code = one.criterion.code
            for box, chosen, of in (
                (one.fires, view.fires, lambda part, code=code: part[code].eq(True).fillna(False).sum()),
                (one.unverifiable, view.unverifiable, lambda part, code=code: part[code].isna().sum()),
            ):
                if not ticked:
                    assert box.after == of(others)
                elif view.every:
                    assert box.after == of(listed)
                else:
                    assert box.after == len(listed) + (0 if code in chosen else of(left_out))


def rows_are(selection: Selection, expected: pd.DataFrame) -> None:
    view = selection.view
    by = "case_id" if view.sort == "case_id" else [view.sort, "case_id"]
    ascending: Any = not view.down if view.sort == "case_id" else [not view.down, True]
    ordered = (
        expected.rename_axis("case_id").reset_index().sort_values(by, ascending=ascending, kind="stable")
    )
    part = ordered.iloc[(view.page - 1) * view.size : view.page * view.size]
    rows = page(selection)
    assert [row["case_id"] for row in rows] == list(part["case_id"])
    for name in ("amount_eur", "employees", "fired", "anomaly", "department", "decide_by", "name", "status"):
        values = [None if pd.isna(value) else value for value in part[name]]
        assert [row[name] for row in rows] == [
            v.date() if isinstance(v, pd.Timestamp) else v for v in values
        ], name


def statistics_are(
    selection: Selection, expected: pd.DataFrame, first: str, second: str | None, measure: str
) -> None:
    def of(part: pd.DataFrame) -> float:
        if measure == "establishments":
            return part["siret"].nunique()
        column = {"amount": "amount_eur", "hours": "hours"}.get(measure)
        if column:
            return float(part[column].sum())
        return float((part["fired"] > 0).sum()) if measure == "inconsistent" else len(part)

    found = counted(selection, first, second, measure)
    assert found.whole == pytest.approx(of(expected))
    keys_a, keys_b = (
        [value if value is None or not isinstance(value, date) else pd.Timestamp(value) for value in values]
        for values in found.values
    )
    assert set(keys_a) == set(expected[first])
    for a, value in enumerate(keys_a):
        row = expected[expected[first] == value]
        assert found.by_row[a] == pytest.approx(of(row))
        for b, other in enumerate(keys_b if second else []):
            assert found.cells[a, b] == pytest.approx(of(row[row[second] == other]))
    if second:
        assert set(keys_b) == set(expected[second])
        for b, other in enumerate(keys_b):
            assert found.by_column[b] == pytest.approx(of(expected[expected[second] == other]))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.none() | st.booleans(), max_size=200))
def test_bits_hold_the_cases_that_they_were_made_of(values: list[bool | None]) -> None:
    import pyarrow as pa

    array = pa.array(values, pa.bool_())
    assert unpacked(true(array), len(values)).tolist() == [value is True for value in values]
    assert unpacked(known(array), len(values)).tolist() == [value is not None for value in values]
    mask = np.array([value is not False for value in values], np.bool_)
    assert count(packed(mask)) == mask.sum()
