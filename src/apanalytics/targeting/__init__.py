"""Targeting: the control plan, who can be chosen, the draw, the list and its reasons, and what comes back."""

from typing import TYPE_CHECKING

from apanalytics.deferred import defer

if TYPE_CHECKING:
    from apanalytics.targeting.campaign import Campaign, draw_campaign, target
    from apanalytics.targeting.euros import best_choice, frontier
    from apanalytics.targeting.guarantee import Guarantee, Labels, guarantee
    from apanalytics.targeting.listing import score_all
    from apanalytics.targeting.plan import Plan, read_plan
    from apanalytics.targeting.returns import Merged, Returns, merge_returns, read_returns
    from apanalytics.targeting.returns.follow_up import follow_up, write_follow_up
    from apanalytics.targeting.scoring import ANOMALY, Ranker, read_model
    from apanalytics.targeting.writing import provenance, write_list, write_targets

__all__ = [
    "ANOMALY",
    "Campaign",
    "Guarantee",
    "Labels",
    "Merged",
    "Plan",
    "Ranker",
    "Returns",
    "best_choice",
    "draw_campaign",
    "follow_up",
    "frontier",
    "guarantee",
    "merge_returns",
    "provenance",
    "read_model",
    "read_plan",
    "read_returns",
    "score_all",
    "target",
    "write_follow_up",
    "write_list",
    "write_targets",
]

defer(
    __name__,
    {
        "campaign": ("Campaign", "draw_campaign", "target"),
        "euros": ("best_choice", "frontier"),
        "guarantee": ("Guarantee", "Labels", "guarantee"),
        "listing": ("score_all",),
        "plan": ("Plan", "read_plan"),
        "returns": ("Merged", "Returns", "merge_returns", "read_returns"),
        "returns.follow_up": ("follow_up", "write_follow_up"),
        "scoring": ("ANOMALY", "Ranker", "read_model"),
        "writing": ("provenance", "write_list", "write_targets"),
    },
)
