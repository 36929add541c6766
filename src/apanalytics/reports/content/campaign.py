"""The coming campaign by department: whom the plan's places go to and why, and what to expect of them."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pandas as pd

from apanalytics.reports import french
from apanalytics.reports.blocks import Block, bullets, finding, note, text
from apanalytics.reports.content.closed import known_outcomes
from apanalytics.reports.content.regional import CASES, STAGES, Regional
from apanalytics.reports.table import Column, table
from apanalytics.risk import UndueShare
from apanalytics.tables.geography import DEPARTMENTS
from apanalytics.targeting.draw import Shares, places_of, ranked
from apanalytics.targeting.for_euros import for_euros, share_given
from apanalytics.targeting.plan import Plan

SIGNALLED_SQL = """
SELECT DISTINCT case_id FROM signals WHERE stage = $stage AND received_on <= $last ORDER BY case_id
"""
CHANNELS = {
    "by_score": "Par le rang",
    "by_chance": "Au hasard",
    "uncertain": "Incertains",
    "rules": "Critères peu éprouvés",
    "signal": "Signalés",
}
WHY = {
    "by_score": "ce sont les dossiers que le classement place en tête ; quand leur risque est estimé, à "
    "risque presque égal, ceux dont l’indu attendu est le plus élevé. Ils portent l’essentiel du résultat "
    "attendu.",
    "by_chance": "sans eux, ni le taux de non-conformité de l’ensemble, ni la précision, ni ce qui échappe "
    "au ciblage ne peuvent être connus. La probabilité de chaque dossier est conservée.",
    "uncertain": "dossiers dont le risque est le plus proche d’une chance sur deux : leur contrôle est celui "
    "qui apprend le plus au modèle.",
    "rules": "dossiers qui présentent un critère que peu de contrôles ont éprouvé : leur contrôle dit ce "
    "qu’il vaut.",
    "signal": "dossiers que des agents ou des tiers ont signalés ; les places qu’ils laissent vont au rang.",
}


def campaign(regional: Regional, stage: str) -> Block:
    """Places, cases and expected euros of each department under the plan; says so once where there is none.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> "--plan" in campaign(open_region("data/synthetic", "32", "2021-09"), "authorisation").html
    True
    """
    plan = regional.plan
    if plan is None and stage != STAGES[0]:
        return text("")
    if plan is None:
        return finding(
            "Aucun plan de contrôle n’a été fourni : la campagne n’est pas chiffrée par département "
            "(option --plan)."
        )
    rows = expected(regional, stage, plan)
    used = [name for name in CHANNELS if rows[name].sum()]
    return (
        finding("Pour les {}, {}", CASES[stage], _finding(rows, plan))
        + _places(rows, stage, plan, used)
        + bullets([_why(name, int(rows[name].sum())) for name in used])
        + _outlook(rows, stage, plan)
    )


def expected(regional: Regional, stage: str, plan: Plan) -> pd.DataFrame:
    """Per department of the plan, what a campaign on the cases filed in the month would be.

    `capacity`, `cases`, the places that each of `CHANNELS` takes; and of the cases chosen by rank:
    `amount_eur` at stake, `findings` expected (sum of risks) and `undue_eur` expected, both missing without a
    model, the latter also where no control tells the undue share of an amount.

    Examples
    --------
    >>> from datetime import date
    >>> from apanalytics.reports.content.regional import open_region
    >>> plan = Plan("32", {"59": 10}, date(2021, 10, 1), date(2021, 12, 31), random_share=0.2)
    >>> rows = expected(open_region("data/synthetic", "32", "2021-09"), "payment", plan)
    >>> rows[["label", "capacity", "by_chance"]].values.tolist()
    [['Nord (59)', 10, 2]]
    """
    pool = _pool(regional, stage)
    given = share_given(plan.precision_for_euros, stage)
    shares = Shares(plan.random_share, plan.uncertain_share, plan.rules_share, plan.signal_share)
    rows = []
    for code, capacity in sorted(plan.departments.items()):
        here = pool[pool["department"] == code]
        places = places_of(capacity, len(here), int(here["signalled"].sum()), shares) if capacity else None
        signalled = here.index[here["signalled"]][: places.signal if places else 0]
        here = here.drop(signalled)
        first = here.loc[for_euros(here, places.by_score if places else 0, given, plan.precision_line)]
        rows.append(
            {
                "label": f"{DEPARTMENTS[code][0]} ({code})",
                "capacity": capacity,
                "cases": len(here),
                **(asdict(places) if places else dict.fromkeys(CHANNELS, 0)),
                "amount_eur": float(first["amount_eur"].sum()),
                "findings": float(first["risk"].sum(skipna=False)),
                "undue_eur": float(first["undue_eur"].sum(skipna=False)),
            }
        )
    frame = pd.DataFrame(rows)
    if pool["risk"].isna().all():
        frame["findings"] = float("nan")
    return frame if pool["undue_eur"].notna().any() else frame.assign(undue_eur=float("nan"))


def _pool(regional: Regional, stage: str) -> pd.DataFrame:
    """The month's cases, most suspect first, with their risk, expected undue euros, and whether signalled."""
    cases = regional.filed(stage)
    scores = regional.derived.scores(stage, regional.region)
    if scores is None:
        scores = regional.derived.anomaly(stage, regional.region)[["score"]].assign(risk=float("nan"))
    pool = cases.join(scores[["score", "risk"]])
    told = regional.rows(SIGNALLED_SQL, stage=stage, last=regional.last_day)["case_id"]
    pool["signalled"] = pool.index.isin(told)
    pool["undue_eur"] = _undue(regional, stage, pool)
    return pool.loc[ranked(pool["score"])]


def _undue(
    regional: Regional, stage: str, pool: pd.DataFrame
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Risk x share of the amount that controls of the region found undue x amount."""
    unknown = np.full(len(pool), np.nan)
    if not regional.tables.has("controls"):
        return unknown
    share = UndueShare.learn(known_outcomes(regional, stage), regional.cases[stage])
    if share is None:
        return unknown
    risk, amount = (pool[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in ("risk", "amount_eur"))
    return share.expected(risk, amount)


def _finding(rows: pd.DataFrame, plan: Plan) -> str:
    capacity, cases = int(rows["capacity"].sum()), int(rows["cases"].sum())
    used = int(rows[list(CHANNELS)].to_numpy().sum())
    if not used:
        possible = french.count(capacity, "contrôle possible", "contrôles possibles")
        return f"{possible} par campagne, et aucun dossier dans le mois."
    told = (
        f"{french.count(capacity, 'contrôle possible', 'contrôles possibles')} par campagne pour "
        f"{french.count(cases, 'dossier')} du mois : {french.percent(min(1.0, used / cases), 0)} peuvent "
        "être contrôlés"
    )
    by_score, findings = int(rows["by_score"].sum()), rows["findings"].sum(skipna=False)
    if french.absent(findings) or not by_score:
        return f"{told}."
    share = findings / by_score
    side = "au-dessus" if share >= plan.precision_line else "au-dessous"
    return (
        f"{told} ; parmi les {french.number(by_score)} choisis par le rang, {french.percent(share, 0)} de "
        f"non conformes sont attendus, {side} de la ligne des {french.percent(plan.precision_line, 0)}."
    )


def _places(rows: pd.DataFrame, stage: str, plan: Plan, used: list[str]) -> Block:
    columns = (
        Column("label", "Département"),
        Column("capacity", "Contrôles possibles", french.number),
        Column("cases", "Dossiers du mois", french.number),
        *(Column(name, CHANNELS[name], french.number) for name in used),
    )
    caption = (
        f"À qui iraient les places, {CASES[stage]} (plan du {french.day(plan.from_)} au "
        f"{french.day(plan.to)}, appliqué aux dossiers du mois)"
    )
    sums = rows[["capacity", "cases", *used]].sum()
    return table(rows, caption, columns, total=pd.Series({"label": "Ensemble", **sums}, dtype=object))


def _why(name: str, places: int) -> Block:
    return text("<strong>{}</strong>, {} : {}", CHANNELS[name], french.count(places, "place"), WHY[name])


def _outlook(rows: pd.DataFrame, stage: str, plan: Plan) -> Block:
    """What the places given by rank may bring, against what the controls cost."""
    columns = [
        Column("label", "Département"),
        Column("by_score", "Choisis par le rang", french.number),
        Column("amount_eur", "Montant en jeu", french.euros),
    ]
    if rows["findings"].notna().any():
        columns.append(Column("findings", "Non conformes attendus", lambda n: french.number(n, 1)))
    if rows["undue_eur"].notna().any():
        columns.append(Column("undue_eur", "Indu attendu", french.euros))
    names = [column.name for column in columns[1:]]
    total = pd.Series({"label": "Ensemble", **rows[names].sum()}, dtype=object)
    caption = f"Ce que l’on peut attendre des dossiers choisis par le rang ({CASES[stage]})"
    return table(rows, caption, columns, total=total) + _cost(rows, plan)


def _cost(rows: pd.DataFrame, plan: Plan) -> Block:
    about = (
        "L’indu attendu est le risque, fois le montant, fois la part du montant que les contrôles passés ont "
        "trouvée indue."
        if rows["undue_eur"].notna().any()
        else "L’indu attendu n’est pas chiffré : il y faut un modèle de risque (option --model) et des "
        "contrôles qui donnent l’indu."
    )
    if not plan.control_cost_eur:
        return note("{}", about)
    places = int(rows[list(CHANNELS)].to_numpy().sum())
    return note(
        "{} Un contrôle coûte {} selon le plan, soit {} pour {}.",
        about,
        french.euros(plan.control_cost_eur),
        french.euros(places * plan.control_cost_eur),
        french.count(places, "contrôle"),
    )
