"""Linked tables as one system: cells, their values, and the sums that hold between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array


@dataclass(frozen=True)
class Relation:
    """A total and the parts that it is the sum of, in every measure."""

    total: str
    parts: tuple[str, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        """The total, then its parts."""
        return (self.total, *self.parts)


@dataclass(frozen=True)
class Tabulation:
    """Cells of one or more published tables; a cell that stands in several tables stands here once.

    Parameters
    ----------
    values : a row per cell, a column per measure (euros, hours, counts), none negative.
    units : number of enterprises behind each cell.
    largest : share (0..1) of each value that comes from its largest contributor; missing where it is zero.
    relations : the sums that a reader of the tables can write down.
    counts : measures that are whole numbers, to which the rule of dominance does not apply.
    """

    values: pd.DataFrame
    units: pd.Series[int]
    largest: pd.DataFrame
    relations: tuple[Relation, ...]
    counts: frozenset[str] = frozenset()

    @cached_property
    def place(self) -> dict[str, int]:
        """Position of each cell."""
        return {str(cell): place for place, cell in enumerate(self.values.index)}

    def value(self, cell: str, measure: str) -> float:
        """The true value of a cell, published or not."""
        return float(self._numbers[measure][self.place[cell]])

    @cached_property
    def _numbers(self) -> dict[str, npt.NDArray[np.float64]]:
        return {str(name): self.values[name].to_numpy(dtype=float) for name in self.values}

    @cached_property
    def matrix(self) -> csr_array:
        """A row per relation: 1 for its total, -1 for each part; times the values it is zero."""
        rows, columns, signs = [], [], []
        for row, relation in enumerate(self.relations):
            for cell in relation.cells:
                rows.append(row)
                columns.append(self.place[cell])
                signs.append(1.0 if cell == relation.total else -1.0)
        shape = (len(self.relations), len(self.values))
        return csr_array((signs, (rows, columns)), shape=shape)

    @cached_property
    def of_cell(self) -> dict[str, tuple[int, ...]]:
        """Positions of the relations that each cell stands in."""
        found: dict[str, list[int]] = {str(cell): [] for cell in self.values.index}
        for row, relation in enumerate(self.relations):
            for cell in relation.cells:
                found[cell].append(row)
        return {cell: tuple(rows) for cell, rows in found.items()}

    @cached_property
    def totals(self) -> frozenset[str]:
        """The cells that are a total somewhere."""
        return frozenset(relation.total for relation in self.relations)

    @cached_property
    def twin(self) -> dict[str, str]:
        """For each cell one that stands for all that hold exactly the same: a total and its only part."""
        twin = {str(cell): str(cell) for cell in self.values.index}

        def first(cell: str) -> str:
            while twin[cell] != cell:
                cell = twin[cell]
            return cell

        for relation in self.relations:
            filled = [part for part in relation.parts if self.units[part] > 0]
            if len(filled) == 1:
                twin[first(filled[0])] = first(relation.total)
        return {cell: first(cell) for cell in twin}

    def near(self, cells: Iterable[str], steps: int = 1) -> set[str]:
        """The cells that share a relation with any of these, directly or in so many steps."""
        reached = set(cells)
        for _ in range(steps):
            rows = {row for cell in reached for row in self.of_cell[cell]}
            reached |= {cell for row in rows for cell in self.relations[row].cells}
        return reached

    def joined(self, hidden: Iterable[str]) -> list[set[str]]:
        """The hidden cells in groups: what is known of one group says nothing of another.

        Examples
        --------
        >>> values = pd.DataFrame({"h": [3.0, 1, 2, 9]}, index=["all", "a", "b", "elsewhere"])
        >>> some = Tabulation(values, values["h"], values, (Relation("all", ("a", "b")),))
        >>> sorted(map(sorted, some.joined(["a", "b", "elsewhere"])))
        [['a', 'b'], ['elsewhere']]
        """
        left, groups = set(hidden), []
        while left:
            group, border = set(), {left.pop()}
            while border:
                group |= border
                border = (self.near(border) & left) - group
                left -= border
            groups.append(group)
        return groups

    def check(self) -> None:
        """Make sure that every relation holds in every measure, and that nothing is negative.

        Raises
        ------
        ValueError : a sum is wrong: the tables would contradict each other.
        """
        values = self.values.to_numpy(dtype=float)
        if (values < 0).any():
            raise ValueError("a published measure cannot be negative")
        gap = np.abs(self.matrix @ values) if self.relations else np.zeros(1)
        if gap.max(initial=0.0) > 1e-6 * max(1.0, float(values.max(initial=0.0))):
            worst = self.relations[int(gap.max(axis=1).argmax())]
            raise ValueError(f"the parts of {worst.total!r} do not sum to it")
