"""Lines of the claims: who is idle, for how many hours, at what wage and regime, before any misconduct."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from apanalytics.synthetic.budgets import payable
from apanalytics.synthetic.claimants import acting, barred_people, selected
from apanalytics.synthetic.conduct import KINDS
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
_EXACT = 1e-9
"""Binary noise of hours."""
_ROUND = 5
"""Hours by which working time is cut for everybody alike."""


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
    at = _work(claims, places, people, rows, law, draws, settings)
    counted = due, lost, _ = _hours_due(claims, people, rows, at, law, draws, settings)
    lines = _filled(claims, places, people, rows, at, law, draws, settings, counted)
    more = np.any([acting(claims, code) for code in _BEYOND_WHAT_IS_DUE], axis=0)
    return lines.only((due > 0) | ((lost > 0) & more[at.claim]))


@dataclass(frozen=True)
class _Work:
    """One position per line to be: where it comes from, the hours that could be worked, and on which basis.

    `beyond` marks those past what the authorisation covers; `basis` is real hours per claimed hour, `over`
    a week above the legal one that nothing lets be paid, `above` the part of its hours that is not.
    """

    claim: Ints
    row: Ints
    beyond: Bools
    contract: Ints
    month: Ints
    available: Floats
    weekly: Floats
    legal: Floats
    rescaled: Bools
    basis: Floats
    over: Bools
    above: Floats


def _work(
    claims: pd.DataFrame,
    places: pd.DataFrame,
    people: Contracts,
    rows: ContractMonths,
    law: MonthlyLaw,
    draws: Draws,
    settings: Settings,
) -> _Work:
    claim, row, beyond = selected(claims, places, people, rows, draws)
    contract, month = rows.contract[row], rows.month[row]
    weekly, legal = people.weekly[contract], law.weekly_hours[month]
    agreed = people.agreed[contract] & law.overtime_paid[month]
    rescaled = _rescaled(people, places, draws, settings)[contract] & agreed
    over = (people.arrangement[contract] == _OVER) & ~agreed
    return _Work(
        claim=claim,
        row=row,
        beyond=beyond,
        contract=contract,
        month=month,
        available=rows.available[row] * claims["covered"].to_numpy()[claim],
        weekly=weekly,
        legal=legal,
        rescaled=rescaled,
        basis=np.where(rescaled, weekly / legal, 1.0),
        over=over,
        above=np.where(over, 1 - legal / weekly, 0.0),
    )


def _hours_due(
    claims: pd.DataFrame,
    people: Contracts,
    rows: ContractMonths,
    at: _Work,
    law: MonthlyLaw,
    draws: Draws,
    settings: Settings,
) -> tuple[Floats, Floats, Floats]:
    """Hours due, hours lost that could be claimed, and hours lost that nobody pays, of each line."""
    claim, month, arrangement = at.claim, at.month, people.arrangement[at.contract]
    key, unpaid = rows.key[at.row], at.available * at.above
    idle = _idle(claims, claim, at.available, key, arrangement, law, month, draws, settings)
    step = np.where(arrangement == _PACKAGE, law.weekly_hours[month] / 10, 0.25)
    idle, held, wanted = _payable(claims, claim, idle, at.available, unpaid, at.basis, step, at.beyond)
    due = _within_budgets(claims, claim, held, people.person[at.contract], month, law, draws, settings)
    due = np.where(due < held, _steps(due, step), due)
    lost = np.where(acting(claims, "above_authorisation")[claim], wanted, held)
    return due, lost, np.where(at.over, idle - np.maximum(quarter(idle - unpaid), 0.0), 0.0)


def _filled(
    claims: pd.DataFrame,
    places: pd.DataFrame,
    people: Contracts,
    rows: ContractMonths,
    at: _Work,
    law: MonthlyLaw,
    draws: Draws,
    settings: Settings,
    counted: tuple[Floats, Floats, Floats],
) -> Lines:
    """Lines on which what is claimed and what payroll shows are what is due (`counted`: see `_hours_due`)."""
    due, lost, unpaid = counted
    claim, contract, month, row, basis = at.claim, at.contract, at.month, at.row, at.basis
    paid = hourly_wages(people, contract, month, law)
    wage = np.rint(paid * basis).astype(np.int64)
    hours = np.round(rows.contract_hours[row] / basis, 2)
    same = ("case", "uncovered", "repeated", "overdue", "wary")
    of = {name: claims[name].to_numpy()[claim] for name in (*same, "regime")}
    absent = (rows.gone[row] & ~acting(claims, "ended_contracts")[claim]) | of["repeated"]
    off = _holidays(people, places, contract, month, law, draws, settings)
    return Lines(
        **{name: of[name] for name in same},
        claim=claim,
        contract=contract,
        row=np.where(absent, -1, row),
        month=month,
        person=people.seat[contract],
        arrangement=np.where(at.rescaled, 0, people.arrangement[contract]),
        contract_hours=hours,
        capacity=rows.capacity[row] / basis,
        weekly=at.weekly,
        legal_weekly=at.legal,
        full_time=law.legal_hours[month],
        ceiling=np.minimum(hours, law.legal_hours[month] * people.ratio[contract]),
        leave=rows.leave[row],
        suspended=rows.suspended[row],
        holidays=quarter(off * rows.active_share[row]),
        basis=basis,
        unpaid=unpaid,
        spared=at.above * claims["covered"].to_numpy()[claim],
        invented=people.invented[contract],
        barred=barred_people(people, contract),
        gone=rows.gone[row],
        protected=law.rate[month, REGIMES.index("protected")] != law.rate[month, 0],
        lost=lost,
        room=_room(claims, claim, due),
        due_idle=due,
        due_wage=wage,
        due_regime=of["regime"],
        idle=due.copy(),
        wage=wage.copy(),
        regime=of["regime"].copy(),
        shown_idle=np.minimum(np.round(due * basis + unpaid, 2), np.round(at.available, 2)),
        shown_leave=rows.leave[row].copy(),
        shown_suspended=rows.suspended[row].copy(),
        shown_wage=paid,
        priced=month.copy(),
        typed=np.zeros(len(claim), dtype=np.int64),
    )


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

    Where the authorisation is used up, what is lost goes down by whole steps until what is payable fits in
    it; none is payable of who is beyond it.
    """
    wanted = _due(idle, available, unpaid, basis)
    left = _left(claims, claim, np.where(beyond, 0.0, wanted))[claim]
    less = _steps(left * idle, step)
    less -= np.where(
        _due(less, available, unpaid, basis) > left * wanted + _EXACT, np.minimum(step, less), 0.0
    )
    idle = np.where(left < 1, less, idle)
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
