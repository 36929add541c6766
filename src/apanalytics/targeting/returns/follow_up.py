"""«Dossiers à suites»: closed controls that call for recovery or for a sanction."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from apanalytics.risk.labels import one_day
from apanalytics.tables import Tables
from apanalytics.targeting.reading_copies import neutral

FOLLOW_UP_SQL = """
WITH last AS (
    SELECT * FROM controls
    WHERE closed_on IS NOT NULL AND closed_on <= $on AND outcome <> 'compliant'
    QUALIFY row_number() OVER (PARTITION BY stage, case_id ORDER BY closed_on DESC, control_id DESC) = 1
), places AS (
    SELECT 'authorisation' AS stage, request_id AS case_id, any_value(siret) AS siret FROM requests GROUP BY 2
    UNION ALL
    SELECT 'payment', claim_id, any_value(siret) FROM claims GROUP BY 2
), due AS (
    SELECT last.*, places.siret,
           coalesce(blocked_amount, 0) + coalesce(recovered_amount, 0) AS settled_eur,
           greatest(0, coalesce(undue_amount, 0) - settled_eur) AS left_eur
    FROM last LEFT JOIN places USING (stage, case_id)
)
SELECT stage, case_id, siret, campaign_id, outcome, findings, closed_on, undue_amount AS undue_eur,
       blocked_amount AS blocked_eur, recovered_amount AS recovered_eur,
       CASE WHEN undue_amount IS NOT NULL THEN left_eur END AS left_to_recover_eur,
       coalesce(contested, FALSE) AS contested, sanction,
       concat_ws(';',
           CASE WHEN undue_amount IS NULL THEN 'amount' WHEN left_eur > 0 THEN 'recovery' END,
           CASE WHEN outcome = 'deliberate_suspected' AND sanction IS NULL THEN 'sanction' END) AS calls_for
FROM due
WHERE undue_amount IS NULL OR left_eur > 0 OR (outcome = 'deliberate_suspected' AND sanction IS NULL)
ORDER BY left_eur DESC, stage, case_id
"""


def follow_up(tables: Tables, on: str | date) -> pd.DataFrame:
    """List the non-conforming cases that still call for something, the most euros first.

    Parameters
    ----------
    tables : the canonical tables.
    on : controls closed by that day.

    Returns
    -------
    One row per case: ``stage, case_id, siret, campaign_id, outcome, findings, closed_on, undue_eur,
    blocked_eur, recovered_eur, left_to_recover_eur`` (undue less blocked less recovered; missing where no
    amount was given), ``contested, sanction`` and ``calls_for``: codes joined by ``;``: ``amount`` (none was
    given), ``recovery``, ``sanction`` (suspected intention without a decision; `none` is a decision).

    Examples
    --------
    >>> from apanalytics.tables import read
    >>> cases = follow_up(read("data/synthetic"), "2021-12-31")
    >>> bool((cases["calls_for"] != "").all()), bool(cases["left_to_recover_eur"].min() >= 0)
    (True, True)
    """
    with tables.connect() as con:
        return con.execute(FOLLOW_UP_SQL, {"on": one_day(on, "on")}).df()


TITLES_FR = {
    "stage": "Étape",
    "case_id": "Dossier",
    "siret": "SIRET",
    "campaign_id": "Campagne",
    "outcome": "Résultat",
    "findings": "Constats",
    "closed_on": "Clos le",
    "undue_eur": "Indu constaté (€)",
    "blocked_eur": "Montant bloqué (€)",
    "recovered_eur": "Montant recouvré (€)",
    "left_to_recover_eur": "Reste à recouvrer (€)",
    "contested": "Contesté",
    "sanction": "Suite",
    "calls_for": "À faire",
}
"""French title of each column of the file."""
WORDS_FR = {
    "authorisation": "demande d'autorisation préalable",
    "payment": "demande d'indemnisation",
    "error": "erreur",
    "deliberate_suspected": "intention présumée",
    "amount": "chiffrer l'indu",
    "recovery": "recouvrer",
    "sanction": "décider d'une suite",
}
"""French words of the codes."""


def write_follow_up(cases: pd.DataFrame, path: Path) -> Path:
    """Write «dossiers à suites» for a French spreadsheet, where no cell can act as a formula.

    Parameters
    ----------
    cases : what `follow_up` returned.
    path : the CSV file: `;`, UTF-8 with its mark, decimal comma, ISO dates.

    Examples
    --------
    >>> import tempfile
    >>> from apanalytics.tables import read
    >>> cases = follow_up(read("data/synthetic"), "2021-12-31")
    >>> with tempfile.TemporaryDirectory() as place:
    ...     file = write_follow_up(cases, Path(place) / "dossiers_a_suites.csv")
    ...     file.read_text(encoding="utf-8-sig").split(";")[:3]
    ['Étape', 'Dossier', 'SIRET']
    """
    shown = pd.DataFrame({title: cases[name].map(_cell) for name, title in TITLES_FR.items()})
    shown.to_csv(path, sep=";", index=False, encoding="utf-8-sig", lineterminator="\r\n")
    return path


def _cell(value: Any) -> str:
    """Return one cell as text in French writing; missing is empty."""
    if pd.isna(value):
        return ""
    if isinstance(value, bool | np.bool_):
        return "oui" if value else "non"
    if isinstance(value, float):
        return f"{value:.2f}".replace(".", ",")
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return neutral(";".join(WORDS_FR.get(part, part) for part in str(value).split(";")).replace(";", ", "))
