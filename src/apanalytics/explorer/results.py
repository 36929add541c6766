"""The result of a control, entered on the page of its case: a return form of one line, kept and merged."""

from __future__ import annotations

import csv
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from apanalytics.errors import ApanalyticsError
from apanalytics.tables import read, write_table
from apanalytics.targeting import merge_returns
from apanalytics.targeting.appending import one_at_a_time, replace_rows
from apanalytics.targeting.returns.columns import COLUMNS

FOLDER = "results"
"""Folder, under the state, of the results entered: a file each, never changed, and `controls.parquet`, the
controls that they make, which `apanalytics ingest --controls` takes in with new data."""
FILLED = tuple(column for column in COLUMNS if column.filled)
"""What is entered: codes, dates, amounts and choices; no free text."""


@dataclass(frozen=True)
class Entered:
    """What became of a result: the file that keeps it, or French sentences saying what is wrong."""

    file: Path | None
    wrong: tuple[str, ...] = ()


def enter(data: Path, state: Path, campaign_id: str, case_id: str, values: Mapping[str, str]) -> Entered:
    """Check a result against its campaign, merge it into the controls, and keep it.

    Parameters
    ----------
    data : the data folder, whose controls take the result in.
    state : the state folder, which keeps it as a return form, and its control for the next `ingest`.
    campaign_id, case_id : what was controlled.
    values : by name of `FILLED`, as typed.

    Returns
    -------
    The file kept; where `merge_returns` refuses the line, the reasons, and nothing is kept or merged.
    """
    given = {"campaign_id": campaign_id, "case_id": case_id, **values}
    folder = state / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    now = datetime.now(UTC)
    path = folder / f"{now:%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}.csv"
    with path.open("x", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow([column.title for column in COLUMNS])
        writer.writerow([given.get(column.name, "") for column in COLUMNS])
    try:
        merged = merge_returns(data, path)
    except ApanalyticsError as error:
        path.unlink()
        return Entered(None, (f"Le résultat n’a pas pu être enregistré. Message technique : {error}",))
    if len(merged.refused) or merged.empty:
        path.unlink()
        titles = {column.name: column.title for column in COLUMNS}
        said = [
            f"{titles[line['column']]} : {line['reason']}"
            if line["column"] in titles
            else str(line["reason"])
            for line in merged.refused.to_dict("records")
        ]
        return Entered(None, tuple(said) or ("Rien n’a été saisi.",))
    path.chmod(0o400)
    _keep_control(data, folder, campaign_id, case_id)
    return Entered(path)


def _keep_control(data: Path, folder: Path, campaign_id: str, case_id: str) -> None:
    """Keep the control as it stands for the next `ingest`: new data know nothing of what was entered."""
    known = read(data).controls.to_pandas()
    with one_at_a_time("controls", folder):
        told = known[(known["campaign_id"] == campaign_id) & (known["case_id"] == case_id)]
        if (folder / "controls.parquet").exists():
            replace_rows(told, "controls", "control_id", folder)
        else:
            write_table(told, "controls", folder)
