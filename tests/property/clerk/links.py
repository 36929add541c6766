"""The firms that accounts lead to from the firm of a case, link after link."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable

from .desk import Case, Clerk
from .registry import both

Link = tuple[Hashable, ...]


def _accounts(clerk: Clerk) -> Iterable[tuple[Link, str]]:
    """What links firms, with each firm: bank accounts, and e-mails where no third party files."""
    requests = clerk.known("requests")
    for row in [*requests, *clerk.known("claims")]:
        if row["bank_key"] is not None:
            yield ("bank", row["bank_key"]), row["siret"][:9]
    for row in requests:
        if row["email_key"] is not None and row["filer_id"] is None:
            yield ("email", row["email_key"]), row["siret"][:9]


def _patterns(clerk: Clerk) -> Iterable[tuple[Link, str]]:
    """Requests that one third party made on one day with the same hours, headcount and dates."""
    same = ("filer_id", "asked_on", "hours", "covered_headcount", "starts_on", "ends_on")
    for row in clerk.known("requests"):
        if row["filer_id"] is not None and row["hours"] > 0 and row["covered_headcount"] > 0:
            yield tuple(row[name] for name in same), row["siret"][:9]


def _group(firm: str, uses: Iterable[tuple[Link, str]]) -> set[str]:
    """The firms that links lead to from one, itself among them."""
    users = defaultdict(set)
    for link, user in uses:
        users[link].add(user)
    group, grown = {firm}, True
    while grown:
        wider = group.union(*(firms for firms in users.values() if firms & group))
        group, grown = wider, wider != group
    return group


@both
def linked_sirens(clerk: Clerk, case: Case) -> int:
    return len(_group(case.siren, _accounts(clerk))) - 1


@both
def linked_group(clerk: Clerk, case: Case) -> int | None:
    group = _group(case.siren, _accounts(clerk))
    return int(min(group)) if len(group) > 1 else None


@both
def pattern_linked_sirens(clerk: Clerk, case: Case) -> int:
    return len(_group(case.siren, [*_accounts(clerk), *_patterns(clerk)])) - 1
