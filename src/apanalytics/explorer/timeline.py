"""What happened to a case and its firm, in the order of the days, and within a day of the procedure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from apanalytics.explorer.columns import GROUP_BY_NAME
from apanalytics.explorer.scope import Scope

_EVENTS = """
WITH place AS MATERIALIZED (SELECT created_on, closed_on FROM seen_establishments WHERE siret = $siret),
asked AS MATERIALIZED (
    SELECT request_id, filed_on, decided_on, status, starts_on, ends_on FROM seen_requests
    WHERE request_id = $request),
claimed AS MATERIALIZED (
    SELECT claim_id, month, filed_on, paid_on FROM seen_claims WHERE request_id = $request),
controlled AS MATERIALIZED (
    SELECT opened_on, closed_on, outcome FROM seen_controls WHERE stage = $stage AND case_id = $case)
SELECT * FROM (
    SELECT created_on AS day, 0 AS turn, 'Création de l’établissement' AS what, NULL AS detail FROM place
    UNION SELECT filed_on, 1, 'Demande d’autorisation déposée', NULL FROM asked
    UNION SELECT e.known_on, CASE e.status WHEN 'pending' THEN 2 ELSE 3 END, 'Changement de statut', e.status
    FROM seen_request_events AS e LEFT JOIN asked AS r USING (request_id)
    WHERE request_id = $request AND (e.known_on, e.status) IS DISTINCT FROM (r.decided_on, r.status)
    UNION SELECT decided_on, 3, 'Décision', status FROM asked
    UNION SELECT starts_on, 4, 'Début de la période demandée', NULL FROM asked
    UNION SELECT filed_on, 5, 'Demande d’indemnisation du mois ' || strftime(month, '%m/%Y'), claim_id
    FROM claimed
    UNION SELECT opened_on, 6, 'Contrôle ouvert', NULL FROM controlled
    UNION SELECT closed_on, 7, 'Contrôle clos', outcome FROM controlled
    UNION SELECT paid_on, 8, 'Paiement du mois ' || strftime(month, '%m/%Y'), claim_id FROM claimed
    UNION SELECT ends_on, 9, 'Fin de la période demandée', NULL FROM asked
    UNION SELECT effective_on, 10, 'Procédure collective', kind
    FROM seen_insolvencies WHERE siren = $siren
    UNION SELECT closed_on, 11, 'Fermeture de l’établissement', NULL FROM place
) WHERE day IS NOT NULL ORDER BY day, turn, what, detail
"""
"""`turn` orders what happened on one day as it must have happened: filed, then examined, then decided. A
change of status that is the decision itself is told once."""
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
