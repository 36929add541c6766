"""Every case of a stage as `prepare` laid them out: columns read in place, bits made once per tick box."""

from __future__ import annotations

import threading
from collections import OrderedDict
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from apanalytics.criteria import catalogue
from apanalytics.explorer.bits import Bits, known, packed, true, unpacked
from apanalytics.explorer.columns import GROUPS

MOST_ORDERS = 12
"""Orders kept, the last ones used: four bytes a case each."""
Places = NDArray[np.int32]
"""Cases by their place in the file."""


class Rows:
    """The cases of a stage, whoever's they are: only `Scope` may hand out parts of them.

    Parameters
    ----------
    stage : `authorisation` or `payment`.
    batch : as `apanalytics.prepare.rows.read_rows` gives it, in the order of `case_id`.
    """

    def __init__(self, stage: str, batch: pa.RecordBatch) -> None:
        self.batch, self.count = batch, batch.num_rows
        self.every = packed(np.ones(self.count, np.bool_))
        self.groups = {group.name: self._by_value(group.name) for group in GROUPS}
        codes = [one.code for one in catalogue(stage)]
        self.fires = {code: true(batch.column(code)) for code in codes}
        self.unverifiable = {code: self.every & ~known(batch.column(code)) for code in codes}
        self._orders: OrderedDict[tuple[str, bool], Places] = OrderedDict()
        self._factors: dict[str, tuple[NDArray[Any], list[Any]]] = {}
        self._lock = threading.Lock()

    @cached_property
    def table(self) -> pa.Table:
        """The same cases, for a query."""
        return pa.Table.from_batches([self.batch])

    def numbers(self, column: str) -> NDArray[Any]:
        """Give what a column holds, in place: numbers, days since 1970, or places in its list of texts.

        Where the value is missing there is any number: see `known`.
        """
        array = self.batch.column(column)
        if isinstance(array, pa.DictionaryArray):
            array = array.indices
        kind = (
            np.dtype(np.int32) if pa.types.is_date32(array.type) else np.dtype(array.type.to_pandas_dtype())
        )
        return np.frombuffer(array.buffers()[1], kind, count=self.count) if self.count else np.empty(0, kind)

    def known(self, column: str) -> Bits:
        """Give the cases where a column is not missing."""
        array = self.batch.column(column)
        return known(array.indices if isinstance(array, pa.DictionaryArray) else array)

    def texts(self, column: str) -> pa.Array:
        """Give the list of texts of a column."""
        return self.batch.column(column).dictionary

    def order(self, column: str, down: bool) -> Places:
        """Give the places of all cases in the order of a column, missing ones last, ties by case number."""
        with self._lock:
            if (column, down) not in self._orders:
                self._orders[column, down] = self._ordered(column, down)
                if len(self._orders) > MOST_ORDERS:
                    self._orders.popitem(last=False)
            self._orders.move_to_end((column, down))
            return self._orders[column, down]

    def factor(self, column: str) -> tuple[NDArray[Any], list[Any]]:
        """Give the place of each case's value in a list, and the list; the last of it stands for missing."""
        with self._lock:
            if column not in self._factors:
                self._factors[column] = self._factored(column)
            return self._factors[column]

    def place(self, case_id: str) -> int | None:
        """Find a case by its number; None where there is none."""
        ids, low, high = self.batch.column("case_id"), 0, self.count
        while low < high:
            middle = (low + high) // 2
            if ids[middle].as_py() < case_id:
                low = middle + 1
            else:
                high = middle
        return low if low < self.count and ids[low].as_py() == case_id else None

    def _by_value(self, column: str) -> dict[str, Bits]:
        numbers = self.numbers(column)
        return {value: packed(numbers == n) for n, value in enumerate(self.texts(column).to_pylist())}

    def _ordered(self, column: str, down: bool) -> Places:
        if column == "case_id":
            places = np.arange(self.count, dtype=np.int32)
            return places[::-1] if down else places
        mask = unpacked(self.known(column), self.count)
        numbers = self.numbers(column)
        present = np.flatnonzero(mask)
        keys = numbers[present].astype(np.float64 if numbers.dtype.kind == "f" else np.int64)
        order = present[np.argsort(-keys if down else keys, kind="stable")]
        return np.concatenate([order, np.flatnonzero(~mask)]).astype(np.int32)

    def _factored(self, column: str) -> tuple[NDArray[Any], list[Any]]:
        array = self.batch.column(column)
        listed = array if isinstance(array, pa.DictionaryArray) else pc.dictionary_encode(array)
        values = listed.dictionary.to_pylist()
        numbers = listed.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)
        return numbers.astype(np.int32), [*values, None]
