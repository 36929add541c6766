"""Where the figures come from: tables, period, versions, so that a figure can be traced and made again."""

from __future__ import annotations

import pandas as pd

from apanalytics import __version__
from apanalytics.reports import french
from apanalytics.reports.blocks import Block, note
from apanalytics.reports.content.limits import NOT_INPUTS
from apanalytics.reports.content.regional import Regional
from apanalytics.reports.table import Column, table
from apanalytics.tables import TABLES, schema


def sources(regional: Regional) -> Block:
    """The tables that were read, with their number of rows, and the versions behind the report.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> "<caption>" in sources(open_region("data/synthetic", "32", "2021-09")).html
    True
    """
    held = [name for name in TABLES if name not in NOT_INPUTS and regional.tables.has(name)]
    rows = pd.DataFrame(
        {
            "title": [schema(name).title for name in held],
            "name": held,
            "rows": _rows(regional, held),
        }
    )
    columns = (Column("title", "Source"), Column("name", "Table"), Column("rows", "Lignes", french.number))
    about = note(
        "Version du logiciel : {} ; empreinte des données préparées : {}.", __version__, regional.derived.key
    )
    return table(rows, "Tables lues pour ce rapport (pays entier)", columns) + about


def _rows(regional: Regional, names: list[str]) -> list[int]:
    return [int(regional.rows(f"SELECT count(*) AS n FROM {name}")["n"].iloc[0]) for name in names]
