"""Requests: what is declared and asked, against what a correct request asks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.acting import on_requests
from apanalytics.synthetic.amendments import after_first, first_part, part_of_the_hours, take_over
from apanalytics.synthetic.companies import claimed_factors, company_headcounts
from apanalytics.synthetic.conduct import KINDS, rank
from apanalytics.synthetic.draws import Bools, Draws, Floats, Ints
from apanalytics.synthetic.filing import Filings
from apanalytics.synthetic.habits import fill_in
from apanalytics.synthetic.idleness import claim_keys, closing_ranks, idle_shares, levels
from apanalytics.synthetic.knobs import Crisis, Settings
from apanalytics.synthetic.laws import REGIMES, MonthlyLaw, is_long_term
from apanalytics.synthetic.official import Wave
from apanalytics.synthetic.seats import fictitious_staff
from apanalytics.synthetic.sizing import Sizes

_DAY = np.timedelta64(1, "D")
_PRESENT = 0.85
"""Share of the legal hours that a mean employee could work: part time, leave and absence taken out."""


def requests(
    frame: Filings,
    places: pd.DataFrame,
    wave: Wave,
    size: Sizes,
    law: MonthlyLaw,
    draws: Draws,
    settings: Settings,
) -> pd.DataFrame:
    """Return the requests in full, before anybody decides on them; `case` is their key.

    `due_hours`, `due_rate` are what a correct request would ask; `hours`, `rate` (cents per hour) what is
    asked.
    """
    asked = frame.requests.reset_index(drop=True)
    asked["place"] = pd.Index(places["uid"]).get_indexer(asked["uid"])
    of = places.iloc[asked["place"]].reset_index(drop=True)
    _dates(asked, settings.crisis, wave, law, draws)
    _people(asked, of, draws, settings)
    _hours(asked, of, frame, wave, size, law, draws, settings)
    take_over(asked)
    month = law.place(asked["starts_on"].to_numpy("datetime64[M]"))
    asked["regime"] = regimes(
        of, asked["case"].to_numpy(), month, asked["apld"].to_numpy(), law, draws, settings
    )
    fill_in(asked, of, law, draws, settings)
    due_regime = asked["regime"].to_numpy().copy()
    asked["due_hours"] = asked["hours"]
    _misconduct(asked, of, wave, draws, settings)
    asked["filed_on"] = after_first(asked, _inside(asked, wave))
    wage = _typical_wage(of, month, law, draws, settings)
    asked["due_rate"] = law.allocation_cents(month, due_regime, wage, asked["company_headcount"].to_numpy())
    asked["rate"] = law.allocation_cents(
        month, asked["regime"].to_numpy(), wage, asked["company_headcount"].to_numpy()
    )
    asked["regime"] = np.where(
        is_long_term(asked["regime"].to_numpy()), REGIMES.index("apld"), asked["regime"]
    )
    asked["hours"] = np.maximum(np.rint(asked["hours"]), 1.0)
    asked["due_hours"] = np.minimum(np.rint(asked["due_hours"]), asked["hours"])
    return asked


def regimes(
    places: pd.DataFrame,
    key: Ints,
    month: Ints,
    apld: np.ndarray,
    law: MonthlyLaw,
    draws: Draws,
    settings: Settings,
) -> Ints:
    """Return the regime (position in `REGIMES`) that each establishment is entitled to in a month."""
    uid, day, crisis = places["uid"].to_numpy(), law.months[month], settings.crisis
    share = {
        name: places["nace_code"].map(table).fillna(0.0)
        for name, table in (("protected", crisis.protected_share), ("closed", crisis.closed_share))
    }
    protected = draws.chance("protected", share["protected"], uid) & _exists("protected", month, law)
    shut = (day >= np.datetime64(crisis.closed_months[0], "M")) & (
        day <= np.datetime64(crisis.closed_months[1], "M")
    )
    closed = draws.chance("closed", share["closed"], uid) & shut
    family = draws.uniform("family", key)
    regime = np.where(protected, REGIMES.index("protected"), 0)
    regime = np.where(closed, REGIMES.index("closed"), regime)
    plain = (regime == 0) & (day >= np.datetime64("2020-05", "M"))
    regime = np.where(
        plain & (family < 0.02) & _exists("childcare", month, law), REGIMES.index("childcare"), regime
    )
    regime = np.where(
        plain & (family > 0.985) & _exists("vulnerable", month, law), REGIMES.index("vulnerable"), regime
    )
    long_term = np.select(
        [regime == REGIMES.index(name) for name in ("protected", "closed")],
        [REGIMES.index(f"apld+{name}") for name in ("protected", "closed")],
        REGIMES.index("apld"),
    )
    return np.where(apld, long_term, regime)


def _exists(regime: str, month: Ints, law: MonthlyLaw) -> np.ndarray:
    """Whether a regime pays otherwise than the general one in a month."""
    place = REGIMES.index(regime)
    return np.asarray(law.rate[month, place] != law.rate[month, 0])


def _dates(asked: pd.DataFrame, crisis: Crisis, wave: Wave, law: MonthlyLaw, draws: Draws) -> None:
    case, first = asked["case"].to_numpy(), wave.months[asked["start"]]
    shock = first == np.datetime64("2020-03", "M")
    within = np.where(shock, draws.between("shock day", 13, 19, case), 0)
    late_start = ~shock & draws.chance("starts inside", 0.2, case)
    within = np.where(late_start, draws.below("start day", 15, case), within)
    begin = first.astype("datetime64[D]") + within * _DAY
    asked["starts_on"] = begin
    asked["ends_on"] = (first + asked["planned"].to_numpy()).astype("datetime64[D]") - _DAY
    months = law.place(first)
    asked["motive"] = np.where(asked["apld"], 1, _motives(asked, first, draws))
    unforeseen = asked["motive"].isin([3, 5])
    asked["filing_days"], asked["longest"] = law.filing_days[months] * unforeseen, law.longest[months]
    sudden = draws.chance("filed after", np.where(shock, 0.9, 0.5), case) & (
        asked["filing_days"].to_numpy() > 0
    )
    after = np.floor(asked["filing_days"] * draws.uniform("filed after days", case) ** 1.5).astype(np.int64)
    before = -draws.between("filed before days", 0, 12, case)
    filed = begin + np.where(sudden, np.minimum(after, asked["filing_days"] - 1), before) * _DAY
    tolerated = shock & draws.chance("tolerated", crisis.tolerated_late, case)
    filed = np.where(
        tolerated, begin + (asked["filing_days"] + draws.between("tolerated by", 3, 20, case)) * _DAY, filed
    )
    back = draws.chance("sent back", crisis.sent_back, case)
    again = begin + (asked["filing_days"] + draws.between("sent back by", 3, 40, case)) * _DAY
    asked["filed_on"] = np.where(back, again, filed)
    asked["uncovered_days"] = 0


def _inside(asked: pd.DataFrame, wave: Wave) -> np.ndarray:
    """Day of filing, kept in the window for what starts in it and before it for what starts before."""
    first, opening = (wave.months[place].astype("datetime64[D]") for place in (0, wave.opening))
    closing = (wave.months[-1] + 1).astype("datetime64[D]")
    within = (asked["start"] >= wave.opening).to_numpy()
    low, past = np.where(within, opening, first), np.where(within, closing, opening)
    return np.asarray(np.clip(asked["filed_on"].to_numpy("datetime64[D]"), low, past - _DAY))


def _motives(asked: pd.DataFrame, first: np.ndarray, draws: Draws) -> Ints:
    crisis = (first >= np.datetime64("2020-03", "M")) & (first <= np.datetime64("2021-06", "M"))
    share = np.where(crisis, 0.95, 0.03)
    other = 1 + draws.pick("motive", [0.55, 0.25, 0.15, 0.05], asked["case"])
    return np.where(draws.chance("exceptional", share, asked["case"]), 5, other)


def _people(asked: pd.DataFrame, of: pd.DataFrame, draws: Draws, settings: Settings) -> None:
    """Headcounts as declared: nearly the payroll's, and the share covered."""
    case, uid, size = asked["case"].to_numpy(), of["uid"].to_numpy(), of["size"].to_numpy()
    drift = draws.between("declared drift", -1, 1, case) * draws.chance("declared otherwise", 0.12, case)
    asked["headcount"] = np.maximum(size + drift, 1)
    asked["company_headcount"] = np.maximum(
        company_headcounts(of["firm"].to_numpy(), size, draws, settings), asked["headcount"]
    )
    part = draws.chance("part of it", np.where(size >= 10, 0.3, 0.06), case)
    asked["scope"] = 1 + part
    most = np.where(part, np.ceil(size * 0.9), asked["headcount"]).astype(np.int64)
    asked["covered"] = np.clip(np.minimum(most, first_part(asked, size)), 1, asked["headcount"])
    paper = np.where(of["kind"] == rank("fictitious_employees"), fictitious_staff(uid, size, draws), 0)
    asked["invented"] = paper


def _hours(
    asked: pd.DataFrame,
    of: pd.DataFrame,
    frame: Filings,
    wave: Wave,
    size: Sizes,
    law: MonthlyLaw,
    draws: Draws,
    settings: Settings,
) -> None:
    """Hours asked: what the period is expected to cost, with a margin, under the legal duration."""
    crisis, case = settings.crisis, asked["case"].to_numpy()
    expected, closed = _foreseen(asked, of, frame, wave, size, law, draws, settings)
    asked["scope"] += 2 * closed
    margin = np.exp(crisis.asking_spread * draws.normal("margin", case))
    wanted = expected * margin / crisis.claims_to_requested
    asked["legal_hours"] = asked["covered"] * _legal(asked, wave, law)
    week = np.where(
        structural_overtime(of, draws, settings) & law.overtime_paid[law.place(wave.months)[asked["start"]]],
        settings.payroll.over35_weekly / law.weekly_hours[0],
        np.where(closed, 1.0, 0.97),
    )
    wanted = np.where(closed, np.inf, np.maximum(wanted, crisis.least_asked * asked["legal_hours"]))
    asked["hours"] = np.minimum(wanted, week * asked["legal_hours"]) * part_of_the_hours(asked)


def _foreseen(
    asked: pd.DataFrame,
    of: pd.DataFrame,
    frame: Filings,
    wave: Wave,
    size: Sizes,
    law: MonthlyLaw,
    draws: Draws,
    settings: Settings,
) -> tuple[Floats, Bools]:
    """Hours that each request will come to claim, as far as they can be foreseen; whether all is closed."""
    month, start = np.arange(len(wave.months)), asked["start"].to_numpy()
    planned = asked["planned"].to_numpy()
    inside = (month >= start[:, None]) & (month < (start + planned)[:, None]) & frame.active[asked["place"]]
    request, window = np.nonzero(inside)
    case, trade = asked["case"].to_numpy()[request], of["nace17"].to_numpy()[request]
    begin = asked["starts_on"].to_numpy("datetime64[D]")
    share_open = np.where(window == start[request], first_month_share(begin)[request], 1.0)
    hours = _PRESENT * law.legal_hours[law.place(wave.months)][window] * share_open
    wanted = wave.hours_per_employee[window, trade] / np.maximum(hours, 1.0)
    level = levels(case, claim_keys(case, window, 0), draws, settings)
    asked["closing"] = closing_ranks(asked, of, draws, settings)
    closing = asked["closing"].to_numpy()[request]
    share, closed = idle_shares(wanted, level, closing, settings)
    open_months = np.bincount(request, weights=~closed, minlength=len(asked))
    shut = (open_months == 0) & inside.any(1) & ~asked["apld"].to_numpy()
    people = of["size"].to_numpy()
    people = people * claimed_factors(of["firm"].to_numpy(), people, draws, settings)
    staff = np.ceil(people[request] * size.claimed_share[window, trade])
    foreseen = np.bincount(request, weights=share * hours * staff, minlength=len(asked))
    return foreseen * np.maximum(planned / np.minimum(planned, len(month) - start), 1.0), shut


def structural_overtime(of: pd.DataFrame, draws: Draws, settings: Settings) -> np.ndarray:
    """Say which establishments have an agreement by which hours above the legal week are paid."""
    uid, knobs = of["uid"].to_numpy(), settings.payroll
    share = of["nace_code"].map(knobs.over35_share).fillna(knobs.over35_share["other"]).to_numpy(float)
    over = draws.chance("over 35", share, uid) & draws.chance("over 35 agreed", knobs.over35_agreement, uid)
    return np.asarray(over & (of["kind"] != rank("hours_39_base")))


def _legal(asked: pd.DataFrame, wave: Wave, law: MonthlyLaw) -> Floats:
    """Legal hours of one full-time employee over each request's period."""
    cumulated = np.concatenate([[0.0], np.cumsum(law.legal_hours)])
    place = law.place(wave.months)[asked["start"]]
    first = asked["starts_on"].to_numpy("datetime64[D]")
    part = first_month_share(first)
    whole = cumulated[np.minimum(place + asked["planned"], len(law.months))] - cumulated[place]
    return np.asarray(whole - (1 - part) * law.legal_hours[place])


def first_month_share(first: np.ndarray) -> Floats:
    """Return the share of its month's weekdays that are left from each day on.

    Examples
    --------
    >>> first_month_share(np.array(["2020-06-01", "2020-06-16"], dtype="datetime64[D]")).tolist()
    [1.0, 0.5]
    """
    month = first.astype("datetime64[M]")
    opens, closes = month.astype("datetime64[D]"), (month + 1).astype("datetime64[D]")
    return np.asarray(np.busday_count(first, closes) / np.busday_count(opens, closes))


def _misconduct(asked: pd.DataFrame, of: pd.DataFrame, wave: Wave, draws: Draws, settings: Settings) -> None:
    """Let each kind of conduct change the requests where it acts."""
    asked["kind"] = kind = of["kind"].to_numpy()
    asked["wary"] = asked["start"].to_numpy() >= of["wary_from"].to_numpy()
    acts = on_requests(asked, wave.months, draws, settings)
    asked["acts"] = acts & np.array([entry.ask is not None for entry in KINDS] + [False])[kind]
    for number, entry in enumerate(KINDS):
        if entry.ask is not None:
            entry.ask(asked, (kind == number) & acts, draws)


def _typical_wage(of: pd.DataFrame, month: Ints, law: MonthlyLaw, draws: Draws, settings: Settings) -> Ints:
    over = of["nace_code"].map(settings.payroll.wage_over_minimum)
    above = over.fillna(settings.payroll.wage_over_minimum["other"]).to_numpy(float)
    above = above * np.exp(0.25 * draws.normal("firm wage", of["firm"].to_numpy()))
    return np.asarray(np.rint(law.smic[month] * (1 + above)).astype(np.int64))
