"""Groups of firms that links lead to, one link after another, as they grew from day to day.

SQL compares a row with the rows that one join reaches; a chain of accounts has no greatest length. So the
links of the step `firm_links`, few beside the cases, are followed here, and the groups are handed back as two
steps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby

import pyarrow as pa

ALWAYS = 9_999_999
"""The day, in days since 1970, until which lasts what nothing has ended."""
GRAPHS: Mapping[str, frozenset[str]] = {
    "account": frozenset({"account"}),
    "pattern": frozenset({"account", "pattern"}),
}
"""The links that make up each graph."""

_FIRMS = pa.schema(
    {
        "graph": pa.string(),
        **dict.fromkeys(("sn", "from_day", "to_day", "group_sn"), pa.int64()),
    }
)
_TOTALS = pa.schema(
    {
        "graph": pa.string(),
        **dict.fromkeys(("group_sn", "from_day", "to_day", "firms", "lowest_sn"), pa.int64()),
    }
)

Link = tuple[int, int, int]
"""Day, then the two firms."""


class _Groups:
    """Firms joined into groups; of two groups that meet, the larger keeps its name.

    So a firm changes group at most as often as its group doubles, and an account of 100,000 firms that come
    one by one costs a row for each.
    """

    def __init__(self) -> None:
        self.group_of: dict[int, int] = {}
        self.members: dict[int, list[int]] = {}
        self.lowest: dict[int, int] = {}

    def join(self, one: int, other: int) -> tuple[list[int], set[int]]:
        """Join the groups of two firms; give the firms that changed group, and the groups concerned."""
        a, b = self._group(one), self._group(other)
        if a == b:
            return [], set()
        if (len(self.members[a]), -a) < (len(self.members[b]), -b):
            a, b = b, a
        moved = self.members.pop(b)
        self.members[a] += moved
        self.lowest[a] = min(self.lowest[a], self.lowest.pop(b))
        self.group_of.update(dict.fromkeys(moved, a))
        return moved, {a, b}

    def _group(self, firm: int) -> int:
        if firm not in self.group_of:
            self.group_of[firm] = firm
            self.members[firm], self.lowest[firm] = [firm], firm
        return self.group_of[firm]


class _Spans:
    """Values that change on some days, as rows of key, first day, day after the last, value."""

    def __init__(self) -> None:
        self._now: dict[int, tuple[int, tuple[int, ...]]] = {}
        self.rows: list[tuple[int, ...]] = []

    def put(self, key: int, day: int, value: tuple[int, ...]) -> None:
        """Have a key take a value from a day on; an empty value ends it."""
        since, before = self._now.get(key, (day, ()))
        if before == value:
            return
        if before and since < day:
            self.rows.append((key, since, day, *before))
        self._now[key] = (day, value)

    def close(self) -> list[tuple[int, ...]]:
        """Give the rows, in order, with those that last."""
        lasting = [(key, day, ALWAYS, *value) for key, (day, value) in self._now.items() if value]
        return sorted(self.rows + lasting)


def _followed(links: list[Link]) -> tuple[_Spans, _Spans]:
    """Follow the links of one graph day by day: the group of each firm, then the size of each group."""
    groups, firms, totals = _Groups(), _Spans(), _Spans()
    for day, of_the_day in groupby(sorted(links), key=lambda link: link[0]):
        touched: set[int] = set()
        concerned: set[int] = set()
        for _, one, other in of_the_day:
            moved, met = groups.join(one, other)
            touched.update(moved, (one, other))
            concerned |= met
        for firm in touched:
            firms.put(firm, day, (groups.group_of[firm],))
        for group in concerned:
            members = groups.members.get(group, ())
            totals.put(group, day, (len(members), groups.lowest[group]) if members else ())
    return firms, totals


def _graphs(links: pa.Table) -> Iterator[tuple[str, list[Link]]]:
    columns = [links[name].to_pylist() for name in ("graph", "day", "other_sn", "sn")]
    by_kind: dict[str, list[Link]] = defaultdict(list)
    for kind, *link in zip(*columns, strict=True):
        by_kind[kind].append((link[0], link[1], link[2]))
    for graph, kinds in GRAPHS.items():
        yield graph, [link for kind in sorted(kinds) for link in by_kind[kind]]


def linked_firms(links: pa.Table) -> pa.Table:
    """Give the group of each linked firm, between the days when it was in that group.

    Parameters
    ----------
    links : rows of the step `firm_links`: graph, other_sn, sn, day (days since 1970).

    Returns
    -------
    A row per graph, firm and span of days: graph, sn, from_day (inclusive), to_day (exclusive), group_sn.

    Examples
    --------
    >>> links = pa.table({"graph": ["account"] * 2, "other_sn": [1, 2], "sn": [2, 3], "day": [10, 20]})
    >>> [(r["sn"], r["from_day"], r["group_sn"]) for r in linked_firms(links).to_pylist()][:3]
    [(1, 10, 1), (2, 10, 1), (3, 20, 1)]
    """
    return _table(_FIRMS, {graph: _followed(found)[0] for graph, found in _graphs(links)})


def linked_totals(links: pa.Table) -> pa.Table:
    """Give how many firms each group of linked firms has, between the days when it had so many.

    Parameters
    ----------
    links : as for `linked_firms`.

    Returns
    -------
    A row per graph, group and span of days: graph, group_sn, from_day, to_day, firms, lowest_sn.

    Examples
    --------
    >>> links = pa.table({"graph": ["account"] * 2, "other_sn": [1, 2], "sn": [2, 3], "day": [10, 20]})
    >>> [(r["from_day"], r["firms"]) for r in linked_totals(links).to_pylist()][:2]
    [(10, 2), (20, 3)]
    """
    return _table(_TOTALS, {graph: _followed(found)[1] for graph, found in _graphs(links)})


def _table(schema: pa.Schema, spans: Mapping[str, _Spans]) -> pa.Table:
    rows = [(graph, *row) for graph, found in spans.items() for row in found.close()]
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)


MADE: Mapping[str, Callable[[pa.Table], pa.Table]] = {
    "linked_firms": linked_firms,
    "linked_totals": linked_totals,
}
"""The steps made here of the rows of `MADE_OF`; their texts give the columns, for links of one hop."""
MADE_OF = "firm_links"
