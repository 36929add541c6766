"""What inspectors sent back, checked against the campaign and merged into `controls`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from apanalytics.errors import MissingTable
from apanalytics.risk.labels import one_day
from apanalytics.tables import Tables, read
from apanalytics.targeting.appending import one_at_a_time, replace_rows
from apanalytics.targeting.returns.columns import COLUMNS
from apanalytics.targeting.returns.reading import REFUSED, Returns, read_returns

CHANNELS = {"targeted": "targeted", "random": "random", "signal": "tip"}
"""Channel of a list and that of its control."""
FACTS = [column.name for column in COLUMNS if column.filled]
LISTED_SQL = """
SELECT campaign_id, case_id, stage, channel, drawn_on FROM selections WHERE listed
ORDER BY campaign_id, case_id
"""


@dataclass(frozen=True)
class Merged:
    """What became of the lines of some return forms.

    Parameters
    ----------
    added, updated, unchanged : controls new to the data folder, told otherwise than before, told again.
    empty : lines of cases not yet controlled.
    refused : one row per line not taken: ``file, line, case_id, column, reason`` (in French).
    ignored : titles of columns that were not read.
    """

    added: int
    updated: int
    unchanged: int
    empty: int
    refused: pd.DataFrame
    ignored: tuple[str, ...]

    def json(self) -> dict[str, Any]:
        """Return plain values for a machine-readable result."""
        counts = {name: getattr(self, name) for name in ("added", "updated", "unchanged", "empty")}
        return counts | {"refused": self.refused.to_dict("records"), "ignored": list(self.ignored)}


def merge_returns(data: str | Path, place: str | Path, on: str | date | None = None) -> Merged:
    """Read return forms, check each line against its campaign, and add it to the folder's ``controls``.

    A control is known by its campaign and its case: told again it replaces itself, so that a form can be sent
    first when controls open and again when they close. A line is refused, and told, that names a case that
    the campaign did not list, closes before it opens, opens before the list was drawn, tells of a day that is
    still to come, gives an outcome without a closing day or the reverse, finds an undue amount in a
    compliant case, or contradicts another line of the same case.

    Parameters
    ----------
    data : the data folder whose ``selections`` hold the campaign.
    place : a form (XLSX or CSV), or a folder of them.
    on : day on which they are read: nothing can have been opened, closed or recovered later; None for today.

    Raises
    ------
    UnreadableFile, InvalidArgument : see `read_returns`, or `on` is no day; nothing is merged then.
    MissingTable : the folder knows of no campaign.

    Examples
    --------
    >>> merge_returns("data/synthetic", "nowhere.xlsx")
    Traceback (most recent call last):
    apanalytics.errors.UnreadableFile: No such return form (nowhere.xlsx).
    """
    day = date.today() if on is None else one_day(on, "on")
    forms = read_returns(place)
    folder = Path(data)
    tables = read(folder)
    if not tables.has("selections"):
        raise MissingTable("selections", folder, todo="Draw the campaign with `apanalytics target` first.")
    sound, wrong = _checked(forms, tables, day)
    with one_at_a_time("controls", folder):
        counts = _merge(_controls(sound), folder)
    refused = pd.concat([forms.refused, wrong], ignore_index=True)[REFUSED]
    return Merged(*counts, forms.empty, refused, forms.ignored)


def _checked(forms: Returns, tables: Tables, on: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the lines that agree with their campaign, and those refused with the reason."""
    with tables.connect() as con:
        listed = con.execute(LISTED_SQL).df()
    rows = forms.rows.merge(listed, on=["campaign_id", "case_id"], how="left")
    rows["reason"] = pd.Series(None, index=rows.index, dtype=object)
    key = ["campaign_id", "case_id"]
    rows = rows[~rows.duplicated([*key, *FACTS])]
    last, after = pd.Timestamp(on), f"après le {on:%d/%m/%Y}, jour où le retour est lu"
    nonsense: list[tuple[pd.Series[bool], str]] = [
        (rows["stage"].isna(), "ce dossier n'est pas de la liste de cette campagne"),
        (rows.duplicated(key, keep=False), "ce dossier est rendu deux fois, avec des valeurs différentes"),
        (rows["opened_on"].isna(), "la date d'ouverture manque"),
        (rows["opened_on"] < rows["drawn_on"], "ouvert avant le tirage de la liste"),
        (rows["closed_on"] < rows["opened_on"], "clos avant d'être ouvert"),
        (rows["opened_on"] > last, f"ouvert {after}"),
        (rows["closed_on"] > last, f"clos {after}"),
        (rows["outcome"].notna() & rows["closed_on"].isna(), "un résultat sans date de clôture"),
        (rows["outcome"].isna() & rows["closed_on"].notna(), "une date de clôture sans résultat"),
        (rows["outcome"].eq("compliant") & rows["undue_amount"].gt(0), "conforme, mais avec un indu"),
        (rows["outcome"].isna() & rows["findings"].notna(), "des constats sans résultat"),
        (rows["recovered_on"] < rows["opened_on"], "recouvré avant l'ouverture du contrôle"),
        (rows["recovered_on"] > last, f"recouvré {after}"),
    ]
    for wrong, reason in reversed(nonsense):
        rows.loc[wrong.fillna(False).astype(bool), "reason"] = reason
    bad = rows["reason"].notna()
    return rows[~bad], rows[bad].assign(column=None)[REFUSED]


def _controls(rows: pd.DataFrame) -> pd.DataFrame:
    """Return sound lines as rows of ``controls``."""
    names = rows["campaign_id"] + "/" + rows["case_id"]
    control_id = [f"R-{hashlib.sha256(name.encode()).hexdigest()[:16]}" for name in names]
    return rows[["stage", "case_id", "campaign_id", *FACTS]].assign(
        control_id=control_id, channel=rows["channel"].map(CHANNELS)
    )


def _merge(rows: pd.DataFrame, folder: Path) -> tuple[int, int, int]:
    """Write new and changed controls; return how many were added, updated and left as they were."""
    tables = read(folder)
    before = tables.controls.to_pandas() if tables.has("controls") else rows.head(0)
    known = before[before["control_id"].isin(rows["control_id"])].set_index("control_id")
    new = rows[~rows["control_id"].isin(known.index)]
    told = rows[rows["control_id"].isin(known.index)]
    same = [_same(row, known.loc[row["control_id"]]) for _, row in told.iterrows()]
    changed = told[[not one for one in same]]
    if len(new) + len(changed):
        replace_rows(pd.concat([new, changed]), "controls", "control_id", folder)
    return len(new), len(changed), sum(same)


def _same(row: pd.Series[Any], before: pd.Series[Any]) -> bool:
    """Whether a control is told as before: equal facts, a fact missing on both sides being equal."""
    return all(_equal(row[name], before.get(name)) for name in FACTS)


def _equal(now: Any, then: Any) -> bool:
    # A missing value of a nullable column compares to neither true nor false, so it is asked about first.
    if pd.isna(now) or pd.isna(then):
        return bool(pd.isna(now) and pd.isna(then))
    return bool(now == then)
