"""The head of the report: what it is about and how recent its data are."""

from __future__ import annotations

import pandas as pd

from apanalytics.reports.blocks import Block, text
from apanalytics.reports.content.regional import STAGES, Regional
from apanalytics.reports.french import day, of_month


def header(regional: Regional) -> Block:
    """Region, month, and the day of the last known filing.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> "Hauts-de-France" in header(open_region("data/synthetic", "32", "2021-09")).html
    True
    """
    last = max(pd.to_datetime(regional.cases[stage]["counted_on"]).max() for stage in STAGES)
    known = "Date approchée du dernier dépôt connu" if regional.proxy_dates else "Dernier dépôt connu"
    return text(
        '<p class="kind">Contrôle de l’activité partielle — rapport mensuel</p>\n<h1>{}</h1>\n'
        '<p class="dates">Dossiers déposés au mois {}. {} dans la région : {}.</p>',
        regional.label,
        of_month(regional.month),
        known,
        day(last.date()),
    )
