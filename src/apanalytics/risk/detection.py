"""What controls miss: two rates instead of one, for calibration and publication, never for the ranking.

A conforming outcome is a mixture of conforming cases and of cases that the control did not see through. With
a sensitivity s (the share of non-conforming cases in which a control finds it), and no false finding, the
probability of a finding is s times that of non-conformity.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from apanalytics.errors import InvalidArgument, NotComputable
from apanalytics.risk.columns import Matrix
from apanalytics.risk.priors import sensitivities


def nonconformity(risk: npt.ArrayLike, sensitivity: float) -> Matrix:
    """Return the probability of non-conformity behind that of a finding.

    Parameters
    ----------
    risk : calibrated probability that a control finds non-conformity, 0..1.
    sensitivity : share of the non-conforming cases in which a control finds it, in (0, 1].

    Returns
    -------
    Probabilities, at most 1.

    Examples
    --------
    >>> nonconformity([0.35, 0.9], sensitivity=0.7).tolist()
    [0.5, 1.0]
    """
    if not 0 < sensitivity <= 1:
        raise InvalidArgument(
            "A sensitivity is a share above 0 and up to 1", where="sensitivity", value=sensitivity
        )
    return np.asarray(np.minimum(1.0, np.asarray(risk, dtype=np.float64) / sensitivity), dtype=np.float64)


def two_rates(risk: npt.ArrayLike, span: tuple[float, float] | None = None) -> dict[str, Any]:
    """Return the rates to expect of some cases: findings of controls, and non-conformity.

    Parameters
    ----------
    risk : calibrated probability that a control of each case finds non-conformity.
    span : least and greatest sensitivity held possible; None takes that of ``priors.yaml``.

    Returns
    -------
    ``findings`` (a fraction), ``nonconformity`` (``low, high``: at the greatest and the least sensitivity)
    and ``sensitivity`` (``low, high``). Both rates describe controls like those learnt from.

    Raises
    ------
    NotComputable : no case, or a risk is unknown.

    Examples
    --------
    >>> two_rates([0.07, 0.21], span=(0.7, 1.0))["nonconformity"]
    {'low': 0.14, 'high': 0.2}
    """
    held = np.asarray(risk, dtype=np.float64)
    if not len(held) or np.isnan(held).any():
        raise NotComputable("No calibrated risk is known", where="two_rates", todo="Fit on more outcomes.")
    least, most = sensitivities() if span is None else span
    return {
        "findings": float(held.mean()),
        "nonconformity": {
            "low": round(float(nonconformity(held, most).mean()), 12),
            "high": round(float(nonconformity(held, least).mean()), 12),
        },
        "sensitivity": {"low": least, "high": most},
    }
