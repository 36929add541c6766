"""A campaign drawn from a view: the cases of the view only, ranked among all, by `draw_campaign`."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from apanalytics import law
from apanalytics.errors import NothingToDo
from apanalytics.explorer.entries import add_entry, entries_of
from apanalytics.explorer.selecting import select
from apanalytics.explorer.view import View
from apanalytics.explorer.web import Visit
from apanalytics.features import cases, features
from apanalytics.tables import Tables, read

FILE, FOLDER = "campaigns.jsonl", "campaigns"
ONE_AT_A_TIME = threading.Lock()
"""A campaign computes features as of its day: two at once would only slow each other."""


@dataclass(frozen=True)
class Order:
    """What a campaign is asked for.

    Parameters
    ----------
    on : its day; nothing known later plays a part.
    capacity : cases that can be controlled.
    random_share : share of them drawn at random, 0..1.
    decide_by : the latest deadline of a case; None takes them all.
    """

    on: date
    capacity: int
    random_share: float
    decide_by: date | None


def draw(visit: Visit, view: View, order: Order) -> dict[str, Any]:
    """Draw a campaign among the cases of a view, write its list, and log every probability.

    Raises
    ------
    NothingToDo : no case of the view can be chosen on that day.
    """
    from apanalytics.targeting import ANOMALY, draw_campaign, provenance, write_list

    selection = select(visit.scope, view, visit.store.last_day[view.stage])
    rows = selection.seen.records(selection.cases, ["case_id"], "case_id", down=False)
    data = visit.explorer.shelf.data
    tables = read(data)
    with ONE_AT_A_TIME:
        frame = _frame(tables, view.stage, order, pd.Index([row["case_id"] for row in rows]))
        campaign = draw_campaign(
            visit.explorer.models.get(view.stage, ANOMALY),
            frame,
            tables,
            order.on,
            order.capacity,
            order.random_share,
            _seed(view, order, visit.user.name),
        )
        campaign = campaign.in_place_of(visit.explorer.cold.get(view.stage))
        name = campaign.summary["campaign_id"]
        folder = visit.explorer.state / FOLDER / name
        write_list(campaign, tables, folder, provenance(tables, law.fingerprint()))
    entry = {
        "campaign_id": name,
        "user": visit.user.name,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "stage": view.stage,
        "on": order.on.isoformat(),
        "listed": campaign.summary["listed"],
        "eligible": campaign.summary["eligible"],
        "drawn_at_random": campaign.summary["drawn_at_random"],
        "view": view.filters().address(),
    }
    add_entry(visit.explorer.state / FILE, entry)
    visit.explorer.shelf.reread("selections")
    return entry


def campaigns_of(state: Path, user: str) -> list[dict[str, Any]]:
    """Give the campaigns that a user drew, newest first.

    Examples
    --------
    >>> campaigns_of(Path("nowhere"), "local")
    []
    """
    found = {one["campaign_id"]: one for one in entries_of(state / FILE) if one["user"] == user}
    return sorted(found.values(), key=lambda one: (one["at"], one["campaign_id"]), reverse=True)


def _frame(tables: Tables, stage: str, order: Order, wanted: pd.Index[str]) -> pd.DataFrame:
    """Give the features as of the day: the cases that may be chosen, and their peers that may not.

    An eligible case outside the view is left out of the frame, since whatever is eligible there may be
    chosen; the others stay as peers.
    """
    from apanalytics.targeting.eligible import eligible

    known = cases(tables, stage, to=order.on, as_of=order.on)
    open_cases = eligible(known, tables, stage, order.on)
    may_be_chosen = open_cases[open_cases.index.isin(wanted)]
    if order.decide_by is not None:
        may_be_chosen = may_be_chosen[
            pd.to_datetime(may_be_chosen["decide_by"]) <= pd.Timestamp(order.decide_by)
        ]
    if may_be_chosen.empty:
        raise NothingToDo("No case of the view can be chosen on that day")
    filed = pd.to_datetime(may_be_chosen["filed_on"])
    first = None if filed.isna().any() else filed.min().date()
    frame = features(tables, stage, from_=first, to=order.on, as_of=order.on)
    left_out = open_cases.index.difference(may_be_chosen.index)
    return frame.loc[~frame.index.isin(left_out)]


def _seed(view: View, order: Order, user: str) -> int:
    """Give the seed of a view: the same order draws the same list, another view is another campaign."""
    asked = repr((view.filters().address(), order, user))
    return int.from_bytes(hashlib.sha256(asked.encode()).digest()[:4], "big")
