"""Why a case is on the list: the score shared out among criteria, in codes and in French words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from apanalytics.criteria import Criterion, catalogue, evaluate, explain

OTHERS = "autres"
"""What belongs to no criterion that fired: the base, features on the ordinary side of thresholds."""
NO_CRITERION_FR = "Aucun critère n'est atteint ; le profil du dossier s'écarte de celui de ses pairs."
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
    features = contributions.columns
    reads = {criterion.code: {criterion.code, *criterion.features} for criterion in catalogue()}
    uses = np.array([[name in reads[code] for code in fired.columns] for name in features], dtype=np.float64)
    hits = fired.to_numpy(dtype=np.float64)
    readers = hits @ uses.T
    parts = np.divide(contributions.to_numpy(), readers, out=np.zeros(readers.shape), where=readers > 0)
    owned = (parts @ uses) * hits
    shared = pd.DataFrame(np.where(hits > 0, owned, np.nan), index=frame.index, columns=fired.columns)
    return shared.assign(**{OTHERS: contributions.sum(axis=1).to_numpy() - owned.sum(axis=1)})


def reasons(shared: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Put the shares of each case into words.

    Parameters
    ----------
    shared : what `shared_out` returned, for the rows wanted.
    frame : features of (at least) the same cases.

    Returns
    -------
    One row per case: ``reasons`` (``CODE+1.23;…``, most first, ``autres`` last; the numbers sum to the
    score), ``reasons_text`` (the same in French with the case's figures) and ``counter_evidence`` (what would
    clear it).
    """
    codes = [str(code) for code in shared.columns if code != OTHERS]
    rows = [
        _worded(codes, values, others, facts)
        for values, others, facts in zip(
            shared[codes].to_numpy(dtype=np.float64),
            shared[OTHERS].to_numpy(dtype=np.float64),
            _facts(frame, shared.index),
            strict=True,
        )
    ]
    return pd.DataFrame(rows, index=shared.index, columns=["reasons", "reasons_text", "counter_evidence"])


def _worded(
    codes: list[str], values: npt.NDArray[np.float64], others: float, facts: dict[str, Any]
) -> tuple[str, str, str]:
    """Return one case's contributions, sentences and counter-evidence; the heaviest criterion first."""
    fired = np.flatnonzero(~np.isnan(values))
    order = fired[np.argsort(-values[fired], kind="stable")]
    parts = [f"{codes[i]}{values[i]:+.{DECIMALS}f}" for i in order] + [f"{OTHERS}{others:+.{DECIMALS}f}"]
    known = _by_code()
    texts = [f"{codes[i]} : {explain(codes[i], facts)} Base : {known[codes[i]].legal_basis}." for i in order]
    clearing = dict.fromkeys(known[codes[i]].counter_evidence_fr for i in order)
    return (
        ";".join(parts),
        " ".join(texts) or NO_CRITERION_FR,
        " ".join(text for text in clearing if text) or NO_COUNTER_FR,
    )


@cache
def _by_code() -> dict[str, Criterion]:
    return {criterion.code: criterion for criterion in catalogue()}


def _facts(frame: pd.DataFrame, index: pd.Index[str]) -> Iterator[dict[str, Any]]:
    """Yield the features of each case as a mapping, in the order of `index`."""
    names = [str(name) for name in frame.columns]
    for row in frame.loc[index].itertuples(index=False, name=None):
        yield dict(zip(names, row, strict=True))
