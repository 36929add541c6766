"""Lines of the claims: who is idle, for how many hours, at what wage and regime, before any misconduct."""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.budgets import payable
from apanalytics.synthetic.conduct import KINDS, rank
from apanalytics.synthetic.draws import Bits, Bools, Draws, Floats, Ints
from apanalytics.synthetic.idleness import idle_shares, levels
from apanalytics.synthetic.knobs import Settings
from apanalytics.synthetic.laws import REGIMES, MonthlyLaw, is_long_term
from apanalytics.synthetic.lines import ARRANGEMENTS, Lines, quarter
from apanalytics.synthetic.months import ContractMonths, holidays_worked
from apanalytics.synthetic.seats import CONTRACT_KINDS
from apanalytics.synthetic.workforce import Contracts

_OVER, _PACKAGE = ARRANGEMENTS.index("over35"), ARRANGEMENTS.index("day_package")
_BEYOND_WHAT_IS_DUE = ("contingent_exceeded", "apld_over_reduction", "above_authorisation")
"""Kinds that claim hours lost which nothing pays."""
_APLD_MARGIN = 1.5
"""A month may go above the reduction that an agreement allows on average."""
_ROUND = 5
"""Hours by which working time is cut for everybody alike."""
_CLAIMABLE = tuple(CONTRACT_KINDS.index(kind) for kind in ("permanent", "fixed_term"))
_BARRED = tuple(CONTRACT_KINDS.index(kind) for kind in ("officer", "intern"))


def honest_lines(
    claims: pd.DataFrame,
    places: pd.DataFrame,
    people: Contracts,
    rows: ContractMonths,
    law: MonthlyLaw,
    draws: Draws,
    settings: Settings,
) -> Lines:
    """Return the lines of claims as the law would have them.

    Parameters
    ----------
    claims : place (row of `places`), month (position in the law), case (key), repeated, claimed_share,
        mean_hours (official hours per employee), covered (share of the month's working days after the
        request's start), uncovered (share before a late request can reach), regime, spell (key of it),
        closing (rank by which it closes), agreed (position of the month in which its agreement begins), wary,
        overdue, request, authorised_hours and authorised_people (of the request).

    Returns
    -------
    Lines on which what is claimed, what is due and what payroll shows agree.
    """
    claim, row, beyond = _selected(claims, places, people, rows, draws)
    contract, month = rows.contract[row], rows.month[row]
    available = rows.available[row] * claims["covered"].to_numpy()[claim]
    idle = _idle(
        claims, claim, available, rows.key[row], people.arrangement[contract], law, month, draws, settings
    )
    weekly, legal = people.weekly[contract], law.weekly_hours[month]
    agreed = people.agreed[contract] & law.overtime_paid[month]
    rescaled = _rescaled(people, places, draws, settings)[contract] & agreed
    basis = np.where(rescaled, weekly / legal, 1.0)
    over = (people.arrangement[contract] == _OVER) & ~agreed
    above = np.where(over, 1 - legal / weekly, 0.0)
    unpaid = available * above
    step = np.where(people.arrangement[contract] == _PACKAGE, law.weekly_hours[month] / 10, 0.25)
    idle, held, wanted = _payable(claims, claim, idle, available, unpaid, basis, step, beyond)
    due = _within_budgets(claims, claim, held, people.person[contract], month, law, draws, settings)
    due = np.where(due < held, _steps(due, step), due)
    lost = np.where(acting(claims, "above_authorisation")[claim], wanted, held)
    unpaid = np.where(over, idle - np.maximum(quarter(idle - unpaid), 0.0), 0.0)
    paid = hourly_wages(people, contract, month, law)
    wage = np.rint(paid * basis).astype(np.int64)
    hours = np.round(rows.contract_hours[row] / basis, 2)
    off = _holidays(people, places, contract, month, law, draws, settings)
    regime = claims["regime"].to_numpy()[claim]
    repeated, gone = claims["repeated"].to_numpy()[claim], rows.gone[row]
    absent = (gone & ~acting(claims, "ended_contracts")[claim]) | repeated
    lines = Lines(
        claim=claim,
        contract=contract,
        row=np.where(absent, -1, row),
        month=month,
        case=claims["case"].to_numpy()[claim],
        person=people.seat[contract],
        arrangement=np.where(rescaled, 0, people.arrangement[contract]),
        contract_hours=hours,
        capacity=rows.capacity[row] / basis,
        weekly=weekly,
        legal_weekly=legal,
        full_time=law.legal_hours[month],
        ceiling=np.minimum(hours, law.legal_hours[month] * people.ratio[contract]),
        leave=rows.leave[row],
        suspended=rows.suspended[row],
        holidays=quarter(off * rows.active_share[row]),
        uncovered=claims["uncovered"].to_numpy()[claim],
        basis=basis,
        unpaid=unpaid,
        spared=above * claims["covered"].to_numpy()[claim],
        invented=people.invented[contract],
        repeated=repeated,
        barred=_barred(people, contract),
        gone=gone,
        protected=law.rate[month, REGIMES.index("protected")] != law.rate[month, 0],
        overdue=claims["overdue"].to_numpy()[claim],
        wary=claims["wary"].to_numpy()[claim],
        lost=lost,
        room=_room(claims, claim, due),
        due_idle=due,
        due_wage=wage,
        due_regime=regime,
        idle=due.copy(),
        wage=wage.copy(),
        regime=regime.copy(),
        shown_idle=np.minimum(np.round(due * basis + unpaid, 2), np.round(available, 2)),
        shown_leave=rows.leave[row].copy(),
        shown_suspended=rows.suspended[row].copy(),
        shown_wage=paid,
        priced=month.copy(),
        typed=np.zeros(len(claim), dtype=np.int64),
    )
    more = np.any([acting(claims, code) for code in _BEYOND_WHAT_IS_DUE], axis=0)
    return lines.only((due > 0) | ((lost > 0) & more[claim]))


def acting(claims: pd.DataFrame, code: str) -> Bools:
    """Say on which claims a kind acts."""
    return np.asarray((claims["kind"] == rank(code)) & claims["acts"])


def _within_budgets(
    claims: pd.DataFrame,
    claim: Ints,
    hours: Floats,
    person: Bits,
    month: Ints,
    law: MonthlyLaw,
    draws: Draws,
    settings: Settings,
) -> Floats:
    """Hours that yearly contingent and long-term agreement leave; a month claimed again has its own."""
    long_term = is_long_term(claims["regime"].to_numpy())[claim]
    first = ~claims["repeated"].to_numpy()[claim]
    due = hours.copy()
    due[first] = payable(
        hours[first],
        person[first],
        month[first],
        long_term[first],
        claims["agreed"].to_numpy()[claim][first],
        claims["uid"].to_numpy()[claim][first],
        law,
        draws,
        settings,
    )
    return due


def _room(claims: pd.DataFrame, claim: Ints, due: Floats) -> Floats:
    """Hours that the authorisation holds above all that is due on it, shared in proportion to what is due."""
    hours = pd.Series(np.bincount(claim, weights=due, minlength=len(claims)), index=claims.index)
    total = hours.groupby(claims["request"]).transform("sum").to_numpy()
    spare = np.maximum(claims["authorised_hours"].to_numpy(float) - total, 0) / np.maximum(total, 0.01)
    return np.asarray(due * spare[claim])


def _rescaled(people: Contracts, places: pd.DataFrame, draws: Draws, settings: Settings) -> Bools:
    """Contracts above the legal week that are entered as the legal week, with a wage raised in proportion."""
    uid = places["uid"].to_numpy()[people.place]
    entered = draws.chance("rescaled", settings.payroll.rescaled_declaration, uid)
    return np.asarray((people.arrangement == _OVER) & entered)


def _holidays(
    people: Contracts,
    places: pd.DataFrame,
    contract: Ints,
    month: Ints,
    law: MonthlyLaw,
    draws: Draws,
    settings: Settings,
) -> Floats:
    """Hours of the month's public holidays, where they are not worked."""
    every = holidays_worked(places, draws, settings)[people.place[contract]]
    hours = np.where(every, 0.0, law.weekday_hours[month] - law.working_hours[month])
    return np.asarray(hours * people.ratio[contract])


def hourly_wages(people: Contracts, contract: Ints, month: Ints, law: MonthlyLaw) -> Ints:
    """Return cents per hour: the contract's, or the minimum wage of the month where that has overtaken it.

    Bonuses of every month are part of it; half a cent goes up.
    """
    learning = people.kind[contract] == CONTRACT_KINDS.index("apprentice")
    wage = np.maximum(people.wage[contract], np.where(learning, 0, law.smic[month]))
    hundredths = 100 + np.rint(100 * people.bonus[contract]).astype(np.int64)
    return np.asarray((wage.astype(np.int64) * hundredths + 50) // 100)


def misconduct(lines: Lines, claims: pd.DataFrame, draws: Draws, settings: Settings) -> None:
    """Let each kind of conduct change the lines where it acts (`claims.kind`, `claims.acts`).

    Nothing is due for those who are invented, also on claims where no kind acts.
    """
    kind, acts = claims["kind"].to_numpy()[lines.claim], claims["acts"].to_numpy()[lines.claim]
    shown = claims["traced"].to_numpy()[lines.claim]
    lines.due_idle = np.where(lines.invented, 0.0, lines.due_idle)
    for number, entry in enumerate(KINDS):
        if entry.claim is None:
            continue
        on = (kind == number) & acts
        if on.any():
            entry.claim(lines, on, draws)
            lines.hide(on & ~shown & ~lines.repeated)


def _selected(
    claims: pd.DataFrame, places: pd.DataFrame, people: Contracts, rows: ContractMonths, draws: Draws
) -> tuple[Ints, Ints, Bools]:
    """Claims and contract-months: a stable part of the staff, one person at least; who is not authorised."""
    first = claims[~claims["repeated"]]
    grid = np.full((len(places), int(rows.month.max(initial=0)) + 1), -1)
    grid[first["place"], first["month"]] = first.index.to_numpy()
    claim = grid[people.place[rows.contract], rows.month]
    late_list = acting(claims, "stale_headcount") | acting(claims, "ended_contracts")
    barred = _barred(people, rows.contract)
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


def _barred(people: Contracts, contract: Ints) -> Bools:
    """People whom nobody may claim, or whom an employer does not: an officer without a true contract, say."""
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


def _idle(
    claims: pd.DataFrame,
    claim: Ints,
    available: Floats,
    key: Ints,
    arrangement: Ints,
    law: MonthlyLaw,
    month: Ints,
    draws: Draws,
    settings: Settings,
) -> Floats:
    """Idle hours of each line: closed or partly, with the official mean of the month and activity."""
    people = np.maximum(np.bincount(claim, minlength=len(claims)), 1)
    mean = np.bincount(claim, weights=available, minlength=len(claims)) / people
    wanted = claims["mean_hours"].to_numpy() / np.maximum(mean, 1)
    most = law.apld_max_reduction[claims["month"]]
    level = levels(claims["spell"].to_numpy(), claims["case"].to_numpy(), draws, settings)
    all_shares, _ = idle_shares(wanted, level, claims["closing"].to_numpy(), settings)
    further = acting(claims, "apld_over_reduction")
    deep = 0.6 + 0.35 * draws.uniform("fell further", claims["spell"])
    shares = np.where(further, np.maximum(all_shares, deep), np.minimum(all_shares, _APLD_MARGIN * most))
    share = np.where(claims["apld"], shares, all_shares)[claim]
    wobble = 0.3 * (draws.uniform("person hours", key) - 0.5) * np.minimum(share, 1 - share)
    hours = np.where(share == 1.0, np.round(available, 2), quarter((share + wobble) * available))
    hours = _uniform(claims, claim, hours, available, draws, settings)
    half = law.weekly_hours[month] / 10
    days = np.minimum(np.maximum(_steps(hours, half), half), _steps(available, half))
    return np.asarray(np.where(arrangement == _PACKAGE, days, hours))


def _uniform(
    claims: pd.DataFrame, claim: Ints, hours: Floats, available: Floats, draws: Draws, settings: Settings
) -> Floats:
    """Give everybody the same round hours, as far as each has them, where time is cut for all alike."""
    alike = draws.chance("uniform reduction", settings.crisis.uniform_reduction, claims["uid"])[claim]
    people = np.maximum(np.bincount(claim, minlength=len(claims)), 1)
    mean = (np.bincount(claim, weights=hours, minlength=len(claims)) / people)[claim]
    same = np.minimum(np.maximum(np.floor(mean / _ROUND) * _ROUND, _ROUND), quarter(available))
    return np.where(alike & (hours < available), same, hours)


def _steps(hours: Floats, step: Floats) -> Floats:
    """Round down to whole steps, such as half days."""
    return np.asarray(np.floor(hours / step + 1e-9) * step)


def _payable(
    claims: pd.DataFrame,
    claim: Ints,
    idle: Floats,
    available: Floats,
    unpaid: Floats,
    basis: Floats,
    step: Floats,
    beyond: Bools,
) -> tuple[Floats, Floats, Floats]:
    """Hours lost, hours payable, and hours that would be if everything were authorised.

    Whole steps less are lost where the authorisation is used up, and none is payable of who is beyond it.
    """
    wanted = _due(idle, available, unpaid, basis)
    left = _left(claims, claim, np.where(beyond, 0.0, wanted))[claim]
    idle = np.where(left < 1, _steps(left * idle, step), idle)
    return idle, np.where(beyond, 0.0, _due(idle, available, unpaid, basis)), wanted


def _due(idle: Floats, available: Floats, unpaid: Floats, basis: Floats) -> Floats:
    """Hours payable for hours lost, as the claim enters them."""
    due = np.round(np.where(idle >= available, idle, quarter(idle)) / basis, 2)
    return np.where(unpaid > 0, np.maximum(quarter(idle - unpaid), 0.0), due)


def _left(claims: pd.DataFrame, claim: Ints, due: Floats) -> Floats:
    """Share of each claim's hours that the request's authorisation still holds: an employer stops there."""
    table = claims[["request", "month", "authorised_hours"]].assign(
        due=np.bincount(claim, weights=due, minlength=len(claims))
    )
    table["due"] = table["due"].where(claims["again"] == 0, 0.0)
    table = table.groupby(["request", "month"], as_index=False).agg(
        {"authorised_hours": "first", "due": "sum"}
    )
    before = table.groupby("request")["due"].cumsum() - table["due"]
    table["left"] = ((table["authorised_hours"] - before) / table["due"].clip(lower=0.01)).clip(0, 1)
    place = pd.MultiIndex.from_frame(claims[["request", "month"]])
    return table.set_index(["request", "month"])["left"].reindex(place).to_numpy(float)
