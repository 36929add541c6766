"""Invented firm names and opaque keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from apanalytics.synthetic.draws import Bits, Draws, Ints

_STARTS = (
    "Bel",
    "Cor",
    "Dru",
    "Fal",
    "Gri",
    "Jas",
    "Kol",
    "Lun",
    "Mar",
    "Nov",
    "Ori",
    "Pra",
    "Quen",
    "Rov",
    "Syl",
    "Tav",
    "Vor",
    "Zel",
)
_MIDDLES = ("a", "andi", "emo", "ibra", "o", "olu", "uri", "ystra", "evo", "agni")
_ENDS = ("don", "lis", "mont", "nax", "rel", "tis", "val", "vex", "zan", "ther", "quel", "bry")
_SHAPES = ("{trade} {word}", "{word} {trade}", "{word}", "Groupe {word}", "{trade} du {word}", "Ets {word}")


def firm_names(firm: Ints, trade: pd.Series, draws: Draws) -> list[str]:
    """Return an invented name for each firm, from the word of its trade and a word that means nothing."""
    parts = (
        draws.below("name start", len(_STARTS), firm),
        draws.below("name middle", len(_MIDDLES), firm),
        draws.below("name end", len(_ENDS), firm),
        draws.below("name shape", len(_SHAPES), firm),
    )
    words = [
        f"{_STARTS[a]}{_MIDDLES[b]}{_ENDS[c]}"
        for a, b, c in zip(*(part.tolist() for part in parts[:3]), strict=True)
    ]
    shapes = [_SHAPES[shape] for shape in parts[3].tolist()]
    return [shape.format(trade=t, word=w).upper() for shape, t, w in zip(shapes, trade, words, strict=True)]


def hex_keys(bits: Bits) -> np.ndarray:
    """Write 64-bit keys as 16 hexadecimal digits, as a keyed hash would look.

    Examples
    --------
    >>> hex_keys(np.array([255], dtype=np.uint64)).tolist()
    ['00000000000000ff']
    """
    return np.array([f"{key:016x}" for key in bits.tolist()], dtype=object)


def person_keys(bits: Bits, row: Ints) -> pd.Categorical[Any]:
    """Return the key of each row's person; each key is written once.

    Examples
    --------
    >>> person_keys(np.array([255, 16], dtype=np.uint64), np.array([1, 0, 1])).tolist()
    ['0000000000000010', '00000000000000ff', '0000000000000010']
    """
    person, place = np.unique(bits, return_inverse=True)
    return coded(place[row], hex_keys(person))


def coded(codes: Ints, names: Sequence[str] | np.ndarray) -> pd.Categorical[Any]:
    """Return texts by their position in `names`, -1 for none, without writing each out.

    Examples
    --------
    >>> coded(np.array([1, -1]), ("a", "b")).tolist()
    ['b', nan]
    """
    kind: Any = pd.Categorical
    made: pd.Categorical[Any] = kind.from_codes(codes, names)
    return made
