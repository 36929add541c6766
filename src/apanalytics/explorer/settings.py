"""Reading a settings file that decides who comes in: whatever is not expected stops the start."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from apanalytics.errors import DataRefused

LONGEST_TEXT = 500


def mapping(value: Any, where: str, needed: Collection[str], also: Collection[str] = ()) -> dict[str, Any]:
    """Give a mapping with the keys expected.

    Parameters
    ----------
    value : as YAML gave it.
    where : file and place, for the message.
    needed, also : keys that must be there, and that may be there.

    Examples
    --------
    >>> mapping({"issuer": "x", "isuer": "y"}, "users.yaml, oidc", ["issuer"])
    Traceback (most recent call last):
    apanalytics.errors.DataRefused: The users file has not the keys expected (...): ['issuer', 'isuer'].
    Expected: issuer.
    """
    keys = set(map(str, value)) if isinstance(value, dict) else set()
    if not isinstance(value, dict) or not set(needed) <= keys <= {*needed, *also}:
        rest = f"; it may have: {', '.join(sorted(also))}" if also else ""
        raise DataRefused(
            "The users file has not the keys expected",
            where=where,
            value=sorted(keys) if isinstance(value, dict) else value,
            todo=f"Expected: {', '.join(sorted(needed))}{rest}.",
        )
    return value


def text(value: Any, where: str) -> str:
    """Give a text that is not empty.

    Examples
    --------
    >>> text("32", "users.yaml")
    '32'
    """
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_TEXT:
        raise DataRefused("Not a text", where=where, value=value, todo='Quote codes: "01".')
    return value


def texts(value: Any, where: str) -> list[str]:
    """Give a list of texts, at least one.

    Examples
    --------
    >>> texts(["32", "94"], "users.yaml")
    ['32', '94']
    """
    if not isinstance(value, list) or not value:
        raise DataRefused("Not a list of texts", where=where, value=value, todo='Write ["32", "94"].')
    return [text(one, where) for one in value]
