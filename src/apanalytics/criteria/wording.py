"""The figures of a case in French: decimal comma, spaces between thousands, units that agree in number."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pandas as pd

THIN = "\u202f"
"""Narrow no-break space, between thousands and before `%`."""
SPACE = "\u00a0"
"""No-break space, before a unit."""

_DECIMALS = {"hours": 1, "eur": 2, "eur_per_hour": 2, "months": 1, "ratio": 2, "z": 1}
_SIGNS = {"hours": "h", "eur": "€", "eur_per_hour": "€/h", "months": "mois", "z": "écarts-types"}
_NOUNS = {"employees": "salarié", "persons": "personne", "days": "jour"}


def number(value: float, decimals: int = 0) -> str:
    """Write a number the French way; a whole number takes no decimals.

    Examples
    --------
    >>> number(1234.5, 1).replace(THIN, "_"), number(-3.0, 2)
    ('1_234,5', '−3')
    """
    rounded = round(float(value), decimals)
    text = f"{rounded:,.{0 if rounded == int(rounded) else decimals}f}"
    return text.replace("-", "−").replace(",", THIN).replace(".", ",")


def written(value: Any, unit: str | None) -> str:
    """Write the value of a feature with its unit.

    Parameters
    ----------
    value : a number, a boolean or a date; not missing.
    unit : a unit of `features.registry.UNITS`, or None for a plain number.

    Examples
    --------
    >>> [written(v, u).replace(THIN, "_").replace(SPACE, "~")
    ...  for v, u in ((1234.5, "eur"), (0.256, "share"), (1, "employees"), (12, "days"))]
    ['1_234,50~€', '26_%', '1~salarié', '12~jours']
    >>> written(date(2021, 9, 1), None)
    '01/09/2021'
    """
    if isinstance(value, date | datetime):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, str):
        return value
    if unit == "bool":
        return "oui" if value else "non"
    if unit == "number":
        return str(int(value))
    if unit == "share":
        return f"{number(100 * float(value))}{THIN}%"
    if unit in ("eur", "eur_per_hour"):
        return f"{_cents(float(value))}{SPACE}{_SIGNS[unit]}"
    figure = number(value, _DECIMALS.get(unit or "", 2))
    if unit in _NOUNS:
        plural = "s" if abs(float(value)) >= 2 else ""
        return f"{figure}{SPACE}{_NOUNS[unit]}{plural}"
    return f"{figure}{SPACE}{_SIGNS[unit]}" if unit in _SIGNS else figure


def _cents(value: float) -> str:
    text = f"{value:,.2f}".replace("-", "−")
    return text.replace(",", THIN).replace(".", ",")


def missing(value: Any) -> bool:
    """Whether a value is not known.

    Examples
    --------
    >>> missing(None), missing(pd.NA), missing(0)
    (True, True, False)
    """
    return value is None or bool(pd.isna(value))
