"""What was known about a case on the day it is looked at: named SQL steps, run on DuckDB or Spark."""

from apanalytics.features.compute import cases, features, step_count, write_features
from apanalytics.features.dataset import Written, write_dataset
from apanalytics.features.registry import FEATURES, Feature, describe_feature
from apanalytics.features.steps import ENGINES, STAGES, check_engine
from apanalytics.features.window import Window, window

__all__ = [
    "ENGINES",
    "FEATURES",
    "STAGES",
    "Feature",
    "Window",
    "Written",
    "cases",
    "check_engine",
    "describe_feature",
    "features",
    "step_count",
    "window",
    "write_dataset",
    "write_features",
]
