"""Statistical secrecy: which cells of linked tables must be hidden so that none of them can be derived."""

from apanalytics.reports.secrecy.attack import bounds
from apanalytics.reports.secrecy.cells import Relation, Tabulation
from apanalytics.reports.secrecy.primary import sensitive
from apanalytics.reports.secrecy.rules import RULES, Rules
from apanalytics.reports.secrecy.suppress import Suppression, suppress

__all__ = ["RULES", "Relation", "Rules", "Suppression", "Tabulation", "bounds", "sensitive", "suppress"]
