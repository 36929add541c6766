"""Which criteria fire on which cases: true, false, or «non vérifiable»."""

from __future__ import annotations

import pandas as pd

from apanalytics.criteria.catalogue import Criterion, catalogue
from apanalytics.criteria.conditions import every


def evaluate(frame: pd.DataFrame, stage: str) -> pd.DataFrame:
    """Evaluate every criterion of a stage on a frame of features.

    Parameters
    ----------
    frame : what `apanalytics.features.features` returns; a feature that is not a column is not known.
    stage : `authorisation` or `payment`.

    Returns
    -------
    The same index, a nullable boolean per criterion of the stage, in the order of the catalogue. True: the
    inconsistency is there. False: what was compared agrees, is too small to matter, or is explained by the
    data. Missing is «non vérifiable», never «conforme».

    Raises
    ------
    InvalidArgument : unknown stage.

    Examples
    --------
    >>> import apanalytics as ap
    >>> frame = ap.features(ap.read("data/synthetic"), "payment", from_="2021-03-01", to="2021-03-31")
    >>> evaluate(frame, "payment").dtypes.unique()
    array([BooleanDtype], dtype=object)
    """
    columns = {one.code: fires(one.at(stage), frame) for one in catalogue(stage)}
    return pd.DataFrame(columns, index=frame.index, dtype="boolean")


def fires(one: Criterion, frame: pd.DataFrame) -> pd.Series:
    """Evaluate one criterion; its conditions are those of one stage (`Criterion.at`).

    Examples
    --------
    >>> from apanalytics.criteria.catalogue import criterion
    >>> frame = pd.DataFrame({"covered_share": [1.2, 1.0, None]})
    >>> fires(criterion("EFF-02").at("authorisation"), frame).tolist()
    [True, False, <NA>]
    """
    found = every(one.when, frame)
    known = found.notna()
    found = found & every(one.material, frame)
    cleared = every(one.unless, frame, start=False).fillna(False)
    found = found.mask(cleared & found.notna(), False)
    proves_nothing = every(one.unverifiable, frame, start=False).fillna(False)
    return found.where(known & ~proves_nothing, pd.NA).astype("boolean")
