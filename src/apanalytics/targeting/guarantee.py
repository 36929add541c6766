"""How much of a ranking keeps a promised precision: on average, or in at least 90 % of campaigns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import binom, hypergeom

from apanalytics.risk import wilson

Vector = npt.NDArray[np.float64]
Mode = Literal["average", "campaigns"]
NO_MORE_LABELS = "more labels would not help, a shorter list might"
TOO_FEW_TO_TELL = "too few to tell whether such a list is above or below the line"

MODES = ("average", "campaigns")
LEVEL = 0.90
"""Share of the campaigns in which the mode `campaigns` keeps its promise."""
GROWTH = 1.1
"""Each step of the sequence holds a tenth more labels than the one before."""
PLANNED_HITS = 0.85
"""Share of hits at which the first step of the sequence should already pass."""
MOST_NEEDED = 1_000_000
"""Labels beyond which no number is said: no campaign would live to see them."""


@dataclass(frozen=True)
class Labels:
    """Outcomes of past draws, and the register they were drawn from, all scored by the ranking at hand.

    Parameters
    ----------
    scores, probabilities : of every case that could be chosen; each probability is that of its first draw.
    known : positions of the cases whose outcome is known.
    nonconforming : their outcomes, 1.0 or 0.0.
    first : day of the first draw; None where it is not known.

    A model must not have learnt from these outcomes: it would recognise them.
    """

    scores: Vector
    probabilities: Vector
    known: npt.NDArray[np.int64]
    nonconforming: Vector
    first: date | None = None

    @classmethod
    def none(cls) -> Labels:
        """Return the labels of a country where nothing was ever drawn."""
        return cls(np.empty(0), np.empty(0), np.empty(0, dtype=np.int64), np.empty(0))

    @classmethod
    def of(cls, members: pd.DataFrame, first: date | None = None) -> Labels:
        """Build from a frame: ``score``, ``probability``, and ``nonconforming`` missing where unknown."""
        known = np.flatnonzero(members["nonconforming"].notna())
        return cls(
            members["score"].to_numpy(dtype=np.float64),
            members["probability"].to_numpy(dtype=np.float64),
            known,
            members["nonconforming"].iloc[known].to_numpy(dtype=np.float64),
            first,
        )

    def thinned(self, lowest: float, keep: Vector) -> tuple[Vector, Vector]:
        """Return scores and outcomes of an even random sample of the cases that score `lowest` or more.

        Each outcome is kept with the smallest probability of any such case over its own: what is left was
        drawn with the same probability everywhere, as if nobody had been targeted.

        Parameters
        ----------
        lowest : the cut.
        keep : a number drawn evenly in 0..1 for each known outcome; the same for every cut.
        """
        above = self.scores >= lowest
        if not above.any():
            return np.empty(0), np.empty(0)
        least = float(self.probabilities[above].min())
        own = self.probabilities[self.known]
        kept = above[self.known] & (keep * own <= least)
        return self.scores[self.known][kept], self.nonconforming[kept]


@dataclass(frozen=True)
class Guarantee:
    """What can be promised of a list.

    Parameters
    ----------
    mode : ``average`` or ``campaigns``.
    line : the promised precision, 0..1.
    asked : cases that the ranking lists.
    certified : the first so many of the ranking of which the promise holds; 0 where of none.
    labels : random outcomes on which it rests, after thinning to one probability.
    needed : random outcomes lacking for the whole list, None where the promise holds or no number would do.
    why : in one sentence.
    """

    mode: str
    line: float
    asked: int
    certified: int
    labels: int
    needed: int | None
    why: str

    @property
    def holds(self) -> bool:
        """Whether the promise holds for the whole list."""
        return 0 < self.asked <= self.certified

    def json(self) -> dict[str, Any]:
        """Return plain values for ``campaign.json``."""
        return {
            "mode": self.mode,
            "holds": self.holds,
            "why": self.why,
            "line": self.line,
            "level": LEVEL if self.mode == "campaigns" else None,
            "asked": self.asked,
            "certified": self.certified,
            "random_labels": self.labels,
            "random_labels_needed": self.needed,
        }


def guarantee(
    mode: str, labels: Labels, campaign: Vector, asked: int, line: float = 0.60, seed: int = 0
) -> Guarantee:
    """Say how many of a campaign's first cases keep a promised precision.

    Parameters
    ----------
    mode : ``average``: the mean precision over campaigns is at least the line (conformal selection);
        ``campaigns``: at least 90 % of campaigns reach it (Learn-then-Test).
    labels : outcomes of past draws, scored by the same ranking, which did not learn from them.
    campaign : scores of every eligible case of this campaign.
    asked : cases that the ranking lists.
    line : the promised precision, in (0, 1).
    seed : seed of the thinning.

    Returns
    -------
    A `Guarantee`. It holds as long as cases of this campaign are like those of the past ones: where ways
    of declaring change, no past outcome can promise anything.

    Source: Jin and Candès (2023), JMLR 24(244); Angelopoulos, Bates, Candès, Jordan and Lei (2021),
    arXiv 2110.01052.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> score = rng.normal(size=4000)
    >>> outcome = (rng.random(4000) < 1 / (1 + np.exp(-4 * score + 2))).astype(float)
    >>> past = Labels(score, np.full(4000, 0.25), np.arange(1000), outcome[:1000])
    >>> promised = guarantee("campaigns", past, rng.normal(size=2000), asked=300)
    >>> promised.holds, promised.labels
    (True, 1000)
    """
    ordered = np.sort(campaign)[::-1]
    keep = np.random.default_rng(seed).random(len(labels.known))
    certify = _on_average if mode == "average" else _in_campaigns
    certified = certify(labels, ordered, line, keep)
    scores, _ = labels.thinned(-np.inf, keep)
    found = Guarantee(mode, line, asked, certified, len(scores), None, "")
    needed, why = (None, _held(found)) if found.holds else _lacking(found, labels, ordered, keep)
    return Guarantee(mode, line, asked, certified, len(scores), needed, why)


def _on_average(labels: Labels, ordered: Vector, line: float, keep: Vector) -> int:
    """Return the number selected by conformal selection: Benjamini-Hochberg on conformal p-values."""
    scores, outcome = labels.thinned(-np.inf, keep)
    compliant = np.sort(scores[outcome == 0])
    as_high = len(compliant) - np.searchsorted(compliant, ordered, side="left")
    pvalues = (1 + as_high) / (len(scores) + 1)
    ranks = np.arange(1, len(ordered) + 1)
    passed = np.flatnonzero(pvalues <= (1 - line) * ranks / len(ordered))
    return int(passed[-1]) + 1 if len(passed) else 0


def _in_campaigns(labels: Labels, ordered: Vector, line: float, keep: Vector) -> int:
    """Return the longest list that the fixed sequence reaches before its first failure.

    The cuts are chosen on scores alone, never on outcomes: each holds a tenth more labels than the one
    before, and a cut is tested only when every stricter one has passed.
    """
    certified, size = 0, first_step(line)
    every = np.sort(labels.scores[labels.known])[::-1]
    for cut in every[_sizes(size, len(every))]:
        length = int((ordered >= cut).sum())
        scores, outcome = labels.thinned(float(cut), keep)
        if len(scores) < size or not length:
            continue
        if failure_chance(int(outcome.sum()), len(scores), length, line) > 1 - LEVEL:
            break
        certified = length
    return certified


def _sizes(first: int, last: int) -> npt.NDArray[np.int64]:
    """Return growing numbers of labels from `first` to `last`, less one: positions of the cuts."""
    sizes: list[int] = []
    size = float(first)
    while size <= last:
        sizes.append(int(size) - 1)
        size = max(size + 1, size * GROWTH)
    return np.array(sizes, dtype=np.int64)


def failure_chance(hits: int, labels: int, length: int, line: float) -> float:
    """Return the p-value against «the list of this campaign stays under the line».

    The labels and the list are two samples of the same cases; with so many hits among the labels, how likely
    is a list whose own share stays under the line? As the list grows, this becomes the exact binomial
    test of Learn-then-Test; for a short list it also counts the list's own luck.

    Parameters
    ----------
    hits, labels : non-conforming outcomes, and all, of an even sample of the cases above the cut.
    length : cases above the cut in this campaign.
    line : the promised precision.

    Examples
    --------
    >>> round(failure_chance(10, 10, 10**9, 0.6), 6), round(0.6**10, 6)
    (0.006047, 0.006047)
    >>> failure_chance(10, 10, 20, 0.6) > failure_chance(10, 10, 10**9, 0.6)
    True
    """
    under = math.ceil(line * length - 1e-9) - 1
    if length > 10_000:
        return float(binom.sf(hits - 1, labels, line))
    return float(hypergeom.sf(hits - 1, labels + length, hits + under, labels))


def first_step(line: float) -> int:
    """Return how many labels the first step of the sequence needs: enough to pass with 85 % of hits.

    Examples
    --------
    >>> first_step(0.60)
    12
    """
    size = 1
    while binom.sf(math.floor(PLANNED_HITS * size) - 1, size, line) > 1 - LEVEL:
        size += 1
    return size


def _held(found: Guarantee) -> str:
    kept = "on average over campaigns" if found.mode == "average" else f"in at least {LEVEL:.0%} of campaigns"
    return (
        f"the first {found.asked} cases keep a precision of {found.line:.0%} {kept}, as long as cases stay "
        f"like those of the {found.labels} random outcomes behind it"
    )


def _lacking(found: Guarantee, labels: Labels, ordered: Vector, keep: Vector) -> tuple[int | None, str]:
    """Return how many more random labels the whole list would need, and why it does not hold yet."""
    if not found.asked:
        return None, "the ranking lists no case of this campaign"
    beginning = f"{found.labels} random outcomes carry no promise yet"
    if found.certified:
        beginning = f"{found.labels} random outcomes carry it for the first {found.certified} cases only"
    cut = float(ordered[min(found.asked, len(ordered)) - 1])
    scores, outcome = labels.thinned(cut, keep)
    if not len(scores):
        needed = _enough(found, 1.0, len(ordered), found.asked / len(ordered))
        return needed, f"{beginning}; none of them is of a case like those of this list"
    hits = float(outcome.mean())
    if hits <= found.line:
        surely = wilson(float(outcome.sum()), len(outcome))[1] <= found.line
        return None, (
            f"{beginning}; of the {len(scores)} that are like this list {hits:.0%} were non-conforming: "
            f"{NO_MORE_LABELS if surely else TOO_FEW_TO_TELL}"
        )
    needed = _enough(found, hits, len(ordered), found.asked / len(ordered))
    if needed is None:
        return None, f"{beginning}; a precision of {hits:.0%} is too near the line to be shown above it"
    return needed, f"{beginning}; at a precision of {hits:.0%} some {needed} more would carry the whole list"


def _enough(found: Guarantee, hits: float, cases: int, share: float) -> int | None:
    """Return the random labels lacking if the list's precision is `hits`; None where no number would do."""
    if found.mode == "average":
        room = (1 - found.line) * share
        total = math.ceil((1 - room) / max(room - (1 - hits) * share, 1e-12))
        return _more(total, found.labels)
    size = float(first_step(found.line))
    while failure_chance(math.floor(hits * size), int(size), found.asked, found.line) > 1 - LEVEL:
        size = max(size + 1, size * GROWTH)
        if size > MOST_NEEDED:
            return None
    return _more(math.ceil(int(size) / share), found.labels)


def _more(total: int, held: int) -> int | None:
    return max(1, total - held) if total <= MOST_NEEDED else None
