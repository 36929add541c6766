"""Sections, divisions and classes: the narrower tick counts, and every box says what it would give."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from apanalytics.explorer.picks import picked
from apanalytics.explorer.sectors import Branch, tree, without_box
from apanalytics.explorer.trail import LONGEST, Trail
from apanalytics.explorer.view import View, parse
from apanalytics.tables.activities import section_of

COUNTS = {"56.10A": 3, "56.10C": 1, "55.10Z": 2, "25.62B": 5, "?": 4}
VALUES = ["C", "I", "?", "25", "55", "56", "56.1", "56.10A", "56.10C", "25.62B"]


def view_of(*values: str) -> View:
    sections = tuple(value for value in values if not value[0].isdigit())
    return View(
        groups={"section": sections} if sections else {},
        naf=tuple(value for value in values if value[0].isdigit()),
    )


def kept(view: View) -> int:
    """The cases of a view, counted one class at a time as a clerk would."""
    asked = [*view.groups.get("section", ()), *view.naf]
    if not asked:
        return sum(COUNTS.values())
    total = 0
    for naf, n in COUNTS.items():
        holding = [one for one in asked if one == (section_of(naf) or "?") or naf.startswith(one)]
        deepest = max(holding, key=len, default=None)
        narrower = [
            one for one in asked if deepest and one != deepest and one[0].isdigit()
            and (one.startswith(deepest) or section_of(one) == deepest)
        ]  # fmt: skip
        total += n if deepest and not narrower else 0
    return total


def boxes(branches: tuple[Branch, ...]) -> dict[str, Branch]:
    found: dict[str, Branch] = {}
    for one in branches:
        found |= {one.box.value: one} | boxes(one.below)
    return found


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(VALUES), unique=True, max_size=4))
def test_every_box_of_the_tree_says_what_a_tick_gives(values: list[str]) -> None:
    shown = boxes(tree(view_of(*values), COUNTS))
    for value, one in shown.items():
        after = view_of(*dict.fromkeys([*values, value]))
        assert one.box.after == kept(after), value
        assert one.box.ticked is (value in values)


def test_a_division_narrows_its_section_and_two_divisions_are_both_kept() -> None:
    assert picked(view_of("I")) == ("I",)
    assert picked(view_of("I", "56")) == ("56",)
    assert picked(view_of("I", "56", "55")) == ("56", "55")
    assert picked(view_of("I", "C", "56.10A", "56")) == ("C", "56.10A")


def test_classes_show_below_a_ticked_division_only() -> None:
    assert boxes(tree(View(), COUNTS)).keys() == {"C", "I", "?", "25", "55", "56"}
    shown = boxes(tree(view_of("56"), COUNTS))
    assert {"56.10A", "56.10C"} <= shown.keys()
    assert "25.62B" not in shown
    assert shown["I"].open
    assert shown["56"].name == "56 Restauration"


def test_a_ticked_activity_without_cases_is_still_shown() -> None:
    shown = boxes(tree(view_of("A", "01"), {"56.10A": 1}))
    assert (shown["A"].box.ticked, shown["01"].box.ticked, shown["01"].box.count) == (True, True, 0)


def test_the_address_takes_several_activities_with_or_without_their_dot() -> None:
    view = parse([("naf", "56"), ("naf", "5610a"), ("naf", "56"), ("naf", "x"), ("section", "C")])
    assert view.naf == ("56", "56.10A")
    assert len(view.notices) == 1
    assert parse(view.pairs()).naf == view.naf
    assert without_box(view_of("56.1"), tree(view_of("56.1"), COUNTS)) == ("56.1",)


def test_steps_are_taken_back_one_by_one() -> None:
    trail = Trail()
    assert [trail.step(view) for view in "abc"] == [None, "a", "b"]
    assert trail.step("b") == "a", "back from c: c is gone"
    assert trail.step("a") is None
    assert trail.step("d") == "a"
    for number in range(2 * LONGEST):
        trail.step(str(number))
    steps = 0
    while before := trail.step(str(2 * LONGEST - 1 - steps)):
        assert before == str(2 * LONGEST - 2 - steps)
        steps += 1
    assert steps == LONGEST - 1
