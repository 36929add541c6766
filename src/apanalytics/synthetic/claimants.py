"""Who is claimed: a stable part of an establishment's staff, within what the authorisation covers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct import rank
from apanalytics.synthetic.draws import Bools, Draws, Floats, Ints
from apanalytics.synthetic.months import ContractMonths
from apanalytics.synthetic.seats import CONTRACT_KINDS
from apanalytics.synthetic.workforce import Contracts

_CLAIMABLE = tuple(CONTRACT_KINDS.index(kind) for kind in ("permanent", "fixed_term"))
_BARRED = tuple(CONTRACT_KINDS.index(kind) for kind in ("officer", "intern"))


def acting(claims: pd.DataFrame, code: str) -> Bools:
    """Say on which claims a kind acts."""
    return np.asarray((claims["kind"] == rank(code)) & claims["acts"])


def selected(
    claims: pd.DataFrame, places: pd.DataFrame, people: Contracts, rows: ContractMonths, draws: Draws
) -> tuple[Ints, Ints, Bools]:
    """Return the lines to be, as claims and contract-months, and which of them are not authorised.

    A stable part of the staff is claimed, one person at least.
    """
    if claims.empty:  # of the few establishments of a circle, none may have filed
        none = np.empty(0, dtype=np.int64)
        return none, none, none.astype(bool)
    first = claims[~claims["repeated"]]
    grid = np.full((len(places), int(rows.month.max(initial=0)) + 1), -1)
    grid[first["place"], first["month"]] = first.index.to_numpy()
    claim = grid[people.place[rows.contract], rows.month]
    late_list = acting(claims, "stale_headcount") | acting(claims, "ended_contracts")
    barred = barred_people(people, rows.contract)
    officers = np.isin(people.kind[rows.contract], _BARRED)
    eligible = (claim >= 0) & (rows.available > 0) & (~rows.gone | late_list[claim])
    eligible &= ~barred | (officers & acting(claims, "officers_claimed")[claim])
    row = np.flatnonzero(eligible)
    claim = claim[row]
    order = draws.uniform("idle rank", people.seat[rows.contract[row]])
    extra = people.invented[rows.contract[row]] | rows.gone[row] | barred[row]
    order = np.where(extra, 0.0, order)
    least = np.full(len(claims), 2.0)
    np.minimum.at(least, claim, order)
    chosen = (order < claims["claimed_share"].to_numpy()[claim]) | (order == least[claim])
    admitted = _admitted(claim, order, chosen, claims["authorised_people"].to_numpy())
    chosen &= admitted | acting(claims, "above_authorisation")[claim]
    return _repeated(claims, claim[chosen], row[chosen], ~admitted[chosen])


def barred_people(people: Contracts, contract: Ints) -> Bools:
    """Say whom nobody may claim, or whom an employer does not: an officer without a true contract, say."""
    return np.asarray((~np.isin(people.kind, _CLAIMABLE) & ~people.officers_employed)[contract])


def _admitted(claim: Ints, order: Floats, those: Bools, most: Ints) -> Bools:
    """Whether each of `those` is among the first of its claim, up to the employees authorised."""
    place = np.zeros(len(claim))
    place[those] = pd.Series(order[those]).groupby(claim[those]).rank(method="first").to_numpy()
    return np.asarray(those & (place <= most[claim]))


def _repeated(claims: pd.DataFrame, claim: Ints, row: Ints, beyond: Bools) -> tuple[Ints, Ints, Bools]:
    """Add the lines of claims made again: those of the first claim of the establishment's month."""
    again = claims[claims["repeated"]]
    if again.empty:
        return claim, row, beyond
    first = claims[~claims["repeated"]].reset_index().set_index(["place", "month"])["index"]
    source = first.reindex(pd.MultiIndex.from_frame(again[["place", "month"]])).to_numpy()
    start, stop = (
        np.searchsorted(np.sort(claim), source),
        np.searchsorted(np.sort(claim), source, side="right"),
    )
    order = np.argsort(claim, kind="stable")
    copies = np.concatenate([order[a:b] for a, b in zip(start, stop, strict=True)])
    number = np.repeat(again.index.to_numpy(), stop - start)
    return (
        np.concatenate([claim, number]),
        np.concatenate([row, row[copies]]),
        np.concatenate([beyond, beyond[copies]]),
    )
