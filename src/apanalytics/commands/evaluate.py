"""`apanalytics evaluate`: how good a list or a ranking was."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from apanalytics.commands.console import JsonOption, command, give, say
from apanalytics.errors import UnreadableFile
from apanalytics.evaluation import evaluate as measure
from apanalytics.evaluation import watch
from apanalytics.risk.labels import one_stage
from apanalytics.tables import read
from apanalytics.targeting import read_model


@command
def evaluate(
    data: Annotated[Path, typer.Argument(help="Folder of the canonical tables.")],
    listing: Annotated[Path, typer.Argument(metavar="LIST_DIR|SCORES", help="A list's folder, or scores.")],
    stage: Annotated[str, typer.Option(help="authorisation or payment.")],
    capacity: Annotated[
        float, typer.Option(help="For scores: share of the cases (below 1), or number of cases.")
    ] = 0.1,
    truth: Annotated[bool, typer.Option("--truth", help="Judge by a synthetic country's truth.")] = False,
    previous: Annotated[Path | None, typer.Option(help="Last period's model, as one more baseline.")] = None,
    watched: Annotated[
        bool,
        typer.Option("--watch", help="Of a list: groups of firms, regions, campaigns, offices, drift too."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Measure precision with intervals, against 60 %, the base rate and every baseline.

    A figure that cannot be computed honestly is null, with the reason why.

    Example: apanalytics evaluate data/synthetic lists/september --stage payment --json
    """
    before = read_model(previous, say) if previous else None
    tables, table = read(data), _read(listing)
    result = measure(tables, table, one_stage(stage, "--stage"), capacity, truth, before)
    if watched and result["campaign_id"] is not None:
        result["watch"] = watch(tables, table, stage, truth)
    give(result, as_json, "\n".join([_told(result), *_watched(result.get("watch"))]))


def _read(place: Path) -> pd.DataFrame:
    """Read the list of a folder, or a file of scores."""
    path = place / "targets.parquet" if place.is_dir() else place
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError):
        raise UnreadableFile(
            "Not a Parquet file of a list or of scores" if path.exists() else "No list and no scores here",
            where=str(path),
            todo="Give the folder that `apanalytics target` wrote, or the file of `apanalytics score`.",
        ) from None


def _told(result: dict[str, Any]) -> str:
    """Say the result in plain lines."""
    rows = {"precision": result["precision"], "base rate": result["base_rate"], **result["baselines"]}
    known = result["outcomes_known"]
    lines = [
        f"{result['capacity']} of {result['cases']} cases chosen, "
        f"{known} {'outcome' if known == 1 else 'outcomes'} known"
    ]
    lines += [f"{name:>10}: {_share(found)}" for name, found in rows.items()]
    lines += [
        f"listed but never controlled, {one['stratum']}: {one['never_controlled']} of {one['listed']}"
        for one in result["never_controlled"] or ()
        if one["never_controlled"]
    ]
    if result["line_applies"] is not False:
        return "\n".join([*lines, f"      line: {result['line']:.0%}"])
    return "\n".join([*lines, f"      line: {result['line']:.0%} is out of reach of a list this long"])


def _watched(found: dict[str, Any] | None) -> list[str]:
    """Say the rates of regions and past campaigns, and where the tables are."""
    if found is None:
        return []
    rates = {f"region {code}": rate for code, rate in found["regions"].items()}
    rates["past campaigns"] = found["campaigns"]["over"]
    lines = [f"{name}: {_share(rate)}" for name, rate in rates.items()]
    return [*lines, "Groups of firms, single campaigns, hunches, offices and drift are in --json."]


def _share(found: dict[str, Any]) -> str:
    if found["value"] is None:
        return f"not estimable: {found['why']}"
    return f"{found['value']:.1%} [{found['low']:.1%} ; {found['high']:.1%}]"
