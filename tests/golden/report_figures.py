"""The figures of one small report as text: `python -m tests.golden.report_figures` writes them again.

The country is made by hand (`tests/unit/country.py`, controls and payments are added here), so that the
figures move only when the report does. Say in CHANGELOG.md why they moved, and for which period.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd

from apanalytics.reports import content
from apanalytics.reports.blocks import Block
from apanalytics.tables import write_table
from tests.unit.country import claims, write_country

GOLDEN = Path(__file__).parent / "report" / "32-2021-09.txt"
PLAN = """region: '32'
departments: {'59': 2, '02': 1}
from: 2021-10-01
to: 2021-12-31
control_cost_eur: 350
"""
SECTIONS: dict[str, Callable[[content.Regional], Block]] = {
    "À retenir": content.summary,
    "Ce qui a été déposé": content.evolution,
    "Par mois d’inactivité": content.idleness,
    "Dans la région et dans le pays": content.compared,
    "Incohérences, autorisation": partial(content.inconsistencies, stage="authorisation"),
    "Incohérences, indemnisation": partial(content.inconsistencies, stage="payment"),
    "Ensemble": partial(content.overlap, stage="payment"),
    "Contrôles": content.controls,
    "Délais, montants, contestations": content.checking,
    "Départements": content.departments,
    "Secteurs": content.sectors,
    "Tailles": content.sizes,
    "Campagne": partial(content.campaign, stage="payment"),
    "Premier rang": partial(content.ranking, stage="payment"),
    "Dérive": partial(content.drifted, stage="payment"),
    "Justesse": partial(content.calibrated, stage="payment"),
    "Équité": partial(content.burden, stage="payment"),
    "Ce qui n’a pas pu être calculé": content.limits,
}


class Lines(HTMLParser):
    """The text of a block: a line per paragraph, key figure or table row, cells apart by bars."""

    def __init__(self, block: Block) -> None:
        super().__init__()
        self.text = ""
        self.feed(str(block.html))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("p", "tr", "dt", "li", "caption", "figcaption"):
            self.text += "\n"
        if tag in ("td", "th", "dd"):
            self.text += " | "
        if tag == "img":
            self.text += "\n[figure] " + (dict(attrs)["alt"] or "")

    def handle_data(self, data: str) -> None:
        self.text += re.sub(r"\s*\n\s*", "", data)


def country(folder: Path) -> Path:
    """The country of ten cases, with payments and three closed controls."""
    write_country(folder)
    days = ["2021-08-20", "2021-09-20", "2021-09-28", None, None, None]
    paid = claims().assign(paid_on=pd.to_datetime(days))
    write_table(paid, "claims", folder)
    controls = pd.DataFrame(
        {
            "control_id": ["K1", "K2", "K3"],
            "stage": "payment",
            "case_id": ["C1", "C2", "C3"],
            "channel": ["targeted", "random", "targeted"],
            "opened_on": pd.to_datetime(["2021-08-10", "2021-09-15", "2021-09-29"]),
            "closed_on": pd.to_datetime(["2021-08-30", "2021-09-25", "2021-09-30"]),
            "outcome": ["error", "compliant", "compliant"],
            "undue_amount": [120.0, 0.0, 0.0],
            "blocked_amount": [120.0, 0.0, 0.0],
            "recovered_amount": [0.0, 0.0, 0.0],
            "contested": [True, False, False],
        }
    )
    write_table(controls, "controls", folder)
    (folder / "plan.yaml").write_text(PLAN, "utf-8")
    return folder


def figures() -> str:
    """Every sentence and table of the report, as text."""
    with tempfile.TemporaryDirectory() as folder:
        data = country(Path(folder) / "data")
        region = content.open_region(data, "32", "2021-09", plan=data / "plan.yaml")
        parts = [f"== {name}\n{Lines(section(region)).text.strip()}\n" for name, section in SECTIONS.items()]
    return "\n".join(parts)


def main() -> None:
    """Write the golden file again."""
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text(figures(), "utf-8")


if __name__ == "__main__":
    main()
