"""Figures of evaluation: matplotlib Axes in, Axes out, labels in French, legible without colour."""

from apanalytics.evaluation.plot.comparisons import fairness, frontier, lift, sensitivity
from apanalytics.evaluation.plot.precision_curve import precision
from apanalytics.evaluation.plot.rates import campaigns, regions
from apanalytics.evaluation.plot.reliability import reliability
from apanalytics.evaluation.plot.through_time import backtest, drift, learning_curve, plans

__all__ = [
    "backtest",
    "campaigns",
    "drift",
    "fairness",
    "frontier",
    "learning_curve",
    "lift",
    "plans",
    "precision",
    "regions",
    "reliability",
    "sensitivity",
]
