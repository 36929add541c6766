"""The page that lists the reports of a folder with their status."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import pandas as pd
from markupsafe import Markup

from apanalytics.reports.blocks import Block, text
from apanalytics.reports.french import NO_BREAK, count, of_month
from apanalytics.reports.french import month as in_french
from apanalytics.reports.manifest import INTERNAL, PUBLIC, Entry
from apanalytics.reports.page import Heading, Page, render
from apanalytics.reports.parameters import COUNTRY, label_of, parse_month
from apanalytics.reports.table import Column, table

TITLE = "Rapports régionaux sur l’activité partielle"
VARIANTS = {INTERNAL: "Services de contrôle", PUBLIC: "Tous (données publiques)"}


def index(entries: Sequence[Entry], footer: str) -> str:
    """The index of a folder of reports: months from the last one back, regions by name.

    Examples
    --------
    >>> "Aucun rapport" in index([], "fin")
    True
    """
    latest_first = sorted(entries, key=lambda e: (e.month, *_place(e)))
    months = [(m, list(group)) for m, group in groupby(latest_first, key=lambda e: e.month)][::-1]
    body = Markup("\n").join(_month(month, group) for month, group in months)
    available = sum(bool(entry.files) for entry in entries)
    header = text(
        '<p class="kind">Contrôle de l’activité partielle</p><h1>{}</h1><p class="dates">{}</p>',
        TITLE,
        count(available, "rapport disponible", "rapports disponibles")
        if available
        else "Aucun rapport disponible",
    )
    contents = [Heading(f"mois-{month}", _title(month)) for month, _ in months]
    return render(Page(TITLE, header.html, body, contents if len(months) > 1 else [], footer))


def _title(month: str) -> str:
    return in_french(parse_month(month)).capitalize()


def _month(month: str, entries: Sequence[Entry]) -> Markup:
    rows = pd.DataFrame(
        {
            "region": [label_of(entry.region) for entry in entries],
            "variant": [VARIANTS[entry.variant] for entry in entries],
            "report": [_links(entry) for entry in entries],
            "status": [_status(entry) for entry in entries],
        }
    )
    columns = [
        Column("region", "Région"),
        Column("variant", "Pour"),
        Column("report", "Rapport"),
        Column("status", "État"),
    ]
    shown = table(rows, f"Rapports {of_month(parse_month(month))}", columns)
    return Markup('<h2 id="mois-{}">{}</h2>\n{}').format(month, _title(month), shown)


def _links(entry: Entry) -> Block:
    if not entry.files:
        return text("—")
    links = (
        text(
            '<a href="{}">{}, {} ({})</a>',
            name,
            label_of(entry.region),
            _title(entry.month).lower(),
            _kind(name),
        )
        for name in sorted(entry.files)
    )
    return Block(Markup(" · ").join(link.html for link in links))


def _kind(name: str) -> str:
    return name.rpartition(".")[2].upper()


def _place(entry: Entry) -> tuple[bool, bool, str]:
    """For the services before for everybody, the country before its regions, these by name."""
    return entry.variant == PUBLIC, entry.region != COUNTRY, label_of(entry.region)


def _status(entry: Entry) -> str:
    if entry.status != "failed":
        return f"À{NO_BREAK}jour"
    kept = "le rapport précédent est conservé" if entry.files else "aucun rapport précédent"
    return f"Échec de la dernière exécution ; {kept} (détail dans manifest.json)"
