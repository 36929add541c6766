"""Canonical headcounts written back as answers of API Entreprise on the monthly headcounts of GIP-MDS."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from apanalytics.sources.gip_mds import LIST, NATURE
from apanalytics.sources.written_files import beside, rows_of
from apanalytics.tables.reading import Tables


def write_gip_mds(tables: Tables, folder: str | Path) -> list[Path]:
    """Write headcounts as answers of API Entreprise, one per line, a file per year of update.

    Reading them back gives the same headcounts, every version of them.

    Parameters
    ----------
    tables : canonical tables, with `headcounts`.
    folder : where to write; it is created.

    Returns
    -------
    The paths written, `effectifs_mensuels_YYYY.jsonl`, in order.

    Raises
    ------
    MissingTable : there are no headcounts.

    Examples
    --------
    >>> import tempfile
    >>> from apanalytics.tables import read
    >>> with tempfile.TemporaryDirectory() as place:
    ...     [path.name for path in write_gip_mds(read("data/synthetic"), place)][:2]
    ['effectifs_mensuels_2019.jsonl', 'effectifs_mensuels_2020.jsonl']
    """
    tables.input("headcounts")
    written = []
    with tables.connect() as con:
        rows = rows_of(
            con,
            "select year(received_on), siret, received_on, month, headcount from headcounts "
            "order by year(received_on), siret, received_on, month",
        )
        for year, of_year in groupby(rows, key=lambda row: int(row[0])):
            path = Path(folder) / f"effectifs_mensuels_{year}.jsonl"
            with beside(path) as new, new.open("w", encoding="utf-8") as file:
                file.writelines(json.dumps(answer) + "\n" for answer in _answers(of_year))
            written.append(path)
    return written


def _answers(rows: Iterator[tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
    for (siret, _), values in groupby(rows, key=lambda row: (row[1], row[2])):
        yield {
            "data": {"siret": siret, LIST: [_value(*row[2:]) for row in values]},
            "links": {},
            "meta": {},
        }


def _value(received_on: date, month: date, headcount: float) -> dict[str, Any]:
    return {
        "regime": "regime_general",
        "annee": f"{month.year:04d}",
        "mois": f"{month.month:02d}",
        "nature": NATURE,
        "value": headcount,
        "date_derniere_mise_a_jour": received_on.isoformat(),
    }
