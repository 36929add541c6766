"""Ways of filling in a request that look wrong, and under which nothing is paid that is not due."""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.amendments import NONE
from apanalytics.synthetic.draws import Bools, Draws, Ints
from apanalytics.synthetic.knobs import Settings
from apanalytics.synthetic.laws import MonthlyLaw

_CLOSED = 3
"""Scope of a request: the whole establishment is closed."""
_UNFORESEEN = (3, 5)
"""Motives that may be filed after the start."""
_DAY = np.timedelta64(1, "D")


def fill_in(asked: pd.DataFrame, of: pd.DataFrame, law: MonthlyLaw, draws: Draws, settings: Settings) -> None:
    """Let requests be filled in as people do: in good faith, and for no more than is due.

    Parameters
    ----------
    asked : case, amends, motive, scope, apld, planned, longest, starts_on, ends_on, filed_on, headcount,
        covered, company_headcount, hours, legal_hours; changed in place. `gang`, the key of the bank
        account, is added.
    of : the establishment of each: bank, in_group, in_network, size, nace_code.
    """
    alone = (asked["amends"] == NONE) & ~asked["case"].isin(asked["amends"])
    plain = alone.to_numpy() & ~asked["apld"].to_numpy(dtype=bool)
    _cautious(asked, plain, draws, settings)
    _whole_months(asked, plain, law, draws, settings)
    _end_too_far(asked, plain, draws, settings)
    _too_few(asked, plain, draws, settings)
    asked["gang"] = [int(key, 16) >> 1 for key in of["bank"]]
    _all_alike(asked, of, plain, draws, settings)
    _headcounts(asked, of, draws, settings)


def _cautious(asked: pd.DataFrame, plain: Bools, draws: Draws, settings: Settings) -> None:
    """Ask for nearly every hour of the period: nobody knows how long the stop will last."""
    case = asked["case"].to_numpy()
    some = plain & draws.chance("cautious", settings.crisis.cautious, case)
    nearly = asked["legal_hours"] * (0.88 + 0.12 * draws.uniform("cautious share", case))
    asked["hours"] = np.where(some, np.maximum(nearly, asked["hours"]), asked["hours"])


def _whole_months(
    asked: pd.DataFrame, plain: Bools, law: MonthlyLaw, draws: Draws, settings: Settings
) -> None:
    """Ask for the hours of whole calendar months though the stop begins inside one."""
    months = asked["covered"] * asked["planned"] * law.legal_hours[0]
    whole = plain & draws.chance("whole months", settings.crisis.whole_months, asked["case"])
    asked["hours"] = np.where(whole, np.maximum(months, asked["hours"]), asked["hours"])


def _end_too_far(asked: pd.DataFrame, plain: Bools, draws: Draws, settings: Settings) -> None:
    """Type the last day of the longest period up to a month too far; the hours are those of the law's."""
    case = asked["case"].to_numpy()
    typed = plain & (asked["planned"] == asked["longest"]).to_numpy()
    typed &= draws.chance("end too far", settings.crisis.end_too_far, case)
    days = np.where(
        draws.chance("a month too far", 0.5, case), 30, draws.between("days too far", 1, 20, case)
    )
    asked["ends_on"] += pd.to_timedelta(np.where(typed, days, 0), unit="D")


def _too_few(asked: pd.DataFrame, plain: Bools, draws: Draws, settings: Settings) -> None:
    """Say fewer people than the hours are for: those of the first week, or those who work full time."""
    case, covered = asked["case"].to_numpy(), asked["covered"].to_numpy()
    low = plain & (covered > 2) & draws.chance("covered too low", settings.crisis.covered_too_low, case)
    few = np.maximum(np.ceil(covered * (0.35 + 0.4 * draws.uniform("covered said", case))), 1).astype(
        np.int64
    )
    asked["legal_hours"] *= np.where(low, few / covered, 1.0)
    asked["covered"] = np.where(low, few, covered)


def _all_alike(asked: pd.DataFrame, of: pd.DataFrame, plain: Bools, draws: Draws, settings: Settings) -> None:
    """Ask for the same staff and hours on the same day as the others of a group, or of a network."""
    crisis, gang = settings.crisis, asked["gang"].to_numpy()
    staff: Ints = draws.between("standard staff", 4, 8, gang)
    likely = np.where(of["in_network"], crisis.network_standard, crisis.shared_standard)
    same = of["in_group"].to_numpy(bool) & draws.chance("asks the same", likely, gang)
    same &= plain & (of["size"].to_numpy() >= staff) & (asked["scope"] < _CLOSED).to_numpy()
    asked["legal_hours"] *= np.where(same, staff / asked["covered"], 1.0)
    for name in ("headcount", "covered"):
        asked[name] = np.where(same, staff, asked[name])
    standard = staff * 20.0 * draws.between("standard hours", 5, 12, gang)
    opens = asked["starts_on"].to_numpy("datetime64[M]").astype("datetime64[D]")
    after = draws.between("same day", 15, 27, gang)
    before = -draws.between("same day before", 1, 12, gang)
    day = opens + np.where(asked["motive"].isin(_UNFORESEEN), after, before) * _DAY
    asked["filed_on"] = asked["filed_on"].where(~same, day)
    asked["hours"] = np.where(same, standard, asked["hours"])


def _headcounts(asked: pd.DataFrame, of: pd.DataFrame, draws: Draws, settings: Settings) -> None:
    """Give the headcount in full-time equivalents, or that of the company; those covered are right."""
    crisis, case = settings.crisis, asked["case"].to_numpy()
    share = of["nace_code"].map(crisis.full_time_equivalents).fillna(0.0).to_numpy(float)
    counted = draws.chance("full-time equivalents", share, case) & (asked["headcount"] > 2).to_numpy()
    equivalent = np.ceil(asked["headcount"] * (0.65 + 0.3 * draws.uniform("equivalents", case)))
    company = np.minimum(asked["company_headcount"], 3 * asked["headcount"] + 10)
    whole = draws.chance("company as headcount", crisis.company_as_headcount, case)
    headcount = np.select([counted, whole], [equivalent, company], asked["headcount"])
    asked["headcount"] = headcount.astype(np.int64)
