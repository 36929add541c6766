"""The peer of `benchmarks.synth`: the same columns of the same tables, one row at a time.

This is how test data are usually made: a provider with one method per kind of value, a function per table
that returns a dictionary, and a CSV writer. The provider is Faker, or bare Python. Values look right one by
one (a SIRET has its check digit, a date lies in the period, an hourly wage lies above the minimum) and
parents exist, but nothing is coherent across rows: no law, no payroll that agrees with a claim, no
inspector, no truth to find. It is written to be quick within that style: lists made once, no validation.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from benchmarks.row_by_row_tables import TABLES, Maker, Row
from benchmarks.row_by_row_values import FakerProvider, Provider


def rows_of(fake: Provider, make: Maker, parents: list[Row]) -> Iterator[Row]:
    """Yield rows for ever, each with a parent at random."""
    while True:
        yield make(fake, fake.pick(parents))


def write(folder: Path, counts: dict[str, int], fake: Provider) -> None:
    """Write so many rows of each table as CSV."""
    kept: dict[str, list[Row]] = {}
    for table, (make, parent) in TABLES.items():
        rows: Iterable[Row] = islice(rows_of(fake, make, kept[parent] if parent else [{}]), counts[table])
        if table in ("establishments", "requests", "claims"):  # the parents of others stay in memory
            rows = kept[table] = list(rows)
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer: csv.DictWriter[str] | None = None
            for row in rows:
                if writer is None:
                    writer = csv.DictWriter(file, fieldnames=list(row))
                    writer.writeheader()
                writer.writerow(row)


if __name__ == "__main__":
    provider = FakerProvider(0) if sys.argv[3] == "faker" else Provider(0)
    write(Path(sys.argv[1]), json.loads(sys.argv[2]), provider)
