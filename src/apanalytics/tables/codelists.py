"""The code lists that the package carries, as small CSV files with their source (data/SOURCES.md)."""

from __future__ import annotations

import csv
from importlib.resources import files

REGIMES = (
    "general",
    "protected",
    "protected_strong_loss",
    "closed",
    "territory_restricted",
    "ski_area",
    "childcare",
    "vulnerable",
    "apld",
    "apld_r",
)
"""Codes of the compensation regimes; a claim may combine several with `+`."""


def rows(name: str) -> list[dict[str, str]]:
    """Rows of one of the code lists, as written in its file.

    Examples
    --------
    >>> rows("departments.csv")[0]
    {'department': '01', 'label': 'Ain', 'region': '84', 'region_label': 'Auvergne-Rhône-Alpes'}
    """
    text = files("apanalytics.tables").joinpath("data", name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))
