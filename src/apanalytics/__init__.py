"""Targeting of controls on French short-time work (activité partielle), from extracts to the regional report.

The names below are the public surface; each is loaded when first used, so that `import apanalytics` is quick.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from apanalytics import criteria, law
    from apanalytics.evaluation import evaluate, plot, precision_at, regional_rates, watch
    from apanalytics.evaluation.backtest import backtest
    from apanalytics.evaluation.replay import replay
    from apanalytics.explorer import explore
    from apanalytics.features import cases, describe_feature, features
    from apanalytics.prepare import prepare
    from apanalytics.reports import report
    from apanalytics.risk import RiskModel, anomaly_scores, labelled, outcomes
    from apanalytics.sources import ingest
    from apanalytics.synthetic import synth
    from apanalytics.tables import Tables, read, validate
    from apanalytics.targeting import (
        Plan,
        draw_campaign,
        follow_up,
        merge_returns,
        read_plan,
        score_all,
        target,
    )

__version__ = "0.1.0"

__all__ = [
    "Plan",
    "RiskModel",
    "Tables",
    "anomaly_scores",
    "backtest",
    "cases",
    "criteria",
    "describe_feature",
    "draw_campaign",
    "evaluate",
    "explore",
    "features",
    "follow_up",
    "ingest",
    "labelled",
    "law",
    "merge_returns",
    "outcomes",
    "plot",
    "precision_at",
    "prepare",
    "read",
    "read_plan",
    "regional_rates",
    "replay",
    "report",
    "score_all",
    "synth",
    "target",
    "validate",
    "watch",
]

_HOME = {
    "Plan": "targeting",
    "RiskModel": "risk",
    "Tables": "tables",
    "anomaly_scores": "risk",
    "backtest": "evaluation",
    "cases": "features",
    "describe_feature": "features",
    "draw_campaign": "targeting",
    "evaluate": "evaluation",
    "explore": "explorer",
    "features": "features",
    "follow_up": "targeting",
    "ingest": "sources",
    "labelled": "risk",
    "merge_returns": "targeting",
    "outcomes": "risk",
    "plot": "evaluation",
    "precision_at": "evaluation",
    "prepare": "prepare",
    "read": "tables",
    "read_plan": "targeting",
    "regional_rates": "evaluation",
    "replay": "evaluation",
    "report": "reports",
    "score_all": "targeting",
    "synth": "synthetic",
    "target": "targeting",
    "validate": "tables",
    "watch": "evaluation",
}


class _Surface(ModuleType):
    """The package itself. Two stages share their name with the function they exist for: the function wins."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("features", "prepare") and isinstance(value, ModuleType):
            value = getattr(value, name)
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Surface


def __getattr__(name: str) -> Any:
    if name in ("criteria", "law"):
        return import_module(f"apanalytics.{name}")
    if name not in _HOME:
        raise AttributeError(f"module 'apanalytics' has no attribute {name!r}")
    value = getattr(import_module(f"apanalytics.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
