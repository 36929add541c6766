"""One block of firms, from what they ask to every table: nothing in it needs the rest of the country."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from apanalytics.synthetic import canonical
from apanalytics.synthetic.adversaries import circles, wary_from
from apanalytics.synthetic.agreements import agreements_table
from apanalytics.synthetic.asking import requests as full_requests
from apanalytics.synthetic.claims import Chunk, Country, chunks, claim_frame
from apanalytics.synthetic.deciding import decide, used
from apanalytics.synthetic.draws import Bools
from apanalytics.synthetic.history import kept_requests
from apanalytics.synthetic.inspectors import Inspected, inspect
from apanalytics.synthetic.names import coded
from apanalytics.synthetic.register import establishment_table, insolvency_table
from apanalytics.synthetic.suspicion import claim_cases, request_cases

_STAFF = ("payroll", "payroll_months", "headcounts")


@dataclass(frozen=True)
class Drafted:
    """Requests and claims of some establishments in full, the truth about them, and their inspections."""

    asked: pd.DataFrame
    claims: pd.DataFrame
    truth: pd.DataFrame
    inspected: tuple[Inspected, Inspected]


@dataclass(frozen=True)
class Staff:
    """Canonical tables of staff of some establishments, and the lines of their claims by `case`."""

    tables: dict[str, pd.DataFrame]
    lines: pd.DataFrame


def draft(country: Country, keep: list[Staff] | None = None) -> Drafted:
    """Draw the cases of a block; what is declared about staff goes to `keep`, where it is wanted."""
    draws, knobs, places = country.draws, country.settings, country.places
    asked = full_requests(country.frame, places, country.wave, country.size, country.law, draws, knobs)
    asked = canonical.identify(asked, places, country.wave, draws, knobs)
    asked_truth, cases = request_cases(country, asked)
    first = inspect(cases, "authorisation", country.until, draws, knobs)
    asked = decide(asked, first.controls, country.law, country.until, draws)
    claims = claim_frame(country, asked, asked["granted"].to_numpy())
    claims = canonical.identify_claims(claims, asked, country.wave, draws, knobs)
    done = []
    for chunk in chunks(country, claims):
        filed = chunk.claims[(chunk.claims["filed_on"] < country.closing) & (chunk.claims["idle_hours"] > 0)]
        done.append(filed)
        if keep is not None:
            keep.append(_lines(chunk))
    claims = pd.concat(done, ignore_index=True)
    claims_truth, cases = claim_cases(country, claims)
    second = inspect(cases, "payment", country.until, draws, knobs)
    claims["paid_on"] = _paid(claims, cases, second.controls, country)
    truth = pd.concat([asked_truth, claims_truth], ignore_index=True)
    return Drafted(used(asked, claims), claims, truth, (first, second))


def _lines(chunk: Chunk) -> Staff:
    return Staff({name: getattr(chunk.declared, name) for name in _STAFF}, chunk.lines)


def _paid(claims: pd.DataFrame, cases: pd.DataFrame, controls: pd.DataFrame, country: Country) -> np.ndarray:
    """Day of payment: not where a control before payment has found something, nor after the extraction."""
    found = controls[controls["outcome"].isin(["error", "deliberate_suspected"])]
    stopped = claims["claim_id"].isin(found["case_id"]).to_numpy() & (cases["plan"] == 1).to_numpy()
    paid_on = cases["paid_on"].to_numpy("datetime64[D]")
    return np.where(stopped | (paid_on > country.until), np.datetime64("NaT", "D"), paid_on)


def draw_block(country: Country) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the canonical tables of a block by name; tables of staff come in several parts."""
    country = replace(country, places=_informed(country))
    staff: list[Staff] = []
    drafted = draft(country, staff)
    kept = kept_requests(drafted.asked, drafted.claims, drafted.inspected, country)
    asked, claims = drafted.asked[kept], drafted.claims[kept[drafted.claims["request"]]]
    yield from _case_tables(country, asked, claims, _left_out(drafted, kept), drafted).items()
    yield from _place_tables(country, asked).items()
    of = claims.set_index("case")["claim_id"]
    for part in staff:
        yield from part.tables.items()
        lines = part.lines[part.lines["case"].isin(of.index)]
        claim = coded(of.index.get_indexer(pd.Index(lines["case"])), of.to_numpy())
        yield "claim_lines", lines.drop(columns="case").assign(claim_id=claim)


def _informed(country: Country) -> pd.DataFrame:
    """The block's establishments with the month from which each knows what inspectors look at.

    The circles in which somebody watches are drawn once as if nobody did: up to the first control that they
    see, that is what happens.
    """
    places = country.places
    rows = circles(places, country.draws, country.settings)
    if not rows.any():
        return places
    seen = draft(_only(country, rows))
    return places.assign(wary_from=wary_from(places, seen, country.wave, country.draws, country.settings))


def _only(country: Country, rows: Bools) -> Country:
    places = country.places[rows].reset_index(drop=True)
    return replace(country, frame=country.frame.only(rows), places=places)


def _left_out(drafted: Drafted, kept: Bools) -> pd.Series:
    """Cases of before the window that nothing rests on: few, where the window opens on a quiet time."""
    claims = drafted.claims.loc[~kept[drafted.claims["request"]], "claim_id"]
    cases: pd.Series = pd.concat([drafted.asked.loc[~kept, "request_id"], claims])
    return cases


def _case_tables(
    country: Country, asked: pd.DataFrame, claims: pd.DataFrame, left_out: pd.Series, drafted: Drafted
) -> dict[str, pd.DataFrame]:
    tables = {
        "requests": canonical.requests_table(asked),
        "request_events": canonical.events_table(asked),
        "agreements": agreements_table(asked, country.law, country.draws, country.settings),
        "claims": canonical.claims_table(claims),
        "truth": drafted.truth[~drafted.truth["case_id"].isin(left_out)],
    }
    for name in ("selections", "controls", "signals"):
        both = [getattr(stage, name) for stage in drafted.inspected]
        rows = pd.concat([frame for frame in both if len(frame)] or both, ignore_index=True)
        tables[name] = rows[~rows["case_id"].isin(left_out)]
    return tables


def _place_tables(country: Country, asked: pd.DataFrame) -> dict[str, pd.DataFrame]:
    places, wave, draws, knobs = country.places, country.wave, country.draws, country.settings
    return {
        "establishments": establishment_table(places, wave, draws, knobs)[list(canonical.ESTABLISHMENTS)],
        "successions": canonical.successions_table(places, wave, country.until, draws),
        "insolvencies": insolvency_table(places, wave, draws, knobs),
    }
