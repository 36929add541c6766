"""The plan shown in the how-to is a plan."""

from __future__ import annotations

import re
from pathlib import Path

from apanalytics.targeting import read_plan

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "control-plan.md"


def test_the_plan_of_the_how_to_is_read_as_it_stands(tmp_path: Path) -> None:
    found = re.search(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), flags=re.S)
    assert found is not None
    path = tmp_path / "plan.yaml"
    path.write_text(found[1], encoding="utf-8")
    plan = read_plan(path)
    assert plan.capacity == 150
    assert plan.campaign_every_days == 7
