"""Whether the risks that a model states are met: what controls found since, beside what it had said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from apanalytics.evaluation.calibration import calibration
from apanalytics.evaluation.regional import drawn_members
from apanalytics.reports import french
from apanalytics.reports.blocks import Block, finding, note
from apanalytics.reports.content.closed import ENOUGH, known_outcomes
from apanalytics.reports.content.draws import unequal
from apanalytics.reports.content.regional import CASES, Regional
from apanalytics.reports.figure import BLUE, INK, figure
from apanalytics.reports.table import Column, table


@dataclass(frozen=True)
class Calibrated:
    """What could be said of the risks of one model.

    Parameters
    ----------
    outcomes : controls closed after the model was trained, on cases that it gave a risk.
    gap : mean gap between stated and found share with its interval, fractions; None where not measured.
    groups : per group of stated risk: `risk`, `found`, `low`, `high` (fractions) and `n`.
    why : why it is not measured, in French; empty where it is.
    """

    outcomes: int
    gap: dict[str, Any] | None
    groups: pd.DataFrame
    why: str = ""


def calibrated(regional: Regional, stage: str) -> Block:
    """Stated risk beside found share, on outcomes that the model had not learnt from; or why it is not said.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> "aucun modèle" in calibrated(open_region("data/synthetic", "32", "2021-09"), "payment").html
    True
    """
    found = measured(regional, stage)
    if found.gap is None:
        return note(
            "La justesse des risques n’est pas mesurée pour les {} : {}.{}",
            CASES[stage],
            found.why,
            _as_trained(regional, stage),
        )
    chart = figure(
        partial(_draw, found.groups),
        alt=_alt(found.groups),
        caption="Part trouvée non conforme selon le risque annoncé, avec son intervalle à 95 % ; sur la "
        "diagonale en tirets, le risque annoncé est exactement celui que l’on trouve.",
        height=1.1,
    )
    return finding("{}", _finding(stage, found)) + chart + _table(found.groups, stage) + _reading()


@lru_cache(maxsize=8)
def measured(regional: Regional, stage: str) -> Calibrated:
    """Compare the risks of a stage's model with the outcomes known since it was trained, in all regions.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> measured(open_region("data/synthetic", "32", "2021-09"), "payment").outcomes
    0
    """
    card = regional.cards.get(stage)
    if card is None:
        return _unknown("aucun modèle n’a été fourni (option --model), et aucun risque n’est donc annoncé")
    until = date.fromisoformat(str(card["until"]))
    if not (regional.tables.has("controls") and regional.tables.has("selections")):
        return _unknown("ni résultats de contrôles, ni registre des campagnes ne sont conservés")
    members = _members(regional, stage, until)
    known = members[members["listed"] & members["nonconforming"].notna()]
    if len(known) < ENOUGH:
        return _unknown(
            f"{french.count(len(known), 'résultat connu', 'résultats connus')} depuis que le modèle a été "
            f"appris ({french.day(until)}), il en faut {ENOUGH} au moins",
            len(known),
        )
    found = calibration(members)
    if found["ece"]["value"] is None:
        return _unknown(unequal(known), len(known))
    return Calibrated(len(known), found["ece"], pd.DataFrame(found["reliability"]))


def _unknown(why: str, outcomes: int = 0) -> Calibrated:
    return Calibrated(outcomes, None, pd.DataFrame(), why)


def _members(regional: Regional, stage: str, until: date) -> pd.DataFrame:
    """Cases that campaigns could choose, with their risk; only outcomes later than the training count.

    A case whose control had ended by then is left out whole: the model may have learnt from it.
    """
    members = drawn_members(regional.tables, stage, regional.last_day)
    scores = regional.derived.scores(stage)
    assert scores is not None, "a card stands for scores"
    closed = pd.to_datetime(known_outcomes(regional, stage)["closed_on"]).reindex(members.index)
    learnt = (closed <= pd.Timestamp(until)).to_numpy(dtype=bool)
    return members.assign(risk=scores["risk"].reindex(members.index))[~learnt]


def _as_trained(regional: Regional, stage: str) -> str:
    """What the model's card says of the outcomes that it was calibrated on, for want of later ones."""
    figures = regional.cards.get(stage, {}).get("figures", {})
    if "ece" not in figures:
        return ""
    return (
        f" Sur les {french.count(int(figures['outcomes']), 'résultat')} de son apprentissage, l’écart moyen "
        f"entre risque annoncé et part trouvée était de {_points(figures['ece'])}, mesure flatteuse puisque "
        "les risques ont été calés sur ces mêmes résultats."
    )


def _points(fraction: float) -> str:
    moved = round(100 * fraction, 1)
    return f"{french.number(moved, 1)}{french.NO_BREAK}{french.agreed(moved, 'point')}"


def _finding(stage: str, found: Calibrated) -> str:
    gap = found.gap or {}
    return (
        f"Pour les {CASES[stage]}, l’écart moyen entre le risque annoncé et ce que les contrôles ont trouvé "
        f"est de {_points(gap['value'])} (de {_points(gap['low'])} à {_points(gap['high'])}), sur "
        f"{french.count(found.outcomes, 'résultat')} ; {_verdict(found.groups)}."
    )


def _verdict(groups: pd.DataFrame) -> str:
    """How many groups of stated risk lie outside what chance explains, and on which side."""
    high, low = (groups["risk"] > groups["high"]).sum(), (groups["risk"] < groups["low"]).sum()
    if not high + low:
        return "aucun groupe ne s’en écarte plus que le hasard ne l’explique"
    sides = []
    if high:
        sides.append(f"trop haut dans {french.count(int(high), 'groupe')}")
    if low:
        sides.append(f"trop bas dans {french.count(int(low), 'groupe')}")
    return f"le risque annoncé est {french.listing(sides)} sur {len(groups)}"


def _alt(groups: pd.DataFrame) -> str:
    low, high = groups.iloc[0], groups.iloc[-1]
    return (
        f"Où le risque annoncé est le plus bas ({french.percent(low['risk'], 0)}), "
        f"{french.percent(low['found'], 0)} des dossiers contrôlés étaient non conformes ; où il est le plus "
        f"haut ({french.percent(high['risk'], 0)}), {french.percent(high['found'], 0)}."
    )


def _draw(groups: pd.DataFrame, axes: Axes) -> None:
    top = min(100.0, 100 * 1.15 * float(groups[["risk", "high"]].to_numpy().max()))
    axes.plot([0, top], [0, top], "--", color=INK, linewidth=1.1)
    for row in groups.itertuples():
        place = 100 * float(row.risk)  # type: ignore[arg-type]
        axes.plot([place, place], [100 * float(row.low), 100 * float(row.high)], color=BLUE, linewidth=2)  # type: ignore[arg-type]
        axes.plot(place, 100 * float(row.found), "o", color=BLUE, markersize=7, markeredgecolor="white")  # type: ignore[arg-type]
    axes.set_xlim(0, top)
    axes.set_ylim(0, top)
    axes.set_xlabel("Risque annoncé")
    axes.set_title("Part trouvée non conforme", loc="left", fontsize=10.5, color=INK)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{french.number(value)}{french.NARROW}%")


def _table(groups: pd.DataFrame, stage: str) -> Block:
    shown = groups.assign(
        stated=[french.percent(risk) for risk in groups["risk"]],
        interval=[french.interval(*ends) for ends in zip(groups["low"], groups["high"], strict=True)],
    )
    columns = (
        Column("stated", "Risque annoncé (moyenne du groupe)"),
        Column("n", "Résultats connus", french.number),
        Column("found", "Part trouvée non conforme", french.percent),
        Column("interval", "Intervalle à 95 %"),
    )
    return table(shown, f"Risque annoncé et part trouvée, {CASES[stage]}", columns)


def _reading() -> Block:
    return note(
        "Résultats de toutes les régions des données, connus après l’apprentissage du modèle ; chacun pèse "
        "l’inverse de la probabilité que son dossier avait d’être choisi. L’écart moyen est toujours "
        "supérieur à zéro, même pour un modèle parfaitement juste : c’est son intervalle qu’il faut lire."
    )
