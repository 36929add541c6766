"""Sets of cases as bits, 64 to a word: a million cases are 125 kB, and two sets meet in microseconds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Bits = NDArray[np.uint64]


def packed(mask: NDArray[np.bool_]) -> Bits:
    """Pack a truth value per case.

    Examples
    --------
    >>> count(packed(np.array([True, False, True])))
    2
    """
    return _words(np.packbits(mask, bitorder="little"), len(mask))


def unpacked(bits: Bits, rows: int) -> NDArray[np.bool_]:
    """Give a truth value per case.

    Examples
    --------
    >>> unpacked(packed(np.array([True, False, True])), 3).tolist()
    [True, False, True]
    """
    return np.unpackbits(bits.view(np.uint8), count=rows, bitorder="little").view(np.bool_)


def count(bits: Bits) -> int:
    """Count the cases of a set."""
    return int(np.bitwise_count(bits).sum(dtype=np.int64))


def known(array: pa.Array) -> Bits:
    """Give the cases whose value is known.

    Examples
    --------
    >>> count(known(pa.array([1.5, None, 2.5])))
    2
    """
    validity = array.buffers()[0]
    if validity is None:
        return packed(np.ones(len(array), np.bool_))
    return _of_buffer(validity, len(array))


def true(array: pa.BooleanArray) -> Bits:
    """Give the cases whose truth value is known and true.

    Examples
    --------
    >>> count(true(pa.array([True, None, False])))
    1
    """
    bits: Bits = _of_buffer(array.buffers()[1], len(array)) & known(array)
    return bits


def _of_buffer(buffer: Any, rows: int) -> Bits:
    """Read the bits that Arrow keeps of an array that begins at its first bit."""
    held = np.frombuffer(buffer, np.uint8, count=-(-rows // 8)) if rows else np.empty(0, np.uint8)
    bits = _words(held, rows)
    if rows % 64:
        bits[-1] &= np.uint64((1 << rows % 64) - 1)
    return bits


def _words(held: NDArray[np.uint8], rows: int) -> Bits:
    whole = np.zeros(-(-rows // 64) * 8, np.uint8)
    whole[: len(held)] = held
    return whole.view("<u8").astype(np.uint64, copy=False)
