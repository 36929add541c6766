"""An establishment over several months."""

from datetime import date
from decimal import Decimal

import pytest

from apanalytics import law
from apanalytics.errors import DataRefused, InvalidArgument
from apanalytics.law.chart import draw, save_chart

PLAN = """establishment: "Atelier Exemple"
headcount: 12
regime: general
groups:
  - name: Atelier
    employees: 10
    hourly_wage: 20
  - name: Bureau
    employees: 2
    monthly_pay: 3000
months:
  - month: 2021-03
    idle_share: 0.5
  - month: 2021-07
    idle_share: {Atelier: 1, Bureau: 0}
  - {month: 2021-08, idle_share: 1, regime: protected}
"""


def written(tmp_path, text=PLAN):
    path = tmp_path / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_each_month_is_valued_with_its_own_rates(tmp_path):
    found = law.simulate(written(tmp_path))
    march, july, august = (date(2021, month, 1) for month in (3, 7, 8))
    workshop = {row.month: row for row in found.rows if row.group == "Atelier"}
    assert workshop[march].idle_hours == Decimal("758.40")  # 75.835 rounds to 75.84 hours each
    assert workshop[march].allocation == Decimal("9100.80")  # 12.00 an hour
    assert workshop[july].allocation == Decimal("11071.90")  # the floor, 7.30 an hour
    assert workshop[august].allocation == Decimal("15773.70")  # 10.40 an hour
    assert found.total("employer_cost", july) == workshop[july].indemnity - workshop[july].allocation


def test_the_bearers_together_pay_the_indemnity(tmp_path):
    found = law.simulate(written(tmp_path))
    for row in found.rows:
        assert row.state + row.unedic + row.employer_cost == row.indemnity
        assert row.net_saving == row.payroll_saved - row.employer_cost
    assert found.total("indemnity") == sum(row.indemnity for row in found.rows)


def test_hours_above_the_legal_week_are_idle_and_unpaid_unless_stipulated():
    group = {"name": "A", "hourly_wage": "20", "weekly_contract": "39"}
    months = [{"month": "2021-03"}]
    plain = law.simulate({"groups": [group], "months": months}).rows[0]
    agreed = law.simulate({"groups": [{**group, "structural_overtime": "yes"}], "months": months}).rows[0]
    assert (plain.idle_hours, plain.unpaid_idle_hours) == (Decimal("151.67"), Decimal("17.33"))
    assert (agreed.idle_hours, agreed.unpaid_idle_hours) == (169, 0)
    assert plain.payroll_saved == agreed.payroll_saved == 3380
    plan = {"groups": [{**group, "structural_overtime": "yes"}], "headcount": 10}
    before, since = (law.simulate({**plan, "months": [{"month": m}]}).rows[0] for m in ("2020-02", "2020-04"))
    assert (before.idle_hours, before.unpaid_idle_hours) == (Decimal("151.67"), Decimal("17.33"))
    assert (since.idle_hours, since.unpaid_idle_hours) == (169, 0)


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("idle_share: 0.5", "idle_share: 1.5", InvalidArgument),
        ("month: 2021-03", "month: 2021-13", InvalidArgument),
        ("month: 2021-03", "moth: 2021-03", InvalidArgument),
        ("hourly_wage: 20", "hourly_wage: -3", InvalidArgument),
        ("hourly_wage: 20", "hourly_wage: 20\n    monthly_pay: 3000", InvalidArgument),
        ("regime: general", "regime: special", InvalidArgument),
        ("headcount: 12", "headcount: 12\nheadcount: 13", DataRefused),
        ("groups:", "teams:", InvalidArgument),
        ("    hourly_wage: 20", "    hourly_wage: 20\n    structural_overtime: maybe", InvalidArgument),
        ("employees: 10", "employees: 2.5", InvalidArgument),
        ("headcount: 12", "headcount: many", InvalidArgument),
        ("Bureau: 0}", "Bureaux: 0}", InvalidArgument),
        ("Bureau: 0}", "}", InvalidArgument),
        ("name: Bureau", "name: Atelier", InvalidArgument),
        ("month: 2021-07", "month: 2021-03", InvalidArgument),
        ("monthly_pay: 3000", "monthly_pay: 3000\n    weekly_contract: 0", InvalidArgument),
        ("regime: general", "regime: general\nterritory: ZZ", InvalidArgument),
        ("regime: protected}", "regime: [protected]}", InvalidArgument),
    ],
)
def test_a_plan_that_cannot_be_read_as_meant_is_refused(tmp_path, old, new, error):
    assert old in PLAN
    with pytest.raises(error):
        law.simulate(written(tmp_path, PLAN.replace(old, new, 1)))


def test_the_chart_stacks_the_three_bearers_up_to_the_indemnity(tmp_path):
    found = law.simulate(written(tmp_path))
    axes = draw(found)
    tops = [
        max(bar.get_y() + bar.get_height() for bar in bars) for bars in zip(*axes.containers, strict=True)
    ]
    assert tops == pytest.approx([float(found.total("indemnity", month)) for month in found.months])
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels == ["État", "Unédic", "Reste à charge de l'employeur"]
    assert "Atelier Exemple" in axes.get_title()


def test_the_same_simulation_writes_the_same_picture(tmp_path):
    found = law.simulate(written(tmp_path))
    one, other = (save_chart(found, tmp_path / name).read_bytes() for name in ("one.png", "other.png"))
    assert one == other
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.png", "other.png", "plan.yaml"]
