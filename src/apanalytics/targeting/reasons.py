"""Why a case is on the list: the score shared out among criteria, in codes and in French words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from apanalytics.criteria import catalogue, evaluate, explain
from apanalytics.targeting.scoring import Scores

OTHERS = "autres"
"""What belongs to no criterion that fired: the base, features on the ordinary side of thresholds."""
NO_CRITERION_FR = "Aucun critère n'est atteint ; le profil du dossier s'écarte de celui de ses pairs."
NO_COUNTER_FR = "Pièces justificatives cohérentes avec la déclaration."
DECIMALS = 12
"""Decimals of a contribution: enough for the printed parts to sum to the score within 1e-9."""


def shared_out(scores: Scores, frame: pd.DataFrame, stage: str) -> pd.DataFrame:
    """Share each case's score among the criteria that fired.

    A criterion's own contribution (anomaly score) is its own; a feature's goes in equal parts to the fired
    criteria that read it, and to ``autres`` where none of them fired.

    Returns
    -------
    One row per case of `frame`, a column per criterion of the stage (missing where it did not fire or
    could not be verified) and the column ``autres``; the known values of a row sum to its score.
    """
    fired = evaluate(frame, stage).fillna(False).astype(bool)
    features = scores.contributions.columns
    reads = {criterion.code: {criterion.code, *criterion.features} for criterion in catalogue()}
    uses = np.array([[name in reads[code] for code in fired.columns] for name in features], dtype=np.float64)
    hits = fired.to_numpy(dtype=np.float64)
    readers = hits @ uses.T
    parts = np.divide(
        scores.contributions.to_numpy(), readers, out=np.zeros(readers.shape), where=readers > 0
    )
    owned = (parts @ uses) * hits
    shared = pd.DataFrame(np.where(hits > 0, owned, np.nan), index=frame.index, columns=fired.columns)
    return shared.assign(**{OTHERS: scores.score.to_numpy() - owned.sum(axis=1)})


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
    known = {criterion.code: criterion for criterion in catalogue()}
    rows = []
    for (_, row), facts in zip(shared.iterrows(), _facts(frame, shared.index), strict=True):
        ordered = row.drop(OTHERS).dropna().sort_values(ascending=False, kind="stable")
        codes = [*ordered.items(), (OTHERS, row[OTHERS])]
        texts = [f"{code} : {explain(code, facts)} ({known[code].legal_basis})" for code in ordered.index]
        clearing = dict.fromkeys(known[code].counter_evidence_fr for code in ordered.index)
        rows.append(
            {
                "reasons": ";".join(f"{code}{value:+.{DECIMALS}f}" for code, value in codes),
                "reasons_text": " ".join(texts) or NO_CRITERION_FR,
                "counter_evidence": " ; ".join(text for text in clearing if text) or NO_COUNTER_FR,
            }
        )
    return pd.DataFrame(rows, index=shared.index, columns=["reasons", "reasons_text", "counter_evidence"])


def _facts(frame: pd.DataFrame, index: pd.Index[str]) -> list[dict[str, Any]]:
    """Return the features of each case as a mapping, in the order of `index`."""
    names = [str(name) for name in frame.columns]
    return [dict(zip(names, row, strict=True)) for row in frame.loc[index].itertuples(index=False, name=None)]
