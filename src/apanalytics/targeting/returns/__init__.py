"""The way back: a form per department for what inspectors find, read with tolerance, merged into controls."""

from apanalytics.targeting.returns.follow_up import follow_up, write_follow_up
from apanalytics.targeting.returns.form import write_forms
from apanalytics.targeting.returns.merging import Merged, merge_returns
from apanalytics.targeting.returns.reading import Returns, read_returns

__all__ = [
    "Merged",
    "Returns",
    "follow_up",
    "merge_returns",
    "read_returns",
    "write_follow_up",
    "write_forms",
]
