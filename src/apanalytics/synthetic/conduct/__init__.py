"""The catalogue of conduct: one small file per kind, listed here in the order of their codes in the data."""

from __future__ import annotations

from apanalytics.synthetic.conduct import (
    double_claim,
    fictitious_employees,
    head_office_siret,
    hidden_work,
    holidays_claimed,
    hours_39_base,
    hours_inflated,
    late_filing,
    leave_claimed,
    over_asking,
    period_too_long,
    shell_firm,
    sick_cumulation,
    stale_headcount,
    temps_replace,
    typing,
    usurped_siret,
    wages_inflated,
    wrong_scheme,
)
from apanalytics.synthetic.conduct.kind import Kind

__all__ = ["KINDS", "UNUSUAL", "Kind", "rank"]

KINDS: tuple[Kind, ...] = (
    hours_39_base.KIND,
    stale_headcount.KIND,
    leave_claimed.KIND,
    holidays_claimed.KIND,
    late_filing.KIND,
    double_claim.KIND,
    wrong_scheme.KIND,
    typing.KIND,
    head_office_siret.KIND,
    period_too_long.KIND,
    over_asking.KIND,
    fictitious_employees.KIND,
    hidden_work.KIND,
    sick_cumulation.KIND,
    hours_inflated.KIND,
    wages_inflated.KIND,
    temps_replace.KIND,
    usurped_siret.KIND,
    shell_firm.KIND,
)
"""Every kind; `kind` in the generator's arrays is a position in this tuple, -1 for none."""


def rank(code: str) -> int:
    """Return the position of a kind in `KINDS`.

    Examples
    --------
    >>> KINDS[rank("typing")].code
    'typing'
    """
    return [kind.code for kind in KINDS].index(code)


UNUSUAL = (rank("usurped_siret"), rank("shell_firm"))
"""Kinds whose whole firm is invented or usurped: one establishment, one short burst of requests."""
