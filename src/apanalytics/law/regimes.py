"""The regimes of activité partielle and the combinations of which the law speaks."""

from __future__ import annotations

from apanalytics.errors import InvalidArgument

COMMON = ("general", "protected", "protected_strong_loss", "closed", "territory_restricted", "ski_area")
PERSONAL = ("childcare", "vulnerable")
LONG = ("apld", "apld_r")

REGIMES = (*COMMON, *PERSONAL, *LONG)
"""Codes of the regimes, as in the column `regime` of claims."""

_BETTER_RATE_BESIDE = {
    "apld": (*COMMON, "vulnerable"),
    "childcare": COMMON,
    "vulnerable": COMMON,
}

COMBINATIONS = tuple(f"{base}+{beside}" for base, others in _BETTER_RATE_BESIDE.items() for beside in others)
"""Combinations that the law resolves: the first regime, or the second one's rate where it is better."""

MAYOTTE = "976"
"""Department code of Mayotte, which has floors of its own."""


def split_regime(regime: str) -> tuple[str, str | None]:
    """Return the regime and the one combined with it, or None.

    `apld+closed` and `closed+apld` are the same. The first of the pair is the regime of the claim; the second
    lends its rate where the law says that the better one applies.

    Raises
    ------
    InvalidArgument : unknown code, or a combination of which the law does not speak.

    Examples
    --------
    >>> split_regime("closed+apld")
    ('apld', 'closed')
    >>> split_regime("general")
    ('general', None)
    """
    parts = regime.split("+")
    for part in parts:
        if part not in REGIMES:
            raise InvalidArgument(
                "Unknown regime", where="regime", value=regime, todo=f"One of {', '.join(REGIMES)}."
            )
    if len(parts) == 1:
        return regime, None
    for base, beside in (parts, parts[::-1]) if len(parts) == 2 else ():
        if beside in _BETTER_RATE_BESIDE.get(base, ()):
            return base, beside
    raise InvalidArgument(
        "The law does not combine these regimes",
        where="regime",
        value=regime,
        why="One employee is under one regime; APLD-R excludes any other.",
        todo=f"One of {', '.join(COMBINATIONS)}.",
    )
