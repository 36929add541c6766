"""Inspectors: they choose by rough rules, hunches and tips, and see only part of what is there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct import KINDS
from apanalytics.synthetic.draws import Bools, Draws, Floats, Ints
from apanalytics.synthetic.knobs import Settings
from apanalytics.synthetic.names import hex_keys

_MOST_CERTAIN = 0.95
_USUAL_LOG_AMOUNT = 8.5
_ORIGINS = np.array(["agent", "employee", "works_council", "partner"])
_DAY = np.timedelta64(1, "D")
_FALSE_FINDINGS = np.array(["EFF-01", "HRS-04", "PAY-01", "ACT-01"])


@dataclass(frozen=True)
class Inspected:
    """What one stage's inspections leave behind: three canonical tables."""

    selections: pd.DataFrame
    controls: pd.DataFrame
    signals: pd.DataFrame


def inspect(
    cases: pd.DataFrame, stage: str, until: np.datetime64, draws: Draws, settings: Settings
) -> Inspected:
    """Return the campaigns of one stage.

    Parameters
    ----------
    cases : case_id, key, department, filed_on, drawn_on, plan (0 first, 1 second), rule (the inspectors' own
        score), amount (euros), nonconforming, deliberate, kind, undue (euros).
    until : day of the extraction; a control that closes later is open.
    """
    cases = cases[cases["drawn_on"] <= until].reset_index(drop=True)
    key, name, knobs = cases["key"].to_numpy(), f"{stage} inspection", settings.inspection
    likely = np.where(cases["deliberate"], knobs.tip_deliberate, knobs.tip_other) * _told(cases, settings)
    tip = draws.chance(f"{name} tip", likely, key)
    signals = _signals(cases[tip], stage, draws)
    begun = (cases["drawn_on"] >= np.datetime64(knobs.first_control, "M").astype("datetime64[D]")).to_numpy()
    cases, key, tip = cases[begun].reset_index(drop=True), key[begun], tip[begun]
    score = _score(cases, name, draws, settings)
    probability, chance_random = _probabilities(cases, score, stage, draws, settings)
    probability = np.where(tip, np.maximum(probability, knobs.tip_followed), probability)
    probability = np.maximum(np.round(probability, 6), 1e-6)
    listed = draws.uniform(f"{name} listed", key) < probability
    at_random = draws.uniform(f"{name} how", key) < chance_random / probability
    channel = np.select([~listed, tip, at_random], ["released", "signal", "random"], "targeted")
    selections = pd.DataFrame(
        {
            "campaign_id": cases["campaign_id"],
            "stage": stage,
            "case_id": cases["case_id"],
            "drawn_on": cases["drawn_on"],
            "channel": channel,
            "stratum": np.where(cases["plan"] == 0, "plan 1", "plan 2"),
            "selection_probability": probability,
            "score": np.round(score, 4),
            "model_version": "inspectors",
            "listed": listed,
        }
    )
    return Inspected(selections, _controls(cases, channel, stage, until, draws, settings), signals)


def _told(cases: pd.DataFrame, settings: Settings) -> Floats:
    """How much likelier than usual somebody tells of a case: of the kinds that people see and talk of."""
    tips = np.array([settings.conduct.kinds[entry.code].tips for entry in KINDS] + [1.0])
    return np.where(cases["nonconforming"], tips[cases["kind"].to_numpy()], 1.0)


def _score(cases: pd.DataFrame, name: str, draws: Draws, settings: Settings) -> Floats:
    """Rough rules, large amounts, and a hunch that knows a little of the truth and is in no feature."""
    knobs = settings.inspection
    hunch = (
        draws.normal(f"{name} hunch", cases["key"])
        + knobs.hunch_knowledge * cases["nonconforming"].to_numpy()
    )
    weight = np.where(cases["plan"] == 0, knobs.first_rule_weight, knobs.second_rule_weight)
    large = 0.25 * (np.log1p(cases["amount"].to_numpy()) - _USUAL_LOG_AMOUNT)
    return np.asarray(weight * cases["rule"].to_numpy() + knobs.hunch_weight * hunch + large)


def _probabilities(
    cases: pd.DataFrame, score: Floats, stage: str, draws: Draws, settings: Settings
) -> tuple[Floats, Floats]:
    """Chance of each case to be chosen at all, and at random: about a share of the office's cases."""
    knobs = settings.inspection
    what = "requests" if stage == "authorisation" else "claims"
    second = (cases["plan"] == 1).to_numpy()
    capacity = np.where(second, *(getattr(knobs, f"{plan}_{what}") for plan in ("second", "first")))
    usual = np.where(second, *(knobs.mean_weight[f"{plan}_{what}"] for plan in ("second", "first")))
    capacity = capacity * np.exp(0.3 * draws.normal("capacity", _department_key(cases["department"])))
    targeted = np.minimum(capacity * (1 - knobs.random_share) * weight(score) / usual, _MOST_CERTAIN)
    random = np.minimum(capacity * knobs.random_share, 1.0)
    return targeted + random - targeted * random, random


def weight(score: Floats) -> Floats:
    """Return how much likelier a case of this score is chosen than one of score 0."""
    return np.asarray(np.exp(np.clip(score, -6, 6)))


def _department_key(department: pd.Series) -> Ints:
    codes = department.map(lambda code: int.from_bytes(str(code).encode(), "big"))
    return codes.to_numpy(np.int64)


def _signals(cases: pd.DataFrame, stage: str, draws: Draws) -> pd.DataFrame:
    origin = _ORIGINS[draws.pick(f"{stage} tip origin", [0.3, 0.4, 0.15, 0.15], cases["key"])]
    early = draws.between(f"{stage} tip early", 0, 3, cases["key"]) * _DAY
    received = cases["drawn_on"].to_numpy("datetime64[D]")
    return pd.DataFrame(
        {
            "signal_id": "S-" + cases["case_id"],
            "stage": stage,
            "case_id": cases["case_id"],
            "received_on": np.maximum(received - early, cases["filed_on"].to_numpy("datetime64[D]")),
            "origin": origin,
            "kind": np.where(origin == "employee", "work_while_idle", "inconsistency"),
        }
    )


def _controls(
    cases: pd.DataFrame,
    channel: np.ndarray,
    stage: str,
    until: np.datetime64,
    draws: Draws,
    settings: Settings,
) -> pd.DataFrame:
    chosen = channel != "released"
    cases, channel = cases[chosen].reset_index(drop=True), channel[chosen]
    knobs, key, name = settings.inspection, cases["key"].to_numpy(), f"{stage} control"
    opened = cases["drawn_on"].to_numpy("datetime64[D]") + draws.between(f"{name} opens", 0, 6, key) * _DAY
    weeks = 0.3 + draws.exponential(f"{name} lasts", knobs.delay_weeks, key) * (
        0.15 if stage == "authorisation" else 1
    )
    closed = opened + (weeks * 7).astype(np.int64) * _DAY
    still = (closed > until) | draws.chance(f"{name} open", knobs.open_share, key)
    outcome, undue, findings = _found(cases, name, draws, settings)
    before = (cases["plan"] == 1).to_numpy() | (stage == "authorisation")
    recovered = np.where(before, 0.0, np.round(undue * draws.uniform(f"{name} recovered", key) ** 0.5, 2))
    paid_back = (recovered > 0) & draws.chance(f"{name} repaid", 0.6, key)
    back_on = closed + draws.between(f"{name} repaid after", 30, 200, key) * _DAY
    paid_back &= back_on <= until
    wrong = undue > 0
    table = pd.DataFrame(
        {
            "control_id": "C-" + cases["case_id"],
            "stage": stage,
            "case_id": cases["case_id"],
            "channel": np.where(channel == "signal", "tip", channel),
            "campaign_id": cases["campaign_id"],
            "team_key": hex_keys(draws.bits("team", _department_key(cases["department"]), key % 3)),
            "opened_on": opened,
            "closed_on": closed,
            "outcome": outcome,
            "findings": findings,
            "undue_amount": np.where(wrong, undue, 0.0),
            "blocked_amount": np.where(before & wrong, undue, 0.0),
            "recovered_amount": np.where(paid_back, recovered, 0.0),
            "recovered_on": np.where(paid_back, back_on, np.datetime64("NaT", "D")),
            "contested": wrong & draws.chance(f"{name} contested", 0.12, key),
            "sanction": pd.Series("report", index=cases.index).where(outcome == "deliberate_suspected"),
        }
    )
    table["contested"] = table["contested"].astype("boolean")
    for column in table.columns[list(table.columns).index("closed_on") :]:
        table[column] = table[column].mask(still)
    return table


def _found(
    cases: pd.DataFrame, name: str, draws: Draws, settings: Settings
) -> tuple[np.ndarray, Floats, np.ndarray]:
    """Outcome, amount, findings: detection misses by kind, departments differ, a few findings are wrong."""
    knobs, key, kind = settings.inspection, cases["key"].to_numpy(), cases["kind"].to_numpy()
    chance = np.array([settings.conduct.kinds[entry.code].found for entry in KINDS] + [0.0])[kind]
    strict = knobs.strictness_spread * draws.normal("strictness", _department_key(cases["department"]))
    seen = draws.chance(f"{name} seen", np.clip(chance + strict, 0.05, 0.98), key)
    seen &= cases["nonconforming"].to_numpy()
    wrong = ~cases["nonconforming"].to_numpy() & draws.chance(f"{name} false", knobs.false_finding, key)
    suspected = seen & cases["deliberate"].to_numpy() & draws.chance(f"{name} suspected", 0.8, key)
    suspected |= seen & ~cases["deliberate"].to_numpy() & draws.chance(f"{name} misjudged", 0.06, key)
    outcome = np.select([suspected, seen | wrong], ["deliberate_suspected", "error"], "compliant").astype(
        object
    )
    noise = np.exp(knobs.amount_noise * draws.normal(f"{name} amount", key))
    amount = np.where(seen, np.minimum(cases["undue"] * noise, cases["amount"]), 0.0)
    amount = np.where(wrong, 0.05 * cases["amount"], amount)
    return outcome, np.round(amount, 2), _findings(kind, seen, wrong, key, name, draws)


def _findings(kind: Ints, seen: Bools, wrong: Bools, key: Ints, name: str, draws: Draws) -> np.ndarray:
    texts = np.array([";".join(entry.findings) for entry in KINDS] + [""], dtype=object)
    first = np.array([entry.findings[0] for entry in KINDS] + [""], dtype=object)
    whole = draws.chance(f"{name} thorough", 0.6, key)
    false = _FALSE_FINDINGS[draws.below(f"{name} false finding", len(_FALSE_FINDINGS), key)]
    found = np.where(whole, texts[kind], first[kind])
    return np.where(seen, found, np.where(wrong, false, np.array([None], dtype=object)))
