"""Risk: what controls found, how far a case lies from its peers, and how likely it is non-conforming."""

from apanalytics.risk.anomaly import anomaly_contributions, anomaly_scores
from apanalytics.risk.intervals import Interval, wilson
from apanalytics.risk.labels import labelled, outcomes
from apanalytics.risk.model import BASE, RiskModel
from apanalytics.risk.recovery import UndueShare

__all__ = [
    "BASE",
    "Interval",
    "RiskModel",
    "UndueShare",
    "anomaly_contributions",
    "anomaly_scores",
    "labelled",
    "outcomes",
    "wilson",
]
