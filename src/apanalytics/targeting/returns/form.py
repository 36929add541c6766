"""The form that inspectors fill in: a workbook per department, with lists to choose from and no free text."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from apanalytics.criteria import catalogue
from apanalytics.targeting.returns.columns import COLUMNS, Column

FORM, HELP, CODES = "Retour", "Mode d'emploi", "Codes"
DATE_FORMAT, EUROS_FORMAT = "dd/mm/yyyy", "#,##0.00"
WIDTHS = {"campaign_id": 30, "case_id": 22, "siret": 17, "findings": 24, "outcome": 20, "sanction": 26}
NO_NAME = re.compile(r"[^0-9A-Za-z]+")
"""What has no place in the name of a file."""
OLDEST, LATEST = datetime(2000, 1, 1), datetime(2100, 1, 1)
HELP_FR = (
    "Une ligne par dossier de la liste. Laissez vide la ligne d'un dossier qui n'a pas été contrôlé : "
    "un dossier jamais contrôlé n'est réputé ni conforme ni non conforme.",
    "« Ouvert le » dès que le contrôle commence ; « Clos le » et « Résultat » ensemble, à la fin.",
    "« Constats » : codes de la feuille « Codes », séparés par un point-virgule ; un constat absent de la "
    "liste s'écrit X- suivi d'un code court, par exemple X-LOCAUX.",
    "« Indu constaté » : euros versés ou demandés à tort. « Montant bloqué » : la part dont le paiement a "
    "été empêché. « Montant recouvré » : la part déjà reversée.",
    "« Unité de contrôle » : le code du service, jamais le nom d'un agent. Aucun nom ni commentaire sur une "
    "personne n'est attendu dans ce fichier : les colonnes ajoutées ne sont pas lues.",
    "Le fichier peut être renvoyé en XLSX ou en CSV, colonnes déplacées ou ajoutées comprises.",
)


def write_forms(targets: pd.DataFrame, folder: Path) -> list[Path]:
    """Write one empty form per department of a list.

    Parameters
    ----------
    targets : a targeting list: ``campaign_id``, ``rank``, ``case_id``, ``siret``, ``department``.
    folder : where ``retour_59.xlsx`` … go; it is created.

    Returns
    -------
    The files written.

    Examples
    --------
    >>> import tempfile
    >>> targets = pd.DataFrame({"campaign_id": ["c"], "rank": [1], "case_id": ["A"], "siret": ["1" * 14],
    ...                         "department": ["59"]})
    >>> with tempfile.TemporaryDirectory() as place:
    ...     [path.name for path in write_forms(targets, Path(place))]
    ['retour_59.xlsx']
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for department, rows in targets.sort_values("rank").groupby("department", sort=True):
        path = folder / f"retour_{NO_NAME.sub('_', str(department))}.xlsx"
        _write_form(rows, path)
        written.append(path)
    return written


def _write_form(rows: pd.DataFrame, path: Path) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": "Retour de contrôle", "created": datetime(2000, 1, 1)})
        formats = {
            "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
            "given": book.add_format({"bg_color": "#EEEEEE", "num_format": "@"}),
            "text": book.add_format({"num_format": "@"}),
            "date": book.add_format({"num_format": DATE_FORMAT}),
            "euros": book.add_format({"num_format": EUROS_FORMAT}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        sheet, explained, codes = (book.add_worksheet(name) for name in (FORM, HELP, CODES))
        for at, column in enumerate(COLUMNS):
            _write_column(sheet, at, column, rows, formats)
        sheet.freeze_panes(1, 2)
        explained.set_column(0, 0, 100, formats["wrap"])
        for line, text in enumerate(HELP_FR):
            explained.write_string(line, 0, text, formats["wrap"])
        codes.set_column(1, 1, 80)
        for line, criterion in enumerate(catalogue()):
            codes.write_string(line, 0, criterion.code)
            codes.write_string(line, 1, criterion.label_fr)


def _write_column(sheet: Any, at: int, column: Column, rows: pd.DataFrame, formats: dict[str, Any]) -> None:
    """Write one column: its title, what comes with the form, and what may be typed."""
    shown = "given" if not column.filled else column.kind if column.kind in ("date", "euros") else "text"
    sheet.set_column(at, at, WIDTHS.get(column.name, 14), formats[shown])
    sheet.write_string(0, at, column.title, formats["head"])
    if not column.filled:
        for line, value in enumerate(rows[column.name], start=1):
            sheet.write_string(line, at, str(value), formats["given"])
        return
    letter = xl_col_to_name(at)
    if rule := _rule(column):
        sheet.data_validation(f"{letter}2:{letter}{len(rows) + 1}", rule)


def _rule(column: Column) -> dict[str, Any] | None:
    """Return what a spreadsheet accepts in a column's cells."""
    told = {"error_title": "Valeur refusée", "ignore_blank": True}
    if column.kind == "choice":
        choices = [choice for choice, _ in column.choices]
        return told | {"validate": "list", "source": choices, "error_message": "Choisir dans la liste."}
    if column.kind == "yes_no":
        return told | {"validate": "list", "source": ["oui", "non"], "error_message": "oui ou non."}
    if column.kind == "date":
        return told | {
            "validate": "date",
            "criteria": "between",
            "minimum": OLDEST,
            "maximum": LATEST,
            "error_message": "Une date, par exemple 15/09/2021.",
        }
    if column.kind == "euros":
        message = "Un montant en euros, sans signe négatif."
        return told | {"validate": "decimal", "criteria": ">=", "value": 0, "error_message": message}
    if column.name == "team_key":
        message = "Un code de service de 20 caractères au plus."
        return told | {"validate": "length", "criteria": "<=", "value": 20, "error_message": message}
    return None
