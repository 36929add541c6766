"""The catalogue of conduct: one small file per kind, listed here in the order of their codes in the data."""

from __future__ import annotations

import numpy as np

from apanalytics.errors import InvalidArgument
from apanalytics.synthetic.conduct import (
    above_authorisation,
    allowance_kept,
    apld_over_reduction,
    closure_overstated,
    contingent_exceeded,
    double_claim,
    early_start,
    ended_contracts,
    fictitious_employees,
    head_office_siret,
    hidden_work,
    holidays_claimed,
    hours_39_base,
    hours_inflated,
    late_claims,
    late_filing,
    leave_claimed,
    officers_claimed,
    over_asking,
    part_time_as_full,
    period_too_long,
    rate_misapplied,
    same_hours,
    shell_firm,
    sick_cumulation,
    stale_headcount,
    subcontracted,
    telework_hidden,
    temps_replace,
    typing,
    usurped_siret,
    wages_inflated,
    wrong_scheme,
)
from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools

__all__ = ["KINDS", "UNUSUAL", "Kind", "add_kind", "deliberate_kinds", "rank"]

KINDS: list[Kind] = [
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
    telework_hidden.KIND,
    subcontracted.KIND,
    allowance_kept.KIND,
    closure_overstated.KIND,
    early_start.KIND,
    part_time_as_full.KIND,
    same_hours.KIND,
    officers_claimed.KIND,
    ended_contracts.KIND,
    late_claims.KIND,
    rate_misapplied.KIND,
    contingent_exceeded.KIND,
    apld_over_reduction.KIND,
    above_authorisation.KIND,
]
"""Every kind; `kind` in the generator's arrays is a position in this list, -1 for none."""


def rank(code: str) -> int:
    """Return the position of a kind in `KINDS`.

    Examples
    --------
    >>> KINDS[rank("typing")].code
    'typing'
    """
    return [kind.code for kind in KINDS].index(code)


def deliberate_kinds() -> Bools:
    """Say of each kind whether it is deliberate; the last entry is for none (-1).

    Examples
    --------
    >>> deliberate_kinds()[[rank("hidden_work"), rank("typing"), -1]].tolist()
    [True, False, False]
    """
    return np.array([kind.deliberate for kind in KINDS] + [False])


def add_kind(kind: Kind) -> None:
    """Add a kind of one's own, until the process ends; one that is there already changes nothing.

    Its rates (`conduct.kinds`) and yields (`conduct.yields`) must be in the settings that are drawn, so that
    only a settings file of one's own can be drawn from then on.

    Parameters
    ----------
    kind : what it does; it comes after those of the catalogue, whose draws stay as they are.

    Raises
    ------
    InvalidArgument : another kind has its code.

    Examples
    --------
    >>> before = len(KINDS)
    >>> add_kind(typing.KIND)
    >>> len(KINDS) == before
    True
    """
    if kind in KINDS:
        return
    if kind.code in [known.code for known in KINDS]:
        raise InvalidArgument("Another kind has this code", where="kind.code", value=kind.code)
    KINDS.append(kind)


UNUSUAL = (rank("usurped_siret"), rank("shell_firm"))
"""Kinds whose whole firm is invented or usurped: one establishment, one short burst of requests."""
