"""The published tables of one month, secrecy applied: what a reader gets, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from apanalytics.criteria import catalogue
from apanalytics.reports.publication.tabulate import COUNTRY, OVER_COUNTRY, TABLES, Table, cell, tabulate
from apanalytics.reports.secrecy import RULES, Rules, suppress

NAMES = {"authorisation": "autorisation", "payment": "indemnisation"}
"""The stages, as the names of the files say them."""
HIDDEN, SHOWN = "oui", "non"
CRITERIA = "criteres"
ORDER = ("etablissements", "demandes", "salaries", "heures", "montant_eur")
"""Measures in the order of the columns."""


def publication(
    cases: Mapping[str, pd.DataFrame], criteria: Mapping[str, pd.DataFrame], month: date, rules: Rules = RULES
) -> dict[str, pd.DataFrame]:
    """Every published table of a month by its name, such as `indemnisation_departements`.

    A row is a cell that is not empty. `secret` says whether it is hidden; which rule hides it is not told,
    since that would itself narrow its value. Figures are whole numbers.

    Parameters
    ----------
    cases : by stage, the month's cases of the whole country (see `tabulate`).
    criteria : by stage, a nullable boolean per criterion of the same cases.
    month : first day of the month of filing.

    Raises
    ------
    NotComputable : no pattern of hidden cells keeps a cell secret.

    Examples
    --------
    >>> publication({}, {}, date(2021, 9, 1))
    {}
    """
    tables: dict[str, pd.DataFrame] = {}
    for stage, rows in cases.items():
        if rows.empty:
            continue
        whole = tabulate(rows)
        hidden = suppress(whole, rules).hidden
        for table in TABLES:
            keys = _keys(table, whole.values.index)
            tables[f"{NAMES[stage]}_{table.name}"] = _shown(keys, whole.values, hidden, table, month)
        tables[f"{NAMES[stage]}_{CRITERIA}"] = _criteria(rows, criteria[stage], month, rules)
    return tables


def _keys(table: Table, cells: pd.Index[str]) -> list[dict[str, str]]:
    """The cells of one table, by dimension."""
    every = ("region", "departement", "secteur", "taille")
    found = []
    for name in sorted(map(str, cells)):
        key = dict(zip(every, name.split("|"), strict=True))
        filled = tuple(dimension for dimension in every if key[dimension])
        if filled == table.dimensions and (key["region"] != COUNTRY or table.name in OVER_COUNTRY):
            found.append({dimension: key[dimension] for dimension in table.dimensions})
    return found


def _shown(
    keys: list[dict[str, str]], values: pd.DataFrame, hidden: frozenset[str], table: Table, month: date
) -> pd.DataFrame:
    names = [cell(**key) for key in keys]
    frame = pd.DataFrame(keys, columns=list(table.dimensions))
    frame.insert(0, "mois", f"{month:%Y-%m}")
    secret = [name in hidden for name in names]
    for measure in ORDER:
        whole = values[measure].reindex(names).round().astype("Int64").reset_index(drop=True)
        frame[measure] = whole.mask(pd.Series(secret, dtype=bool))
    frame["secret"] = [HIDDEN if one else SHOWN for one in secret]
    return frame


def _criteria(rows: pd.DataFrame, criteria: pd.DataFrame, month: date, rules: Rules) -> pd.DataFrame:
    """Cases by region and criterion that fires.

    No other published figure contains these numbers, except that they are part of the region's cases: so a
    number is shown where both the cases in which the criterion fires and the others are no secret.
    """
    records = []
    for criterion in catalogue():
        if criterion.code not in criteria:
            continue
        fires = criteria[criterion.code].fillna(False).astype(bool)
        for region, here in rows.groupby(rows["region"].fillna("ZZ"), sort=True):
            yes = here[fires.reindex(here.index)]
            secret = _few(yes, rules) or _few(here.drop(yes.index), rules)
            shown = pd.NA if secret else len(yes)
            records.append(
                (str(region), criterion.code, criterion.label_fr, shown, HIDDEN if secret else SHOWN)
            )
    frame = pd.DataFrame(records, columns=["region", "critere", "libelle", "demandes", "secret"])
    frame.insert(0, "mois", f"{month:%Y-%m}")
    frame["demandes"] = frame["demandes"].astype("Int64")
    return frame.sort_values(["region", "critere"], kind="stable", ignore_index=True)


def _few(rows: pd.DataFrame, rules: Rules) -> bool:
    return 0 < rows["siren"].nunique() < rules.minimum_units
