"""The open data of a month put in place, whole, and made again only when what is behind it changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd

from apanalytics.prepare import Derived
from apanalytics.prepare.publish import exclusive, publish, publish_json, read_json
from apanalytics.reports.publication.opendata import files
from apanalytics.reports.publication.tables import publication

MADE_FROM = "inputs"
STAGES = ("authorisation", "payment")


def publish_tables(
    derived: Derived, month: date, out: Path, inputs: str, step: Callable[[str], None]
) -> Path:
    """Write the published tables of a month under `out/public/MONTH/donnees`; return that folder.

    The file that says what they were made from is removed first and written last: a run that is cut off
    leaves tables that the next one writes again.

    Parameters
    ----------
    derived : the prepared cases of the whole country: secrecy is solved for all regions at once, since the
        country less the other regions gives a region.
    inputs : hash of everything behind the tables.
    step : called with a line of progress.
    """
    folder = out / "public" / f"{month:%Y-%m}" / "donnees"
    mark = folder / ".made-from.json"
    with exclusive(folder / ".lock"):
        if (read_json(mark) or {}).get(MADE_FROM) == inputs:
            return folder
        step(f"Public tables of {month:%Y-%m}: statistical secrecy")
        contents = files(publication(*_of_month(derived, month), month), f"{month:%Y-%m}")
        mark.unlink(missing_ok=True)
        for old in folder.glob("[!.]*"):
            if old.name not in contents:
                old.unlink()
        for name, content in contents.items():
            publish(content, folder / name)
        publish_json({MADE_FROM: inputs}, mark)
    return folder


def _of_month(derived: Derived, month: date) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    cases, criteria = {}, {}
    for stage in STAGES:
        rows = derived.cases(stage)
        here = rows[pd.to_datetime(rows["counted_on"]).dt.to_period("M") == pd.Period(month, "M")]
        cases[stage] = here
        criteria[stage] = derived.criteria(stage).loc[here.index]
    return cases, criteria
