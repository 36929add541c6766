"""The whole draw: firms, requests, inspections, decisions, claims and payroll, then files."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from apanalytics import sources
from apanalytics.errors import InvalidArgument
from apanalytics.synthetic import canonical
from apanalytics.synthetic.asking import requests as full_requests
from apanalytics.synthetic.claims import Country, chunks, claim_frame
from apanalytics.synthetic.deciding import decide, rule_for_claims, rule_for_requests, used
from apanalytics.synthetic.draws import Draws, Ints
from apanalytics.synthetic.economy import sizes
from apanalytics.synthetic.filing import filings
from apanalytics.synthetic.inspectors import Inspected, inspect
from apanalytics.synthetic.knobs import settings as read_settings
from apanalytics.synthetic.laws import monthly_law
from apanalytics.synthetic.official import Wave, month_range, wave
from apanalytics.synthetic.register import establishment_table, insolvency_table, register
from apanalytics.synthetic.truth import truth
from apanalytics.tables import read, replacing, write_table
from apanalytics.tables.geography import parse_region

LAYOUTS = ("canonical", "extracts")
MARK = "synth.json"
"""The file that says how a folder was drawn."""
STEPS = ("firms", "requests", "claims", "files")
"""Names of the steps of a draw, in order."""
_DAY = np.timedelta64(1, "D")
_SLACK_MONTHS = 16
_STAFF = ("payroll", "payroll_months", "headcounts", "claim_lines")
_NOMINATIVE = ("payroll", "claim_lines")


@dataclass(frozen=True)
class Drawn:
    """What a draw left: its folder, rows by table, and how many requests the whole country has."""

    folder: Path
    rows: dict[str, int]
    national_requests: int


def _quiet(step: str) -> None:
    """Say nothing."""


def synth(
    out: str | Path,
    requests: int = 20_000,
    seed: int = 0,
    regions: Sequence[str] | None = None,
    start: str = "2020-03",
    end: str = "2021-12",
    scenario: str = "base",
    layout: str = "canonical",
    lines: bool = True,
    step: Callable[[str], None] = _quiet,
) -> Drawn:
    """Draw a synthetic country and write it.

    Parameters
    ----------
    out : folder to write; an earlier draw there is replaced once the new one is complete.
    requests : requests filed in the whole country, 1 or more; a region gets its share.
    seed : the same seed, arguments and version give the same values.
    regions : region codes or labels to keep; the rows are those of the national draw. None keeps all.
    start, end : first and last month of filing, `YYYY-MM`, from 2019-01 to 2023-12.
    scenario : name of a settings file (`knobs.scenarios()`).
    layout : `canonical` tables, or real-layout `extracts` of SI APART and SIRENE.
    lines : False leaves out `claim_lines` and `payroll`, and changes nothing else.
    step : called with the name of each of the `STEPS` as it ends.

    Returns
    -------
    Rows by table, and the number of requests of the whole country.

    Raises
    ------
    InvalidArgument : an argument has a value that cannot be used, or `out` holds something else.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as place:
    ...     drawn = synth(f"{place}/corsica", requests=2000, seed=1, regions=["94"], scenario="tiny")
    ...     sorted(drawn.rows)[:4], drawn.national_requests
    (['agreements', 'claim_lines', 'claims', 'controls'], 2000)
    """
    if layout not in LAYOUTS:
        raise InvalidArgument(
            "Unknown layout", where="--layout", value=layout, todo=f"Use one of: {', '.join(LAYOUTS)}."
        )
    kept = sorted({parse_region(region) for region in regions or ()})
    country = _country(requests, seed, kept, start, end, scenario)
    step("firms")
    asked = {"requests": requests, "seed": seed, "regions": kept, "start": start, "end": end}
    note = {**asked, "scenario": scenario, "layout": layout, "lines": lines}
    with replacing(out, mark=MARK) as folder:
        rows, rates = _write(country, folder, layout, lines, step)
        (folder / MARK).write_text(
            json.dumps({**note, "rows": rows, "rates": rates}, indent=2) + "\n", "utf-8"
        )
    step("files")
    return Drawn(Path(out), rows, country.frame.national)


def _country(count: int, seed: int, regions: list[str], start: str, end: str, scenario: str) -> Country:
    """Draw firms, establishments and the months they file in."""
    if count < 1:
        raise InvalidArgument("A country needs a request at least", where="--requests", value=count)
    knobs, draws, months = read_settings(scenario), Draws(seed), month_range(start, end)
    law = monthly_law(str(months[0] - knobs.payroll.months_before), str(months[-1] + _SLACK_MONTHS))
    expected = wave(start, end, float(law.legal_hours[0]))
    frame = filings(count, _positions(regions, expected), expected, law, draws, knobs)
    places = register(frame, expected, draws, knobs)
    until = (months[-1] + 1).astype("datetime64[D]") - _DAY + knobs.inspection.extracted_after_days * _DAY
    return Country(frame, places, expected, sizes(expected, knobs), law, draws, knobs, until)


def _positions(regions: list[str], expected: Wave) -> Ints:
    for region in regions:
        if region not in expected.regions:
            raise InvalidArgument("No published figure for this region", where="--regions", value=region)
    return np.array(
        [expected.regions.index(region) for region in regions or expected.regions], dtype=np.int64
    )


def _write(
    country: Country, folder: Path, layout: str, lines: bool, step: Callable[[str], None]
) -> tuple[dict[str, int], dict[str, float]]:
    """Draw the rest and write every table; return the rows of each, and the rates of the draw."""
    with tempfile.TemporaryDirectory(prefix=".parts.", dir=folder.parent) as parts:
        target = folder if layout == "canonical" else Path(parts) / "canonical"
        frames = _frames(country, Path(parts), lines, step)
        rows = {name: _stored(frame, name, target) for name, frame in frames.items()}
        for name in _STAFF:
            if lines or name not in _NOMINATIVE:
                rows[name] = _gathered(Path(parts), name, target)
        if layout == "extracts":
            tables = read(target)
            sources.write_apart(tables, folder / "apart")
            sources.write_sirene(tables, folder / "sirene")
    return dict(sorted(rows.items())), _rates(frames)


def _rates(frames: dict[str, pd.DataFrame]) -> dict[str, float]:
    """Share of cases of each stage that do not conform, and of firms with a claim that does not."""
    truth_, claims = frames["truth"], frames["claims"]
    rates = truth_.groupby("stage")["nonconforming"].mean()
    wrong = set(truth_.loc[truth_["nonconforming"] & (truth_["stage"] == "payment"), "case_id"])
    firms = claims["claim_id"].isin(wrong).groupby(claims["siret"].str[:9]).any().mean()
    return {
        **{str(stage): round(float(rate), 4) for stage, rate in rates.items()},
        "firms": round(float(firms), 4),
    }


def _stored(frame: pd.DataFrame, name: str, folder: Path) -> int:
    write_table(frame, name, folder)
    return len(frame)


def _gathered(parts: Path, name: str, folder: Path) -> int:
    """Put the chunks of one table together, in the order of its key."""
    with duckdb.connect(config={"temp_directory": str(parts / "spill")}) as con:
        rows = con.sql(f"SELECT * FROM read_parquet('{parts.as_posix()}/{name}/*.parquet')")
        write_table(rows, name, folder)
        found = con.execute(
            f"SELECT count(*) FROM read_parquet('{parts.as_posix()}/{name}/*.parquet')"
        ).fetchone()
    return int(found[0]) if found else 0


def _frames(
    country: Country, parts: Path, lines: bool, step: Callable[[str], None]
) -> dict[str, pd.DataFrame]:
    """Every table but those of staff, which go to `parts` chunk by chunk."""
    wave_, draws, knobs, places = country.wave, country.draws, country.settings, country.places
    asked = full_requests(country.frame, places, wave_, country.size, country.law, draws, knobs)
    asked = canonical.identify(asked, places, wave_, draws, knobs)
    asked_truth, asked_inspected = _inspect_requests(country, asked)
    asked = decide(asked, asked_inspected.controls, country.law, country.until, draws)
    closing = (wave_.months[-1] + 1).astype("datetime64[D]")
    filed = (asked["filed_on"] < closing).to_numpy()
    step("requests")
    claims = claim_frame(country, asked, (asked["granted"] & filed).to_numpy())
    claims = canonical.identify_claims(claims, asked, wave_, draws, knobs)
    claims = _claims(country, claims, closing, parts, lines)
    claims_truth, inspected = _inspect_claims(country, claims)
    step("claims")
    asked = used(asked, claims)
    tables = {
        "establishments": establishment_table(places, wave_, draws, knobs)[list(canonical.ESTABLISHMENTS)],
        "successions": canonical.successions_table(places, wave_, country.until, draws),
        "insolvencies": insolvency_table(places, wave_, draws, knobs),
        "requests": canonical.requests_table(asked),
        "request_events": canonical.events_table(asked),
        "agreements": canonical.agreements_table(asked, country.law, draws, knobs),
        "claims": canonical.claims_table(claims),
        "truth": pd.concat([asked_truth, claims_truth], ignore_index=True),
    }
    for name in ("selections", "controls", "signals"):
        both = [getattr(asked_inspected, name), getattr(inspected, name)]
        tables[name] = pd.concat([frame for frame in both if len(frame)] or both, ignore_index=True)
    return tables


def _claims(
    country: Country, claims: pd.DataFrame, closing: np.datetime64, parts: Path, lines: bool
) -> pd.DataFrame:
    """Fill in the claims chunk by chunk; keep those filed in the window."""
    done = []
    for name in _STAFF:
        (parts / name).mkdir()
    for number, chunk in enumerate(chunks(country, claims)):
        filed = chunk.claims[(chunk.claims["filed_on"] < closing) & (chunk.claims["idle_hours"] > 0)]
        done.append(filed)
        declared, of = chunk.declared, filed.set_index("case")["claim_id"]
        rows = chunk.lines[chunk.lines["case"].isin(of.index)]
        rows = rows.assign(claim_id=of.reindex(rows["case"]).to_numpy()).drop(columns="case")
        frames = (declared.payroll, declared.payroll_months, declared.headcounts, rows)
        for name, frame in zip(_STAFF, frames, strict=True):
            if lines or name not in _NOMINATIVE:
                frame.to_parquet(parts / name / f"{number:06d}.parquet", index=False)
    return pd.concat(done, ignore_index=True)


def _inspect_requests(country: Country, asked: pd.DataFrame) -> tuple[pd.DataFrame, Inspected]:
    knobs = country.settings
    paid = (asked["rate"] * asked["hours"]).round().astype("int64").to_numpy()
    due = (asked["due_rate"] * asked["due_hours"]).round().astype("int64").to_numpy()
    right = truth("authorisation", asked["request_id"], asked["kind"].to_numpy(), paid, due, knobs)
    plan = _plan(asked["filed_on"], country)
    drawn = (
        asked["filed_on"].to_numpy("datetime64[D]")
        + country.draws.between("request drawn", 0, 1, asked["case"]) * _DAY
    )
    rule = rule_for_requests(asked, country.places, plan)
    cases = _cases(asked, asked["request_id"], "A", drawn, plan, rule, paid, right)
    return right, inspect(cases, "authorisation", country.until, country.draws, knobs)


def _inspect_claims(country: Country, claims: pd.DataFrame) -> tuple[pd.DataFrame, Inspected]:
    knobs, draws, case = country.settings, country.draws, claims["case"].to_numpy()
    paid, due = claims["paid_cents"].to_numpy(), claims["due_cents"].to_numpy()
    right = truth("payment", claims["claim_id"], claims["kind"].to_numpy(), paid, due, knobs)
    filed, plan = claims["filed_on"].to_numpy("datetime64[D]"), _plan(claims["filed_on"], country)
    paid_on = filed + draws.between("paid after", 5, 20, case) * _DAY
    after = paid_on + draws.between("claim drawn after payment", 15, 90, case) * _DAY
    drawn = np.where(plan == 1, filed + draws.between("claim drawn", 1, 4, case) * _DAY, after)
    rule = rule_for_claims(claims, plan)
    cases = _cases(claims, claims["claim_id"], "P", drawn, plan, rule, paid, right)
    inspected = inspect(cases, "payment", country.until, draws, knobs)
    found = inspected.controls[inspected.controls["outcome"].isin(["error", "deliberate_suspected"])]
    stopped = claims["claim_id"].isin(found["case_id"]) & (plan == 1)
    claims["paid_on"] = np.where(stopped | (paid_on > country.until), np.datetime64("NaT", "D"), paid_on)
    return right, inspected


def _plan(filed_on: pd.Series, country: Country) -> np.ndarray:
    second = np.datetime64(country.settings.inspection.second_plan, "D")
    return (filed_on.to_numpy("datetime64[D]") >= second).astype(np.int64)


def _cases(
    table: pd.DataFrame,
    case_id: pd.Series,
    letter: str,
    drawn: np.ndarray,
    plan: np.ndarray,
    rule: np.ndarray,
    paid: np.ndarray,
    right: pd.DataFrame,
) -> pd.DataFrame:
    """What `inspect` reads, of either stage."""
    month = np.datetime_as_string(drawn.astype("datetime64[M]"))
    return pd.DataFrame(
        {
            "case_id": case_id.to_numpy(),
            "key": table["case"].to_numpy(),
            "department": table["department"].to_numpy(),
            "campaign_id": letter
            + "-"
            + table["department"].to_numpy().astype(str).astype(object)
            + "-"
            + month.astype(object),
            "drawn_on": drawn,
            "plan": plan,
            "rule": rule,
            "amount": paid / 100,
            "nonconforming": right["nonconforming"].to_numpy(),
            "deliberate": right["deliberate"].to_numpy(),
            "kind": np.where(right["kind"].notna(), table["kind"].to_numpy(), -1),
            "undue": right["undue_amount"].to_numpy(),
        }
    )
