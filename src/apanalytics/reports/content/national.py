"""The national synthesis: regions side by side, so shown that small ones are not ranked on noise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes

from apanalytics.evaluation.regional import regional_rates
from apanalytics.prepare import Derived, prepared
from apanalytics.reports import french
from apanalytics.reports.blocks import Block, KeyFigure, finding, key_figures, note, text
from apanalytics.reports.content.regional import CASES, STAGES
from apanalytics.reports.figure import BLUE, GREY, INK, ORANGE, figure
from apanalytics.reports.parameters import label_of, parse_month
from apanalytics.reports.table import Column, table
from apanalytics.tables import Tables, read
from apanalytics.tables.geography import UNKNOWN

LIMITS = ((1.96, "95 %"), (3.09, "99,8 %"))
"""Widths of the funnel, in standard errors: by chance one region in 20, one in 500, lies outside."""


@dataclass(frozen=True)
class National:
    """The month's cases of every region, read once."""

    tables: Tables
    derived: Derived
    month: date
    cases: dict[str, pd.DataFrame]


def open_country(data: str | Path, month: str, models: Sequence[str | Path] = ()) -> National:
    """Prepare the data where they are stale, and read the month's cases of the whole country.

    Examples
    --------
    >>> sorted(open_country("data/synthetic", "2021-09").cases)
    ['authorisation', 'payment']
    """
    first, derived = parse_month(month), prepared(data, models)
    cases = {}
    for stage in STAGES:
        rows = derived.cases(stage)
        rows = rows[pd.to_datetime(rows["counted_on"]).dt.to_period("M") == pd.Period(first, "M")]
        fires = derived.criteria(stage).loc[rows.index].fillna(False).astype(bool)
        cases[stage] = rows.assign(flagged=fires.any(axis=1))
    return National(read(data), derived, first, cases)


def national_header(national: National) -> Block:
    """The head of the synthesis.

    Examples
    --------
    >>> "Synthèse nationale" in national_header(open_country("data/synthetic", "2021-09")).html
    True
    """
    return text(
        '<p class="kind">Contrôle de l’activité partielle — rapport mensuel</p>\n<h1>Synthèse '
        "nationale</h1>\n"
        '<p class="dates">Dossiers déposés au mois {}.</p>',
        french.of_month(national.month),
    )


def national_summary(national: National) -> Block:
    """Requests, claims, hours, euros and inconsistencies of the country in the month.

    Examples
    --------
    >>> national_summary(open_country("data/synthetic", "2021-09")).html.count("<dt>")
    5
    """
    claims, requests = national.cases["payment"], national.cases["authorisation"]
    figures = [
        KeyFigure("Demandes d’autorisation", french.number(len(requests))),
        KeyFigure("Demandes d’indemnisation", french.number(len(claims))),
        KeyFigure("Heures chômées déclarées", french.hours(claims["hours"].sum())),
        KeyFigure("Allocation demandée", french.euros(claims["amount_eur"].sum())),
        KeyFigure(
            "Demandes d’indemnisation avec incohérence",
            french.percent(claims["flagged"].mean() if len(claims) else None),
        ),
    ]
    regions = claims["region"].nunique()
    opening = finding(
        "En {}, {} réunissent {} d’indemnisation.",
        french.month(national.month),
        french.count(regions, "région"),
        french.count(len(claims), "demande"),
    )
    return opening + key_figures(figures)


def side_by_side(national: National, stage: str) -> pd.DataFrame:
    """Per region, by code: `label`, `cases`, `flagged` (cases), `share` (0..1), `hours`, `amount_eur`, `z`.

    `z` is how many standard errors its share lies from the country's; missing where the country has none
    or all.

    Examples
    --------
    >>> rows = side_by_side(open_country("data/synthetic", "2021-09"), "payment")
    >>> bool((rows["flagged"] <= rows["cases"]).all())
    True
    """
    cases = national.cases[stage]
    groups = cases.groupby("region", sort=True)
    rows = groups[["hours", "amount_eur"]].sum().assign(cases=groups.size(), flagged=groups["flagged"].sum())
    rows["share"] = rows["flagged"] / rows["cases"]
    whole = float(cases["flagged"].mean()) if len(cases) else 0.0
    error = (whole * (1 - whole) / rows["cases"]) ** 0.5
    rows["z"] = ((rows["share"] - whole) / error).where(error > 0)
    rows["label"] = [label_of(str(code)) for code in rows.index]
    return rows


def regions(national: National, stage: str) -> Block:
    """The regions in a table by name and in a funnel plot.

    Examples
    --------
    >>> "entonnoir" in regions(open_country("data/synthetic", "2021-09"), "payment").html
    True
    """
    rows = side_by_side(national, stage)
    if rows.empty:
        return finding("Aucun dossier de cette étape n’a été déposé dans le mois.")
    whole = float(rows["flagged"].sum() / rows["cases"].sum())
    outside = rows[(rows["z"].abs() > LIMITS[1][0]) & (rows.index != UNKNOWN)]
    chart = figure(
        partial(_funnel, rows, whole),
        alt=_alt(rows, outside, whole),
        caption=f"Part des {CASES[stage]} avec incohérence selon leur nombre, par région ; entonnoir : ce "
        "que le hasard seul laisse attendre autour de la part du pays (traits pleins 95 %, tirets 99,8 %).",
        height=1.15,
    )
    columns = (
        Column("label", "Région"),
        Column("cases", "Dossiers", french.number),
        Column("hours", "Heures", french.number),
        Column("amount_eur", "Montant", french.euros),
        Column("share", "Part avec incohérence", french.percent),
        Column("reading", "Par rapport au pays"),
    )
    read = rows.assign(reading=[_reading(z) for z in rows["z"]])
    shown = read.sort_values("label", key=lambda names: names.str.normalize("NFD"))  # Île stands at I
    blocks = finding("{}", _finding(outside, whole, stage)) + chart
    return blocks + table(shown, f"Régions, {CASES[stage]} du mois, par ordre alphabétique", columns)


def rates(national: National, stage: str) -> Block:
    """The rate of non-conformity of each region, from the cases drawn at random, or why there is none.

    Examples
    --------
    >>> "tirés" in rates(open_country("data/synthetic", "2021-09"), "payment").html
    True
    """
    about = note(
        "Estimés sur les dossiers que les campagnes ont tirés avec une probabilité connue : les seuls qui "
        "permettent de parler de tous les dossiers, et non de ceux que l’on a choisi de contrôler."
    )
    if not national.tables.has("selections"):
        return finding("Aucun registre des campagnes : les taux ne sont pas estimables.") + about
    last = (pd.Timestamp(national.month) + pd.offsets.MonthEnd(0)).date()
    found = regional_rates(national.tables, stage, last)
    known = {code: rate for code, rate in sorted(found.items()) if rate.known}
    if not known:
        return finding("Aucune région n’a assez de résultats de dossiers tirés au hasard.") + about
    rows = pd.DataFrame(
        {
            "label": [label_of(code) for code in known],
            "rate": [
                f"{french.percent(r.value, 0)} ({french.interval(r.low, r.high)})" for r in known.values()
            ],
            "n": [rate.n for rate in known.values()],
        }
    )
    columns = (
        Column("label", "Région"),
        Column("rate", "Taux (intervalle à 95 %)"),
        Column("n", "Résultats", french.number),
    )
    return table(rows, f"Non-conformité estimée des {CASES[stage]}, par région", columns) + about


def _finding(outside: pd.DataFrame, whole: float, stage: str) -> str:
    opening = f"{french.percent(whole)} des {CASES[stage]} du pays présentent une incohérence au moins"
    if outside.empty:
        return f"{opening} ; aucune région ne s’en écarte plus que le hasard ne le laisse attendre."
    names = french.listing(sorted(outside["label"]))
    verb = "s’en écartent" if len(outside) > 1 else "s’en écarte"
    return f"{opening} ; {names} {verb} plus que le hasard ne le laisse attendre."


def _alt(rows: pd.DataFrame, outside: pd.DataFrame, whole: float) -> str:
    return (
        f"{len(rows)} régions autour de {french.percent(whole)}, de {french.percent(rows['share'].min())} à "
        f"{french.percent(rows['share'].max())} ; hors de l’entonnoir : {len(outside)}."
    )


def _reading(z: float) -> str:
    if french.absent(z) or abs(z) <= LIMITS[0][0]:
        return "comparable"
    side = "au-dessus" if z > 0 else "au-dessous"
    return side if abs(z) > LIMITS[1][0] else f"{side}, peut-être par hasard"


def _funnel(rows: pd.DataFrame, whole: float, axes: Axes) -> None:
    largest = float(rows["cases"].max())
    sizes = [largest * 1.1 * step / 120 for step in range(1, 121)]
    for (width, name), line in zip(LIMITS, ("-", "--"), strict=True):
        for sign in (-1, 1):
            edge = [100 * (whole + sign * width * math.sqrt(whole * (1 - whole) / n)) for n in sizes]
            axes.plot(sizes, edge, line, color=GREY, linewidth=1.1, label=name if sign > 0 else None)
    axes.axhline(100 * whole, color=INK, linewidth=1)
    for code, row in rows.iterrows():
        out = abs(row["z"]) > LIMITS[1][0]
        colour, marker = (ORANGE, "D") if out else (BLUE, "o")
        axes.plot(row["cases"], 100 * row["share"], marker, color=colour, markersize=6)
        axes.annotate(
            str(code), (row["cases"], 100 * row["share"]), xytext=(5, 3), textcoords="offset points"
        )
    axes.set_ylim(0, min(100.0, 130 * max(float(rows["share"].max()), whole, 0.05)))
    axes.set_xlim(0, largest * 1.1)
    axes.set_xlabel("Nombre de dossiers du mois")
    axes.xaxis.set_major_formatter(lambda value, _: french.number(value))
    axes.yaxis.set_major_formatter(lambda value, _: f"{french.number(value)}{french.NARROW}%")
