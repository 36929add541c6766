"""`apanalytics target`: the control list of one campaign."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from apanalytics import law
from apanalytics.commands.console import JsonOption, SeedOption, command, give, say
from apanalytics.errors import NothingToDo
from apanalytics.features import cases, features
from apanalytics.risk import LOOK_BACK_DAYS, RiskModel
from apanalytics.risk.labels import one_day, one_stage
from apanalytics.tables import Tables, read
from apanalytics.targeting import draw_campaign, provenance, read_model, read_plan, write_list
from apanalytics.targeting.eligible import eligible


@command
def target(
    data: Annotated[Path, typer.Argument(help="Folder of the canonical tables.")],
    model: Annotated[str, typer.Argument(help="A model folder, or the word `anomaly`: needs no control.")],
    out_dir: Annotated[Path, typer.Argument(help="Folder to write the list to.")],
    stage: Annotated[str, typer.Option(help="authorisation or payment.")],
    on: Annotated[str, typer.Option(help="Day of the campaign; nothing known later is used.")],
    capacity: Annotated[int | None, typer.Option(help="Cases that inspectors can control.")] = None,
    plan: Annotated[Path | None, typer.Option(help="Control plan: places by department (plan.yaml).")] = None,
    release_share: Annotated[
        float | None, typer.Option(help="Share of the cases that may be accepted unchecked.")
    ] = None,
    random_share: Annotated[
        float | None, typer.Option(help="Share drawn at random, above 0 (0.1; of the released in a release).")
    ] = None,
    min_precision: Annotated[
        float | None, typer.Option(help="Rank by net euros under this least expected precision.")
    ] = None,
    precision_for_euros: Annotated[
        float | None,
        typer.Option(help="Share of the expected precision given for euros; 0: by risk alone."),
    ] = None,
    guarantee: Annotated[
        str | None, typer.Option(help="Say what can be promised: average or campaigns.")
    ] = None,
    region: Annotated[list[str] | None, typer.Option(help="Region code; may be repeated.")] = None,
    seed: SeedOption = 0,
    as_json: JsonOption = False,
) -> None:
    """Draw the list of one campaign: most by risk, a share at random, each probability logged.

    Give one of --capacity, --plan and --release-share.
    Writes targets.parquet, .csv and .xlsx (a sheet per department), returns/ (a form per department for what
    inspectors find) and campaign.json in OUT_DIR, and adds the register of every eligible case to DATA's
    selections. A model that knows too few findings gives way to the anomaly, which is said here and, under
    cold_model, in campaign.json.

    Example: apanalytics target data/synthetic models/payment lists/september --stage payment --on 2021-09-15
    --capacity 200 --region 32
    """
    cold: list[str] = []
    tables, ranker, day = read(data), read_model(model, cold.append), one_day(on, "--on")
    for line in cold:
        say(line)
    frame = _frame(tables, one_stage(stage), day, LOOK_BACK_DAYS if isinstance(ranker, RiskModel) else 0)
    say(f"Ranking {len(frame)} cases as of {day}")
    campaign = draw_campaign(
        ranker,
        frame,
        tables,
        day,
        capacity,
        random_share,
        seed,
        region,
        plan=read_plan(plan) if plan else None,
        min_precision=min_precision,
        guarantee=guarantee,
        release_share=release_share,
        precision_for_euros=precision_for_euros,
    )
    campaign = campaign.in_place_of(cold[0] if cold else None)
    write_list(campaign, tables, out_dir, provenance(tables, law.fingerprint()))
    give(campaign.summary | {"folder": str(out_dir)}, as_json, _told(campaign.summary, out_dir))


def _told(summary: Mapping[str, Any], out_dir: Path) -> str:
    """Say what was listed; with room for every case nothing is left to draw."""
    listed, eligible_cases = summary["listed"], summary["eligible"]
    if listed == eligible_cases:
        return f"All {listed} eligible cases are listed, hence no random share, in {out_dir}."
    drawn = summary["drawn_at_random"]
    lines = [f"{listed} cases listed of {eligible_cases} eligible, {drawn} of them at random, in {out_dir}."]
    if "euros" in summary:
        lines.append(_euros(summary["euros"]))
    if summary.get("for_euros", {}).get("exchanged"):
        lines.append(_for_euros(summary["for_euros"]))
    if summary["guarantee"]["mode"]:
        holds = "holds" if summary["guarantee"]["holds"] else "does not hold yet"
        lines.append(f"The guarantee {holds}: {summary['guarantee']['why']}.")
    if summary["line"]["applies"] is False:
        lines.append(f"The line of {summary['line']['value']:.0%} is out of reach: {summary['line']['why']}.")
    return "\n".join(lines)


def _euros(found: Mapping[str, Any]) -> str:
    """Say what is expected of a list chosen for euros, and how far any other choice could go."""
    if found["expected_precision"] is None:
        return "No case is worth its control at this precision: the places by euros stay empty."
    return (
        f"{found['net_eur']:,.0f} € net are expected at a precision of {found['expected_precision']:.0%}; "
        f"no other choice could pass {found['bound_eur']:,.0f} € (gap {found['gap']:.1%})."
    )


def _for_euros(found: Mapping[str, Any]) -> str:
    """Say what the list gives of its expected precision, and what it gets."""
    return (
        f"{found['exchanged']} of the cases by score are there for their amounts: expected precision "
        f"{found['expected_precision']:.1%} in the place of {found['likeliest_precision']:.1%}, "
        f"{found['undue_eur']:,.0f} € expected undue in the place of {found['likeliest_undue_eur']:,.0f} €."
    )


def _frame(tables: Tables, stage: str, day: date, before: int) -> pd.DataFrame:
    """Return the features, as of the day, of the cases filed since the oldest that can still be chosen.

    Those of so many days `before` it are there too: a model blends in what it says of them.
    """
    open_cases = eligible(cases(tables, stage, to=day, as_of=day), tables, stage, day)
    if open_cases.empty:
        raise NothingToDo(
            "No case can be chosen",
            where=f"stage {stage}, on {day}",
            why="A case can be chosen from its filing to its decision or payment, unless it was controlled.",
            todo="Give a day within the filing dates of the data.",
        )
    filed = pd.to_datetime(open_cases["filed_on"])
    first = (
        None if filed.isna().any() else filed.min().date() - timedelta(days=before)
    )  # unknown days: every case up to the day
    return features(tables, stage, from_=first, to=day, as_of=day)
