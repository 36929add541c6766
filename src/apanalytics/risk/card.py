"""The model card in French: learnt from what, how well, and where it must not be trusted."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pandas as pd
from scipy.special import expit

from apanalytics.errors import DataRefused
from apanalytics.law import fingerprint
from apanalytics.risk.earlier import LOOK_BACK_DAYS
from apanalytics.risk.labels import FEWEST_FINDINGS

if TYPE_CHECKING:
    from apanalytics.risk.model import RiskModel
    from apanalytics.risk.recovery import UndueShare
    from apanalytics.risk.surrogate import Surrogate

BANNED = (
    "nir", "first_name", "last_name", "person_name", "gender", "sex", "birth", "person_age",
    "nationality", "union", "health", "sick", "disability", "religion", "team_key",
)  # fmt: skip
"""Parts of a column name that the model of the field never takes: characteristics of a natural person,
identifiers, and who made an earlier control."""

BANNED_FR = (
    "identité, NIR, sexe, âge, nationalité, santé ou appartenance syndicale d'une personne",
    "toute clé qui désigne une personne ; adresse électronique ou IBAN en clair",
    "service ou agent ayant mené un contrôle antérieur",
)
LIMITS_FR = (
    "Le modèle est appris sur des dossiers contrôlés, qui n'ont pas été choisis au hasard : ses figures "
    "hors échantillon décrivent ces contrôles et non l'ensemble des dossiers.",
    "Un dossier jamais contrôlé a une issue inconnue : il n'est pas compté comme conforme.",
    "Une incohérence n'est pas une preuve : le score ordonne les dossiers à examiner, une personne décide.",
    "Les textes et les comportements changent : réapprendre dès que la part aléatoire des contrôles "
    "s'écarte du risque annoncé.",
)
STAGES_FR = {"authorisation": "demande d'autorisation préalable", "payment": "demande d'indemnisation"}


def refuse_banned(frame: pd.DataFrame) -> None:
    """Raise DataRefused where a column of the field's model describes a person or a controller."""
    for name in frame.columns:
        parts = set(str(name).lower().split("_"))
        whole = str(name).lower()
        if any(word in parts or ("_" in word and word in whole) for word in BANNED):
            raise DataRefused(
                "A column describes a person or a controller, which no model here may use",
                where="features",
                value=str(name),
                todo="Leave the column out.",
            )


def model_card(
    model: RiskModel,
    *,
    until: str,
    known: pd.DataFrame,
    filed: tuple[str, str],
    data: str,
    rates: Mapping[str, Any] | None = None,
    surrogate: Surrogate | None = None,
    undue: UndueShare | None = None,
) -> dict[str, Any]:
    """Return the card of a fitted model as plain values.

    Parameters
    ----------
    model : the fitted model.
    until : ISO day up to which outcomes were known.
    known : the outcomes learnt from (see ``outcomes``); without ``closed_on`` the card does not say when
        their controls closed.
    filed : first and last filing day of the cases learnt from.
    data : fingerprint of the tables.
    rates : what `two_rates` returned for the cases filed by that day; None where no risk is calibrated.
    surrogate : the readable score card beside the model.
    undue : what is undue per euro at stake, once a case is non-conforming.
    """
    packages = ("apanalytics", "lightgbm", "scikit-learn", "numpy", "pandas", "duckdb", "interpret-core")
    return {
        "stage": model.stage,
        "model": model.version,
        "until": until,
        "filed": list(filed),
        "data": data,
        "law": fingerprint(),
        "closed": _closed(known),
        "outcomes": _counts(known),
        "figures": model.figures_,
        "calibration": model.calibrator_.method,
        "cold_start": model.cold,
        "learners": {
            "number": len(model.ensemble_.boosters),
            "trees": [one.num_trees() for one in model.ensemble_.boosters],
            "trust": model.ensemble_.trust,
        },
        "rules": [vars(rule) for rule in model.ensemble_.rules.rules],
        "earlier": {"share": model.earlier_share_, "look_back_days": LOOK_BACK_DAYS},
        "rates": None if rates is None else dict(rates),
        "undue_share": None if undue is None else vars(undue),
        "amounts": None if model.amounts_ is None else model.amounts_.json(),
        "score_card": None
        if surrogate is None
        else {"rank_correlation": surrogate.rank_correlation, "same_list": surrogate.same_list},
        "features": list(model.columns_.names),
        "parameters": {k: v for k, v in model.get_params().items() if k != "n_jobs"},
        "versions": {name: version(name) for name in packages} | {"python": platform.python_version()},
        "limits": list(LIMITS_FR),
        "banned": list(BANNED_FR),
    }


def _closed(known: pd.DataFrame) -> list[str] | None:
    """Return the first and the last day of closing of the outcomes learnt from; None if unknown."""
    days = pd.to_datetime(known["closed_on"]).dropna() if "closed_on" in known else pd.Series(dtype=object)
    return None if days.empty else [str(days.min().date()), str(days.max().date())]


def _counts(known: pd.DataFrame) -> dict[str, Any]:
    return {
        "total": len(known),
        "nonconforming": int(known["nonconforming"].sum()),
        "by_channel": {str(k): int(v) for k, v in known["channel"].value_counts().sort_index().items()},
    }


def markdown(card: Mapping[str, Any]) -> str:
    """Return the card as a page in French; an empty card gives a page that says so."""
    if not card:
        return "# Carte du modèle\n\nModèle enregistré sans carte : période d’apprentissage inconnue.\n"
    counts = card["outcomes"]
    channels = ", ".join(f"{name} : {n}" for name, n in counts["by_channel"].items())
    lines = [
        f"# Carte du modèle {card['model']}",
        "",
        f"- Étape : {STAGES_FR.get(card['stage'], card['stage'])}",
        f"- Issues de contrôle connues au : {card['until']}",
        f"- Dossiers déposés du {card['filed'][0]} au {card['filed'][1]}",
        f"- Issues apprises : {counts['total']}, dont {counts['nonconforming']} non conformes ({channels})",
        *_closings(card.get("closed")),
        f"- Empreinte des données : `{card['data']}`",
        # a model saved before its card named the law has no such line
        *([f"- Empreinte des paramètres de droit : `{card['law']}`"] if card.get("law") else []),
        f"- Variables : {len(card['features'])}",
        "",
        *_composition(card),
        "## Figures hors échantillon, sur les contrôles passés",
        "",
        *_figures(card),
        "",
        *_expected(card),
        "## Limites",
        "",
        *(f"- {limit}" for limit in card["limits"]),
        "",
        "## Ce qui n'entre jamais dans le modèle",
        "",
        *(f"- {banned}" for banned in card["banned"]),
        "",
        "## Versions",
        "",
        *(f"- {name} {number}" for name, number in card["versions"].items()),
    ]
    return "\n".join(lines) + "\n"


def _composition(card: Mapping[str, Any]) -> list[str]:
    """Return what the score is made of, one line per part."""
    lines = ["## Ce dont le score est fait", ""]
    if card["cold_start"]:
        lines.append(
            f"- Moins de {FEWEST_FINDINGS} non-conformités connues : ce modèle ne classe pas encore ; les "
            "dossiers sont classés par le score d'atypie, qui ne demande aucune issue de contrôle."
        )
    learners = card["learners"]
    lines.append(
        f"- Moyenne de {learners['number']} ensembles d'arbres, comptée pour {_percent(learners['trust'])} "
        "(le reste : la part moyenne des non-conformités, tant que les issues sont peu nombreuses)"
    )
    if card["earlier"]["share"]:
        lines.append(
            f"- Scores antérieurs de l'établissement ({card['earlier']['look_back_days']} jours) : "
            f"{_percent(card['earlier']['share'])} du score quand il y en a"
        )
    lines += [f"- {_rule(rule)}" for rule in card["rules"]]
    if card["score_card"] is not None:
        agreement = card["score_card"]
        correlation = f"{agreement['rank_correlation']:.2f}".replace(".", ",")
        lines.append(
            "- Carte de score lisible à côté (`carte_scores.md`), sans effet sur le classement : corrélation "
            f"des rangs {correlation}, {_percent(agreement['same_list'])} du premier dixième en commun"
        )
    return [*lines, ""]


def _closings(closed: list[str] | None) -> list[str]:
    """Return the line on the window of the outcomes, where it is known."""
    return [] if closed is None else [f"- Contrôles appris clos du {closed[0]} au {closed[1]}"]


def _rule(rule: Mapping[str, Any]) -> str:
    """Say what a criterion laid over the learners does."""
    seen = f"{rule['nonconforming']:g} non conformes sur {rule['outcomes']:g} issues"
    says = f"Critère {rule['code']} ({seen}) : {rule['adds']:+.2f}".replace(".", ",")
    if rule["floor"] is None:
        return says
    return f"{says} ; limite légale, non-conformité attendue à {_percent(float(expit(rule['floor'])))}"


def _expected(card: Mapping[str, Any]) -> list[str]:
    """Return the two rates and the undue share, where they are known."""
    lines = []
    if card["rates"] is not None:
        rates, span = card["rates"]["nonconformity"], card["rates"]["sensitivity"]
        lines += [
            "## Taux attendus sur l'ensemble des dossiers, à contrôles semblables",
            "",
            f"- Constats attendus : {_percent(card['rates']['findings'])}",
            f"- Non-conformité attendue : de {_percent(rates['low'])} à {_percent(rates['high'])}, selon "
            f"qu'un contrôle décèle {_percent(span['high'])} ou {_percent(span['low'])} des dossiers non "
            "conformes (hypothèse, faute de second examen de dossiers conformes)",
            "",
        ]
    if card["undue_share"] is not None:
        shares = ", ".join(_percent(share) for share in card["undue_share"]["shares"])
        lines += [
            "## Montants",
            "",
            f"- Part indue d'un montant en jeu non conforme, par tranche croissante : {shares} "
            f"({card['undue_share']['cases']} contrôles)",
            *_amounts(card["amounts"]),
            "",
        ]
    return lines


def _amounts(told: Mapping[str, float] | None) -> list[str]:
    """Return the line on the share that features tell, where it was learnt."""
    if told is None:
        return []
    return [
        f"- Part indue estimée dossier par dossier sur {told['cases']} contrôles ; écart absolu moyen hors "
        f"échantillon : {100 * told['error']:.0f} points ({100 * told['error_of_mean']:.0f} en disant la "
        "moyenne de chaque dossier)"
    ]


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _figures(card: Mapping[str, Any]) -> list[str]:
    """Return one line per figure, or the line that says why there is none."""
    names = {
        "auc": "Aire sous la courbe ROC",
        "average_precision": "Précision moyenne",
        "brier": "Score de Brier du risque calibré",
        "ece": "Écart moyen de calibration",
    }
    found = {label: card["figures"][name] for name, label in names.items() if name in card["figures"]}
    if not found:
        return ["Trop peu d'issues de chaque sorte pour une mesure hors échantillon et un calibrage."]
    return [f"- {label} : {value:.3f}".replace(".", ",") for label, value in found.items()]
