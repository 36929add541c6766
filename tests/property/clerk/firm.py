"""What was known of the firm: its controls, refusals and insolvency."""

from __future__ import annotations

from .desk import Case, Clerk, Row
from .registry import both


def _controls(clerk: Clerk, case: Case) -> list[Row]:
    """Controls of other files of the firm, closed by the day."""
    sirens = {("authorisation", row["request_id"]): row["siret"][:9] for row in clerk.known("requests")}
    sirens |= {("payment", row["claim_id"]): row["siret"][:9] for row in clerk.known("claims")}
    files = [((control["stage"], control["case_id"]), control) for control in clerk.known("controls")]
    own = (case.stage, case.case_id)
    return [control for file, control in files if file != own and sirens.get(file) == case.siren]


@both
def earlier_controls(clerk: Clerk, case: Case) -> int:
    return len(_controls(clerk, case))


@both
def earlier_findings(clerk: Clerk, case: Case) -> int:
    return sum(c["outcome"] in ("error", "deliberate_suspected") for c in _controls(clerk, case))


def refused(clerk: Clerk, request: Row) -> bool:
    """Whether a request was known to have been refused or withdrawn, whatever came after."""
    decided = request["decided_on"] is not None and request["decided_on"] <= clerk.day
    events = [e for e in clerk.known("request_events") if e["request_id"] == request["request_id"]]
    states = [event["status"] for event in events] + ([request["status"]] if decided else [])
    return "refused" in states or "withdrawn" in states


@both
def earlier_refusals(clerk: Clerk, case: Case) -> int:
    """Of a claim its own request is counted too."""
    return sum(
        request["siret"][:9] == case.siren
        and request["request_id"] != case.case_id
        and refused(clerk, request)
        for request in clerk.known("requests")
    )


def _proceedings(clerk: Clerk, case: Case) -> list[Row]:
    """Proceedings of the firm known on the day, and open in the period."""
    found = []
    for row in clerk.tables["insolvencies"]:
        known_on = row["known_on"] or row["effective_on"]
        ended = row["ended_on"] if row["ended_on"] and row["ended_on"] <= clerk.day else None
        is_open = row["effective_on"] <= case.last and (ended is None or ended >= case.first)
        if row["siren"] == case.siren and known_on <= clerk.day and is_open:
            found.append(row)
    return found


@both
def in_insolvency(clerk: Clerk, case: Case) -> bool:
    return bool(_proceedings(clerk, case))


@both
def in_liquidation(clerk: Clerk, case: Case) -> bool:
    return any(row["kind"] == "liquidation" for row in _proceedings(clerk, case))


@both
def days_since_liquidation(clerk: Clerk, case: Case) -> int | None:
    days = [row["effective_on"] for row in _proceedings(clerk, case) if row["kind"] == "liquidation"]
    return (case.first - min(days)).days if days else None
