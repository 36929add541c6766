"""Numbers, dates and units the French way: decimal comma, narrow no-break spaces, names of months."""

from __future__ import annotations

import re
from datetime import date
from typing import SupportsFloat

NARROW = "\u202f"
"""Narrow no-break space: between thousands, before % and before ; ! ?"""
NO_BREAK = "\u00a0"
"""No-break space: before a unit and before a colon."""
MISSING = "n.\u00a0d."
"""Shown where a value is absent («non disponible»)."""

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
SHORT_MONTHS = (
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.",
)  # fmt: skip

Number = SupportsFloat | None
MILLION = 1_000_000
THOUSANDS = re.compile(r"(?<!\d)\d{1,3}(?: \d{3})+(?!\d)")


def absent(value: object) -> bool:
    """Whether a value is missing: None, NaN, NaT or NA.

    Examples
    --------
    >>> absent(None), absent(float("nan")), absent(0)
    (True, True, False)
    """
    import pandas as pd  # here, so that a worker that only typesets a page does without

    return value is None or bool(pd.isna(value))  # type: ignore[call-overload]


def number(value: Number, decimals: int = 0) -> str:
    """A number with a decimal comma and narrow no-break spaces between thousands; a true minus sign.

    Examples
    --------
    >>> number(-1234567.891, 2).replace(NARROW, "_")
    '−1_234_567,89'
    >>> number(None) == MISSING
    True
    """
    if value is None or absent(value):
        return MISSING
    text = f"{float(value):,.{decimals}f}"
    if text.startswith("-") and not text.strip("-0.,"):
        text = text[1:]  # a rounded zero has no sign
    return text.replace("-", "−").replace(",", NARROW).replace(".", ",")


def percent(fraction: Number, decimals: int = 1) -> str:
    """A fraction (0..1) as a percentage.

    Examples
    --------
    >>> percent(0.1234).replace(NARROW, "_"), percent(0.6, 0).replace(NARROW, "_")
    ('12,3_%', '60_%')
    """
    return (
        MISSING
        if fraction is None or absent(fraction)
        else number(100 * float(fraction), decimals) + f"{NARROW}%"
    )


def euros(value: Number) -> str:
    """Euros; in millions, with three figures, from one million on.

    Examples
    --------
    >>> [euros(v).replace(NARROW, "_").replace(NO_BREAK, "~") for v in (1250, 12_345_678, 2.5e9)]
    ['1_250~€', '12,3~M€', '2_500~M€']
    """
    if value is None or absent(value):
        return MISSING
    if abs(float(value)) < MILLION:
        return f"{number(value)}{NO_BREAK}€"
    return f"{_millions(float(value))}{NO_BREAK}M€"


def hours(value: Number) -> str:
    """Hours; in millions, with three figures, from one million on.

    Examples
    --------
    >>> [hours(v).replace(NARROW, "_").replace(NO_BREAK, "~") for v in (125_559, 1_530_000, 20_500_000)]
    ['125_559~h', '1,53~million d’heures', '20,5~millions d’heures']
    """
    if value is None or absent(value):
        return MISSING
    if abs(float(value)) < MILLION:
        return f"{number(value)}{NO_BREAK}h"
    noun = agreed(round(float(value) / MILLION, 2), "million")
    return f"{_millions(float(value))}{NO_BREAK}{noun} d’heures"


def _millions(value: float) -> str:
    """A number of millions with three figures."""
    millions = value / MILLION
    return number(millions, 0 if abs(millions) >= 100 else 1 if abs(millions) >= 10 else 2)


def day(value: date) -> str:
    """A date in full.

    Examples
    --------
    >>> day(date(2021, 9, 1)).replace(NO_BREAK, "~"), day(date(2021, 8, 15)).replace(NO_BREAK, "~")
    ('1er~septembre 2021', '15~août 2021')
    """
    first = "1er" if value.day == 1 else str(value.day)
    return f"{first}{NO_BREAK}{MONTHS[value.month - 1]} {value.year}"


def month(value: date) -> str:
    """A month and its year.

    Examples
    --------
    >>> month(date(2021, 9, 1))
    'septembre 2021'
    """
    return f"{MONTHS[value.month - 1]} {value.year}"


def short_month(value: date) -> str:
    """A month for an axis: its year on a second line.

    Examples
    --------
    >>> short_month(date(2021, 9, 1))
    'sept.\\n2021'
    """
    return f"{SHORT_MONTHS[value.month - 1]}\n{value.year}"


def of_month(value: date) -> str:
    """«de» and a month, with its elision.

    Examples
    --------
    >>> of_month(date(2021, 9, 1)), of_month(date(2021, 8, 1))
    ('de septembre 2021', 'd’août 2021')
    """
    text = month(value)
    return f"d’{text}" if text[0] in "ao" else f"de {text}"


def change(new: Number, old: Number) -> str:
    """The relative change from `old` to `new`, signed; `MISSING` where there is nothing to compare with.

    Examples
    --------
    >>> change(120, 100).replace(NARROW, "_"), change(90, 100).replace(NARROW, "_"), change(5, 0) == MISSING
    ('+20,0_%', '−10,0_%', True)
    """
    if new is None or old is None or absent(new) or absent(old) or float(old) == 0:
        return MISSING
    return signed(percent(float(new) / float(old) - 1))


def points(new: Number, old: Number) -> str:
    """The change between two fractions, in percentage points.

    Examples
    --------
    >>> [points(new, 0.20).replace(NO_BREAK, "~") for new in (0.25, 0.205, 0.181)]
    ['+5,0~points', '+0,5~point', '−1,9~point']
    """
    if new is None or old is None or absent(new) or absent(old):
        return MISSING
    moved = round(100 * (float(new) - float(old)), 1)
    return signed(number(moved, 1)) + NO_BREAK + agreed(moved, "point")


def agreed(value: float, one: str, many: str | None = None) -> str:
    """A noun in agreement with the number before it: in French the plural starts at two, of either sign.

    Examples
    --------
    >>> [agreed(value, "point") for value in (0, 1.9, -1.9, 2, -2)]
    ['point', 'point', 'point', 'points', 'points']
    """
    return one if abs(value) < 2 else many or one + "s"


def signed(text: str) -> str:
    """The same written number, with its sign even where it is positive.

    Examples
    --------
    >>> signed("3,0"), signed("−3,0"), signed("0,0")
    ('+3,0', '−3,0', '0,0')
    """
    zero = not any(figure in text for figure in "123456789")
    return text if zero or text.startswith("−") else "+" + text


def interval(low: Number, high: Number) -> str:
    """The two ends of a 95 % interval of a fraction.

    Examples
    --------
    >>> interval(0.512, 0.684).replace(NARROW, "_").replace(NO_BREAK, "~")
    '51~à~68_%'
    """
    if low is None or high is None or absent(low) or absent(high):
        return MISSING
    return f"{number(100 * float(low))}{NO_BREAK}à{NO_BREAK}{percent(high, 0)}"


def typeset(text: str) -> str:
    """The same text with the spaces and apostrophes of French printing.

    Examples
    --------
    >>> typeset("l'indu : « 60 % » ?").replace(NARROW, "_").replace(NO_BREAK, "~")
    'l’indu~: «~60_%~»_?'
    >>> typeset("12 pour 1 000").replace(NARROW, "_")
    '12 pour 1_000'
    """
    text = re.sub(r"(?<=\w)'(?=\w)", "’", text)
    text = re.sub(r" (?=[;!?%])", NARROW, text)
    text = THOUSANDS.sub(lambda digits: digits.group().replace(" ", NARROW), text)
    return re.sub(r" (?=[:»€])|(?<=«) ", NO_BREAK, text)


def count(value: int, one: str, many: str | None = None) -> str:
    """A whole number and its noun, in agreement (French: plural from two on).

    Examples
    --------
    >>> [count(n, "demande").replace(NO_BREAK, "~") for n in (0, 1, 2)]
    ['0~demande', '1~demande', '2~demandes']
    """
    return f"{number(value)}{NO_BREAK}{agreed(value, one, many)}"


def listing(items: list[str]) -> str:
    """A list in a sentence.

    Examples
    --------
    >>> listing(["le Nord", "l’Aisne", "l’Oise"])
    'le Nord, l’Aisne et l’Oise'
    """
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " et " + items[-1] if items else ""
