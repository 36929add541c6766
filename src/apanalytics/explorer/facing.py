"""What a case declares, facing what others know: one line per quantity, one column per source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apanalytics.criteria.wording import missing, written
from apanalytics.features import FEATURES
from apanalytics.tables.activities import SIZE_CLASSES

SOURCES = {
    "declared": "Déclaré",
    "authorised": "Autorisé",
    "dsn": "DSN",
    "urssaf": "URSSAF",
    "sirene": "SIRENE",
    "law": "Droit",
    "peers": "Établissements comparables",
}
"""French title of each source, in the order of the columns."""


@dataclass(frozen=True)
class Line:
    """A quantity and the feature that holds it in each source; `stages` where it is not for all."""

    title: str
    features: Mapping[str, str]
    stages: tuple[str, ...] = ("authorisation", "payment")


LINES = (
    Line(
        "Effectif de l’établissement",
        {"declared": "headcount_declared", "dsn": "dsn_headcount_at_request", "urssaf": "urssaf_headcount"},
    ),
    Line("Effectif de l’entreprise", {"declared": "company_headcount"}),
    Line("Salariés concernés", {"declared": "employees"}, ("authorisation",)),
    Line(
        "Salariés indemnisés",
        {"declared": "employees", "authorised": "headcount_authorised", "dsn": "dsn_headcount"},
        ("payment",),
    ),
    Line("Heures demandées", {"declared": "hours"}, ("authorisation",)),
    Line("Heures chômées du mois", {"declared": "hours", "dsn": "dsn_idle_hours"}, ("payment",)),
    Line(
        "Heures indemnisées à ce jour",
        {"declared": "hours_claimed_so_far", "authorised": "hours_authorised"},
        ("payment",),
    ),
    Line(
        "Heures par salarié, sur la période",
        {"declared": "hours_per_employee", "law": "legal_hours"},
        ("authorisation",),
    ),
    Line(
        "Heures par salarié, dans le mois",
        {"declared": "hours_per_employee", "law": "legal_hours", "peers": "peer_usual_hours"},
        ("payment",),
    ),
    Line("Heures travaillées", {"dsn": "dsn_worked_hours"}, ("payment",)),
    Line("Heures de congés", {"dsn": "dsn_leave_hours"}, ("payment",)),
    Line("Heures prévues aux contrats", {"dsn": "dsn_contract_hours"}, ("payment",)),
    Line("Part d’heures travaillées, dernier mois connu", {"dsn": "worked_share"}),
    Line("Part d’heures travaillées, d’habitude", {"dsn": "usual_worked_share"}),
    Line(
        "Montant par heure",
        {
            "declared": "hourly_amount_eur",
            "law": "law_hourly_amount_eur",
            "peers": "peer_usual_hourly_amount_eur",
        },
    ),
    Line(
        "Salaire horaire",
        {"declared": "declared_hourly_wage_eur", "dsn": "dsn_hourly_wage_eur"},
        ("payment",),
    ),
    Line("Durée de la période", {"declared": "period_days"}),
)
"""Every line, in the order of the page."""


def facing(stage: str, facts: Mapping[str, Any], size_class: str) -> list[tuple[str, dict[str, str]]]:
    """Give the lines of a case: a title, and a text by source; a source that cannot tell has none.

    Parameters
    ----------
    stage : of the case.
    facts : its features.
    size_class : SIRENE's class of headcount.

    Examples
    --------
    >>> facing("payment", {"employees": 14, "dsn_headcount": 9}, "03")[2]
    ('Salariés indemnisés', {'declared': '14\xa0salariés', 'authorised': 'non connu', 'dsn': '9\xa0salariés'})
    """
    found = []
    for line in LINES:
        if stage in line.stages:
            cells = {source: _cell(name, facts.get(name)) for source, name in line.features.items()}
            if line is LINES[0]:
                cells["sirene"] = SIZE_CLASSES.get(size_class, "non connu")
            found.append((line.title, cells))
    return found


def _cell(name: str, value: Any) -> str:
    return "non connu" if missing(value) else written(value, FEATURES[name].unit)
