"""Regions and departments by their INSEE codes (Code officiel géographique, regions since 2016)."""

from __future__ import annotations

import unicodedata
from difflib import get_close_matches

from apanalytics.errors import InvalidArgument
from apanalytics.tables.codelists import rows

UNKNOWN = "ZZ"
"""The code of a place that neither SIRENE nor the extract gives; always shown, never dropped."""

UNKNOWN_LABEL = "Non localisé"

_ROWS = rows("departments.csv")

REGIONS: dict[str, str] = {
    **dict(sorted({(row["region"], row["region_label"]) for row in _ROWS})),
    UNKNOWN: UNKNOWN_LABEL,
}
"""Label of each region by its INSEE 2-character code: the 18 regions, then `ZZ`."""

DEPARTMENTS: dict[str, tuple[str, str]] = {
    **{row["department"]: (row["label"], row["region"]) for row in _ROWS},
    UNKNOWN: (UNKNOWN_LABEL, UNKNOWN),
}
"""(label, region code) of each department by its INSEE code: the 101 departments, then `ZZ`."""


def region_of(department: str | None) -> str:
    """Region code of a department code; `ZZ` where the department is missing or unknown.

    Examples
    --------
    >>> region_of("59"), region_of("2A"), region_of("974"), region_of(None)
    ('32', '94', '04', 'ZZ')
    """
    return DEPARTMENTS.get(department or UNKNOWN, DEPARTMENTS[UNKNOWN])[1]


def parse_region(text: str, where: str = "region") -> str:
    """Region code from a code or a French label (case and accents do not matter).

    Parameters
    ----------
    text : an INSEE code such as `32` or `01`, a label such as `Hauts-de-France`, or `ZZ`.
    where : what an error names as the place of a wrong value.

    Raises
    ------
    InvalidArgument : no region has this code or label; the message lists the codes.

    Examples
    --------
    >>> parse_region("32"), parse_region("ile de france"), parse_region("zz")
    ('32', '11', 'ZZ')
    >>> parse_region("99")
    Traceback (most recent call last):
    apanalytics.errors.InvalidArgument: Unknown region (region): '99'.
    ...
    """
    wanted = _plain(str(text))
    known = {**{_plain(label): code for code, label in REGIONS.items()}, **{_plain(c): c for c in REGIONS}}
    if wanted in known:
        return known[wanted]
    close = get_close_matches(wanted, known, n=1)
    meant = f"Did you mean {known[close[0]]} ({REGIONS[known[close[0]]]})? " if close else ""
    raise InvalidArgument(
        "Unknown region",
        where=where,
        value=text,
        todo=f"{meant}Use an INSEE code: "
        + ", ".join(f"{code} {label}" for code, label in REGIONS.items())
        + ".",
    )


def _plain(text: str) -> str:
    """Lower case, without accents, hyphens or apostrophes."""
    decomposed = unicodedata.normalize("NFKD", text.strip().lower())
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join("".join(char if char.isalnum() else " " for char in letters).split())
