"""A view: its address holds all of it, its boxes say what a tick gives, its rows are those of the filters."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apanalytics.criteria import catalogue
from apanalytics.explorer.access import owner
from apanalytics.explorer.columns import BOUNDS, BY_NAME, GROUPS, STAGES_FR
from apanalytics.explorer.facets import criteria_boxes, group_boxes
from apanalytics.explorer.listing import page, totals
from apanalytics.explorer.selecting import select
from apanalytics.explorer.view import PAGE_SIZES, View, parse
from tests.unit.explorer_client import local, shelf, total

CODES = {stage: [one.code for one in catalogue(stage)] for stage in STAGES_FR}
VALUES = {
    "region": ["32", "94", "11"],
    "department": ["59", "02", "2A", "75"],
    "section": ["I", "C"],
    "size_class": ["03", "11"],
    "scheme": ["?", "APLD"],
    "motive": ["1", "2"],
    "status": ["pending", "paid", "?"],
}
some = st.lists(st.integers(0, 10_000).map(lambda n: n / 4), max_size=1).map(lambda v: v[0] if v else None)


@st.composite
def views(draw: st.DrawFn) -> View:
    stage = draw(st.sampled_from(sorted(STAGES_FR)))
    codes = st.lists(st.sampled_from(CODES[stage]), max_size=3, unique=True).map(tuple)
    ticked = {
        name: tuple(draw(st.lists(st.sampled_from(values), max_size=2, unique=True)))
        for name, values in VALUES.items()
        if draw(st.integers(0, 3)) == 0
    }
    limits = {bounds.name: (draw(some), draw(some)) for bounds in BOUNDS if draw(st.integers(0, 4)) == 0}
    month = st.none() | st.dates(date(2020, 1, 1), date(2022, 1, 1)).map(lambda day: day.replace(day=1))
    return View(
        stage=stage,
        fires=draw(codes),
        unverifiable=draw(codes),
        every=draw(st.booleans()),
        groups={name: values for name, values in ticked.items() if values},
        limits={name: ends for name, ends in limits.items() if ends != (None, None)},
        months=(draw(month), draw(month)),
        naf=tuple(draw(st.lists(st.sampled_from(["56", "56.1", "56.10A"]), max_size=2, unique=True))),
        due_days=draw(st.none() | st.integers(0, 400)),
        on=draw(st.none() | st.dates(date(2021, 7, 1), date(2021, 12, 1))),
        search=draw(st.sampled_from(["", "corse", "Été <b>", "35600000000048", "R1", "100%", "a'b"])),
        sort=draw(st.sampled_from(sorted(BY_NAME))),
        down=draw(st.booleans()),
        columns=tuple(draw(st.lists(st.sampled_from(sorted(BY_NAME)), max_size=3, unique=True))),
        page=draw(st.integers(1, 3)),
        size=draw(st.sampled_from(PAGE_SIZES)),
    )


@settings(max_examples=60, deadline=None)
@given(views())
def test_the_address_holds_the_whole_view(view: View) -> None:
    again = parse(view.pairs())
    for name, ends in view.limits.items():
        assert again.limits[name] == pytest.approx(ends)
    assert {**again.__dict__, "limits": None} == {**view.__dict__, "limits": None}


@settings(max_examples=12, deadline=None)
@given(views())
def test_every_box_says_what_a_tick_gives(view: View) -> None:
    store = shelf().store()
    day = store.last_day[view.stage]

    def after(**changes: object) -> int:
        return totals(select(scope, View(**{**view.__dict__, **changes}), day)).cases  # type: ignore[arg-type]

    with store.scope(owner()) as scope:
        selection = select(scope, view, day)
        for boxes in group_boxes(selection):
            name = boxes.group.name
            for box in boxes.boxes:
                chosen = dict.fromkeys((*view.groups.get(name, ()), box.value))
                assert box.after == after(groups={**view.groups, name: tuple(chosen)}), (name, box)
        ticks = [one for family in criteria_boxes(selection) for one in family.ticks]
        assert [one.criterion.code for one in ticks] == CODES[view.stage]
        for one in ticks[:: max(1, len(ticks) // 6)]:
            code = one.criterion.code
            fires = tuple(dict.fromkeys((*view.fires, code)))
            assert one.fires.after == after(fires=fires), code
            unknown = tuple(dict.fromkeys((*view.unverifiable, code)))
            assert one.unverifiable.after == after(unverifiable=unknown), code


def test_a_second_tick_of_a_group_shows_what_it_adds() -> None:
    store = shelf().store()
    with store.scope(owner()) as scope:
        view = View(stage="payment", groups={"department": ("59",)})
        boxes = {one.group.name: one for one in group_boxes(select(scope, view, None))}["department"].boxes
    assert [(box.value, box.ticked, box.added, box.count, box.after) for box in boxes] == [
        ("02", False, True, 1, 5),
        ("2A", False, True, 1, 5),
        ("59", True, False, 4, 4),
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, 6),
        ({"region": "32"}, 5),
        ({"region": ["32", "94"]}, 6),
        ({"department": "2A"}, 1),
        ({"section": "I"}, 5),
        ({"naf": "25.62"}, 1),
        ({"naf": ["25", "56"], "section": "I"}, 6),
        ({"section": ["I", "C"], "naf": "2562B"}, 6),
        ({"section": "C", "naf": "55"}, 1),
        ({"from": "2021-08"}, 4),
        ({"from": "2021-08", "to": "2021-08"}, 3),
        ({"amount_eur_min": "3000"}, 3),
        ({"amount_eur_min": "3 000,5"}, 2),
        ({"amount_eur_max": "800"}, 2),
        ({"hours_per_employee_min": "100"}, 1),
        ({"q": "corse"}, 1),
        ({"q": "CÔRSE"}, 1),
        ({"q": "356 000 000"}, 4),
        ({"q": "C3"}, 1),
        ({"q": "%"}, 0),
        ({"stage": "authorisation"}, 4),
        ({"stage": "authorisation", "q": "script"}, 2),
    ],
)
def test_filters_keep_the_cases_counted_by_hand(query: dict[str, str | list[str]], expected: int) -> None:
    assert total(local().get("/dossiers", params=query).text) == expected


def test_deadlines_count_from_the_day_given() -> None:
    store = shelf().store()
    with store.scope(owner()) as scope:
        rows = scope.rows("SELECT case_id, decide_by FROM seen_payment ORDER BY decide_by, case_id")
        first = rows[0]["decide_by"]
        view = View(stage="payment", due_days=0, on=first)
        assert totals(select(scope, view, None)).cases == sum(row["decide_by"] == first for row in rows)


def test_not_verifiable_is_told_apart_from_absent() -> None:
    """Without payroll nothing can be compared with it: the criterion neither fires nor is cleared."""
    store = shelf().store()
    with store.scope(owner()) as scope:
        count = {
            name: totals(select(scope, View(**{name: ("EFF-03",)}), None)).cases  # type: ignore[arg-type]
            for name in ("fires", "unverifiable")
        }
    assert count == {"fires": 0, "unverifiable": 6}


def test_pages_follow_each_other_without_gap_nor_repetition() -> None:
    store = shelf().store()
    with store.scope(owner()) as scope:
        whole = [row["case_id"] for row in page(select(scope, View(sort="siret", size=100), None))]
        parts = [
            row["case_id"]
            for number in (1, 2, 3)
            for row in page(select(scope, View(sort="siret", size=2, page=number), None))
        ]
    assert len(whole) == 6
    assert parts == whole


def test_what_cannot_be_applied_is_told_not_dropped() -> None:
    view = parse(
        [
            ("stage", "other"),
            ("c", "ZZZ-99"),
            ("c", "EFF-02"),
            ("amount_eur_min", "1e9"),
            ("from", "mars"),
            ("on", "31/12/2021"),
            ("naf", "5"),
            ("due", "-1"),
            ("sort", "siret; DROP TABLE x"),
            ("col", "nothing"),
            ("page", "0"),
            ("q", "x" * 101),
        ]
    )
    assert len(view.notices) == 12
    assert any("EFF-02 est sans objet" in notice for notice in view.notices)
    assert view == View(notices=view.notices)


def test_sorted_columns_say_so_and_each_filter_can_be_taken_off() -> None:
    shown = local().get("/dossiers", params={"region": "32", "naf": "56", "sort": "amount_eur"}).text
    assert shown.count('aria-sort="descending"') == 1
    chips = re.findall(r'<li><a href="/dossiers\?([^"]*)" title="Retirer ce filtre">', shown)
    assert len(chips) == 2
    assert "region" not in chips[0]
    assert "naf=56" in chips[0]


def test_saved_views_come_back_by_name_and_can_be_forgotten() -> None:
    from tests.unit.explorer_client import csrf

    client = local("views")
    wanted = urlencode({"stage": "authorisation", "region": "94"})
    name = "Corse <i>été</i>"
    client.post("/vues", data={"csrf": csrf(client), "name": name, "view": wanted})
    shown = client.get("/dossiers").text
    assert "Corse &lt;i&gt;été&lt;/i&gt;" in shown
    assert 'href="/dossiers?stage=authorisation&amp;region=94"' in shown
    client.post("/vues", data={"csrf": csrf(client), "name": name, "view": wanted, "forget": "1"})
    assert "Corse &lt;i&gt;" not in client.get("/dossiers").text


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_statistics_sum_to_the_whole(group: object) -> None:
    from apanalytics.explorer.statistics_page import crossed

    store = shelf().store()
    with store.scope(owner()) as scope:
        name = group.name  # type: ignore[attr-defined]
        other = "period" if name != "period" else "region"
        table = crossed(select(scope, View(stage="payment"), None), name, other, "cases")
    assert table.foot[1] == "6"
    assert sum(int(total) for _, _, total in table.rows) == 6
    assert sum(int(cell) for _, cells, _ in table.rows for cell in cells) == 6
    assert sum(map(int, table.foot[0])) == 6
