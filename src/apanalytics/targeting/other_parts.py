"""What weighs in a score beside the criteria that fired, in French: the case's figures, and no claim."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from apanalytics.criteria.wording import missing, written
from apanalytics.features import FEATURES
from apanalytics.risk import EARLIER

OTHER_PARTS_FR = "Autres éléments du score : "
MOST = 3
"""Features named at most."""
EARLIER_FR = "dossiers antérieurs de l’établissement"
LEAST = 0.005
"""Contribution below which a feature is not named: it would read 0,00."""


def other_parts(names: list[str], parts: npt.NDArray[np.float64], facts: Mapping[str, Any]) -> str:
    """Name the features that raise a score most, with the case's figures.

    Parameters
    ----------
    names : features.
    parts : contribution of each; 0 where a criterion that fired already tells it.
    facts : the features of the case; a missing one reads «non connu».

    Returns
    -------
    A French sentence with up to three features, most first; empty where none raises the score.

    Examples
    --------
    >>> names = ["employees", "hours", "use_rate"]
    >>> other_parts(names, np.array([0.2, 0.9, -1.0]), {"employees": 14, "hours": 12.5, "use_rate": 1.0})
    'Autres éléments du score : heures demandées (12,5\xa0h), salariés concernés (14\xa0salariés).'
    """
    order = [i for i in np.argsort(-parts, kind="stable")[:MOST] if parts[i] >= LEAST]
    named = ", ".join(_named(names[i], facts) for i in order)
    return f"{OTHER_PARTS_FR}{named}." if named else ""


def _named(name: str, facts: Mapping[str, Any]) -> str:
    if name == EARLIER:
        return EARLIER_FR
    return f"{_label(name)} ({_figure(name, facts.get(name))})"


def _label(name: str) -> str:
    """Return a feature's French label as it reads inside a sentence; an acronym keeps its capitals."""
    label = FEATURES[name].label_fr.replace("'", "’") if name in FEATURES else name
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _figure(name: str, value: Any) -> str:
    if missing(value):
        return "non connu"
    return written(value, FEATURES[name].unit if name in FEATURES else None)
