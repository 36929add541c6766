"""Evaluation: precision with intervals, base rate and baselines, never taking unknown for compliant."""

from typing import TYPE_CHECKING

from apanalytics.deferred import defer

if TYPE_CHECKING:
    from apanalytics.evaluation import plot
    from apanalytics.evaluation.adversaries import answered
    from apanalytics.evaluation.assessment import evaluate
    from apanalytics.evaluation.backtest import Backtest, backtest
    from apanalytics.evaluation.calibration import calibration
    from apanalytics.evaluation.campaigns import campaign_precisions, over_campaigns
    from apanalytics.evaluation.difference import lift
    from apanalytics.evaluation.doubly_robust import aipw
    from apanalytics.evaluation.drift import drift
    from apanalytics.evaluation.fairness import fairness, with_age
    from apanalytics.evaluation.overlap import Overlap, never_controlled
    from apanalytics.evaluation.precision import LINE, base_rate, precision_at
    from apanalytics.evaluation.regional import regional_rates
    from apanalytics.evaluation.replay import replay
    from apanalytics.evaluation.sensitivity import explained_by, hunch_sensitivity
    from apanalytics.evaluation.teams import adjusted, team_effect
    from apanalytics.evaluation.watching import watch

__all__ = [
    "LINE",
    "Backtest",
    "Overlap",
    "adjusted",
    "aipw",
    "answered",
    "backtest",
    "base_rate",
    "calibration",
    "campaign_precisions",
    "drift",
    "evaluate",
    "explained_by",
    "fairness",
    "hunch_sensitivity",
    "lift",
    "never_controlled",
    "over_campaigns",
    "plot",
    "precision_at",
    "regional_rates",
    "replay",
    "team_effect",
    "watch",
    "with_age",
]

defer(
    __name__,
    {
        "adversaries": ("answered",),
        "assessment": ("evaluate",),
        "backtest": ("Backtest", "backtest"),
        "calibration": ("calibration",),
        "campaigns": ("campaign_precisions", "over_campaigns"),
        "difference": ("lift",),
        "doubly_robust": ("aipw",),
        "drift": ("drift",),
        "fairness": ("fairness", "with_age"),
        "overlap": ("Overlap", "never_controlled"),
        "precision": ("LINE", "base_rate", "precision_at"),
        "regional": ("regional_rates",),
        "replay": ("replay",),
        "sensitivity": ("explained_by", "hunch_sensitivity"),
        "teams": ("adjusted", "team_effect"),
        "watching": ("watch",),
    },
    modules=("plot",),
)
