"""A set of cases in two parts, those sure to be chosen and those drawn at random; the strata of these."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

Vector = npt.NDArray[np.float64]

ALONE = "others"
"""The stratum of establishments that are alone in theirs, in every department together."""


def weights(members: pd.DataFrame, known: pd.DataFrame) -> Vector:
    """Return for how many cases of a set each known outcome stands.

    Within each part the outcomes stand for the cases of that part, however many of its own outcomes are
    lacking: what nobody knows of the sure cases is not made up from those drawn, nor the other way round.

    Parameters
    ----------
    members : the set: ``probability`` in (0, 1].
    known : the listed cases of it whose outcome is known.

    Examples
    --------
    >>> members = pd.DataFrame({"probability": [1.0] * 4 + [0.5] * 6})
    >>> weights(members, members.iloc[[0, 1, 4, 5]]).tolist()
    [2.0, 2.0, 3.0, 3.0]
    """
    probability = known["probability"].to_numpy(dtype=np.float64)
    found = 1 / probability
    for part, cases in zip((probability >= 1, probability < 1), sizes(members), strict=True):
        if part.any():
            found[part] *= cases / found[part].sum()
    return np.asarray(found)


def sizes(members: pd.DataFrame, whole: bool = True) -> tuple[float, float]:
    """Return how many cases of a set were sure to be chosen, and how many could be drawn.

    Parameters
    ----------
    members : ``probability`` in (0, 1].
    whole : False where only the listed cases of the set are there: the number of those that could be drawn is
        then estimated.

    Examples
    --------
    >>> sizes(pd.DataFrame({"probability": [1.0, 0.5, 0.25]}), whole=False)
    (1.0, 6.0)
    """
    probability = members["probability"].to_numpy(dtype=np.float64)
    sure = probability >= 1
    return float(sure.sum()), float((~sure).sum() if whole else (1 / probability[~sure]).sum())


def strata(known: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Return the stratum of each outcome, those with a single establishment put together.

    A plan draws in each department apart, often one case of a stratum: alone, it would seem to vary by
    nothing. Such strata are put together by what follows the department, those still alone with each other,
    and the last one alone with the largest stratum: the variance is then that of a coarser design, a little
    too large rather than none.

    Parameters
    ----------
    known : outcomes: ``stratum`` (as ``59 bin-1``, or ``bin-1`` where all departments are one), ``siret``.

    Examples
    --------
    >>> known = pd.DataFrame({"stratum": ["59 bin-1", "59 bin-1", "62 bin-1", "80 bin-1", "80 bin-2"]})
    >>> strata(known.assign(siret=list("abcde"))).tolist()
    ['59 bin-1', '59 bin-1', 'bin-1', 'bin-1', '59 bin-1']
    """
    found = known["stratum"].astype(str).astype(object)
    coarser = (found.str.rpartition(" ")[2], pd.Series(ALONE, index=found.index, dtype=object))
    for names in coarser:
        several = known["siret"].groupby(found.to_numpy()).transform("nunique") > 1
        found = found.where(several.to_numpy(), names)
    firms = known["siret"].groupby(found.to_numpy()).nunique()
    if firms.get(ALONE) == 1 and len(firms) > 1:
        found = found.where(found != ALONE, firms.drop(ALONE).idxmax())
    return found.to_numpy(dtype=object)
