"""What happened to a case and its firm, in the order of the days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from apanalytics.explorer.columns import GROUP_BY_NAME
from apanalytics.explorer.scope import Scope

_EVENTS = """
SELECT * FROM (
    SELECT filed_on AS day, 'Demande d’autorisation déposée' AS what, NULL AS detail
    FROM seen_requests WHERE request_id = $request
    UNION ALL SELECT starts_on, 'Début de la période demandée', NULL
    FROM seen_requests WHERE request_id = $request
    UNION ALL SELECT ends_on, 'Fin de la période demandée', NULL
    FROM seen_requests WHERE request_id = $request
    UNION ALL SELECT decided_on, 'Décision', status FROM seen_requests WHERE request_id = $request
    UNION ALL SELECT known_on, 'Changement de statut', status
    FROM seen_request_events WHERE request_id = $request
    UNION ALL SELECT filed_on, 'Demande d’indemnisation du mois ' || strftime(month, '%m/%Y'), claim_id
    FROM seen_claims WHERE request_id = $request
    UNION ALL SELECT paid_on, 'Paiement du mois ' || strftime(month, '%m/%Y'), claim_id
    FROM seen_claims WHERE request_id = $request
    UNION ALL SELECT DISTINCT effective_on, 'Procédure collective', kind
    FROM seen_insolvencies WHERE siren = $siren
    UNION ALL SELECT DISTINCT created_on, 'Création de l’établissement', NULL
    FROM seen_establishments WHERE siret = $siret
    UNION ALL SELECT DISTINCT closed_on, 'Fermeture de l’établissement', NULL
    FROM seen_establishments WHERE siret = $siret
    UNION ALL SELECT opened_on, 'Contrôle ouvert', NULL
    FROM seen_controls WHERE stage = $stage AND case_id = $case
    UNION ALL SELECT closed_on, 'Contrôle clos', outcome
    FROM seen_controls WHERE stage = $stage AND case_id = $case
) WHERE day IS NOT NULL ORDER BY day, what, detail
"""
WORDS_FR = {
    "safeguard": "sauvegarde",
    "receivership": "redressement judiciaire",
    "liquidation": "liquidation judiciaire",
    "compliant": "conforme",
    "error": "erreur",
    "deliberate_suspected": "intention présumée",
}
"""French word of each code that an event may carry."""


@dataclass(frozen=True)
class Event:
    """Something that happened on a day; `detail` says more where there is more."""

    day: date
    what: str
    detail: str


def timeline(scope: Scope, row: dict[str, object]) -> list[Event]:
    """Give the events around a case, oldest first.

    Parameters
    ----------
    scope : what the user sees.
    row : the case: `stage`, `case_id`, `request_id`, `siret`, `siren`.
    """
    found = scope.rows(
        _EVENTS,
        {
            "request": row["request_id"],
            "siren": row["siren"],
            "siret": row["siret"],
            "stage": row["stage"],
            "case": row["case_id"],
        },
    )
    return [Event(one["day"], one["what"], _word(one["detail"])) for one in found]


def _word(code: str | None) -> str:
    if code is None:
        return ""
    return WORDS_FR.get(code) or GROUP_BY_NAME["status"].label(code)
