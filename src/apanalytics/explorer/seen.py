"""The cases of a stage that one user sees: whatever is asked of them, nothing else is ever given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from apanalytics.explorer.bits import Bits, count, packed, unpacked
from apanalytics.explorer.rows import Rows


class Seen:
    """A user's cases of a stage, as sets that can be met (`&`) and joined (`|`).

    Every set given lies within what the user sees, and every question about a set is asked of the part of it
    that does: a set made in any other way cannot show more.

    Parameters
    ----------
    rows : every case of the stage.
    within : those that the user sees.
    """

    def __init__(self, rows: Rows, within: Bits) -> None:
        self._rows, self._within = rows, within

    @property
    def every(self) -> Bits:
        """All of the user's cases."""
        return self._within

    def among(self, column: str, values: Iterable[str]) -> Bits:
        """Give the cases with one of some values of a group of tick boxes."""
        found = np.zeros_like(self._within)
        for value in values:
            if (bits := self._rows.groups[column].get(value)) is not None:
                found |= bits
        return found & self._within

    def fires(self, code: str) -> Bits:
        """Give the cases where a criterion fires."""
        return self._rows.fires[code] & self._within

    def unverifiable(self, code: str) -> Bits:
        """Give the cases where a criterion cannot be verified."""
        return self._rows.unverifiable[code] & self._within

    def between(self, column: str, least: float | None, most: float | None) -> Bits:
        """Give the cases where a number (of a date, its days since 1970) is known and within limits."""
        numbers, found = self._rows.numbers(column), self._rows.known(column) & self._within
        if least is not None:
            found &= packed(numbers >= least)
        if most is not None:
            found &= packed(numbers <= most)
        return found

    def starting(self, column: str, start: str) -> Bits:
        """Give the cases where a text begins with another one."""
        if column == "case_id":
            hits = pc.starts_with(self._rows.batch.column("case_id"), start)
            return packed(hits.to_numpy(zero_copy_only=False)) & self._within
        return self._where_text(column, pc.starts_with(self._rows.texts(column), start))

    def containing(self, column: str, part: str) -> Bits:
        """Give the cases where a text contains another one."""
        return self._where_text(column, pc.match_substring(self._rows.texts(column), part))

    def count(self, chosen: Bits) -> int:
        """Count the cases of a set."""
        return count(chosen & self._within)

    def count_values(self, chosen: Bits, column: str) -> dict[str, int]:
        """Count the cases of a set by value of a group of tick boxes; values without any are left out."""
        mine = chosen & self._within
        found = {value: count(mine & bits) for value, bits in self._rows.groups[column].items()}
        return {value: n for value, n in found.items() if n}

    def distinct(self, chosen: Bits, column: str) -> int:
        """Count the different texts of a column among the cases of a set."""
        met = np.zeros(len(self._rows.texts(column)) + 1, np.bool_)
        met[self._rows.numbers(column)[self._mask(chosen & self._rows.known(column))]] = True
        return int(met.sum())

    def total(self, chosen: Bits, column: str) -> float | None:
        """Sum a column over the cases of a set where it is known; None where it is known nowhere."""
        values = self._rows.numbers(column)[self._mask(chosen & self._rows.known(column))]
        return float(values.sum()) if len(values) else None

    def values(self, chosen: Bits, column: str) -> tuple[NDArray[Any], list[Any]]:
        """Give, for each case of a set, the place of its value in a list, and the list; missing is None."""
        numbers, values = self._rows.factor(column)
        return numbers[self._mask(chosen)], values

    def present(self, column: str) -> list[Any]:
        """Give the values of a column that the user's cases have, in order; missing is none of them."""
        numbers, values = self.values(self._within, column)
        met = np.bincount(numbers, minlength=len(values))[: len(values) - 1]
        return sorted(value for value, n in zip(values[:-1], met, strict=True) if n)

    def amounts(self, chosen: Bits, column: str) -> NDArray[np.float64]:
        """Give a number for each case of a set, zero where it is missing."""
        known = unpacked(self._rows.known(column), self._rows.count)
        mask = self._mask(chosen)
        return np.where(known[mask], self._rows.numbers(column)[mask], 0).astype(np.float64)

    def records(
        self,
        chosen: Bits,
        names: Sequence[str],
        sort: str,
        down: bool,
        start: int = 0,
        most: int | None = None,
    ) -> list[dict[str, Any]]:
        """Give columns of the cases of a set in an order, from a place on, at most so many."""
        order = self._rows.order(sort, down)
        places = order[self._mask(chosen)[order]][start : None if most is None else start + most]
        return self._taken(places, names)

    def case(self, case_id: str) -> dict[str, Any] | None:
        """Give everything about one case; None where the user sees none of that number."""
        place = self._rows.place(case_id)
        if place is None or not unpacked(self._within, self._rows.count)[place]:
            return None
        (row,) = self._taken(np.array([place], np.int32), self._rows.batch.schema.names)
        return row

    def _taken(self, places: NDArray[np.int32], names: Sequence[str]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._rows.batch.select(list(names)).take(pa.array(places)).to_pylist()
        return found

    def _mask(self, chosen: Bits) -> NDArray[np.bool_]:
        return unpacked(chosen & self._within, self._rows.count)

    def _where_text(self, column: str, hits: pa.BooleanArray) -> Bits:
        chosen = np.append(hits.to_numpy(zero_copy_only=False), False)
        numbers = self._rows.numbers(column)
        return packed(chosen[numbers]) & self._rows.known(column) & self._within
