"""The rate of non-conformity of all eligible cases, estimated from what campaigns logged of their draws."""

from __future__ import annotations

from datetime import date

import pandas as pd

from apanalytics.evaluation.estimators import FEWEST_RANDOM, MOST_UNKNOWN, by_design
from apanalytics.evaluation.overlap import LARGEST_WEIGHT, LEAST_EFFECTIVE, Overlap
from apanalytics.reports import french
from apanalytics.reports.content.regional import Regional
from apanalytics.risk import Interval

DRAWN_SQL = """
SELECT case_id, selection_probability AS probability, coalesce(stratum, '') AS stratum, listed
FROM selections SEMI JOIN own_{stage} USING (case_id)
WHERE stage = $stage AND drawn_on BETWEEN $first AND $last AND selection_probability IS NOT NULL
ORDER BY campaign_id, case_id
"""


def rate_of_all(regional: Regional, stage: str, known: pd.DataFrame, first: date, last: date) -> Interval:
    """Share of non-conforming among all the cases that the region's campaigns could choose.

    Each outcome is weighted by the inverse of the logged probability with which its case was chosen, so that
    a hunch, or a score, does not pass for the whole.

    Parameters
    ----------
    known : outcomes known at the end of the period (see `apanalytics.risk.outcomes`).
    first, last : period of the draws.

    Returns
    -------
    An interval, or why there is none, in French.

    Examples
    --------
    >>> import pandas as pd
    >>> from apanalytics.reports.content.regional import open_region
    >>> region, none = open_region("data/synthetic", "32", "2021-09"), pd.DataFrame({"nonconforming": []})
    >>> rate_of_all(region, "payment", none, date(2021, 1, 1), date(2021, 9, 30)).known
    False
    """
    if not regional.tables.has("selections"):
        return Interval.unknown("aucune probabilité de sélection n’est conservée")
    members = _members(regional, stage, known, first, last)
    if members.empty:
        return Interval.unknown("aucune campagne n’a été tirée dans la période")
    estimate = by_design(members)
    return estimate if estimate.known else Interval.unknown(why_not(members), n=estimate.n)


def _members(regional: Regional, stage: str, known: pd.DataFrame, first: date, last: date) -> pd.DataFrame:
    here = regional.rows(DRAWN_SQL.format(stage=stage), stage=stage, first=first, last=last)
    cases = regional.cases[stage]
    return here.assign(
        siret=cases["siret"].reindex(here["case_id"]).to_numpy(),
        nonconforming=known["nonconforming"].reindex(here["case_id"]).to_numpy(dtype=object),
    )


def why_not(members: pd.DataFrame) -> str:
    """Why the outcomes of drawn cases allow no weighted rate, in French; for those that `by_design` refuses.

    Parameters
    ----------
    members : ``probability``, ``listed`` (bool) and ``nonconforming`` (missing where unknown).

    Examples
    --------
    >>> few = pd.DataFrame({"probability": [0.5], "listed": True, "nonconforming": [True]})
    >>> why_not(few).replace(french.NO_BREAK, " ")
    '1 résultat de dossiers tirés, il en faut 30 au moins'
    """
    chosen = members[members["listed"]]
    known = chosen[chosen["nonconforming"].notna()]
    by_chance = int((known["probability"] < 1).sum())
    drawn = int((chosen["probability"] < 1).sum())
    for seen, listed, which in (
        (len(known), len(chosen), ("dossier choisi", "dossiers choisis")),
        (by_chance, drawn, ("dossier tiré au sort", "dossiers tirés au sort")),
        (len(known) - by_chance, len(chosen) - drawn, ("dossier ciblé", "dossiers ciblés")),
    ):
        if seen < (1 - MOST_UNKNOWN) * listed:
            return (
                f"{french.count(seen, 'résultat connu', 'résultats connus')} seulement sur "
                f"{french.count(listed, *which)}"
            )
    if by_chance < FEWEST_RANDOM:
        return f"{french.count(by_chance, 'résultat')} de dossiers tirés, il en faut {FEWEST_RANDOM} au moins"
    return unequal(members)


def unequal(members: pd.DataFrame) -> str:
    """How weights keep outcomes from carrying a rate, in French; for those that `Overlap.refusal` refuses.

    Examples
    --------
    >>> few = pd.DataFrame({"probability": [0.9] * 9 + [0.1], "listed": True, "nonconforming": False})
    >>> unequal(few).replace(french.NARROW, " ")
    'un seul résultat pèserait plus de 10 % de l’ensemble'
    """
    overlap = Overlap.of(members)
    if overlap.largest <= LARGEST_WEIGHT:
        return (
            "de poids inégaux, les résultats connus n’en valent que "
            f"{french.count(round(overlap.effective), 'égal', 'égaux')} ; il en faut {LEAST_EFFECTIVE:g}"
        )
    return f"un seul résultat pèserait plus de {french.percent(LARGEST_WEIGHT, 0)} de l’ensemble"
