"""How amounts are rounded: to the cent, half up, as the published examples do."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from apanalytics.errors import InvalidArgument

CENT = Decimal("0.01")
GRAIN = Decimal("0.0001")
"""Hourly wages and hours are read to the ten-thousandth, here and in the vectorised and SQL forms alike."""


def cents(amount: Decimal) -> Decimal:
    """Round an amount in euros to the cent, half up.

    Examples
    --------
    >>> cents(Decimal("21.525"))
    Decimal('21.53')
    """
    return amount.quantize(CENT, ROUND_HALF_UP)


def as_decimal(value: Decimal | float | int | str, what: str) -> Decimal:
    """Read a wage or a number of hours as an exact decimal, to the ten-thousandth, half up.

    Raises
    ------
    InvalidArgument : not a finite number, negative, or too large to be read exactly.

    Examples
    --------
    >>> as_decimal(17.801806, "hourly_wage")
    Decimal('17.8018')
    """
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise InvalidArgument("Not a number", where=what, value=value) from None
    if not number.is_finite() or number < 0:
        raise InvalidArgument("A finite number, zero or more, is needed", where=what, value=value)
    try:
        return number.quantize(GRAIN, ROUND_HALF_UP)
    except InvalidOperation:
        raise InvalidArgument("The number is too large", where=what, value=value) from None
