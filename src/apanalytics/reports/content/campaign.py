"""The coming campaign by department: what the control plan allows, and what may be expected of it."""

from __future__ import annotations

import pandas as pd

from apanalytics.reports import french
from apanalytics.reports.blocks import Block, finding, note
from apanalytics.reports.content.regional import CASES, Regional
from apanalytics.reports.table import Column, table
from apanalytics.tables.geography import DEPARTMENTS
from apanalytics.targeting.draw import ranked
from apanalytics.targeting.plan import Plan


def campaign(regional: Regional, stage: str) -> Block:
    """Places, cases and expected euros of each department under the plan; says so where there is no plan.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> "--plan" in campaign(open_region("data/synthetic", "32", "2021-09"), "payment").html
    True
    """
    plan = regional.plan
    if plan is None:
        return finding(
            "Aucun plan de contrôle n’a été fourni : la campagne n’est pas chiffrée par département "
            "(option --plan)."
        )
    rows = expected(regional, stage, plan)
    known = bool(rows["findings"].notna().any())
    columns = [
        Column("label", "Département"),
        Column("capacity", "Contrôles prévus", french.number),
        Column("by_chance", "dont au hasard", french.number),
        Column("cases", "Dossiers du mois", french.number),
        Column("amount_eur", "Montant des premiers", french.euros),
    ]
    if known:
        columns.append(Column("findings", "Non-conformités attendues", _tenth))
    caption = (
        f"Campagne à venir sur les {CASES[stage]}, plan du {french.day(plan.from_)} au {french.day(plan.to)}"
    )
    total = rows[["capacity", "by_chance", "cases", "amount_eur"]].sum()
    findings = rows["findings"].sum() if known else float("nan")
    line = pd.Series({"label": "Ensemble", **total, "findings": findings}, dtype=object)
    return finding("{}", _finding(rows, plan, known)) + table(rows, caption, columns, total=line) + _why(plan)


def expected(regional: Regional, stage: str, plan: Plan) -> pd.DataFrame:
    """Per department of the plan: `capacity`, `by_chance` (places), `cases` filed in the month, and of the
    first of them in rank, for the other places: `amount_eur` at stake and `findings` expected (sum of risks;
    missing without a model).

    Examples
    --------
    >>> from datetime import date
    >>> from apanalytics.reports.content.regional import open_region
    >>> plan = Plan("32", {"59": 20}, date(2021, 10, 1), date(2021, 12, 31))
    >>> rows = expected(open_region("data/synthetic", "32", "2021-09"), "payment", plan)
    >>> rows[["label", "capacity", "by_chance"]].values.tolist()
    [['Nord (59)', 20, 2]]
    """
    cases = regional.filed(stage)
    scores = regional.derived.scores(stage, regional.region)
    if scores is None:
        scores = regional.derived.anomaly(stage, regional.region)[["score"]].assign(risk=float("nan"))
    scored = cases.join(scores[["score", "risk"]])
    rows = []
    for code, capacity in sorted(plan.departments.items()):
        here = scored[scored["department"] == code]
        by_chance = -(-capacity * round(1000 * plan.random_share) // 1000)
        first = here.loc[ranked(here["score"])].head(capacity - by_chance)
        rows.append(
            {
                "label": f"{DEPARTMENTS[code][0]} ({code})",
                "capacity": capacity,
                "by_chance": by_chance,
                "cases": len(here),
                "amount_eur": float(first["amount_eur"].sum()),
                "findings": float(first["risk"].sum()) if first["risk"].notna().any() else float("nan"),
            }
        )
    return pd.DataFrame(rows)


def _tenth(value: float) -> str:
    return french.number(value, 1)


def _finding(rows: pd.DataFrame, plan: Plan, known: bool) -> str:
    capacity, cases = int(rows["capacity"].sum()), int(rows["cases"].sum())
    text = (
        f"{french.count(capacity, 'contrôle')} par campagne pour {french.count(cases, 'dossier')} du mois"
        f"{', soit ' + french.percent(min(1.0, capacity / cases)) + ' des dossiers' if cases else ''}"
    )
    if known and capacity:
        rate = rows["findings"].sum() / max(1, (rows["capacity"] - rows["by_chance"]).sum())
        side = "au-dessus" if rate >= plan.precision_line else "au-dessous"
        text += (
            f" ; parmi les dossiers choisis par rang, {french.percent(rate, 0)} de non-conformités "
            f"sont attendues, "
            f"{side} de la ligne des {french.percent(plan.precision_line, 0)}"
        )
    return f"{text}."


def _why(plan: Plan) -> Block:
    cost = (
        f" Un contrôle coûte {french.euros(plan.control_cost_eur)} selon le plan."
        if plan.control_cost_eur
        else ""
    )
    return note(
        "{} des places sont tirées au hasard : ces contrôles mesurent le taux de non-conformité de "
        "l’ensemble, "
        "sans lequel ni la précision, ni ce qui échappe au ciblage ne peuvent être connus. Les "
        "probabilités du "
        "tirage sont conservées.{}",
        french.percent(plan.random_share, 0),
        cost,
    )
