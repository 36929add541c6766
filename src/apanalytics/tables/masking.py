"""Hiding what identifies a person in the text of a refused row."""

from __future__ import annotations

from apanalytics.tables.connection import literal

_PATTERNS = (
    (r"[\w.+-]+@[\w-]+(\.[\w-]+)*", "<e-mail>"),
    (r"\b[A-Za-z]{2}\d{2}([ ]?[A-Za-z0-9]{4}){3,7}([ ]?[A-Za-z0-9]{1,4})?\b", "<iban>"),
    (r"\b[12378][ .]?\d{2}[ .]?\d{2}[ .]?(\d{2}|2[AaBb])[ .]?\d{3}[ .]?\d{3}([ .]?\d{2})?\b", "<id>"),
    (r"\d([ ]?\d){8,}", "<id>"),
)


def masked(text: str) -> str:
    """SQL that hides e-mails, IBANs, social security numbers and any identifier of nine digits or more.

    Parameters
    ----------
    text : SQL expression of the text.

    Examples
    --------
    >>> import duckdb
    >>> row = "'2 69 05 49 588 157 80;jo.do@ex.fr;FR76 3000 6000 0112 3456 7890 189;61433760225578;42078.52'"
    >>> duckdb.execute(f"select {masked(row)}").fetchone()[0]
    '<id>;<e-mail>;<iban>;<id>;42078.52'
    """
    for pattern, shown in _PATTERNS:
        text = f"regexp_replace({text}, {literal(pattern)}, '{shown}', 'g')"
    return text
