"""Which sources a criterion needs and the data do not have."""

from __future__ import annotations

import pandas as pd

from apanalytics.criteria import Criterion
from apanalytics.features import FEATURES
from apanalytics.tables import Tables


def lacking(criterion: Criterion, tables: Tables) -> tuple[str, ...]:
    """The tables, and the columns as `table.column`, that a criterion needs and the data do not have.

    Examples
    --------
    >>> import apanalytics as ap
    >>> [c for c in ap.criteria.catalogue() if "truth" in lacking(c, ap.read("data/synthetic"))]
    []
    """
    needs = {need for name in criterion.features if name in FEATURES for need in FEATURES[name].needs}
    return tuple(sorted(need for need in needs if not _held(need, tables)))


def unverified(criterion: Criterion, fires: pd.Series[bool], tables: Tables) -> bool:
    """Whether a criterion could be checked on no case, or only where it has no object for want of a source.

    Without payroll, a closure that worked cannot be seen; that other cases declare no closure is no check.

    Examples
    --------
    >>> import apanalytics as ap
    >>> some = pd.Series([pd.NA, False], dtype="boolean")
    >>> [unverified(c, some, ap.read("data/synthetic")) for c in ap.criteria.catalogue()[:1]]
    [False]
    """
    if fires.isna().all():
        return True
    return not fires.any() and bool(lacking(criterion, tables))


def _held(need: str, tables: Tables) -> bool:
    name, _, column = need.partition(".")
    return tables.has(name) and (not column or column in tables.columns(name))
