"""Whether cases were checked in time: before payment against the target, decisions within their deadline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from apanalytics.reports import french
from apanalytics.reports.blocks import Block, bullets, finding, note, text
from apanalytics.reports.content.regional import AUTHORISATION, PAYMENT, STAGES, Regional, month_before
from apanalytics.reports.table import Column, table

MONTHS = 6
"""Months of payment shown."""
OPENED_SQL = """
SELECT case_id, min(opened_on) AS opened_on FROM controls WHERE stage = 'payment' GROUP BY case_id ORDER BY 1
"""
PAID_SQL = "SELECT claim_id AS case_id, paid_on FROM claims WHERE paid_on IS NOT NULL ORDER BY 1"
DECIDED_SQL = """
SELECT request_id AS case_id, decided_on, status FROM requests WHERE decided_on IS NOT NULL ORDER BY 1
"""
EUROS_SQL = """
SELECT case_id, blocked_amount, recovered_amount, contested FROM controls
WHERE stage = $stage AND closed_on BETWEEN $first AND $last ORDER BY control_id
"""


def checking(regional: Regional) -> Block:
    """Claims controlled before payment, decisions in time, euros kept and recovered, contested cases.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> "avant paiement" in checking(open_region("data/synthetic", "32", "2021-09")).html
    True
    """
    return _before_payment(regional) + _decisions(regional) + _euros(regional)


def controlled_before_payment(regional: Regional) -> pd.DataFrame:
    """Per month of payment: claims paid, and those of them that a control had been opened on by then.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> shares = controlled_before_payment(open_region("data/synthetic", "32", "2021-09"))
    >>> bool((shares["controlled"] <= shares["paid"]).all())
    True
    """
    with regional.tables.connect() as con:
        paid = con.execute(PAID_SQL).df().set_index("case_id")["paid_on"]
        opened = con.execute(OPENED_SQL).df().set_index("case_id")["opened_on"]
    here = pd.to_datetime(paid[paid.index.isin(regional.cases[PAYMENT].index)])
    first = pd.Timestamp(month_before(regional.month, MONTHS - 1))
    here = here[(here >= first) & (here <= pd.Timestamp(regional.month) + pd.offsets.MonthEnd(0))]
    in_time = pd.to_datetime(opened.reindex(here.index)) <= here
    months = pd.Series(here.dt.to_period("M").dt.to_timestamp(), index=here.index, name="month")
    rows = pd.DataFrame({"paid": here.groupby(months).size(), "controlled": in_time.groupby(months).sum()})
    rows.index = pd.Index([pd.Timestamp(month).date() for month in rows.index], name="month")
    return rows.astype(int)


def _before_payment(regional: Regional) -> Block:
    rows = controlled_before_payment(regional)
    if rows.empty:
        return finding(
            "La part des demandes contrôlées avant paiement n’est pas calculable : les extraits ne portent "
            "pas la date de paiement, ou rien n’a été payé en six mois."
        )
    shown = rows.assign(share=rows["controlled"] / rows["paid"]).reset_index()
    now = shown.iloc[-1]
    sentence = (
        f"{french.percent(now['share'])} des demandes d’indemnisation payées en {french.month(now['month'])} "
        f"avaient été contrôlées avant paiement"
    )
    target = regional.plan.upstream_target if regional.plan else None
    if target is not None:
        side = "atteint" if now["share"] >= target else "n’atteint pas"
        sentence += f", ce qui {side} l’objectif de {french.percent(target, 0)} du plan de contrôle"
    columns = (
        Column("when", "Mois de paiement"),
        Column("paid", "Demandes payées", french.number),
        Column("controlled", "Contrôlées avant", french.number),
        Column("share", "Part", french.percent),
    )
    blocks = finding("{}.", sentence)
    shown["when"] = [french.month(month) for month in shown["month"]]
    blocks += table(shown, "Demandes d’indemnisation contrôlées avant paiement", columns)
    if target is None:
        blocks += note("Aucun plan de contrôle n’a été fourni (--plan) : il n’y a pas d’objectif à comparer.")
    return blocks


@dataclass(frozen=True)
class Decisions:
    """Requests filed in a month: those decided, within the deadline, and accepted by silence."""

    decided: int
    in_time: int
    tacit: int


def decisions(regional: Regional, month: date | None = None) -> Decisions:
    """What became of the requests filed in a month, as far as the data tell.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> found = decisions(open_region("data/synthetic", "32", "2021-09"))
    >>> found.in_time <= found.decided
    True
    """
    with regional.tables.connect() as con:
        known = con.execute(DECIDED_SQL).df().set_index("case_id")
    cases = regional.filed(AUTHORISATION, month)
    here = known[known.index.isin(cases.index)]
    limit = pd.to_datetime(cases["decide_by"]).reindex(here.index)
    in_time = pd.to_datetime(here["decided_on"]) <= limit
    return Decisions(len(here), int(in_time.sum()), int((here["status"] == "tacit").sum()))


def _decisions(regional: Regional) -> Block:
    month = month_before(regional.month, 1)
    found = decisions(regional, month)
    if not found.decided:
        return finding(
            "Le respect du délai de décision n’est pas calculable : aucune date de décision n’est connue."
        )
    return finding(
        "Sur {} {}, {} l’ont été dans le délai, dont {} par silence gardé.",
        french.count(found.decided, "demande d’autorisation décidée", "demandes d’autorisation décidées"),
        f"parmi celles déposées en {french.month(month)}",
        french.percent(found.in_time / found.decided),
        french.number(found.tacit),
    )


def _euros(regional: Regional) -> Block:
    last = (pd.Timestamp(regional.month) + pd.offsets.MonthEnd(0)).date()
    first = month_before(regional.month, 11)
    items = []
    for stage in STAGES:
        with regional.tables.connect() as con:
            rows = con.execute(EUROS_SQL, {"stage": stage, "first": first, "last": last}).df()
        here = rows[rows["case_id"].isin(regional.cases[stage].index)]
        if len(here):
            items.append(_said(stage, here))
    if not items:
        return note("Aucun contrôle clos en douze mois : ni montant préservé, ni contestation à rapporter.")
    return bullets(items)


def _said(stage: str, here: pd.DataFrame) -> Block:
    contested = here["contested"].dropna()
    disputes = (
        f"{french.count(int(contested.astype(bool).sum()), 'contestation')} sur "
        f"{french.count(len(contested), 'réponse connue', 'réponses connues')}"
        if len(contested)
        else "contestations non renseignées"
    )
    return text(
        "{} : {} ; {} préservés avant paiement, {} recouvrés après ; {}.",
        "Autorisation" if stage == AUTHORISATION else "Indemnisation",
        french.count(len(here), "contrôle clos en douze mois", "contrôles clos en douze mois"),
        french.euros(here["blocked_amount"].sum()),
        french.euros(here["recovered_amount"].sum()),
        disputes,
    )
