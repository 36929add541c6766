"""The figures of a report do not move without a reason."""

from __future__ import annotations

from tests.golden.report_figures import GOLDEN, figures


def test_the_figures_of_the_small_report_have_not_moved() -> None:
    assert figures() == GOLDEN.read_text("utf-8"), (
        "figures moved: if they should, say why and for which period in CHANGELOG.md, then run "
        "`python -m tests.golden.report_figures`"
    )
