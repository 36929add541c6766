"""The data dictionary: a reference page made from the schemas, in French as they are."""

from __future__ import annotations

from collections.abc import Iterator

from apanalytics.tables.schema import TABLES, Field, Schema, schema

_FRENCH_TYPES = {
    "string": "texte",
    "date": "date",
    "month": "mois",
    "integer": "entier",
    "number": "nombre",
    "boolean": "oui/non",
}
_LONGEST_LIST = 12


def dictionary_page() -> str:
    """Return the data dictionary as Markdown: one section per table, one row per column.

    Examples
    --------
    >>> print(dictionary_page().splitlines()[0])
    # Dictionnaire des données
    """
    lines = [
        "# Dictionnaire des données",
        "",
        "Les tables canoniques d'un dossier de données, et la liste de contrôle (`targets`). Cette page est "
        "produite à partir des schémas (Table Schema) du paquet par `make docs` : ne pas la modifier.",
        "",
        "Les montants sont en euros, les heures en heures, les parts entre 0 et 1. **clé** : deux lignes "
        "n'ont pas les mêmes valeurs. **facultative** : la colonne peut manquer, ou être vide.",
        "",
        "Une ligne illisible, de type faux, hors bornes, dont la clé est déjà prise ou dont la période finit "
        "avant de commencer est mise en quarantaine avec son motif. Une ligne suspecte est gardée et "
        "signalée dans `data_flags` :",
        "",
        *_flags(),
        "",
    ]
    for name in (*TABLES, "targets"):
        lines += _section(schema(name))
    return "\n".join(lines).rstrip("\n") + "\n"


def _flags() -> list[str]:
    meanings = {
        "siret_check_digit": "la clé de contrôle du SIRET est fausse",
        "siret_unknown": "le SIRET est inconnu de SIRENE",
        "sirene_absent": "établissement connu par les seuls extraits : SIRENE n'a pas été fourni",
        "claim_without_request": "la demande d'autorisation n'est pas dans les données",
        "unknown_code:<colonne>": "code inconnu dans cette colonne",
    }
    return [f"- `{code}` : {meaning}" for code, meaning in meanings.items()]


def _section(table: Schema) -> Iterator[str]:
    yield f"## `{table.name}` — {table.title}"
    yield ""
    yield table.description + (" *(table facultative)*" if table.optional else "")
    yield ""
    yield "| colonne | titre | type | description | valeurs |"
    yield "|---|---|---|---|---|"
    for field in table.fields:
        cells = (
            f"`{field.name}`{_role(table, field)}",
            field.title,
            _type(field),
            field.description,
            _values(field),
        )
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    yield ""


def _role(table: Schema, field: Field) -> str:
    if field.name in table.primary_key:
        return " **clé**"
    return "" if field.required else " *(facultative)*"


def _type(field: Field) -> str:
    return _FRENCH_TYPES[field.type] + (f" ({field.unit})" if field.unit else "")


def _values(field: Field) -> str:
    labels = dict(field.labels)
    if labels:
        return " ; ".join(f"`{code}` {label}" for code, label in labels.items())
    if field.enum:
        codes = [f"`{code}`" for code in field.enum]
        return " ".join(codes if len(codes) <= _LONGEST_LIST else [*codes[:3], "…", codes[-1]])
    if field.pattern:
        return f"`{field.pattern}`"
    bounds = [
        f"{sign} {bound:g}"
        for sign, bound in (("≥", field.minimum), (">", field.above), ("≤", field.maximum))
        if bound is not None
    ]
    return ", ".join(bounds)
