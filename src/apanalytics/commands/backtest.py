"""`apanalytics backtest`: campaigns replayed month by month."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from apanalytics.commands.console import JsonOption, SeedOption, command, give, say
from apanalytics.evaluation.backtest import Backtest
from apanalytics.evaluation.backtest import backtest as replayed
from apanalytics.evaluation.replay import replay
from apanalytics.features import cases, features
from apanalytics.risk import anomaly_scores
from apanalytics.risk.labels import one_day, one_stage
from apanalytics.tables import Tables, read, replacing
from apanalytics.tables.geography import REGIONS

SUMMARY = "backtest.json"


@command
def backtest(
    data: Annotated[Path, typer.Argument(help="Folder of the canonical tables.")],
    out: Annotated[Path, typer.Argument(help="Folder to write backtest.parquet and backtest.json to.")],
    stage: Annotated[str, typer.Option(help="authorisation or payment.")],
    capacity: Annotated[float, typer.Option(help="Share of each month's cases that is listed.")] = 0.1,
    from_: Annotated[str | None, typer.Option("--from", help="First day of a campaign.")] = None,
    to: Annotated[str | None, typer.Option(help="Last day of a campaign.")] = None,
    by_controls: Annotated[
        bool, typer.Option("--by-controls", help="Judge by drawn controls even where there is a truth.")
    ] = False,
    trees: Annotated[
        int | None,
        typer.Option(help="Trees per learner; fewer is quicker. Default: by number of outcomes."),
    ] = None,
    seed: SeedOption = 0,
    as_json: JsonOption = False,
) -> None:
    """Replay a campaign on the first day of each month, with what was known on that day.

    Each list is judged by the truth of a synthetic country, otherwise by controls with logged probabilities,
    and stands beside chance, amounts, rules, anomaly, last year's model and the ceiling. Precision is told
    per date, then over dates, never pooled. With truth, the first control plan is replayed beside the second.

    Example: apanalytics backtest data/synthetic out/backtest --stage payment --from 2021-01-01
    """
    tables, chosen = read(data), one_stage(stage, "--stage")
    first, last = (one_day(day, "--from/--to") if day else None for day in (from_, to))
    found = replayed(
        tables,
        chosen,
        capacity=capacity,
        from_=first,
        to=last,
        truth=False if by_controls else None,
        trees=trees,
        seed=seed,
        step=lambda day: say(f"{day} replayed"),
    )
    result = {"stage": chosen, "capacity": capacity, "seed": seed} | found.json()
    if tables.has("truth") and not by_controls:
        result |= _plans(tables, chosen, seed)
    _write(found, result, out)
    give(result | {"folder": str(out)}, as_json, _told(result, out))


def _plans(tables: Tables, stage: str, seed: int) -> dict[str, Any]:
    """Replay both control plans, in each region and in all, ranked by what needs no outcome.

    Cases are looked at on the day by which they had to be decided.
    """
    where = cases(tables, stage)
    days = where["decide_by"].dropna()
    frame = features(tables, stage, as_of=days)
    scores = anomaly_scores(frame, cases(tables, stage, as_of=days))["score"]

    def plans(regions: list[str] | None) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(
            replay(tables, stage, scores, regions=regions, seed=seed).to_json(orient="index")
        )
        return told

    codes = sorted(set(where["region"].dropna()) & REGIONS.keys())
    return {"plans": plans(None), "plans_by_region": {code: plans([code]) for code in codes}}


def _write(found: Backtest, result: dict[str, Any], out: Path) -> None:
    with replacing(out, mark=SUMMARY) as beside:
        rows = found.rows.assign(on=pd.to_datetime(found.rows["on"]))
        rows.to_parquet(beside / "backtest.parquet", index=False)
        text = json.dumps(result, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        (beside / SUMMARY).write_text(text, encoding="utf-8")


def _told(result: dict[str, Any], out: Path) -> str:
    """Say precision over dates, one ranking a line."""
    lines = [f"{result['dates']} campaigns replayed, in {out}. Precision over dates:"]
    for name, one in sorted(result["precision"].items(), key=lambda pair: -(pair[1]["value"] or 0)):
        if one["value"] is None:
            lines.append(f"{name:>10}: not estimable: {one['why']}")
        else:
            lines.append(f"{name:>10}: {one['value']:.1%} [{one['low']:.1%} ; {one['high']:.1%}]")
    lines += [_plan(f"{name} plan", plan) for name, plan in result.get("plans", {}).items()]
    for code, plans in result.get("plans_by_region", {}).items():
        lines += [_plan(f"{REGIONS[code]}, {name} plan", plan) for name, plan in plans.items()]
    return "\n".join(lines)


def _plan(name: str, plan: dict[str, Any]) -> str:
    """Say what a control plan keeps, costs and takes, where there is something to tell."""
    kept, delay = plan["share_kept"], plan["delay_days"]
    if kept is not None:
        share = f"{kept:.0%} of the undue euros kept"
    elif plan["undue_eur"]:
        share = "no share of the undue euros known (no control shows how often one finds them)"
    else:
        share = "no undue euro to keep"
    wait = "no delay known" if delay is None else f"{delay:.0f} days to the end (median)"
    firms = f"{plan['firms_disturbed']} firms disturbed for nothing"
    if plan["share_repaid"] is not None:
        firms += f", {plan['share_repaid']:.1%} of all made to pay back"
    return f"{name}: {plan['checks']} checks, {share}, {firms}, {wait}"
