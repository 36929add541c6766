"""The columns of a return form: French titles, types, and the codes that may be chosen."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "date", "euros", "yes_no", "choice", "codes"]

OUTCOMES = {"conforme": "compliant", "erreur": "error", "intention présumée": "deliberate_suspected"}
"""French choice of an outcome and its code."""
SANCTIONS = {
    "aucune": "none",
    "avertissement": "warning",
    "reversement demandé": "repayment",
    "retrait de l'autorisation": "withdrawal",
    "exclusion des aides": "exclusion",
    "signalement au parquet": "report",
}
"""French choice of what follows a control and its code."""


@dataclass(frozen=True)
class Column:
    """One column of the form.

    Parameters
    ----------
    name : of the column of ``controls`` (or of the list, for what identifies the case).
    title : French title in the form.
    kind : how a cell is read.
    filled : whether inspectors fill it in; otherwise it comes with the form.
    choices : French choice and code of a ``choice``.
    """

    name: str
    title: str
    kind: Kind = "text"
    filled: bool = True
    choices: tuple[tuple[str, str], ...] = ()


COLUMNS = (
    Column("campaign_id", "Campagne", filled=False),
    Column("case_id", "Dossier", filled=False),
    Column("siret", "SIRET", filled=False),
    Column("department", "Département", filled=False),
    Column("team_key", "Unité de contrôle"),
    Column("opened_on", "Ouvert le", "date"),
    Column("closed_on", "Clos le", "date"),
    Column("outcome", "Résultat", "choice", choices=tuple(OUTCOMES.items())),
    Column("findings", "Constats (codes)", "codes"),
    Column("undue_amount", "Indu constaté (€)", "euros"),
    Column("blocked_amount", "Montant bloqué (€)", "euros"),
    Column("recovered_amount", "Montant recouvré (€)", "euros"),
    Column("recovered_on", "Recouvré le", "date"),
    Column("contested", "Contesté", "yes_no"),
    Column("sanction", "Suite", "choice", choices=tuple(SANCTIONS.items())),
)
"""The form, in order. It shows neither score nor channel, which must not sway a finding."""


def plain(text: str) -> str:
    """Return a title or a choice without accents, case, punctuation or repeated spaces.

    Examples
    --------
    >>> plain("  Indu constaté (€) "), plain("RÉSULTAT")
    ('indu constate', 'resultat')
    """
    bare = unicodedata.normalize("NFKD", text.replace("’", "'"))
    letters = "".join(c for c in bare if not unicodedata.combining(c)).casefold()
    return re.sub(r"[^0-9a-z']+", " ", letters).strip()
