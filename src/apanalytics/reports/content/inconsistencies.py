"""Which inconsistencies the month's cases show, how often, and the euros behind them."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from apanalytics.criteria import Criterion, catalogue
from apanalytics.reports import french
from apanalytics.reports.blocks import Block, finding, note, text
from apanalytics.reports.content.closed import ENOUGH, closed_controls, rate, written
from apanalytics.reports.content.lacking import unverified
from apanalytics.reports.content.regional import CASES, Regional
from apanalytics.reports.table import Column, table

NOTABLE = 0.5
"""Share of unverifiable cases from which a criterion that never fires is said to be little verified."""
COLUMNS = (
    Column("label", "Incohérence"),
    Column("fires", "Dossiers concernés", french.number, bar=True),
    Column("share", "Part des dossiers vérifiables", french.percent),
    Column("unverifiable", "Part non vérifiable", french.percent),
    Column("amount_eur", "Montant en jeu", french.euros),
    Column("precision", "Précision constatée (intervalle à 95 %)"),
)

ROW = ["code", "label", "fires", "share", "unverifiable", "amount_eur", "closed", "nonconforming"]


def inconsistencies(regional: Regional, stage: str) -> Block:
    """The criteria of a stage, the most frequent first; those never verifiable are left to the limits.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> region = open_region("data/synthetic", "32", "2021-09")
    >>> "Part non vérifiable" in inconsistencies(region, "payment").html
    True
    """
    rows = firing(regional, stage)
    if rows["share"].isna().all():
        return finding("Aucun critère ne peut être vérifié sur les {} de ce mois.", CASES[stage])
    shown = rows[rows["fires"] > 0]
    names = [_named(*row) for row in zip(shown["label"], shown["code"], strict=True)]
    found = [_precision(*row) for row in zip(shown["closed"], shown["nonconforming"], strict=True)]
    shown = shown.assign(
        label=pd.Series(names, index=shown.index, dtype=object),
        precision=pd.Series(found, index=shown.index, dtype=object),
    )
    caption = (
        f"Critères vérifiés sur les {CASES[stage]} déposées en {french.month(regional.month)}. Un même "
        "dossier peut présenter plusieurs incohérences : les lignes ne s’additionnent pas."
    )
    blocks = finding("{}", _finding(rows, stage))
    if len(shown):
        blocks += table(shown, caption, COLUMNS) + _about_precision(shown)
    return blocks + _silent(rows) + _left_out(rows)


@lru_cache(maxsize=8)
def firing(regional: Regional, stage: str) -> pd.DataFrame:
    """Per criterion of a stage: `code`, `label`, `fires` (cases), `share` of the verifiable ones (0..1).

    `share` is missing where no case could be verified; `unverifiable` is the share that could not;
    `amount_eur` the amount at stake in the cases where it fires. `closed` and `nonconforming` count the
    controls closed in twelve months of the region's cases where it fires, filed in whatever month.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> rows = firing(open_region("data/synthetic", "32", "2021-09"), "payment")
    >>> bool(rows["share"].dropna().between(0, 1).all())
    True
    """
    checks, amounts = regional.checks(stage), regional.filed(stage)["amount_eur"]
    controlled = closed_controls(regional, stage)["nonconforming"]
    past = regional.criteria[stage].reindex(controlled.index)
    rows = [
        _row(c, _checked(c, checks[c.code], regional), amounts) | _proof(past[c.code], controlled)
        for c in of_stage(stage, checks)
    ]
    frame = pd.DataFrame(rows, columns=ROW)
    return frame.sort_values(["fires", "code"], ascending=[False, True], ignore_index=True)


def of_stage(stage: str, checks: pd.DataFrame) -> list[Criterion]:
    """The criteria of the catalogue that were evaluated at a stage, in the order of the catalogue.

    Examples
    --------
    >>> of_stage("payment", pd.DataFrame())
    []
    """
    return [c for c in catalogue() if stage in c.stages and c.code in checks]


def _checked(criterion: Criterion, fires: pd.Series[bool], regional: Regional) -> pd.Series[bool]:
    """The result of a criterion by case, all missing where it could not really be checked."""
    blind = unverified(criterion, fires, regional.tables)
    return pd.Series(pd.NA, index=fires.index, dtype="boolean") if blind else fires


def _row(criterion: Criterion, fires: pd.Series[bool], amounts: pd.Series[float]) -> dict[str, object]:
    verifiable, total = int(fires.notna().sum()), len(fires)
    yes = fires.fillna(False).astype(bool)
    return {
        "code": criterion.code,
        "label": criterion.label_fr,
        "fires": int(yes.sum()),
        "share": int(yes.sum()) / verifiable if verifiable else None,
        "unverifiable": 1 - verifiable / total if total else None,
        "amount_eur": float(amounts[yes].sum()),
    }


def _proof(fired: pd.Series[bool], nonconforming: pd.Series[bool]) -> dict[str, int]:
    """How many of the controlled cases show the criterion, and how many of these did not conform."""
    met = fired.fillna(False).astype(bool)
    return {"closed": int(met.sum()), "nonconforming": int(nonconforming[met].sum())}


def _precision(closed: int, nonconforming: int) -> str:
    if not closed:
        return "aucun contrôle clos"
    counted = french.count(closed, "contrôle clos", "contrôles clos")
    found = written(rate(nonconforming, closed))
    return f"{found}, {counted}" if found else counted


def _about_precision(shown: pd.DataFrame) -> Block:
    """What the column of precision says, and what it does not."""
    missing = int((shown["closed"] < ENOUGH).sum())
    few = (
        " Sous {} contrôles clos, le taux n’est pas imprimé ({} ici).".format(
            ENOUGH, french.count(missing, "critère", "critères")
        )
        if missing
        else ""
    )
    return note(
        "Précision constatée : part de non conformes parmi les contrôles clos en douze mois dans la région, "
        "sur des dossiers où le critère se déclenche. Ces contrôles ont été choisis, souvent pour d’autres "
        "raisons aussi : elle ne mesure pas l’effet du critère seul.{}",
        few,
    )


def _finding(rows: pd.DataFrame, stage: str) -> str:
    first = rows.iloc[0]
    if not first["fires"]:
        return f"Aucune incohérence n’est relevée dans les {CASES[stage]} du mois."
    return (
        f"L’incohérence la plus fréquente dans les {CASES[stage]} est « {first['label']} » : "
        f"{french.count(int(first['fires']), 'dossier')}, soit {french.percent(first['share'])} des dossiers "
        "où elle peut être vérifiée."
    )


def _named(label: str, code: str) -> Block:
    return text('{} <span class="code">{}</span>', label, code)


def _silent(rows: pd.DataFrame) -> Block:
    """The criteria that were checked and fire nowhere: they are news too."""
    silent = rows[rows["share"].notna() & (rows["fires"] == 0)]
    if silent.empty:
        return text("")
    names = [
        label
        + (f" (non vérifiable pour {french.percent(share, 0)} des dossiers)" if share >= NOTABLE else "")
        for label, share in zip(silent["label"], silent["unverifiable"], strict=True)
    ]
    verb = "critères vérifiés ne concernent" if len(names) > 1 else "critère vérifié ne concerne"
    return note("{} {} aucun dossier : {}.", len(names), verb, " ; ".join(names))


def _left_out(rows: pd.DataFrame) -> Block:
    missing = int(rows["share"].isna().sum())
    if not missing:
        return note(
            "Tous les critères de cette étape ont pu être vérifiés sur une partie au moins des dossiers."
        )
    return note(
        "{} sur aucun dossier : voir « Ce qui n’a pas pu être calculé ».",
        french.count(missing, "autre critère n’a pu être vérifié", "autres critères n’ont pu être vérifiés"),
    )
