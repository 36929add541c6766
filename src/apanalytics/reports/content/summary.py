"""«À retenir»: what a head of unit reads first, a finding for each question that the report answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from apanalytics.evaluation import LINE
from apanalytics.reports import french
from apanalytics.reports.blocks import Block, KeyFigure, headlines, key_figures, warning
from apanalytics.reports.content.campaign import CHANNELS, expected
from apanalytics.reports.content.checking import controlled_before_payment
from apanalytics.reports.content.closed import written
from apanalytics.reports.content.controls import ALL, results
from apanalytics.reports.content.inconsistencies import firing
from apanalytics.reports.content.limits import unverifiable
from apanalytics.reports.content.ranking import SHARE, first_ranked
from apanalytics.reports.content.regional import (
    AUTHORISATION,
    CASE,
    CASES,
    PAYMENT,
    STAGES,
    Regional,
    month_before,
)

SMALL = 30
"""Cases of a month below which its shares and changes are said to be fragile."""


def summary(regional: Regional) -> Block:
    """Five findings at most (filed, to examine, controlled, to do, to be read with care), and key figures.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> html = summary(open_region("data/synthetic", "32", "2021-09")).html
    >>> html.count("<dt>"), html.count("<li>")
    (6, 5)
    """
    found = [
        ("Déposé", _filed_in(regional)),
        ("À examiner", _to_examine(regional)),
        ("Contrôlé", _controlled(regional)),
        ("À faire", _to_do(regional)),
        ("Prudence", _care(regional)),
    ]
    figures = [
        *(_filed(regional, stage) for stage in STAGES),
        _declared(regional, "hours", "Heures chômées déclarées", french.hours),
        _declared(regional, "amount_eur", "Allocation demandée", french.euros),
        *(_inconsistent(regional, stage) for stage in STAGES),
    ]
    blocks = headlines([(name, said) for name, said in found if said]) + key_figures(figures)
    return blocks + _about_dates() if regional.proxy_dates else blocks


def _filed_in(regional: Regional) -> str:
    requests, claims = (len(regional.filed(stage)) for stage in STAGES)
    received = (
        f"En {french.month(regional.month)}, {french.count(requests, 'demande')} d’autorisation"
        f"{_aside(regional, AUTHORISATION)} et {french.count(claims, 'demande')} d’indemnisation"
        f"{_aside(regional, PAYMENT)}"
    )
    if not claims:
        return f"{received}."
    these = "ces dernières portent" if claims > 1 else "cette dernière porte"
    here = regional.filed(PAYMENT)
    return (
        f"{received} ; {these} sur {french.hours(here['hours'].sum())} chômées et "
        f"{french.euros(here['amount_eur'].sum())} d’allocation."
    )


def _aside(regional: Regional, stage: str) -> str:
    """The change over a month, in brackets; nothing where there is nothing to compare with."""
    now, before = (len(regional.filed(stage, month_before(regional.month, back))) for back in (0, 1))
    return f" ({french.change(now, before)} sur un mois)" if before else ""


def _to_examine(regional: Regional) -> str:
    said, total = [], 0
    for stage in STAGES:
        cases = regional.filed(stage)
        flagged = cases[cases["flagged"]]
        if len(flagged):
            share, euros = len(flagged) / len(cases), flagged["amount_eur"].sum()
            said.append(
                f"{french.count(len(flagged), CASE[stage], CASES[stage])} sur {french.number(len(cases))} "
                f"({french.percent(share, 0)}, {french.euros(euros)})"
            )
            total += len(flagged)
    if not said:
        return "Aucun dossier du mois ne présente d’incohérence parmi celles qui ont pu être vérifiées."
    verb = french.agreed(total, "présente", "présentent")
    return f"{french.listing(said)} {verb} une incohérence au moins{_leader(regional)}."


def _leader(regional: Regional) -> str:
    """The criterion that fires most in the claims, or in the requests where no claim is flagged."""
    for stage in reversed(STAGES):
        if regional.filed(stage)["flagged"].any():
            first = firing(regional, stage).iloc[0]
            return (
                f" ; la plus fréquente parmi les {CASES[stage]} est « {first['label']} » "
                f"({french.count(int(first['fires']), 'dossier')})"
            )
    return ""


def _controlled(regional: Regional) -> str:
    targeted = [row for stage in STAGES for row in results(regional, stage) if row.channel == "targeted"]
    told = [
        f"{written(row.rate)} des contrôles ciblés de {CASES[row.stage]}{_base(regional, row.stage)}"
        for row in targeted
        if row.rate.known
    ]
    if told:
        line = french.percent(LINE, 0)
        said = f"Une non-conformité dans {' et dans '.join(told)} ; la ligne à atteindre est à {line}."
    else:
        closed = french.count(sum(row.closed or 0 for row in targeted), "contrôle ciblé", "contrôles ciblés")
        said = f"{closed} en douze mois : trop peu pour dire une précision."
    return said + _before_payment(regional)


def _base(regional: Regional, stage: str) -> str:
    whole = [row.rate for row in results(regional, stage) if row.channel == ALL and row.rate.known]
    return f" (sans ciblage : {french.percent(whole[0].value, 0)})" if whole else ""


def _before_payment(regional: Regional) -> str:
    rows = controlled_before_payment(regional)
    if rows.empty:
        return ""
    now = rows.iloc[-1]
    target = regional.plan.upstream_target if regional.plan else None
    aim = f", l’objectif étant {french.percent(target, 0)}" if target is not None else ""
    return (
        f" {french.percent(now['controlled'] / now['paid'])} des demandes payées en "
        f"{french.month(rows.index[-1])} avaient été contrôlées avant paiement{aim}."
    )


def _to_do(regional: Regional) -> str:
    if regional.plan is not None:
        rows = expected(regional, PAYMENT, regional.plan)
        used, cases = int(rows[list(CHANNELS)].to_numpy().sum()), int(rows["cases"].sum())
        drawn = int(rows["by_chance"].sum())
        undue = rows["undue_eur"].sum(skipna=False)
        hope = f" ; {french.euros(undue)} d’indu sont attendus" if not french.absent(undue) else ""
        chance = f", dont {french.number(drawn)} au hasard" if drawn else ""
        return (
            f"Le plan permet de contrôler {french.number(used)} des {french.number(cases)} demandes "
            f"d’indemnisation du mois{chance}{hope}."
        )
    first = first_ranked(regional, PAYMENT)
    if first.empty:
        return ""
    return (
        f"Les {french.percent(SHARE, 0)} de demandes d’indemnisation classées en tête "
        f"({french.count(len(first), 'dossier')}) portent sur {french.euros(first['amount_eur'].sum())} ; "
        "sans plan de contrôle, la campagne n’est pas chiffrée par département."
    )


def _care(regional: Regional) -> str:
    """What the reader of these findings must know before using them."""
    small = [CASES[s] for s in STAGES if 0 < len(regional.filed(s)) < SMALL]
    blind = len({one.criterion.code for one in unverifiable(regional)})
    said = []
    if small:
        said.append(f"moins de {SMALL} {' et de '.join(small)}, aux parts et aux évolutions fragiles")
    if blind:
        said.append(french.count(blind, "critère n’a pu être vérifié", "critères n’ont pu être vérifiés"))
    if PAYMENT not in regional.cards:
        said.append("aucun modèle de risque n’a été fourni : les rangs ne disent pas une probabilité")
    text = " ; ".join(said) or "une incohérence appelle un examen, elle n’est jamais un constat"
    return f"{text[0].upper()}{text[1:]}."


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
