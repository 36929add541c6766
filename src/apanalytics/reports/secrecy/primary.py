"""Primary secrecy: the cells that would by themselves tell what one enterprise declared."""

from __future__ import annotations

import pandas as pd

from apanalytics.reports.secrecy.cells import Tabulation
from apanalytics.reports.secrecy.rules import RULES, Rules


def sensitive(tabulation: Tabulation, rules: Rules = RULES) -> pd.Series[str]:
    """The cells that may not be published, by cell: the rule that forbids it, `units` or `dominance`.

    An empty cell is not sensitive: nobody is in it.

    Examples
    --------
    >>> from apanalytics.reports.secrecy.cells import Tabulation
    >>> values = pd.DataFrame({"hours": [10.0, 90.0, 0.0, 100.0]}, index=list("abcd"))
    >>> largest = pd.DataFrame({"hours": [0.6, 0.9, None, 0.5]}, index=list("abcd"))
    >>> units = pd.Series([2, 5, 0, 7], index=list("abcd"))
    >>> sensitive(Tabulation(values, units, largest, ())).to_dict()
    {'a': 'units', 'b': 'dominance'}
    """
    few = (tabulation.units > 0) & (tabulation.units < rules.minimum_units)
    magnitudes = [name for name in tabulation.values if name not in tabulation.counts]
    dominated = (tabulation.largest[magnitudes] > rules.dominance).any(axis=1)
    rule = pd.Series("", index=tabulation.values.index, dtype=object)
    rule[dominated], rule[few] = "dominance", "units"
    return rule[rule != ""]
