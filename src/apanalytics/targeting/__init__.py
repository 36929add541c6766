"""Targeting: which cases can be chosen, the draw of a campaign, the list and its reasons."""

from apanalytics.targeting.campaign import Campaign, draw_campaign, target
from apanalytics.targeting.listing import score_all
from apanalytics.targeting.plan import Plan, read_plan
from apanalytics.targeting.scoring import ANOMALY, Ranker, read_model
from apanalytics.targeting.writing import provenance, write_list, write_targets

__all__ = [
    "ANOMALY",
    "Campaign",
    "Plan",
    "Ranker",
    "draw_campaign",
    "provenance",
    "read_model",
    "read_plan",
    "score_all",
    "target",
    "write_list",
    "write_targets",
]
