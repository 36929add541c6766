"""A score card that can be read on paper: it imitates the model's scores, and says how far it agrees.

Explainable boosting, without interactions: a score is a constant and one number per column, read in a table.
It never ranks: on past controls it ranks worse than the model.
"""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from apanalytics.errors import NotComputable
from apanalytics.risk.columns import Columns, Matrix

FEWEST_ROWS = 200
"""Rows scored below which no score card is fitted."""
MOST_ROWS = 20_000
"""Rows that a score card is fitted and judged on; more make the same card."""
HELD_OUT = 0.25
"""Share of the rows that only judge."""
CAPACITY = 0.1
"""Share of the held-out rows that makes the lists compared."""
SHOWN = 20
"""Tables on the page, the heaviest; all are in the JSON."""
STEPS = 8
"""Intervals at most into which a number is cut: what a page can show."""


@dataclass(frozen=True)
class Table:
    """What one column adds to the score.

    Parameters
    ----------
    column : name.
    cuts : inner limits, increasing; a value equal to a limit belongs above it.
    adds : log-odds by interval, one more than cuts.
    missing : log-odds where the value is not known.
    weight : mean absolute addition, by which the tables are ordered.
    """

    column: str
    cuts: tuple[float, ...]
    adds: tuple[float, ...]
    missing: float
    weight: float


@dataclass(frozen=True)
class Surrogate:
    """The readable score card and how far it agrees with the model.

    Parameters
    ----------
    constant : log-odds that every case starts from.
    tables : one per column that adds anything, the heaviest first.
    rank_correlation : Spearman's, on held-out rows, -1..1.
    same_list : share of the model's first tenth of the held-out rows that the card's first tenth holds, 0..1.
    rows : rows fitted on, held out.
    """

    constant: float
    tables: tuple[Table, ...]
    rank_correlation: float
    same_list: float
    rows: tuple[int, int]

    @classmethod
    def fit(cls, columns: Columns, frame: pd.DataFrame, scores: Matrix, seed: int = 0) -> Self:
        """Imitate scores.

        Parameters
        ----------
        columns : of the model.
        frame : rows to imitate the model on, best all those known, not only the controlled.
        scores : the model's score of each.
        seed : seed of the rows held out.

        Raises
        ------
        NotComputable : too few rows.
        """
        if len(frame) < FEWEST_ROWS:
            raise NotComputable(
                "Too few rows for a readable score card",
                where="Surrogate.fit",
                value=len(frame),
                todo=f"Give {FEWEST_ROWS} or more.",
            )
        rows = np.random.default_rng(seed).permutation(len(frame))[:MOST_ROWS]
        cut = int(len(rows) * HELD_OUT)
        held, learnt = np.sort(rows[:cut]), np.sort(rows[cut:])
        constant, tables = _imitated(columns, columns.encode(frame.iloc[learnt]), scores[learnt], seed)
        card = cls(constant, tables, 0.0, 0.0, (len(learnt), len(held)))
        mine = card.score(columns, frame.iloc[held])
        return cls(
            constant, tables, _correlation(mine, scores[held]), _same_list(mine, scores[held]), card.rows
        )

    def score(self, columns: Columns, frame: pd.DataFrame) -> Matrix:
        """Return the card's score of each row: the constant and what each table adds."""
        matrix = columns.encode(frame[list(columns.names)])
        total = np.full(len(frame), self.constant)
        for table in self.tables:
            values = matrix[:, columns.names.index(table.column)]
            adds = np.asarray(table.adds)[
                np.searchsorted(np.asarray(table.cuts), values, side="right").clip(max=len(table.cuts))
            ]
            total += np.where(np.isnan(values), table.missing, adds)
        return total

    def json(self) -> dict[str, Any]:
        """Return the card as plain values."""
        return {
            "constant": self.constant,
            "rank_correlation": self.rank_correlation,
            "same_list": self.same_list,
            "rows": {"fitted": self.rows[0], "held_out": self.rows[1]},
            "tables": [
                {**vars(table), "cuts": list(table.cuts), "adds": list(table.adds)} for table in self.tables
            ],
        }

    def texts(self) -> dict[str, str]:
        """Return the files of the card by name: JSON, and the page in French."""
        text = json.dumps(self.json(), ensure_ascii=False, indent=1, sort_keys=True)
        return {"score_card.json": text + "\n", "carte_scores.md": self.page()}

    def page(self) -> str:
        """Return the card as a page in French."""
        lines = [
            "# Carte de score lisible",
            "",
            "Elle imite le modèle pour qu’on puisse le lire ; elle ne classe aucun dossier. "
            "Un score s’obtient en ajoutant à la constante une ligne de chaque tableau.",
            "",
            f"- Accord avec le modèle sur {self.rows[1]} dossiers mis de côté : corrélation des rangs "
            f"{_fr(self.rank_correlation)} ; {_fr(100 * self.same_list, 0)} % du premier dixième en commun",
            f"- Constante : {_fr(self.constant)}",
        ]
        for table in self.tables[:SHOWN]:
            lines += ["", f"## {_label(table.column)}", "", "| valeur | points |", "|---|---|"]
            lines += [
                f"| {where} | {_fr(add)} |" for where, add in zip(_spans(table), table.adds, strict=True)
            ]
            lines.append(f"| non connu | {_fr(table.missing)} |")
        rest = len(self.tables) - SHOWN
        lines += (
            ["", f"{rest} autres tableaux, plus légers, sont dans `score_card.json`."] if rest > 0 else []
        )
        return "\n".join(lines) + "\n"


def _imitated(columns: Columns, matrix: Matrix, scores: Matrix, seed: int) -> tuple[float, tuple[Table, ...]]:
    """Fit explainable boosting to scores; return its constant and tables."""
    from interpret.glassbox import ExplainableBoostingRegressor  # type: ignore[import-untyped]

    known = np.flatnonzero((~np.isnan(matrix)).any(axis=0))  # what is never known says nothing
    names = [columns.names[i] for i in known]
    booster = ExplainableBoostingRegressor(
        feature_names=names,
        feature_types=["continuous"] * len(names),
        interactions=0,
        max_bins=STEPS + 1,
        outer_bags=1,
        validation_size=0,
        max_rounds=300,
        learning_rate=0.1,
        random_state=seed,
        n_jobs=1,
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Missing values detected", category=UserWarning)
        card = booster.fit(matrix[:, known], scores)  # what is missing has a line of its own in our tables
    tables = [
        _table(name, cuts[0], np.asarray(adds), np.asarray(weights))
        for name, cuts, adds, weights in zip(
            names, card.bins_, card.term_scores_, card.bin_weights_, strict=True
        )
    ]
    heavy = sorted((one for one in tables if one.weight > 0), key=lambda one: (-one.weight, one.column))
    return float(np.ravel(card.intercept_)[0]), tuple(heavy)


def _table(name: str, cuts: Matrix, adds: Matrix, weights: Matrix) -> Table:
    """Return the table of a column; interpret keeps what is missing first and what is unseen last."""
    mean = float(weights @ np.abs(adds) / weights.sum()) if weights.sum() else 0.0
    return Table(
        name, tuple(float(one) for one in cuts), tuple(float(one) for one in adds[1:-1]), float(adds[0]), mean
    )


def _correlation(mine: Matrix, scores: Matrix) -> float:
    return float(spearmanr(mine, scores).statistic) if np.ptp(mine) and np.ptp(scores) else 0.0


def _same_list(mine: Matrix, scores: Matrix) -> float:
    """Return the share of the first tenth by one score that the first tenth by the other holds."""
    number = max(1, round(CAPACITY * len(scores)))
    first, other = (set(np.argsort(-one, kind="stable")[:number].tolist()) for one in (scores, mine))
    return len(first & other) / number


def _spans(table: Table) -> list[str]:
    """Return each interval in words."""
    if not table.cuts:
        return ["connu"]
    cuts = [_figure(cut) for cut in table.cuts]
    inner = [f"de {a} à {b}" for a, b in pairwise(cuts)]
    return [f"moins de {cuts[0]}", *inner, f"{cuts[-1]} et plus"]


def _label(column: str) -> str:
    from apanalytics.features import FEATURES

    return FEATURES[column].label_fr.replace("'", "’") if column in FEATURES else f"`{column}`"


def _figure(value: float) -> str:
    """Return a limit with four significant digits, in French."""
    return f"{value:.4g}".replace(".", ",").replace("-", "−") if abs(value) < 10_000 else _fr(value, 0)


def _fr(value: float, decimals: int = 2) -> str:
    return f"{value:.{decimals}f}".replace(".", ",").replace("-", "−")
