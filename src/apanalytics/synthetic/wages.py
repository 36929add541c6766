"""What contracts pay by the hour, and the bonuses that come on top every month."""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.draws import Bools, Draws, Floats, Ints
from apanalytics.synthetic.knobs import Settings
from apanalytics.synthetic.laws import MonthlyLaw
from apanalytics.synthetic.seats import APPRENTICE, Terms, by_activity


def wages(
    terms: Terms, places: pd.DataFrame, daily: Bools, law: MonthlyLaw, draws: Draws, settings: Settings
) -> Ints:
    """Return cents per hour, in steps of five, above the minimum wage of the month of hiring.

    How far above depends on activity, firm (its size and age), seat and person.
    """
    knobs, seat = settings.payroll, terms.seat
    over = by_activity(places["nace_code"], knobs.wage_over_minimum)
    over = over * np.exp(0.25 * draws.normal("firm wage", places["firm"].to_numpy()))
    over = over * _size_and_age(places, law, settings)
    spread = knobs.wage_spread
    above = over[terms.place] * np.exp(spread * draws.normal("wage", seat, terms.turn) - spread**2 / 2)
    dear = terms.invented & ~draws.chance(
        "invented at ordinary pay", 0.5, places["uid"].to_numpy()[terms.place]
    )
    above = above * np.where(daily, 1.8, 1.0) * np.where(dear, 2.0, 1.0)
    hired = np.clip(law.place(terms.starts.astype("datetime64[M]")), 0, len(law.months) - 1)
    wage = (
        law.smic[hired]
        * (1 + np.minimum(above, 6.0))
        * np.where(terms.kind == APPRENTICE, knobs.apprentice_wage, 1.0)
    )
    return np.asarray(np.ceil(wage / 5 - 1e-9).astype(np.int64) * 5)


def _size_and_age(places: pd.DataFrame, law: MonthlyLaw, settings: Settings) -> Floats:
    """What size and age of the firm make of the wage above the minimum: 1 at ten employees and ten years."""
    age = (law.months[0].astype("datetime64[D]") - places["created_on"].to_numpy("datetime64[D]")).astype(
        np.int64
    )
    years = np.clip(age / 365, 0.5, 40)
    size = np.maximum(places["size"].to_numpy(), 1)
    knobs = settings.payroll
    return np.asarray((size / 10) ** knobs.wage_by_size * (years / 10) ** knobs.wage_by_age)


def bonuses(terms: Terms, places: pd.DataFrame, draws: Draws, settings: Settings) -> Floats:
    """Monthly bonuses, as a share of the wage, of the firms that pay any; they count for the allowance."""
    pays = draws.chance("pays bonuses", settings.payroll.bonus_firms, places["firm"].to_numpy())
    share = 0.08 + 0.3 * draws.uniform("bonus", places["firm"].to_numpy())
    own = 0.7 + 0.6 * draws.uniform("own bonus", terms.seat)
    return np.where(pays[terms.place] & ~terms.invented, np.round(share[terms.place] * own, 2), 0.0)
