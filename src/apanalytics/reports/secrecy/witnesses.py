"""Other countries with the same published cells: each proves for several cells that nobody knows them."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

from apanalytics.reports.secrecy.cells import Tabulation

Floats = npt.NDArray[np.float64]
FARTHEST = 2.0
"""A witness moves a cell by at most so many times the larger of its value and of that of the cell sought."""
NOISE = 1e-9
"""Relative size of a move that is rounding."""


class Witnesses:
    """Moves found so far in one measure: added to the true values they keep every published cell and sum.

    A move stays a proof as long as the cells that it changes are hidden, so proofs are kept while more is
    hidden, and serve a reader who knows a cell wherever they leave that cell as it is.
    """

    def __init__(self, tabulation: Tabulation, measure: str) -> None:
        self._tabulation, self._measure = tabulation, measure
        self._values = tabulation.values[measure].to_numpy(dtype=float)
        self._moves: Floats = np.zeros((64, len(self._values)))
        self._held = 0

    def reach(self, cell: str, fixed: Collection[str] = ()) -> tuple[float, float]:
        """How far below and above its value the moves that leave `fixed` alone take a cell; 0 without any."""
        moves = self._moves[: self._held]
        place = self._tabulation.place
        own = moves[:, place[cell]]
        still = [place[name] for name in fixed]
        if still:
            own = own[~moves[:, still].any(axis=1)]
        return max(0.0, -float(own.min(initial=0.0))), max(0.0, float(own.max(initial=0.0)))

    def add(self, places: Iterable[int], move: Floats) -> None:
        """Keep a move of the cells at these places, and the opposite one as far as nothing gets negative."""
        whole = np.zeros(len(self._values))
        size = float(np.abs(move).max(initial=0.0))
        whole[list(places)] = np.where(np.abs(move) > NOISE * max(size, 1.0), move, 0.0)
        if not whole.any():
            return
        rising = whole > 0
        back = float((self._values[rising] / whole[rising]).min(initial=1.0))
        for one in (whole, -back * whole):
            if self._held == len(self._moves):
                self._moves = np.concatenate([self._moves, np.zeros_like(self._moves)])
            self._moves[self._held] = one
            self._held += 1

    def search(
        self, hidden: Collection[str], cell: str, known: Collection[str], sign: float, far: bool
    ) -> None:
        """Move one hidden cell as far as it goes, down (-1) or up (1), and keep the move.

        Parameters
        ----------
        far : whether any hidden cell may move too, or only those two sums away, which is quicker.
        """
        movable = set(hidden) - set(known)
        if far:
            group = next(g for g in self._tabulation.joined(movable) if cell in g)
        else:
            group = self._tabulation.near([cell], 2) & movable
        cells = sorted(group)
        places = [self._tabulation.place[name] for name in cells]
        values = self._values[places]
        rows = sorted({row for name in cells for row in self._tabulation.of_cell[name]})
        own = cells.index(cell)
        aim = np.zeros(len(cells))
        aim[own] = -sign
        scale = max(1.0, float(values[own]))
        most = FARTHEST * np.maximum(values / scale, 1.0)
        limits = np.column_stack([-values / scale, most])
        if not rows:
            self.add(places, sign * values[own : own + 1])
            return
        matrix = self._tabulation.matrix[rows][:, places]
        found = linprog(aim, A_eq=matrix, b_eq=np.zeros(len(rows)), bounds=limits, method="highs")
        if found.status == 0:
            self.add(places, scale * found.x)
