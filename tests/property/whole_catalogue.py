"""Every feature of a stage, those that are given only on request among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from apanalytics.features import features
from apanalytics.features.registry import of_stage


def every_feature(tables: Mapping[str, pd.DataFrame], stage: str, **asked: Any) -> pd.DataFrame:
    """Compute all that is registered for a stage."""
    return features(tables, stage, only=[feature.name for feature in of_stage(stage)], **asked)
