"""Claims of the country: which months are claimed, then lines, amounts and payroll, chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from apanalytics.synthetic.acting import on_claims
from apanalytics.synthetic.amendments import widened
from apanalytics.synthetic.asking import regimes
from apanalytics.synthetic.claimants import acting
from apanalytics.synthetic.claiming import honest_lines, misconduct
from apanalytics.synthetic.companies import claimed_factors
from apanalytics.synthetic.deadlines import filing_days
from apanalytics.synthetic.draws import Draws, Ints
from apanalytics.synthetic.dsn import Declared, declare
from apanalytics.synthetic.filing import Filings, claimed_months
from apanalytics.synthetic.idleness import claim_keys
from apanalytics.synthetic.knobs import Settings
from apanalytics.synthetic.laws import REGIMES, MonthlyLaw
from apanalytics.synthetic.lines import ARRANGEMENTS, Lines
from apanalytics.synthetic.months import contract_months, covered_shares
from apanalytics.synthetic.names import coded, person_keys
from apanalytics.synthetic.official import Wave
from apanalytics.synthetic.sizing import Sizes
from apanalytics.synthetic.workforce import Contracts, contracts

_DAY = np.timedelta64(1, "D")
_CHUNK_ROWS = 400_000


@dataclass(frozen=True)
class Country:
    """What every step needs: the frame of a block of firms, the law, the knobs.

    `closing` is the day after the window, `until` that of the extraction.
    """

    frame: Filings
    places: pd.DataFrame
    wave: Wave
    size: Sizes
    law: MonthlyLaw
    draws: Draws
    settings: Settings
    closing: np.datetime64
    until: np.datetime64


@dataclass(frozen=True)
class Chunk:
    """Claims of some establishments with their totals, and what is declared about their staff."""

    claims: pd.DataFrame
    lines: pd.DataFrame
    declared: Declared


def claim_frame(country: Country, asked: pd.DataFrame, granted: np.ndarray) -> pd.DataFrame:
    """Return a row per claim on a granted request, before its lines; see `claiming.honest_lines`."""
    wave, law, draws = country.wave, country.law, country.draws
    claims = claimed_months(country.frame, wave, draws, country.settings)
    claims = claims[granted[claims["request"]]].reset_index(drop=True)
    claims["repeated"] = claims.sort_values(["uid", "month", "request", "again"]).duplicated(["uid", "month"])
    of = asked.iloc[claims["request"]].reset_index(drop=True)
    places = country.places.iloc[of["place"]].reset_index(drop=True)
    claims["place"], claims["spell"], claims["apld"] = of["place"], of["case"], of["apld"]
    claims["case"] = claim_keys(of["case"], claims["month"], claims["again"])
    claims["window"] = claims["month"]
    claims["month"] = law.place(wave.months)[claims["window"]]
    closed = (of["scope"] == 3).to_numpy()
    share = country.size.claimed_share[claims["window"], places["nace17"]]
    factor = claimed_factors(places["firm"].to_numpy(), places["size"].to_numpy(), draws, country.settings)
    claims["claimed_share"] = np.where(closed, 1.0, share * factor)
    claims["closing"] = of["closing"]
    claims["authorised_hours"], claims["authorised_people"] = of["hours_authorised"], of["covered"]
    widened(claims, asked)
    wanted = wave.hours_per_employee[claims["window"], places["nace17"]]
    claims["mean_hours"] = wanted * country.settings.crisis.hours_made_up
    opening = (claims["window"] == of["start"]).to_numpy()
    starts = of["starts_on"].to_numpy("datetime64[D]")
    claims["agreed"] = claims["month"] - claims["window"] + of["agreed"]
    claims["covered"] = np.where(opening, covered_shares(places, starts, law, draws, country.settings), 1.0)
    claims["uncovered"] = _uncovered(claims, of, wave)
    claims["regime"] = regimes(
        places,
        claims["case"].to_numpy(),
        claims["month"].to_numpy(),
        of["apld"].to_numpy(),
        law,
        draws,
        country.settings,
    )
    claims["kind"], claims["company_headcount"] = places["kind"], of["company_headcount"]
    claims["wary"] = (claims["window"] >= places["wary_from"]).to_numpy()
    claims["acts"], claims["traced"] = on_claims(claims, wave.months, draws, country.settings)
    usual = np.maximum(_filed(claims, wave, draws), of["decided_on"].to_numpy("datetime64[D]") + _DAY)
    claims["filed_on"], claims["overdue"] = filing_days(
        usual,
        of["ends_on"].to_numpy("datetime64[D]"),
        claims["uid"].to_numpy(),
        acting(claims, "late_claims"),
        claims["case"].to_numpy(),
        law,
        draws,
        country.settings,
    )
    return claims


def _uncovered(claims: pd.DataFrame, of: pd.DataFrame, wave: Wave) -> np.ndarray:
    """Share of the claim's month before the first day that its late request covers."""
    reach = of["starts_on"].to_numpy("datetime64[D]") + of["uncovered_days"].to_numpy() * _DAY
    month = wave.months[claims["window"]]
    opens = np.maximum(month.astype("datetime64[D]"), of["starts_on"].to_numpy("datetime64[D]"))
    closes = (month + 1).astype("datetime64[D]")
    lost = np.minimum(reach, closes) - opens
    return np.asarray(np.clip(lost.astype(np.int64) / np.maximum((closes - opens).astype(np.int64), 1), 0, 1))


def _filed(claims: pd.DataFrame, wave: Wave, draws: Draws) -> np.ndarray:
    """A claim is filed from the first days after its month; some take weeks or months."""
    case = claims["case"].to_numpy()
    wait = np.where(draws.chance("slow", 0.12, case), 60, 9)
    days = np.minimum(draws.exponential("claim filed", wait, case), 170).astype(np.int64)
    return np.asarray((wave.months[claims["window"]] + 1).astype("datetime64[D]") + days * _DAY)


def chunks(country: Country, claims: pd.DataFrame) -> Iterator[Chunk]:
    """Yield the country's claims, some establishments at a time, so that memory stays bounded."""
    places = country.places
    rows = places["size"].to_numpy() * len(country.law.months)
    cut = np.cumsum(rows) // _CHUNK_ROWS
    firm = places["firm"].to_numpy()
    edge = np.flatnonzero(np.diff(cut) > 0) + 1
    edge = np.unique(np.searchsorted(firm, firm[edge]))
    bounds = np.concatenate([[0], edge[edge > 0], [len(places)]])
    place = claims["place"].to_numpy()
    for low, high in pairwise(bounds.tolist()):
        part = slice(*np.searchsorted(place, [low, high]))
        mine = claims.iloc[part].reset_index(drop=True)
        yield _chunk(
            country, places.iloc[low:high].reset_index(drop=True), mine.assign(place=mine["place"] - low)
        )


def _chunk(country: Country, places: pd.DataFrame, claims: pd.DataFrame) -> Chunk:
    law, draws, settings = country.law, country.draws, country.settings
    first = claims.groupby("place")["month"].min().reindex(range(len(places)))
    begin = first.fillna(country.wave.opening).to_numpy(np.int64)
    people = contracts(places, begin, law, draws, settings)
    last = int(law.place(country.wave.months)[-1])
    rows = contract_months(people, places, last, law, draws, settings)
    lines = honest_lines(claims, places, people, rows, law, draws, settings)
    misconduct(lines, claims, draws, settings)
    declared = declare(places, people, rows, lines, law, country.until, draws, settings)
    return Chunk(_totals(lines, claims, law), _line_table(lines, people, claims), declared)


def _totals(lines: Lines, claims: pd.DataFrame, law: MonthlyLaw) -> pd.DataFrame:
    """Totals of each claim: a line's cents are rounded half up, then added."""
    company = claims["company_headcount"].to_numpy()[lines.claim]
    rates = [
        law.allocation_cents(of, lines.regime, lines.wage, company) for of in (lines.month, lines.priced)
    ]
    paid = _cents(np.maximum(*rates) + lines.typed, lines.idle)
    due = _cents(law.allocation_cents(lines.month, lines.due_regime, lines.due_wage, company), lines.due_idle)
    count = len(claims)
    regime = np.zeros(count, dtype=np.int64)
    regime[lines.claim] = lines.regime
    full = np.bincount(lines.claim, weights=lines.idle >= lines.ceiling - 1, minlength=count)
    employees = np.bincount(lines.claim, minlength=count)
    shown = np.bincount(lines.claim, weights=lines.shown_idle, minlength=count)
    wages = np.bincount(lines.claim, weights=lines.wage, minlength=count)
    return claims.assign(
        employees=employees,
        idle_hours=np.round(np.bincount(lines.claim, weights=lines.idle, minlength=count), 2),
        paid_cents=_summed(lines.claim, paid, count),
        due_cents=_summed(lines.claim, due, count),
        claimed_regime=regime,
        shown_hours=shown,
        full_share=full / np.maximum(employees, 1),
        mean_wage=wages / np.maximum(employees, 1) / 100,
        unlisted=np.bincount(lines.claim, weights=lines.row < 0, minlength=count),
    )


def _cents(hourly: Ints, hours: np.ndarray) -> Ints:
    return np.asarray((hourly * np.rint(hours * 100).astype(np.int64) + 50) // 100)


def _summed(claim: Ints, cents: Ints, count: int) -> Ints:
    return np.rint(np.bincount(claim, weights=cents, minlength=count)).astype(np.int64)


def _line_table(lines: Lines, people: Contracts, claims: pd.DataFrame) -> pd.DataFrame:
    """Canonical `claim_lines`, with `case` in place of the claim's identifier."""
    absent = (lines.leave + lines.suspended) / lines.basis
    lost = np.maximum(lines.idle, lines.shown_idle / lines.basis)
    worked = np.floor(np.maximum(lines.capacity - lost - absent, 0.0))
    return pd.DataFrame(
        {
            "case": claims["case"].to_numpy()[lines.claim],
            "person_key": person_keys(people.person, lines.contract),
            "arrangement": coded(lines.arrangement, ARRANGEMENTS),
            "contract_hours": lines.contract_hours,
            "worked_hours": worked,
            "idle_hours": np.round(lines.idle, 2),
            "hourly_wage": lines.wage / 100,
            "regime": coded(lines.regime, REGIMES),
        }
    )
