"""The sections of the reports, one module each; the notebooks call them in order."""

from apanalytics.reports.content.breakdown import departments, sectors, sizes
from apanalytics.reports.content.calibration import calibrated
from apanalytics.reports.content.campaign import campaign
from apanalytics.reports.content.checking import checking
from apanalytics.reports.content.compared import compared
from apanalytics.reports.content.controls import controls
from apanalytics.reports.content.evolution import evolution
from apanalytics.reports.content.header import header
from apanalytics.reports.content.idleness import idleness
from apanalytics.reports.content.inconsistencies import inconsistencies
from apanalytics.reports.content.limits import limits
from apanalytics.reports.content.method import sources
from apanalytics.reports.content.overlap import overlap
from apanalytics.reports.content.ranking import ranking
from apanalytics.reports.content.regional import Regional, open_region
from apanalytics.reports.content.summary import summary
from apanalytics.reports.content.trust import burden, drifted

__all__ = [
    "Regional",
    "burden",
    "calibrated",
    "campaign",
    "checking",
    "compared",
    "controls",
    "departments",
    "drifted",
    "evolution",
    "header",
    "idleness",
    "inconsistencies",
    "limits",
    "open_region",
    "overlap",
    "ranking",
    "sectors",
    "sizes",
    "sources",
    "summary",
]
