"""The catalogue of inconsistencies that inspectors look for, each defined once on the features."""

from apanalytics.criteria.catalogue import FAMILIES, Criterion, catalogue, criterion
from apanalytics.criteria.evaluation import evaluate
from apanalytics.criteria.explanation import explain

__all__ = ["FAMILIES", "Criterion", "catalogue", "criterion", "evaluate", "explain"]
