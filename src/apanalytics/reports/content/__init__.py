"""The sections of the regional report, one module each; the notebook calls them in order."""

from apanalytics.reports.content.breakdown import departments, sectors, sizes
from apanalytics.reports.content.controls import controls
from apanalytics.reports.content.evolution import evolution
from apanalytics.reports.content.header import header
from apanalytics.reports.content.idleness import idleness
from apanalytics.reports.content.inconsistencies import inconsistencies
from apanalytics.reports.content.limits import limits
from apanalytics.reports.content.method import sources
from apanalytics.reports.content.ranking import ranking
from apanalytics.reports.content.regional import Regional, open_region
from apanalytics.reports.content.summary import summary

__all__ = [
    "Regional",
    "controls",
    "departments",
    "evolution",
    "header",
    "idleness",
    "inconsistencies",
    "limits",
    "open_region",
    "ranking",
    "sectors",
    "sizes",
    "sources",
    "summary",
]
