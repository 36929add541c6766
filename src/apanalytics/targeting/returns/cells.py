"""One cell of a form as people write it: French dates, decimal commas, yes and no; the rest is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from apanalytics.criteria import catalogue
from apanalytics.targeting.returns.columns import Column, plain

LONGEST = 200
"""Characters of a cell that are read at most; a longer one is no code, no date and no amount."""
EXCEL_ORIGIN = date(1899, 12, 30)
EXCEL_DAYS = (25_569, 73_050)
"""Serial days from 1970 to the end of 2099: a smaller or larger number is no date."""
FRENCH_DAY = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})")
ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
OWN_CODE = re.compile(r"X-[A-Z0-9-]{1,20}")
TEAM = re.compile(r"[A-Za-z0-9_.-]{1,20}")
YES, NO = {"oui", "o", "vrai", "true", "x", "1"}, {"non", "n", "faux", "false", "0"}


def read_cell(value: Any, column: Column) -> Any:
    """Return the value of a cell, None where it is empty.

    Parameters
    ----------
    value : what the file holds: text, number, date, boolean or nothing.
    column : the column of the form.

    Raises
    ------
    ValueError : the cell cannot be read; its text says why, in French, without repeating the cell.

    Examples
    --------
    >>> from apanalytics.targeting.returns.columns import COLUMNS
    >>> by_name = {column.name: column for column in COLUMNS}
    >>> read_cell("1 234,50 €", by_name["undue_amount"]), read_cell("15/09/21", by_name["closed_on"])
    (1234.5, datetime.date(2021, 9, 15))
    """
    text = _text(value)
    if not text:
        return None
    if len(text) > LONGEST:
        raise ValueError("cellule trop longue")
    if column.filled and text.startswith("="):
        raise ValueError("une formule n'est pas lue")
    return READERS[column.kind](value, text, column)


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and value != value):
        return ""
    return re.sub(r"[\s\u00a0\u202f]+", " ", str(value)).strip()


def _day(value: Any, text: str, column: Column) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        if EXCEL_DAYS[0] <= value <= EXCEL_DAYS[1]:
            return EXCEL_ORIGIN + timedelta(days=int(value))
        raise ValueError("ce nombre n'est pas une date")
    try:
        if found := ISO_DAY.fullmatch(text):
            return date(*map(int, found.groups()))
        if found := FRENCH_DAY.fullmatch(text):
            day, month, year = map(int, found.groups())
            return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        raise ValueError("ce jour n'existe pas") from None
    raise ValueError("date illisible : écrire 15/09/2021")


def _euros(value: Any, text: str, column: Column) -> float:
    if isinstance(value, bool):
        raise ValueError("montant illisible")
    amount = float(value) if isinstance(value, int | float) else _amount(text)
    if not 0 <= amount < 1e12:
        raise ValueError("un montant est positif ou nul")
    return amount


def _amount(text: str) -> float:
    """Return a written amount; the last of the two marks, point or comma, is the decimal one."""
    bare = re.sub(r"(?i)\s|€|eur(os?)?$", "", text)
    if not re.fullmatch(r"-?\d[\d.,']*", bare):
        raise ValueError("montant illisible : écrire 1234,50")
    bare = bare.replace("'", "")
    if "," in bare and "." in bare:
        group = "." if bare.rfind(",") > bare.rfind(".") else ","
        bare = bare.replace(group, "")
    bare = bare.replace(",", ".")
    if bare.count(".") > 1 or re.fullmatch(r"-?\d{1,3}\.\d{3}", bare):
        raise ValueError("montant ambigu : écrire 1234,50")
    return float(bare)


def _yes_no(value: Any, text: str, column: Column) -> bool:
    word = plain(text)
    if word in YES or word in NO:
        return word in YES
    raise ValueError("écrire oui ou non")


def _choice(value: Any, text: str, column: Column) -> str:
    known = {plain(choice): code for choice, code in column.choices}
    known |= {plain(code): code for _, code in column.choices}
    if plain(text) not in known:
        raise ValueError(f"choisir parmi : {', '.join(choice for choice, _ in column.choices)}")
    return known[plain(text)]


def _codes(value: Any, text: str, column: Column) -> str:
    """Return codes joined by `;`, each of the catalogue or one's own after `X-`."""
    codes = [one.strip().upper() for one in re.split(r"[;,/ ]+", text) if one.strip()]
    catalogued = {criterion.code for criterion in catalogue()}
    for code in codes:
        if code not in catalogued and not OWN_CODE.fullmatch(code):
            raise ValueError("code de constat inconnu : voir la feuille Codes, ou X- suivi d'un code court")
    return ";".join(dict.fromkeys(codes))


def _plain_text(value: Any, text: str, column: Column) -> str:
    if column.filled and not TEAM.fullmatch(text):
        raise ValueError("un code de 20 caractères au plus : lettres, chiffres, tirets")
    return text


READERS: dict[str, Callable[[Any, str, Column], Any]] = {
    "text": _plain_text,
    "date": _day,
    "euros": _euros,
    "yes_no": _yes_no,
    "choice": _choice,
    "codes": _codes,
}
"""How a cell of each kind is read."""
