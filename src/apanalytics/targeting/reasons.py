"""Why a case is on the list: the score shared out among criteria, in codes and in French words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from apanalytics.criteria import Criterion, catalogue, evaluate, explain
from apanalytics.risk import BASE
from apanalytics.targeting.other_parts import other_parts

OTHERS = "autres"
"""What belongs to no criterion that fired: the base, features on the ordinary side of thresholds."""
NO_CRITERION_FR = "Aucun critère n’est atteint."
HISTORY = frozenset({"HIS-01", "HIS-02"})
"""Criteria on the past of the firm alone, not on this case."""
ONLY_HISTORY_FR = (
    "Seuls les antécédents de l’entreprise sont en cause : aucun autre critère n’est atteint dans ce dossier."
)
NO_COUNTER_FR = "Pièces justificatives cohérentes avec la déclaration."
DECIMALS = 12
"""Decimals of a contribution: enough for the printed parts to sum to the score within 1e-9."""


def shared_out(contributions: pd.DataFrame, frame: pd.DataFrame, stage: str) -> pd.DataFrame:
    """Share each case's score among the criteria that fired.

    A criterion's own contribution (anomaly score) is its own; a feature's goes in equal parts to the fired
    criteria that read it, and to ``autres`` where none of them fired.

    Returns
    -------
    One row per case of `frame`, a column per criterion of the stage (missing where it did not fire or
    could not be verified) and the column ``autres``; the known values of a row sum to its score.
    """
    fired = evaluate(frame, stage).fillna(False).astype(bool)
    uses = _uses(contributions.columns, fired.columns)
    hits = fired.to_numpy(dtype=np.float64)
    readers = hits @ uses.T
    parts = np.divide(contributions.to_numpy(), readers, out=np.zeros(readers.shape), where=readers > 0)
    owned = (parts @ uses) * hits
    shared = pd.DataFrame(np.where(hits > 0, owned, np.nan), index=frame.index, columns=fired.columns)
    return shared.assign(**{OTHERS: contributions.sum(axis=1).to_numpy() - owned.sum(axis=1)})


def _uses(features: pd.Index[str], codes: pd.Index[str]) -> npt.NDArray[np.float64]:
    """Return a row per contribution, a column per criterion: 1 where the criterion reads it or is it."""
    reads = {code: {code, *_by_code()[code].features} for code in codes}
    return np.array([[name in reads[code] for code in codes] for name in features], dtype=np.float64)


def reasons(shared: pd.DataFrame, frame: pd.DataFrame, contributions: pd.DataFrame) -> pd.DataFrame:
    """Put the shares of each case into words.

    Parameters
    ----------
    shared : what `shared_out` returned, for the rows wanted.
    frame : features of (at least) the same cases.
    contributions : what `shared_out` shared, for (at least) the same cases.

    Returns
    -------
    One row per case: ``reasons`` (``CODE+1.23;…``, most first, ``autres`` last; the numbers sum to the
    score), ``reasons_text`` (the same in French with the case's figures; it ends with the features that raise
    the score most where ``autres`` outweighs every criterion) and ``counter_evidence`` (what would clear each
    criterion, after its code).
    """
    codes = [str(code) for code in shared.columns if code != OTHERS]
    beside = _beside(shared[codes], contributions.loc[shared.index].drop(columns=BASE, errors="ignore"))
    names = [str(name) for name in beside.columns]
    rows = [
        _worded(codes, values, others, facts, _why_listed(values, others, names, parts, facts))
        for values, others, parts, facts in zip(
            shared[codes].to_numpy(dtype=np.float64),
            shared[OTHERS].to_numpy(dtype=np.float64),
            beside.to_numpy(dtype=np.float64),
            _facts(frame, shared.index),
            strict=True,
        )
    ]
    return pd.DataFrame(rows, index=shared.index, columns=["reasons", "reasons_text", "counter_evidence"])


def _beside(shares: pd.DataFrame, contributions: pd.DataFrame) -> pd.DataFrame:
    """Return the contributions that no fired criterion tells, 0 elsewhere."""
    hits = shares.notna().to_numpy(dtype=np.float64)
    return contributions.where(hits @ _uses(contributions.columns, shares.columns).T == 0, 0.0)


def _why_listed(
    values: npt.NDArray[np.float64],
    others: float,
    names: list[str],
    parts: npt.NDArray[np.float64],
    facts: dict[str, Any],
) -> str:
    """Return the features behind ``autres`` where it is above 0 and outweighs every criterion."""
    outweighs = others > np.nanmax([0.0, *values])
    return other_parts(names, parts, facts) if outweighs else ""


def _worded(
    codes: list[str], values: npt.NDArray[np.float64], others: float, facts: dict[str, Any], why_listed: str
) -> tuple[str, str, str]:
    """Return one case's contributions, sentences and counter-evidence; the heaviest criterion first."""
    fired = np.flatnonzero(~np.isnan(values))
    order = [codes[i] for i in fired[np.argsort(-values[fired], kind="stable")]]
    weights = dict(zip(codes, values, strict=True))
    parts = [f"{code}{weights[code]:+.{DECIMALS}f}" for code in order] + [f"{OTHERS}{others:+.{DECIMALS}f}"]
    known = _by_code()
    texts = [f"{code} : {explain(code, facts)} Base : {known[code].legal_basis}." for code in order]
    if order and HISTORY.issuperset(order):
        texts.append(ONLY_HISTORY_FR)
    clearing = [f"{code} : {known[code].counter_evidence_fr}" for code in order]
    return (
        ";".join(parts),
        " ".join(filter(None, [*(texts or [NO_CRITERION_FR]), why_listed])),
        " ".join(clearing) or NO_COUNTER_FR,
    )


@cache
def _by_code() -> dict[str, Criterion]:
    return {criterion.code: criterion for criterion in catalogue()}


def _facts(frame: pd.DataFrame, index: pd.Index[str]) -> Iterator[dict[str, Any]]:
    """Yield the features of each case as a mapping, in the order of `index`."""
    names = [str(name) for name in frame.columns]
    for row in frame.loc[index].itertuples(index=False, name=None):
        yield dict(zip(names, row, strict=True))
