"""The days on which the cases of a frame were looked at, as something that a frame can carry about."""

from __future__ import annotations

from typing import Any

import pandas as pd


class Days(dict[str, str | None]):
    """First and last day as ISO text, and the day of each case beside them.

    A frame's `attrs` are compared when frames are put together, copied with every new frame, and written as
    JSON into Parquet: a Series among them breaks the first and the last, and is copied each time. What is
    compared and written here is `first` and `last`; `by_case` is shared, and lost in a file.

    Parameters
    ----------
    by_case : day by case_id.

    Examples
    --------
    >>> days = Days(pd.Series(pd.to_datetime(["2021-03-15", "2021-03-02"]), index=["A", "B"]))
    >>> days, days.by_case["A"].day
    ({'first': '2021-03-02', 'last': '2021-03-15'}, 15)
    """

    def __init__(self, by_case: pd.Series[Any]) -> None:
        known = by_case.dropna()
        ends = [None, None] if known.empty else [str(day.date()) for day in (known.min(), known.max())]
        super().__init__(zip(("first", "last"), ends, strict=True))
        self.by_case = by_case

    def __deepcopy__(self, memo: dict[int, Any]) -> Days:
        """Return itself: nothing changes it."""
        return self
