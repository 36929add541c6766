"""Check digits of a SIRET, in SQL so that any number of rows can be checked."""

from __future__ import annotations

LA_POSTE = "356000000"
"""SIREN of La Poste, whose establishments but the head office (35600000000048) follow a rule of their own."""


def siret_is_valid(siret: str) -> str:
    """SQL condition: `siret`, an SQL expression of 14 digits, has right check digits.

    Luhn's sum over the 14 digits and over the first 9; for the establishments of La Poste, a sum of digits
    that is a multiple of 5 (INSEE, rules of the SIRET number). Text that is not digits gives null.

    Examples
    --------
    >>> import duckdb
    >>> for number in ("73282932000074", "73282932000075", "35600000009075", "35600000000048"):
    ...     print(number, duckdb.execute(f"select {siret_is_valid(repr(number))}").fetchone()[0])
    73282932000074 True
    73282932000075 False
    35600000009075 True
    35600000000048 True
    """
    digits = [f"try_cast(substr({siret}, {place}, 1) as integer)" for place in range(1, 15)]
    poste = f"left({siret}, 9) = '{LA_POSTE}' and {siret} <> '{LA_POSTE}00048'"
    by_five = f"({' + '.join(digits)}) % 5 = 0"
    return f"({_luhn(digits[:9])} and case when {poste} then {by_five} else {_luhn(digits)} end)"


def _luhn(digits: list[str]) -> str:
    """SQL condition: doubling every second digit from the right, the digits sum to a multiple of 10."""
    terms = [
        f"(2 * {digit} - case when {digit} > 4 then 9 else 0 end)" if place % 2 else digit
        for place, digit in enumerate(reversed(digits))
    ]
    return f"({' + '.join(terms)}) % 10 = 0"
