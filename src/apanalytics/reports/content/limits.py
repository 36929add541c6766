"""What could not be computed, and why."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from apanalytics.criteria import Criterion
from apanalytics.reports import french
from apanalytics.reports.blocks import Block, bullets, finding, text
from apanalytics.reports.content.calibration import measured
from apanalytics.reports.content.controls import NAMES, results
from apanalytics.reports.content.inconsistencies import of_stage
from apanalytics.reports.content.lacking import lacking, unverified
from apanalytics.reports.content.regional import CASES, STAGES, Regional
from apanalytics.reports.table import Column, table
from apanalytics.tables import TABLES, schema

NOT_INPUTS = {"truth", "targets", "selections"}
"""Tables that are no source of a report: the answer key of synthetic data, and our own output."""


@dataclass(frozen=True)
class Unverifiable:
    """A criterion that no case of the month could be checked against, with the sources that it lacks."""

    criterion: Criterion
    stage: str
    lacking: tuple[str, ...]


def limits(regional: Regional) -> Block:
    """Absent sources, stand-in dates, and the criteria that are «non vérifiables» in consequence.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> "non vérifiable" in limits(open_region("data/synthetic", "32", "2021-09")).html
    True
    """
    blind = unverifiable(regional)
    codes = {one.criterion.code for one in blind}
    remarks = [remark for said in REMARKS for remark in said(regional)]
    blocks = finding("{}", _opening(len(codes), _number_of_criteria(regional)))
    if remarks:
        blocks += bullets(remarks)
    return blocks + _table(blind, regional) if blind else blocks


def _opening(blind: int, total: int) -> str:
    if not blind:
        return "Tous les critères ont pu être vérifiés sur une partie au moins des dossiers."
    verb = "sont non vérifiables" if blind > 1 else "est non vérifiable"
    return f"{french.count(blind, 'critère')} sur {total} {verb} ce mois-ci, à une étape au moins."


def unverifiable(regional: Regional) -> list[Unverifiable]:
    """The criteria that no case of the month could be checked against, in the order of the catalogue.

    See `apanalytics.reports.content.lacking.unverified`.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> all(u.criterion.code for u in unverifiable(open_region("data/synthetic", "32", "2021-09")))
    True
    """
    blind = []
    for stage in STAGES:
        checks = regional.checks(stage)
        for criterion in of_stage(stage, checks) if len(checks) else []:
            if unverified(criterion, checks[criterion.code], regional.tables):
                blind.append(Unverifiable(criterion, stage, lacking(criterion, regional.tables)))
    return blind


def _number_of_criteria(regional: Regional) -> int:
    stages = [stage for stage in STAGES if len(regional.filed(stage))]
    return len({c.code for stage in stages for c in of_stage(stage, regional.checks(stage))})


def _absent(regional: Regional) -> list[Block]:
    absent = [name for name in TABLES if name not in NOT_INPUTS and not regional.tables.has(name)]
    titles = [schema(name).title for name in absent]
    return [text("Sources absentes des données : {}.", " ; ".join(titles))] if absent else []


def _dates(regional: Regional) -> list[Block]:
    if not regional.proxy_dates:
        return []
    return [
        text(
            "La date de dépôt manque dans les extraits : le mois de dépôt est approché (date de statut, ou "
            "premier jour du mois suivant l’inactivité), et les délais de dépôt et de décision ne sont pas "
            "vérifiés."
        )
    ]


def _rank(regional: Regional) -> list[Block]:
    without = [f"les {CASES[s]}" for s in STAGES if regional.derived.scores(s, regional.region) is None]
    if not without:
        return []
    return [
        text(
            "Aucun modèle de risque n’a été fourni pour {} : le rang y suit la rareté des incohérences et "
            "l’écart aux pairs, sans probabilité.",
            french.listing(without),
        )
    ]


def _nowhere(regional: Regional) -> list[Block]:
    lost = sum(regional.derived.filed(stage, regional.month).get("ZZ", 0) for stage in STAGES)
    if not lost:
        return []
    return [
        text(
            "{} du mois, dans tout le pays, n’ont pas pu être rattachés à une région et ne figurent dans "
            "aucun rapport régional.",
            french.count(lost, "dossier"),
        )
    ]


def _rates(regional: Regional) -> list[Block]:
    """The rates that controls do not allow, stage by stage, each with its reason."""
    remarks = []
    for stage in STAGES:
        found = results(regional, stage)
        if not found:
            remarks.append(
                text("{} : aucun contrôle clos en douze mois, donc aucun taux.", _title(CASES[stage]))
            )
        remarks += [
            text("{}, {} : taux non estimable, {}.", NAMES[one.channel], CASES[stage], one.rate.why)
            for one in found
            if not one.rate.known and one.channel != "random"
        ]
    return remarks


def _calibration(regional: Regional) -> list[Block]:
    """The models whose stated risk cannot be compared with outcomes yet."""
    return [
        text("La justesse du risque annoncé pour les {} : {}.", CASES[stage], measured(regional, stage).why)
        for stage in STAGES
        if stage in regional.cards and measured(regional, stage).gap is None
    ]


def _plan(regional: Regional) -> list[Block]:
    if regional.plan is not None:
        return []
    return [
        text(
            "Aucun plan de contrôle n’a été fourni (option --plan) : ni la campagne par département, ni "
            "l’objectif de contrôle avant paiement ne sont chiffrés."
        )
    ]


def _title(label: str) -> str:
    return label[0].upper() + label[1:]


REMARKS = (_absent, _dates, _rank, _plan, _rates, _calibration, _nowhere)


def _table(blind: list[Unverifiable], regional: Regional) -> Block:
    """A row per set of missing sources, with the criteria that wait for them."""
    waiting: dict[str, list[Unverifiable]] = {}
    for one in blind:
        waiting.setdefault(_in_words(one.lacking), []).append(one)
    rows = pd.DataFrame(
        {"lacking": list(waiting), "criteria": [_criteria(ones) for ones in waiting.values()]}
    )
    columns = (Column("lacking", "Ce qui manque"), Column("criteria", "Critères non vérifiables"))
    return table(rows, f"Critères non vérifiables en {french.month(regional.month)}", columns)


def _criteria(ones: list[Unverifiable]) -> Block:
    named = {one.criterion.code: one.criterion.label_fr for one in ones}
    items = [text('{} <span class="code">{}</span>', label, code) for code, label in named.items()]
    return bullets(items)


def _in_words(needs: tuple[str, ...]) -> str:
    """The French titles of tables and columns."""
    if not needs:
        return "Information que ces dossiers ne portent pas"
    titles = []
    for need in needs:
        name, _, column = need.partition(".")
        titles.append(
            f"{schema(name).field(column).title} ({schema(name).title})" if column else schema(name).title
        )
    return " ; ".join(dict.fromkeys(titles))
