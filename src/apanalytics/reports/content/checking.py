"""Whether cases were checked before payment, against the target, and what the controls kept and recovered."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from apanalytics.reports import french
from apanalytics.reports.blocks import Block, finding, note
from apanalytics.reports.content.closed import MONTHS as YEAR
from apanalytics.reports.content.deadlines import deadlines
from apanalytics.reports.content.regional import CASES, PAYMENT, STAGES, Regional, month_before
from apanalytics.reports.table import Column, table

MONTHS = 6
"""Months of payment shown."""
PAID_SQL = """
WITH opened AS (
    SELECT case_id, min(opened_on) AS opened_on FROM controls WHERE stage = 'payment' GROUP BY case_id
)
SELECT
    CAST(date_trunc('month', c.paid_on) AS DATE) AS month, count(*) AS paid,
    count(*) FILTER (WHERE o.opened_on <= c.paid_on) AS controlled
FROM claims AS c
JOIN own_payment AS own ON own.case_id = c.claim_id
LEFT JOIN opened AS o ON o.case_id = c.claim_id
WHERE c.paid_on BETWEEN $first AND $last
GROUP BY 1 ORDER BY 1
"""
EUROS_SQL = """
SELECT
    'authorisation' AS stage, blocked_amount, recovered_amount, contested, control_id
FROM controls SEMI JOIN own_authorisation USING (case_id)
WHERE stage = 'authorisation' AND closed_on BETWEEN $first AND $last
UNION ALL
SELECT 'payment', blocked_amount, recovered_amount, contested, control_id
FROM controls SEMI JOIN own_payment USING (case_id)
WHERE stage = 'payment' AND closed_on BETWEEN $first AND $last
ORDER BY stage, control_id
"""


def checking(regional: Regional) -> Block:
    """Claims controlled before payment, decisions in time, euros kept and recovered, contested cases.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> "avant paiement" in checking(open_region("data/synthetic", "32", "2021-09")).html
    True
    """
    return _before_payment(regional) + deadlines(regional) + _euros(regional)


@lru_cache(maxsize=8)
def controlled_before_payment(regional: Regional) -> pd.DataFrame:
    """Per month of payment: claims paid, and those of them that a control had been opened on by then.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> shares = controlled_before_payment(open_region("data/synthetic", "32", "2021-09"))
    >>> bool((shares["controlled"] <= shares["paid"]).all())
    True
    """
    first = month_before(regional.month, MONTHS - 1)
    rows = regional.rows(PAID_SQL, first=first, last=regional.last_day)
    rows.index = pd.Index([month.date() for month in rows.pop("month")], name="month")
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


def kept(regional: Regional) -> pd.DataFrame:
    """Per stage with closed controls in twelve months: what they kept, recovered, and who contested.

    `closed` (controls), `blocked_eur` (kept before payment) and `recovered_eur` (missing where no control
    says), `answered` (controls that say whether they were contested) and `contested`.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> rows = kept(open_region("data/synthetic", "32", "2021-09"))
    >>> bool((rows["contested"] <= rows["answered"]).all())
    True
    """
    period = {"first": month_before(regional.month, YEAR - 1), "last": regional.last_day}
    rows = []
    closed = regional.rows(EUROS_SQL, **period)
    for stage in STAGES:
        here = closed[closed["stage"] == stage]
        if len(here):
            said = here["contested"].dropna().astype(bool)
            rows.append(
                {
                    "stage": stage,
                    "closed": len(here),
                    "blocked_eur": here["blocked_amount"].sum(min_count=1),
                    "recovered_eur": here["recovered_amount"].sum(min_count=1),
                    "answered": len(said),
                    "contested": int(said.sum()),
                }
            )
    names = ["stage", "closed", "blocked_eur", "recovered_eur", "answered", "contested"]
    return pd.DataFrame(rows, columns=names)


def _euros(regional: Regional) -> Block:
    rows = kept(regional)
    if rows.empty:
        return note("Aucun contrôle clos en douze mois : ni montant préservé, ni contestation à rapporter.")
    shown = rows.assign(label=[f"Contrôles de {CASES[stage]}" for stage in rows["stage"]])
    shown.loc[rows["stage"] != PAYMENT, "recovered_eur"] = float("nan")
    shown["disputes"] = [_disputes(*row) for row in zip(rows["contested"], rows["answered"], strict=True)]
    columns = (
        Column("label", "Contrôles clos en douze mois"),
        Column("closed", "Nombre", french.number),
        Column("blocked_eur", "Préservé avant paiement", _or_dash),
        Column("recovered_eur", "Recouvré après paiement", _or_dash),
        Column("disputes", "Contestations"),
    )
    contested, answered = int(rows["contested"].sum()), int(rows["answered"].sum())
    said = finding(
        "En douze mois, les contrôles clos ont préservé {} avant paiement et fait recouvrer {} après ; {}.",
        french.euros(shown["blocked_eur"].sum()),
        french.euros(shown["recovered_eur"].sum()),
        f"{french.count(contested, 'résultat contesté', 'résultats contestés')} sur {french.number(answered)}"
        if answered
        else "les contestations ne sont pas renseignées",
    )
    return said + table(shown, "Montants préservés et recouvrés, et contestations", columns)


def _disputes(contested: int, answered: int) -> str:
    if not answered:
        return "non renseigné"
    return (
        f"{french.number(contested)} sur {french.number(answered)} ({french.percent(contested / answered)})"
    )


def _or_dash(value: float) -> str:
    return "—" if french.absent(value) else french.euros(value)
