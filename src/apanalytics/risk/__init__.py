"""Risk: what controls found, how far a case lies from its peers, and how likely it is non-conforming."""

from typing import TYPE_CHECKING

from apanalytics.deferred import defer

if TYPE_CHECKING:
    from apanalytics.risk.anomaly import anomaly_contributions, anomaly_scores
    from apanalytics.risk.detection import nonconformity, two_rates
    from apanalytics.risk.earlier import EARLIER, LOOK_BACK_DAYS, Past, earlier_scores
    from apanalytics.risk.intervals import Interval, wilson
    from apanalytics.risk.labels import cold_start, labelled, outcomes
    from apanalytics.risk.model import BASE, RiskModel
    from apanalytics.risk.recovery import UndueShare, expected_undue, undue_shares
    from apanalytics.risk.streaming import score_parquet
    from apanalytics.risk.surrogate import Surrogate

__all__ = [
    "BASE",
    "EARLIER",
    "LOOK_BACK_DAYS",
    "Interval",
    "Past",
    "RiskModel",
    "Surrogate",
    "UndueShare",
    "anomaly_contributions",
    "anomaly_scores",
    "cold_start",
    "earlier_scores",
    "expected_undue",
    "labelled",
    "nonconformity",
    "outcomes",
    "score_parquet",
    "two_rates",
    "undue_shares",
    "wilson",
]

defer(
    __name__,
    {
        "anomaly": ("anomaly_contributions", "anomaly_scores"),
        "detection": ("nonconformity", "two_rates"),
        "earlier": ("EARLIER", "LOOK_BACK_DAYS", "Past", "earlier_scores"),
        "intervals": ("Interval", "wilson"),
        "labels": ("cold_start", "labelled", "outcomes"),
        "model": ("BASE", "RiskModel"),
        "recovery": ("UndueShare", "expected_undue", "undue_shares"),
        "streaming": ("score_parquet",),
        "surrogate": ("Surrogate",),
    },
)
