"""The catalogue of criteria: each an inconsistency, its threshold, and what clears it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from apanalytics.criteria.conditions import Condition, applies, check, leaves
from apanalytics.errors import InvalidArgument
from apanalytics.features import FEATURES, STAGES

FAMILIES: tuple[str, ...] = (
    "Effectifs",
    "Heures",
    "Montants",
    "Personnes",
    "Identité",
    "Procédure",
    "Antécédents",
    "Activité",
)
"""Families of criteria, in the order of the reports."""

_KEYS = frozenset(
    {
        "code",
        "stages",
        "label",
        "when",
        "material",
        "unless",
        "unverifiable",
        "explanation",
        "legal_basis",
        "innocent",
    }
)


@dataclass(frozen=True)
class Criterion:
    """One inconsistency that inspectors look for.

    Attributes
    ----------
    code : stable code, such as `EFF-01`.
    stages : stages at which it is evaluated.
    family : one of `FAMILIES`.
    label_fr : French label; it starts with what is inconsistent.
    when : conditions that make the inconsistency; all must hold.
    material : conditions under which it is worth a look; below them it does not fire.
    unless : innocent look-alikes that the data can show; any of them clears the case.
    unverifiable : conditions under which the comparison proves nothing, so that the answer is unknown.
    explanation_fr : template of the French sentence; see `explain`.
    legal_basis : text it rests on, or «contrôle de cohérence».
    counter_evidence_fr : what would clear the case, for the reader.
    """

    code: str
    stages: tuple[str, ...]
    family: str
    label_fr: str
    when: tuple[Condition, ...]
    material: tuple[Condition, ...]
    unless: tuple[Condition, ...]
    unverifiable: tuple[Condition, ...]
    explanation_fr: str
    legal_basis: str
    counter_evidence_fr: str

    @property
    def features(self) -> tuple[str, ...]:
        """Features that make it fire, in order; what only clears a case is not among them."""
        return tuple(dict.fromkeys(leaf["feature"] for leaf in leaves((*self.when, *self.material))))

    def at(self, stage: str) -> Criterion:
        """Give the same criterion with only the conditions meant for a stage."""
        kept = {
            name: tuple(condition for condition in getattr(self, name) if applies(condition, stage))
            for name in ("when", "material", "unless", "unverifiable")
        }
        return Criterion(**{**self.__dict__, **kept})


def _criterion(family: str, entry: Mapping[str, Any], where: str) -> Criterion:
    unknown = entry.keys() - _KEYS
    if unknown:
        raise ValueError(f"{where}: {entry.get('code')} has unknown keys {sorted(unknown)}")
    conditions: dict[str, tuple[Condition, ...]] = {
        name: tuple(entry.get(name, ())) for name in ("when", "material", "unless", "unverifiable")
    }
    for leaf in leaves([condition for group in conditions.values() for condition in group]):
        if leaf.get("feature") not in FEATURES:
            raise ValueError(f"{where}: {entry['code']} uses {leaf.get('feature')!r}, which is no feature")
    _check_all(conditions.values())
    return Criterion(
        code=entry["code"],
        stages=tuple(entry["stages"]),
        family=family,
        label_fr=entry["label"],
        explanation_fr=entry["explanation"],
        legal_basis=entry.get("legal_basis", "contrôle de cohérence"),
        counter_evidence_fr=entry["innocent"],
        **conditions,
    )


def _check_all(groups: Any) -> None:
    for group in groups:
        for condition in group:
            check(condition)


@cache
def catalogue(stage: str | None = None) -> tuple[Criterion, ...]:
    """Give every criterion, by family then code.

    Parameters
    ----------
    stage : keep those of one stage; None is all.

    Raises
    ------
    InvalidArgument : unknown stage.

    Examples
    --------
    >>> len(catalogue()) >= 45, catalogue("payment")[0].code
    (True, 'EFF-01')
    """
    if stage is not None and stage not in STAGES:
        raise InvalidArgument(
            "Unknown stage", where="stage", value=stage, todo=f"Use one of {', '.join(STAGES)}."
        )
    pages = [
        file
        for file in files("apanalytics.criteria").joinpath("catalogue").iterdir()
        if file.name.endswith(".yaml")
    ]
    found: list[Criterion] = []
    for file in sorted(pages, key=lambda page: page.name):
        page = yaml.safe_load(file.read_text("utf-8"))
        found += [_criterion(page["family"], entry, file.name) for entry in page["criteria"]]
    _refuse_disorder(found)
    found.sort(key=lambda one: (FAMILIES.index(one.family), one.code))
    return tuple(one for one in found if stage is None or stage in one.stages)


def _refuse_disorder(found: Sequence[Criterion]) -> None:
    codes = [one.code for one in found]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise ValueError(f"criteria defined twice: {', '.join(twice)}")


def criterion(code: str) -> Criterion:
    """Give one criterion by its code.

    Raises
    ------
    InvalidArgument : no criterion has this code.

    Examples
    --------
    >>> criterion("EFF-01").family
    'Effectifs'
    """
    for one in catalogue():
        if one.code == code:
            return one
    raise InvalidArgument(
        "Unknown criterion", value=code, todo=f"Codes: {', '.join(one.code for one in catalogue())}."
    )
