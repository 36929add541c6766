"""Who else uses the account and the e-mail of a case."""

from __future__ import annotations

from .desk import Case, Clerk, Row
from .registry import both, claim_only, request_only


def users_of_account(clerk: Clerk, case: Case) -> set[str] | None:
    """Firms known to have used the bank account of a case."""
    own = case.row["bank_key"] or case.asked("bank_key")
    if own is None:
        return None
    uses = [*clerk.known("requests"), *clerk.known("claims")]
    return {use["siret"][:9] for use in uses if use["bank_key"] == own}


@both
def bank_other_sirens(clerk: Clerk, case: Case) -> int | None:
    users = users_of_account(clerk, case)
    return None if users is None else len(users - {case.siren})


def users_of_email(clerk: Clerk, case: Case) -> set[str] | None:
    """Firms known to have filed by themselves with the e-mail of a case; none where a third party files."""
    if case.asked("email_key") is None:
        return None
    if case.asked("filer_id") is not None:
        return set()
    alone = [request for request in clerk.known("requests") if request["filer_id"] is None]
    return {request["siret"][:9] for request in alone if request["email_key"] == case.asked("email_key")}


@both
def email_other_sirens(clerk: Clerk, case: Case) -> int | None:
    users = users_of_email(clerk, case)
    return None if users is None else len(users - {case.siren})


def account(request: Row) -> str | None:
    """The bank account of a request, or else the e-mail of an employer who files by himself."""
    email: str | None = request["email_key"] if request["filer_id"] is None else None
    return request["bank_key"] or email


@request_only
def twin_requests(clerk: Clerk, case: Case) -> int | None:
    return twins(clerk, case, case.row)


def twins(clerk: Clerk, case: Case, own: Row) -> int | None:
    if account(own) is None:
        return None
    return sum(
        other["siret"][:9] != case.siren
        and account(other) == account(own)
        and all(other[name] == own[name] for name in ("hours", "covered_headcount"))
        and abs((other["asked_on"] - own["asked_on"]).days) <= 7
        for other in clerk.known("requests")
    )


@claim_only
def bank_changed(clerk: Clerk, case: Case) -> bool | None:
    if case.row["bank_key"] is None or case.asked("bank_key") is None:
        return None
    return bool(case.row["bank_key"] != case.asked("bank_key"))
