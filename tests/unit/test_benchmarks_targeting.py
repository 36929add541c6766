"""Sums, intervals, bars and guards of the targeting benchmark, and its own kinds of conduct, by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_synthetic_conduct import one_line

from apanalytics.synthetic.conduct import KINDS
from apanalytics.synthetic.draws import Draws
from apanalytics.synthetic.scenario_files import settings
from benchmarks import targeting, targeting_tables, unseen_kinds
from benchmarks.difficulty_cell import scenario_at
from benchmarks.targeting_sums import Sums, sums_of

WRONG = np.array([True, True, False, True, False, False])
UNDUE = np.array([10.0, 20.0, 0.0, 40.0, 0.0, 0.0])
SIRETS = np.array(["a", "a", "b", "c", "d", "d"], dtype=object)
SCORES = {
    "risk model": np.array([6.0, 5, 4, 3, 2, 1]),  # lists 1, 2, 3, 4: three hits
    "rules (count)": np.array([1.0, 2, 3, 4, 5, 6]),  # lists 3, 4, 5, 6: one hit
}


def found(capacity: int = 4) -> Sums:
    return Sums.of(sums_of(SCORES, WRONG, UNDUE, SIRETS, capacity))


def test_precision_and_euros_are_those_of_the_listed_cases() -> None:
    assert found().precision("risk model").value == 0.75
    assert found().precision("random").value == 0.5
    assert found().captured("risk model").value == 1.0
    assert found().captured("rules (count)").value == pytest.approx(40 / 70)
    assert found().captured("risk model", "rules (count)").value == pytest.approx(30 / 70)
    assert found().less("risk model", "rules (count)").value == pytest.approx(0.5)
    assert found().ratio("risk model", "rules (count)").value == pytest.approx(3.0)


def test_cases_of_one_establishment_count_as_one_draw() -> None:
    # hits less 0.75 per listed case: 'a' 2 - 1.5, 'b' 0 - 0.75, 'c' 1 - 0.75; over four listed cases
    spread = (0.5**2 + 0.75**2 + 0.25**2) ** 0.5 / 4
    assert found()._spread(found()._pull("risk model")) == pytest.approx(spread)
    alone = Sums.of(sums_of(SCORES, WRONG, UNDUE, np.arange(6), 4))
    # 0.25 three times for the hits, 0.75 once: what a share of independent cases has
    assert alone._spread(alone._pull("risk model")) == pytest.approx((0.75 * 0.25 / 4) ** 0.5)


def test_the_interval_of_a_difference_is_that_of_its_establishments() -> None:
    sums = found()
    # own pulls: a 0.5, b -0.75, c 0.25; of the rules (a quarter right): b -0.25, c 0.75, d -0.5
    half = 1.959963984540054 * (0.5**2 + 0.5**2 + 0.5**2 + 0.5**2) ** 0.5 / 4
    less = sums.less("risk model", "rules (count)")
    assert less.low == pytest.approx(0.5 - half)
    assert less.high == pytest.approx(0.5 + half)


def test_the_share_of_euros_moves_with_both_its_parts() -> None:
    # the list of rules holds 40 of 70 euros: 'a' pulls by -4/7 of its 30, 'c' by 3/7 of its 40
    share = found().captured("rules (count)")
    half = 1.959963984540054 * ((30 * 4 / 7) ** 2 + (40 * 3 / 7) ** 2) ** 0.5 / 70
    assert share.high == pytest.approx(4 / 7 + half)


def test_pooled_cells_are_independent_of_each_other() -> None:
    one = sums_of(SCORES, WRONG, UNDUE, SIRETS, 4)
    both, single = Sums.pooled([one, one]), Sums.of(one)
    assert both.precision("risk model").value == 0.75
    assert both._spread(both._pull("risk model")) == pytest.approx(
        single._spread(single._pull("risk model")) / 2**0.5
    )


def test_the_interval_of_pooled_precision_holds_the_truth_as_often_as_it_says() -> None:
    rng, hits = np.random.default_rng(5), 0
    for _ in range(400):
        share = rng.beta(6, 4, 300)  # establishments of three cases that are wrong together more or less
        wrong = rng.random((300, 3)) < share[:, None]
        sums = Sums.of(
            sums_of({"x": np.ones(900)}, wrong.ravel(), np.zeros(900), np.repeat(np.arange(300), 3), 900)
        )
        interval = sums.precision("x")
        assert interval.low is not None
        assert interval.high is not None
        hits += interval.low <= 0.6 <= interval.high
    assert 0.92 <= hits / 400 <= 0.98


def one_cell(seed: int = 1, rate: str = "0.175", scenario: str = "base", **own: float) -> dict[str, Any]:
    """A cell whose list of 1,000 is `precision` right, beside a ceiling of 0.8 and rules of 0.4."""
    shares = {"random": 0.175, "risk model": 0.75, "ceiling": 0.8, "rules (count)": 0.4, "amount": 0.2} | own
    totals = np.concatenate([[1000, 1000 * share, 1e6 * share] for share in shares.values()])
    totals[2] = 2e6
    gram = np.diag(np.where(np.arange(len(totals)) % 3 == 2, 1.0, totals))
    stage = {
        "cases": 10_000,
        "base_rate": 0.175,
        "capacity": 1000,
        "outcomes": 900,
        "kinds": {"x": {"cases": 3, "found": {"ceiling": 1.0}}},
        "sums": {"rankings": list(shares), "totals": totals.tolist(), "gram": gram.tolist()},
    }
    return {
        "scenario": scenario,
        "seed": seed,
        "rate": rate,
        "requests": 210_000,
        "code": "c",
        "stages": dict.fromkeys(targeting_tables.STAGES, stage),
    }


def named(cells: list[dict[str, Any]]) -> str:
    return "\n".join(targeting_tables.misses(cells))


def test_bars_hold_on_base_only() -> None:
    assert named([one_cell()]) == ""
    assert named([one_cell(scenario="shift", **{"risk model": 0.1})]) == ""


def test_each_bar_is_named_when_it_is_missed() -> None:
    assert "not surely above 0.60" in named([one_cell(**{"risk model": 0.61})])
    assert "not surely" not in named([one_cell(rate="0.05", **{"risk model": 0.61})])
    assert "of the ceiling" in named([one_cell(ceiling=0.9)])
    assert "above rules, in 0 of 1 seeds" in named([one_cell(**{"rules (count)": 0.75})])
    assert "beyond amounts alone" in named([one_cell(amount=0.76)])
    short = one_cell()
    short["stages"]["payment"] = short["stages"]["payment"] | {"capacity": 999}
    assert "a list of 999 cases only" in named([short])


def test_rules_must_be_passed_in_four_seeds_of_five() -> None:
    cells = [one_cell(seed) for seed in range(8)] + [one_cell(8, **{"rules (count)": 0.8})] * 2
    assert named(cells) == ""
    assert "in 7 of 10 seeds" in named([*cells[1:], one_cell(9, **{"rules (count)": 0.8})])


def test_the_tables_pool_seeds_and_say_what_they_rest_on() -> None:
    text = targeting_tables.document([one_cell(1), one_cell(2)])
    assert "Seeds 1, 2; 210,000 requests; code c." in text
    assert "| cases, of which listed | 20,000, 2,000 |" in text
    assert "| precision: risk model | 0.750 [" in text
    assert "| share of the undue euros: amount | 0.100 [" in text


def test_seeds_kept_for_the_end_are_refused_unless_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        targeting.options(["--seeds", "5,101"])
    assert "--confirm" in capsys.readouterr().err
    once = targeting.options(["--confirm"])
    assert once.seeds.split(",")[::9] == ["101", "110"]
    assert once.work == targeting.ONCE
    assert targeting.options([]).work == targeting.TUNED


def test_a_cell_that_is_there_is_not_measured_again(tmp_path: Path) -> None:
    asked = targeting.options(["--work", str(tmp_path), "--requests", "10"])
    targeting.keep(tmp_path / "cell-base-10-0.175-1.json", one_cell())
    assert targeting.cell(asked, "base", "0.175", 1) == one_cell()


@pytest.fixture
def _own_kinds() -> Iterator[None]:
    """Add the benchmark's kinds, and take them out again."""
    before = list(KINDS)
    unseen_kinds.add_own_kinds()
    yield
    KINDS[:] = before


class TestOwnKinds:
    @pytest.mark.usefixtures("_own_kinds")
    def test_they_are_drawn_by_settings_of_their_own(self, tmp_path: Path) -> None:
        knobs = settings(scenario_at({"payment": 0.1}, tmp_path, unseen_kinds.SETTINGS))
        assert {kind.code for kind in unseen_kinds.OWN} <= set(knobs.conduct.kinds)
        assert knobs.conduct.case_rate == {"payment": 0.1}

    def test_base_knows_nothing_of_them(self) -> None:
        codes = {kind.code for kind in unseen_kinds.OWN}
        assert not codes & set(settings("base").conduct.kinds)
        assert not codes & {kind.code for kind in KINDS}

    def test_whole_days_claims_a_day_for_each_part_of_one(self) -> None:
        lines = one_line(due_idle=10.0, idle=10.0)
        unseen_kinds.claim_whole_days(lines, np.array([True]), Draws(1))
        lost = 7 * (0.4 + 0.6 * Draws(1).uniform("hours of a day", lines.case)[0])
        assert lines.idle[0] == 7 * np.ceil(10 / lost)
        assert lines.due_idle[0] == 10.0

    def test_whole_days_stays_within_month_and_authorisation(self) -> None:
        full = one_line(due_idle=150.0, idle=150.0)
        unseen_kinds.claim_whole_days(full, np.array([True]), Draws(1))
        assert 150.0 <= full.idle[0] <= 151.67
        spent = one_line(due_idle=10.0, idle=10.0, room=0.0)
        unseen_kinds.claim_whole_days(spent, np.array([True]), Draws(1))
        assert spent.idle[0] == 10.0

    def test_of_the_redeployed_nothing_is_due_and_of_the_others_all(self) -> None:
        due = []
        for person in range(200):
            lines = one_line(person=person)
            unseen_kinds.claim_redeployed(lines, np.array([True]), Draws(1))
            due.append(lines.due_idle[0])
        assert set(due) == {0.0, 80.0}
        assert due.count(0.0) == pytest.approx(80, abs=25)

    def test_the_wary_redeploy_for_half_of_the_hours(self) -> None:
        due = set()
        for person in range(20):
            lines = one_line(person=person, wary=True)
            unseen_kinds.claim_redeployed(lines, np.array([True]), Draws(1))
            due.add(lines.due_idle[0])
        assert due == {40.0, 80.0}
