"""Whether two files of features hold the same values: `python -m benchmarks.features_agree OURS THEIRS`."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import duckdb

from benchmarks.peers import CORE

TOLERANCE = 1e-9
HALVES = 1e-3
"""Largest share of the values of a feature that may differ by one unit of the sixth decimal: a sum of doubles
that lies at a half, to the last bit, is rounded one way or the other by the order in which it was added."""


def differing(ours: str, theirs: str) -> Mapping[str, tuple[int, int]]:
    """Count by feature the values that differ, and how many of them by one unit of the last decimal only.

    Parameters
    ----------
    ours, theirs : Parquet files with `case_id` and the twelve features.

    Raises
    ------
    SystemExit : the files do not have the same cases.
    """
    with duckdb.connect() as con:
        both = f"read_parquet('{ours}') as a full join read_parquet('{theirs}') as b using (case_id)"
        alone = "count(*) filter (where a.case_id is null or b.case_id is null)"
        ((unmatched,),) = con.execute(f"select {alone} from {both}").fetchall()
        if unmatched:
            raise SystemExit(f"{unmatched} cases are not in both of {ours} and {theirs}")
        found = {}
        for name in CORE:
            gap = f"abs(a.{name}::double - b.{name}::double)"
            differ = f"((a.{name} is null) <> (b.{name} is null) or {gap} > {TOLERANCE})"
            counts = (
                f"count(*) filter (where {differ}), count(*) filter (where {differ} and {gap} < 1.001e-6)"
            )
            (found[name],) = con.execute(f"select {counts} from {both}").fetchall()
        ((rows,),) = con.execute(f"select count(*) from read_parquet('{ours}')").fetchall()
    return {
        name: counts for name, counts in found.items() if counts[0] > counts[1] or counts[1] > HALVES * rows
    }


if __name__ == "__main__":
    wrong = differing(*sys.argv[1:3])
    for feature, (count, halves) in wrong.items():
        print(
            f"{feature}: {count} values differ, {halves} of them by one unit of the last decimal",
            file=sys.stderr,
        )
    sys.exit(bool(wrong))
