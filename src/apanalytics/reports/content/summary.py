"""«À retenir»: the figures that a head of unit reads first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from apanalytics.reports import french
from apanalytics.reports.blocks import Block, KeyFigure, finding, key_figures, warning
from apanalytics.reports.content.regional import (
    AUTHORISATION,
    CASES,
    PAYMENT,
    STAGES,
    Regional,
    month_before,
)


def summary(regional: Regional) -> Block:
    """Requests, claims, hours, euros and inconsistencies of the month, each against the month before.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> summary(open_region("data/synthetic", "32", "2021-09")).html.count("<dt>")
    6
    """
    figures = [
        *(_filed(regional, stage) for stage in STAGES),
        _declared(regional, "hours", "Heures chômées déclarées", french.hours),
        _declared(regional, "amount_eur", "Allocation demandée", french.euros),
        *(_inconsistent(regional, stage) for stage in STAGES),
    ]
    blocks = finding("{}", _opening(regional)) + key_figures(figures)
    return blocks + _about_dates() if regional.proxy_dates else blocks


def _opening(regional: Regional) -> str:
    claims = regional.filed(PAYMENT)
    at_stake = claims.loc[claims["flagged"], "amount_eur"].sum()
    received = (
        f"En {french.month(regional.month)}, la région a reçu "
        f"{french.count(len(regional.filed(AUTHORISATION)), 'demande')} d’autorisation et "
        f"{french.count(len(claims), 'demande')} d’indemnisation."
    )
    if claims.empty:
        return received
    these = "Ces dernières portent" if len(claims) > 1 else "Cette dernière porte"
    return (
        f"{received} {these} sur {french.euros(claims['amount_eur'].sum())}, dont "
        f"{french.euros(at_stake)} dans des dossiers qui présentent au moins une incohérence à examiner."
    )


def _filed(regional: Regional, stage: str) -> KeyFigure:
    now = len(regional.filed(stage))
    before = len(regional.filed(stage, month_before(regional.month, 1)))
    return KeyFigure(_title(CASES[stage]), french.number(now), _against(now, before, regional.month))


def _declared(regional: Regional, column: str, label: str, show: Callable[[float], str]) -> KeyFigure:
    now = float(regional.filed(PAYMENT)[column].sum())
    before = float(regional.filed(PAYMENT, month_before(regional.month, 1))[column].sum())
    return KeyFigure(label, show(now), _against(now, before, regional.month))


def _inconsistent(regional: Regional, stage: str) -> KeyFigure:
    cases = regional.filed(stage)
    context = f"{french.number(cases['flagged'].sum())} sur {french.count(len(cases), 'dossier')}"
    return KeyFigure(
        f"{_title(CASES[stage])} avec une incohérence au moins",
        french.percent(regional.flagged_share(stage)),
        context,
    )


def _against(now: float, before: float, month: date) -> str:
    last = french.MONTHS[month_before(month, 1).month - 1]
    return f"{french.change(now, before)} par rapport à {last}" if before else f"aucune en {last}"


def _title(label: str) -> str:
    return label[0].upper() + label[1:]


def _about_dates() -> Block:
    return warning(
        "Les extraits ne portent pas la date de dépôt. Elle est remplacée par la date de statut (demandes "
        "d’autorisation) et par le premier jour du mois suivant (demandes d’indemnisation) : le rattachement "
        "d’un dossier à un mois est donc approché."
    )
