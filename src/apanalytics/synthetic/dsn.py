"""Monthly DSN: contract-months as they are declared, when they arrive, and what was corrected later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from apanalytics.synthetic.claiming import hourly_wages
from apanalytics.synthetic.draws import Draws, Ints
from apanalytics.synthetic.economy import SLOTS
from apanalytics.synthetic.knobs import Settings
from apanalytics.synthetic.laws import MonthlyLaw
from apanalytics.synthetic.lines import Lines
from apanalytics.synthetic.months import ContractMonths
from apanalytics.synthetic.names import coded, person_keys
from apanalytics.synthetic.register import siret_of
from apanalytics.synthetic.seats import CONTRACT_KINDS, END_REASONS
from apanalytics.synthetic.workforce import Contracts

_DAY = np.timedelta64(1, "D")
_COUNTED = tuple(CONTRACT_KINDS.index(kind) for kind in ("permanent", "fixed_term"))
_SUMS = (
    "contract_hours",
    "worked_hours",
    "leave_hours",
    "suspended_hours",
    "idle_hours",
    "overtime_hours",
    "base_pay",
    "gross_pay",
)


@dataclass(frozen=True)
class Declared:
    """Three canonical tables of a chunk of establishments."""

    payroll: pd.DataFrame
    payroll_months: pd.DataFrame
    headcounts: pd.DataFrame


def declare(
    places: pd.DataFrame,
    people: Contracts,
    rows: ContractMonths,
    lines: Lines,
    law: MonthlyLaw,
    until: np.datetime64,
    draws: Draws,
    settings: Settings,
) -> Declared:
    """Return what DSN and URSSAF know of a chunk by the day `until`."""
    frame = _hours(places, people, rows, lines, law, draws, settings)
    _place(frame, places, people.place[rows.contract], rows, law, draws, settings)
    again = frame["received_on"] + pd.to_timedelta(frame["corrected_after"], unit="D")
    frame["forgotten"] &= again <= until
    counted = _headcounts(frame, people, rows, law, until)
    listed = ~rows.gone
    listed[lines.row[(lines.row >= 0) & lines.gone]] = True
    _renewed_late(frame, people, rows, draws, settings)
    kept = listed & people.in_payroll[rows.contract] & ~frame["absent"].to_numpy()
    versions = _versions(frame[kept])
    versions = versions[(versions["received_on"] <= until).to_numpy()]
    versions = versions.iloc[_key_order(versions, people)]
    return Declared(_payroll(versions, people), _months(versions), counted)


def _hours(
    places: pd.DataFrame,
    people: Contracts,
    rows: ContractMonths,
    lines: Lines,
    law: MonthlyLaw,
    draws: Draws,
    settings: Settings,
) -> pd.DataFrame:
    """Hours and pay of each contract-month: what was lived, with what claims make of it."""
    shown = lines.row >= 0
    at = lines.row[shown]
    idle, leave, suspended = np.zeros(len(rows)), rows.leave.copy(), rows.suspended.copy()
    idle[at], leave[at], suspended[at] = (
        lines.shown_idle[shown],
        lines.shown_leave[shown],
        lines.shown_suspended[shown],
    )
    for hours in (idle, leave, suspended):
        np.round(hours, 2, out=hours)
    uid, of = places["uid"].to_numpy(), people.place[rows.contract]
    theoretical = draws.chance("theoretical hours", settings.payroll.theoretical_hours, uid)[of]
    away = np.where(theoretical, 0.0, leave + suspended)
    worked = np.maximum(rows.capacity - away - idle, 0.0)
    more = draws.chance("overtime", settings.payroll.overtime_share, rows.key) & (idle == 0) & (worked > 0)
    overtime = np.where(more, draws.between("overtime hours", 2, 12, rows.key), 0).astype(np.float64)
    cents = hourly_wages(people, rows.contract, rows.month, law)
    cents[at] = lines.shown_wage[shown]
    wage, told = cents / 100, draws.chance("bonus in base pay", settings.payroll.bonus_in_base, uid)[of]
    base = np.where(told, wage, wage / (1 + people.bonus[rows.contract]))
    premium = 1 + settings.payroll.overtime_premium
    paid = np.maximum(rows.contract_hours - idle - suspended, 0.0)
    return pd.DataFrame(
        {
            "contract": rows.contract,
            "month": law.months[rows.month].astype("datetime64[D]"),
            "at_month_end": rows.at_month_end,
            "theoretical": theoretical,
            "contract_hours": rows.contract_hours,
            "worked_hours": np.round(worked, 2),
            "leave_hours": leave,
            "suspended_hours": suspended,
            "idle_hours": idle,
            "overtime_hours": overtime,
            "base_pay": np.round(base * rows.contract_hours, 2),
            "gross_pay": np.round(wage * (paid + premium * overtime), 2),
        }
    )


def _place(
    frame: pd.DataFrame,
    places: pd.DataFrame,
    place: Ints,
    rows: ContractMonths,
    law: MonthlyLaw,
    draws: Draws,
    settings: Settings,
) -> None:
    """Under which SIRET each row is declared, when it arrives, whether it does, whether it is corrected."""
    knobs, month = settings.payroll, rows.month
    frame["siret"] = _declared_under(places, place, month)
    uid, stamp = places["payroll_uid"].to_numpy()[:, None], law.months.astype(np.int64)
    frame["received_on"] = (law.months[month] + 1).astype("datetime64[D]") + (
        _arrival(places, uid, stamp, draws, settings)[place, month] * _DAY
    )
    frame["absent"] = draws.chance("absent", knobs.absent_share, uid, stamp)[place, month]
    corrected = draws.chance("corrected", knobs.corrected_share, uid, stamp)
    after = draws.between("corrected after", 10, knobs.corrected_within_days, uid, stamp)
    frame["corrected_after"] = np.where(corrected, after, 0)[place, month]
    missing = draws.uniform("misses", uid, stamp)
    frame["misses"] = (missing < knobs.corrected_idle)[place, month]
    part = draws.chance("misses a part", knobs.corrected_part, uid, stamp)
    days = 0.04 + 0.4 * draws.uniform("part missed", uid, stamp)
    frame["missed"] = np.where(part, days, 1.0)[place, month]
    someone = (missing >= knobs.corrected_idle) & (missing < knobs.corrected_idle + knobs.corrected_person)
    forgets = (corrected & someone)[place, month]
    frame["forgotten"] = forgets & draws.chance("forgotten", 0.3, rows.key)


def _declared_under(places: pd.DataFrame, place: Ints, month: Ints) -> pd.Categorical[Any]:
    """SIRET of each row: the establishment's, its head office's, or that of the successor."""
    siret, uid = places["siret"].to_numpy(dtype=object).copy(), places["payroll_uid"].to_numpy()
    elsewhere = uid != places["uid"].to_numpy()
    siret[elsewhere] = siret_of(places["siren"][elsewhere], uid[elsewhere])
    names, codes = np.unique(
        np.concatenate([siret, places["next_siret"].to_numpy(dtype=object)]), return_inverse=True
    )
    moved = month >= places["moved"].to_numpy()[place]
    return coded(codes[place + moved * len(places)], names)


def _arrival(places: pd.DataFrame, uid: Ints, stamp: Ints, draws: Draws, settings: Settings) -> Ints:
    """Days from the end of each month to the arrival of its return, by establishment and month.

    All who are declared under one number arrive together: a second return would replace the first.
    """
    knobs = settings.payroll
    chronic = draws.chance("chronic late", knobs.chronic_late_share, uid)
    late = draws.chance("late", np.where(chronic, 0.5, knobs.late_share), uid, stamp)
    wait = np.where(late, 1 + draws.exponential("late days", knobs.late_mean_days, uid, stamp), 0)
    staff = places.groupby("payroll_uid")["size"].transform("sum").to_numpy()
    due = np.where(staff >= knobs.due_large_from, knobs.due_day_large, knobs.due_day_small)[:, None]
    return np.asarray(
        due - 1 - draws.below("early", np.minimum(due - 1, 5), uid, stamp) + wait.astype(np.int64)
    )


def _renewed_late(
    frame: pd.DataFrame, people: Contracts, rows: ContractMonths, draws: Draws, settings: Settings
) -> None:
    """Months of fixed-term contracts that payroll still holds to have ended: the renewal is entered later."""
    late = draws.chance("renewed late", settings.payroll.renewed_late, rows.key)
    fixed = people.kind[rows.contract] == CONTRACT_KINDS.index("fixed_term")
    before = people.starts[rows.contract] < frame["month"].to_numpy().astype("datetime64[D]")
    frame["renewed_late"] = late & fixed & before & (rows.active_share == 1) & ~rows.gone
    frame["at_month_end"] &= ~frame["renewed_late"]


def _versions(frame: pd.DataFrame) -> pd.DataFrame:
    """First versions, then those that replace them: the first left out idle hours, leave, or somebody.

    Of the idle hours all are left out, or those of the last days, for which the return was made too early.
    """
    wrong = (frame["corrected_after"] > 0).to_numpy()
    first = frame.copy()
    missed = (frame["idle_hours"] * frame["missed"]).round(2)
    lost = np.where(frame["misses"], missed, frame["leave_hours"].where(~frame["theoretical"], 0.0))
    first["worked_hours"] = np.where(wrong, np.round(frame["worked_hours"] + lost, 2), frame["worked_hours"])
    left = (frame["idle_hours"] - missed).round(2)
    first["idle_hours"] = frame["idle_hours"].where(~(wrong & frame["misses"]), left)
    first["leave_hours"] = frame["leave_hours"].where(~(wrong & ~frame["misses"]), 0.0)
    second = frame[wrong]
    first = first[~frame["forgotten"].to_numpy()]
    days = pd.to_timedelta(second["corrected_after"], unit="D")
    return pd.concat([first, second.assign(received_on=second["received_on"] + days)], ignore_index=True)


def _key_order(versions: pd.DataFrame, people: Contracts) -> Ints:
    """Positions that put payroll rows in the order of the table's key."""
    contract, day = versions["contract"].to_numpy(), np.datetime64("2000-01-01", "D")
    person = np.unique(people.person, return_inverse=True)[1][contract]
    month = (versions["month"].to_numpy("datetime64[D]") - day).astype(np.int64)
    siret: Any = versions["siret"].cat.codes.to_numpy(np.int64)
    received = (versions["received_on"].to_numpy("datetime64[D]") - day).astype(np.int64)
    first = (siret * 20_000 + month) * 4_000_000 + person
    second = _contract_numbers(people)[contract] * 20_000 + received
    return np.lexsort((second, first))


def _contract_numbers(people: Contracts) -> Ints:
    """No two contracts of a firm have the same number: branches may be declared under one SIRET."""
    slot = people.seat // 4096 % SLOTS
    return np.asarray(slot * 1_000_000 + people.seat % 4096 * 100 + people.turn)


def _payroll(versions: pd.DataFrame, people: Contracts) -> pd.DataFrame:
    contract = versions["contract"].to_numpy()
    open_ended = people.ends > np.datetime64("2099-01-01", "D")
    early = versions["renewed_late"].to_numpy()
    month = versions["month"].to_numpy().astype("datetime64[M]")
    ended_by = early | ((month + 1).astype("datetime64[D]") > people.ends[contract])
    ends = np.where(open_ended, np.datetime64("NaT", "D"), people.ends)
    term = people.kind != 0
    number, numbers = np.unique(_contract_numbers(people), return_inverse=True)
    return pd.DataFrame(
        {
            "siret": versions["siret"],
            "month": versions["month"],
            "person_key": person_keys(people.person, contract),
            "contract_id": coded(numbers[contract], np.char.mod("%06d", number)),
            "received_on": versions["received_on"],
            "contract_kind": coded(people.kind[contract], CONTRACT_KINDS),
            "starts_on": people.starts[contract],
            "ends_on": np.where(
                early,
                month.astype("datetime64[D]") - _DAY,
                np.where(ended_by | term[contract], ends[contract], np.datetime64("NaT", "D")),
            ),
            "end_reason": coded(np.where(ended_by, people.end_reason[contract], -1), END_REASONS),
            **{name: versions[name] for name in _SUMS},
            "leave_included": False,
        }
    )


def _months(versions: pd.DataFrame) -> pd.DataFrame:
    """The exact aggregate of the rows, by establishment, month and version."""
    keys = ["siret", "month", "received_on"]
    groups = versions.groupby(keys, sort=True, observed=True)
    table = groups[list(_SUMS)].sum().round(2)
    table.insert(0, "headcount", groups["at_month_end"].sum().astype("int64"))
    return table.reset_index()


def _headcounts(
    frame: pd.DataFrame, people: Contracts, rows: ContractMonths, law: MonthlyLaw, until: np.datetime64
) -> pd.DataFrame:
    """Mean headcount as URSSAF counts it: permanent and fixed-term, pro rata, no replacement.

    Officers with a true contract of employment count.
    """
    counted = np.isin(people.kind, _COUNTED) | people.officers_employed
    counted &= ~people.replacement & people.in_payroll
    share = np.where(
        counted[rows.contract] & ~rows.gone, rows.active_share * people.ratio[rows.contract], 0.0
    )
    known = people.in_payroll[rows.contract] & ~rows.gone
    table = frame[["siret", "month"]].assign(headcount=share)[known]
    table = (
        table.groupby(["siret", "month"], sort=True, observed=True)["headcount"].sum().round(2).reset_index()
    )
    opens = table["month"].to_numpy("datetime64[M]")
    table["received_on"] = (opens + 2).astype("datetime64[D]") - _DAY
    return table[(table["received_on"] <= until).to_numpy()]
