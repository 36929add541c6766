"""The reference page of the criteria, written from the catalogue."""

from __future__ import annotations

from itertools import groupby

from apanalytics.criteria.catalogue import Criterion, catalogue
from apanalytics.criteria.conditions import Condition

_HEAD = """# Criteria

What inspectors look for. Written by `make docs` from `src/apanalytics/criteria`: do not edit. A criterion is
an inconsistency, never a verdict. It fires where every condition holds, is material, and no innocent
look-alike shows in the data. Where a figure is not known it is «non vérifiable», never «conforme».
"""
_SIGNS = {"over": ">", "at_least": "≥", "under": "<", "at_most": "≤"}


def dictionary_page() -> str:
    """Write the page: for each criterion, its conditions with their basis, explanation and counter-evidence.

    Examples
    --------
    >>> "### EFF-01" in dictionary_page()
    True
    """
    parts = [_HEAD]
    for family, members in groupby(catalogue(), key=lambda one: one.family):
        parts.append(f"## {family}\n")
        parts += [_section(one) for one in members]
    return "\n".join(parts)


def _section(one: Criterion) -> str:
    lines = [
        f"### {one.code} — {one.label_fr}",
        "",
        f"* stages: {', '.join(one.stages)}; basis: {one.legal_basis}",
        *(f"* fires when {_written(condition)}" for condition in one.when),
        *(f"* material when {_written(condition)}" for condition in one.material),
        *(f"* cleared when {_written(condition)}" for condition in one.unless),
        *(f"* «non vérifiable» when {_written(condition)}" for condition in one.unverifiable),
        f"* explanation: {one.explanation_fr}",
        f"* counter-evidence: {one.counter_evidence_fr}",
        "",
    ]
    return "\n".join(lines)


def _written(condition: Condition) -> str:
    beside = [f"at {', '.join(condition['stages'])}"] if "stages" in condition else []
    beside += [str(condition[key]) for key in ("basis", "why") if key in condition]
    said = f" ({'; '.join(beside)})" if beside else ""
    for word, joined in (("any", " or "), ("all", " and ")):
        if word in condition:
            return f"({joined.join(_written(inner) for inner in condition[word])}){said}"
    if "is" in condition:
        return f"`{condition['feature']}` is {str(condition['is']).lower()}{said}"
    (word,) = condition.keys() & _SIGNS.keys()
    return f"`{condition['feature']}` {_SIGNS[word]} {condition[word]}{said}"
