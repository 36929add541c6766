"""Evaluation: precision with intervals, base rate and baselines, never taking unknown for compliant."""

from apanalytics.evaluation import plot
from apanalytics.evaluation.assessment import evaluate
from apanalytics.evaluation.precision import LINE, base_rate, precision_at

__all__ = ["LINE", "base_rate", "evaluate", "plot", "precision_at"]
