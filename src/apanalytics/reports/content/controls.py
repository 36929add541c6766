"""What inspectors checked and found in the region, against the 60 % line and the rate of the random share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from apanalytics.evaluation import LINE
from apanalytics.reports import french
from apanalytics.reports.blocks import Block, finding, note
from apanalytics.reports.content.closed import MONTHS, closed_controls, known_outcomes, rate, written
from apanalytics.reports.content.draws import rate_of_all
from apanalytics.reports.content.regional import AUTHORISATION, CASES, STAGES, Regional, month_before
from apanalytics.reports.figure import BLUE, GREY, INK, ORANGE, figure
from apanalytics.reports.table import Column, table
from apanalytics.risk import Interval

CHANNELS = {
    "targeted": "Contrôles ciblés",
    "random": "Contrôles tirés au hasard",
    "tip": "Contrôles sur signalement",
}
SEE_BELOW = "sert à l’estimation de l’ensemble"
ALL = "all"
"""Not a channel: the estimate for every eligible case that the logged draws allow."""
SHORT = {"targeted": "ciblés", "tip": "sur signalement", ALL: "ensemble"}
NAMES = {**CHANNELS, ALL: "Ensemble des dossiers éligibles (estimation)"}


@dataclass(frozen=True)
class Found:
    """Closed controls of one stage and channel: how many, how many non-conforming, euros, and the rate.

    The rate is that of the controlled cases. `ALL` estimates that of every eligible case (see `draws`), on
    the `rate.n` outcomes that the campaigns of the period brought, and so counts no closed controls. The
    random channel has no rate of its own, since its cases had unequal chances.
    """

    stage: str
    channel: str
    closed: int | None
    nonconforming: int | None
    undue_eur: float | None
    recovered_eur: float | None
    rate: Interval


def controls(regional: Regional) -> Block:
    """Rates of non-conformity by stage and channel over twelve months, or why they are not estimable.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> "60" in controls(open_region("data/synthetic", "32", "2021-09")).html
    True
    """
    found = [row for stage in STAGES for row in results(regional, stage)]
    if not found:
        return finding(
            "Aucun contrôle clos n’est connu sur les douze derniers mois : ni la précision du ciblage, "
            "ni le taux "
            "de non-conformité ne sont estimables."
        )
    blocks = finding("{}", _finding(found))
    known = [row for row in found if row.rate.known]
    if known:
        blocks += figure(
            partial(_draw, known),
            alt=_alt(known),
            caption="Part de dossiers non conformes parmi les contrôles clos, avec son intervalle à 95 % ; "
            "trait vertical : la ligne des 60 %.",
            height=0.35 + 0.17 * len(known),
        )
    return blocks + _table(found) + _reading(found)


@lru_cache(maxsize=8)
def results(regional: Regional, stage: str) -> tuple[Found, ...]:
    """What the region's controls closed in the twelve months up to the report's found, by channel.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> rows = results(open_region("data/synthetic", "32", "2021-09"), "payment")
    >>> all(row.nonconforming <= row.closed for row in rows if row.channel != ALL)
    True
    """
    groups = dict(iter(closed_controls(regional, stage).groupby("channel")))
    found = [_found(stage, channel, groups[channel]) for channel in CHANNELS if channel in groups]
    if not found:
        return ()
    first = month_before(regional.month, MONTHS - 1)
    whole = rate_of_all(regional, stage, known_outcomes(regional, stage), first, regional.last_day)
    return (*found, Found(stage, ALL, None, None, None, None, whole))


def _found(stage: str, channel: str, here: pd.DataFrame) -> Found:
    closed, bad = len(here), int(here["nonconforming"].sum())
    undue = _sum(here, "undue_amount_eur")
    recovered = None if stage == AUTHORISATION else _sum(here, "recovered_amount_eur")
    share = Interval.unknown(SEE_BELOW, n=closed) if channel == "random" else rate(bad, closed)
    return Found(stage, channel, closed, bad, undue, recovered, share)


def _sum(here: pd.DataFrame, column: str) -> float | None:
    """Euros found; None where controls found something and none says how much."""
    if here["nonconforming"].any() and here.loc[here["nonconforming"], column].isna().all():
        return None
    return float(here[column].sum())


def _finding(found: Sequence[Found]) -> str:
    targeted = [row for row in found if row.channel == "targeted"]
    whole = {row.stage: row.rate for row in found if row.channel == ALL}
    sentences = [_against_line(row, whole[row.stage]) for row in targeted]
    if not sentences:
        return (
            "Aucun contrôle ciblé n’a été clos en douze mois : la précision du ciblage n’est pas estimable."
        )
    return " ".join(sentences)


def _against_line(row: Found, whole: Interval) -> str:
    name = CASES[row.stage]
    if row.rate.value is None or row.rate.low is None or row.rate.high is None:
        return f"Pour les {name}, la précision des contrôles ciblés n’est pas estimable ({row.rate.why})."
    side = "au-dessus de" if row.rate.low > LINE else "au-dessous de" if row.rate.high < LINE else "autour de"
    against = f" ; le taux de l’ensemble des dossiers est estimé à {written(whole)}" if whole.known else ""
    return (
        f"Pour les {name}, {french.percent(row.rate.value, 0)} des contrôles ciblés ont trouvé une "
        f"non-conformité (intervalle {french.interval(row.rate.low, row.rate.high)}), {side} la ligne des "
        f"{french.percent(LINE, 0)}{against}."
    )


def _alt(known: Sequence[Found]) -> str:
    return " ; ".join(
        f"{NAMES[row.channel].lower()}, {CASES[row.stage]} : {written(row.rate)}" for row in known
    ).capitalize()


def _draw(known: Sequence[Found], axes: Axes) -> None:
    places = range(len(known))[::-1]
    looks = {"targeted": (BLUE, "o"), ALL: (GREY, "s"), "tip": (ORANGE, "D")}
    for place, row in zip(places, known, strict=True):
        colour, marker = looks[row.channel]
        low, high, value = (100 * float(v or 0) for v in (row.rate.low, row.rate.high, row.rate.value))
        axes.plot([low, high], [place, place], color=colour, linewidth=3, solid_capstyle="butt")
        axes.plot(value, place, marker, color=colour, markersize=9, markeredgecolor="white")
    axes.axvline(100 * LINE, color=INK, linestyle="--", linewidth=1.2)
    axes.annotate(
        f"ligne des {french.percent(LINE, 0)}",
        (100 * LINE, 1),
        xycoords=("data", "axes fraction"),
        xytext=(4, 2),
        textcoords="offset points",
    )
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    axes.set_xlim(0, 100)
    axes.set_ylim(-0.6, len(known) - 0.4)
    short = {"authorisation": "autorisation", "payment": "indemnisation"}
    axes.set_yticks(
        list(places),
        [f"{SHORT[row.channel]}\n({short[row.stage]})" for row in known],
    )
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}{french.NARROW}%")


def _table(found: Sequence[Found]) -> Block:
    rows = pd.DataFrame(
        {
            "kind": [f"{NAMES[row.channel]}, {CASES[row.stage]}" for row in found],
            "closed": [row.closed for row in found],
            "nonconforming": [row.nonconforming for row in found],
            "rate": [_rate(row.rate) for row in found],
            "undue": [row.undue_eur for row in found],
            "recovered": [row.recovered_eur for row in found],
        }
    )
    columns = (
        Column("kind", "Contrôles"),
        Column("closed", "Clos", _or_dash(french.number)),
        Column("nonconforming", "Non conformes", _or_dash(french.number)),
        Column("rate", "Taux (intervalle à 95 %)"),
        Column("undue", "Indu constaté ou évité", _or_dash(french.euros)),
        Column("recovered", "Recouvré", _or_dash(french.euros)),
    )
    return table(rows, "Contrôles clos dans la région sur douze mois, le mois du rapport compris", columns)


def _or_dash(show: Callable[[Any], str]) -> Callable[[Any], str]:
    """A dash where a figure has no meaning, or is not known: an estimate found nothing by itself."""
    return lambda value: "—" if french.absent(value) else show(value)


def _rate(found: Interval) -> str:
    if found.value is None:
        return str(found.why) if found.why == SEE_BELOW else f"non estimable : {found.why}"
    return written(found)


def _reading(found: Sequence[Found]) -> Block:
    return note(
        "Un dossier jamais contrôlé n’est ni conforme ni non conforme : il est inconnu. Le taux des "
        "contrôles ciblés décrit les dossiers contrôlés, non toute la liste. L’estimation pour l’ensemble "
        "des dossiers éligibles pèse chaque résultat par l’inverse de la probabilité, notée lors du tirage, "
        "que son dossier avait d’être choisi"
        f"{_rests_on(found)}. L’indu est celui qu’a constaté le contrôle d’une demande d’indemnisation ; "
        "pour une demande d’autorisation, présentée avant tout paiement, c’est le montant qui aurait été "
        "versé à tort, et il n’y a rien à recouvrer."
    )


def _rests_on(found: Sequence[Found]) -> str:
    """On how many outcomes each estimate rests: another count than the sum of the rows above it."""
    bases = [
        f"pour les {CASES[row.stage]}, sur {french.count(row.rate.n, 'résultat')}"
        for row in found
        if row.channel == ALL and row.rate.known and row.rate.n
    ]
    if not bases:
        return ""
    return (
        f". Elle est faite, {french.listing(bases)} de dossiers choisis avec une probabilité connue par les "
        "campagnes de la période ; les autres contrôles clos n’y entrent pas, de sorte que ce n’est pas la "
        "somme des lignes qui précèdent"
    )
