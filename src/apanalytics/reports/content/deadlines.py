"""Whether requests were decided in time: silence beyond the deadline accepts them."""

from __future__ import annotations

import pandas as pd

from apanalytics.reports import french
from apanalytics.reports.blocks import Block, finding, note, text
from apanalytics.reports.content.regional import AUTHORISATION, Regional, month_before
from apanalytics.reports.table import Column, table

MONTHS = 6
"""Months of filing shown, up to the report's."""
DECIDED_SQL = """
SELECT r.request_id AS case_id, r.decided_on, r.status
FROM requests AS r JOIN own_authorisation AS own ON own.case_id = r.request_id
WHERE r.decided_on IS NOT NULL ORDER BY 1
"""
COLUMNS = (
    Column("when", "Mois de dépôt"),
    Column("filed", "Demandes déposées", french.number),
    Column("in_time", "Décidées dans le délai", french.number),
    Column("tacit", "dont par silence gardé", french.number),
    Column("late", "Décidées hors délai", french.number),
    Column("open", "Sans décision connue", french.number),
    Column("share", "Part dans le délai", french.percent),
)


def deadlines(regional: Regional) -> Block:
    """Requests of the last months by what became of them, within their deadline or not.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> "délai" in deadlines(open_region("data/synthetic", "32", "2021-09")).html
    True
    """
    if regional.proxy_dates:
        return finding(
            "Le respect du délai de décision n’est pas calculable : les extraits ne portent pas la date de "
            "dépôt."
        )
    rows = decisions(regional)
    if not rows[["in_time", "late"]].to_numpy().sum():
        return finding(
            "Le respect du délai de décision n’est pas calculable : aucune date de décision n’est connue."
        )
    shown = rows.assign(share=rows["in_time"] / (rows["in_time"] + rows["late"]).where(lambda n: n > 0))
    shown["when"] = [french.month(month) for month in shown.index]
    caption = "Demandes d’autorisation par mois de dépôt et par issue (part : parmi celles qui sont décidées)"
    return finding("{}", _finding(rows)) + table(shown, caption, COLUMNS) + _about(rows)


def decisions(regional: Regional) -> pd.DataFrame:
    """Per month of filing: requests `filed`, decided `in_time` (of them `tacit`) or `late`, and still `open`.

    A decision without a known deadline is neither in time nor late: `unknown`.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> rows = decisions(open_region("data/synthetic", "32", "2021-09"))
    >>> parts = rows[["in_time", "late", "unknown", "open"]].sum(axis=1)
    >>> bool((parts == rows["filed"]).all())
    True
    """
    known = regional.rows(DECIDED_SQL).set_index("case_id")
    cases = regional.cases[AUTHORISATION]
    first = pd.Timestamp(month_before(regional.month, MONTHS - 1))
    cases = cases[cases["filed_month"].between(first, pd.Timestamp(regional.month))]
    decided = pd.to_datetime(known["decided_on"].reindex(cases.index))
    limit = pd.to_datetime(cases["decide_by"])
    judged = decided.notna() & limit.notna()
    in_time = judged & (decided <= limit)
    flags = pd.DataFrame(
        {
            "filed": True,
            "in_time": in_time,
            "tacit": in_time & known["status"].reindex(cases.index).eq("tacit").fillna(False).astype(bool),
            "late": judged & (decided > limit),
            "unknown": decided.notna() & limit.isna(),
            "open": decided.isna(),
        }
    )
    rows = flags.groupby(cases["filed_month"]).sum().astype(int)
    rows = rows.reindex(pd.date_range(first, regional.month, freq="MS"), fill_value=0)
    rows.index = pd.Index([month.date() for month in rows.index], name="month")
    return rows


def _finding(rows: pd.DataFrame) -> str:
    """The most recent month whose requests are all decided says most; failing that, all of them together."""
    settled = rows[(rows["filed"] > 0) & (rows["open"] == 0) & (rows["in_time"] + rows["late"] > 0)]
    some = settled.iloc[-1] if len(settled) else rows.sum()
    when = (
        f"en {french.month(settled.index[-1])}" if len(settled) else f"depuis {french.month(rows.index[0])}"
    )
    decided = int(some["in_time"] + some["late"])
    share = french.percent(some["in_time"] / decided)
    late = int(rows["late"].sum())
    told = (
        f"{share} des {french.count(decided, 'demande d’autorisation', 'demandes d’autorisation')} déposées "
        f"{when} et décidées l’ont été dans le délai, dont {french.number(some['tacit'])} par silence gardé"
    )
    beyond = french.count(late, "décision", "décisions") if late else "aucune décision"
    return f"{told} ; {beyond} hors délai en six mois."


def _about(rows: pd.DataFrame) -> Block:
    unknown = int(rows["unknown"].sum())
    if not unknown:
        return text("")
    return note(
        "{} hors du compte : leur délai n’est pas connu.",
        french.count(unknown, "décision", "décisions"),
    )
