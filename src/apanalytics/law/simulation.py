"""What activité partielle costs and brings to an establishment over several months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from apanalytics.errors import InvalidArgument
from apanalytics.law.amounts import Pay, pay
from apanalytics.law.catalogue import parameter
from apanalytics.law.dated import Source
from apanalytics.law.legal_hours import hourly_wage, monthly_hours
from apanalytics.law.rounding import as_decimal, cents
from apanalytics.law.strict_yaml import read_yaml

_PLAN_KEYS = {
    "establishment",
    "headcount",
    "regime",
    "territory",
    "known_on",
    "assumed_floor",
    "groups",
    "months",
}
_GROUP_KEYS = {
    "name",
    "employees",
    "hourly_wage",
    "monthly_pay",
    "weekly_contract",
    "category",
    "structural_overtime",
}
_MONTH_KEYS = {"month", "idle_share", "regime"}


@dataclass(frozen=True)
class Group:
    """Employees alike: `wage` euros per hour, hours above the legal week are paid only where stipulated."""

    name: str
    employees: int
    wage: Decimal
    weekly_contract: Decimal
    structural_overtime: bool
    category: str


@dataclass(frozen=True)
class MonthOfGroup:
    """A group in a month: euros and hours of all its employees together.

    `unpaid_idle_hours` are not worked but above what can be paid; `payroll_saved` is the gross pay of all
    hours not worked, no longer due; `net_saving` what is left of it once the employer has borne his share.
    """

    month: date
    group: str
    regime: str
    employees: int
    idle_hours: Decimal
    unpaid_idle_hours: Decimal
    indemnity: Decimal
    allocation: Decimal
    employer_cost: Decimal
    state: Decimal
    unedic: Decimal
    payroll_saved: Decimal
    net_saving: Decimal


@dataclass(frozen=True)
class Simulation:
    """The whole simulation, a row per month and group, with the sources used."""

    establishment: str
    rows: tuple[MonthOfGroup, ...]
    sources: tuple[Source, ...]
    notes: tuple[str, ...]

    def total(self, figure: str, month: date | None = None) -> Decimal:
        """Return the sum of a figure over groups, for a month or for all.

        Examples
        --------
        >>> plan = {"groups": [{"name": "Atelier", "employees": 2, "hourly_wage": "20"}],
        ...         "months": [{"month": "2021-08", "idle_share": "0.5"}], "regime": "protected"}
        >>> simulate(plan).total("allocation")
        Decimal('1577.48')
        """
        return sum(
            (Decimal(getattr(row, figure)) for row in self.rows if month is None or row.month == month),
            Decimal(),
        )

    @property
    def months(self) -> tuple[date, ...]:
        """The months simulated, in order."""
        return tuple(sorted({row.month for row in self.rows}))


def simulate(plan: Mapping[str, Any] | Path | str) -> Simulation:
    """Simulate activité partielle for an establishment over several months.

    Parameters
    ----------
    plan : a mapping, or the path of a YAML file, with the keys
        `establishment` (a label), `headcount` (needed before March 2020), `regime` (default `general`),
        `territory`, `known_on`, `assumed_floor` (as `pay`);
        `groups`: `name`, `employees`, `hourly_wage` or `monthly_pay`, `weekly_contract` (default the legal
        week), `category` (as `pay`), `structural_overtime` (`yes` where hours above 35 are stipulated);
        `months`: `month` (`YYYY-MM`), `idle_share` (0..1, one figure or one per group), `regime`.

    Returns
    -------
    Idle hours are the share of the monthly contract hours; those above the legal duration are unpaid unless
    stipulated. Amounts are euros of all employees of the group.

    Raises
    ------
    InvalidArgument : an unknown or missing key, a share outside 0..1, a group without one, a group or a month
        that stands twice.
    NotInForce : as `pay`.

    Examples
    --------
    >>> plan = {"groups": [{"name": "Atelier", "employees": 10, "monthly_pay": "2500"}],
    ...         "months": [{"month": "2021-03", "idle_share": "1"}]}
    >>> simulate(plan).total("employer_cost")
    Decimal('2502.50')
    """
    content = read_yaml(Path(plan), quoted=False) if isinstance(plan, Path | str) else dict(plan)
    _refuse_unknown(content, _PLAN_KEYS, "plan")
    months = [_month(raw) for raw in _listed(content, "months")]
    groups = [_group(raw, months[0][0]) for raw in _listed(content, "groups")]
    _refuse_twice([month for month, _, _ in months], "months")
    _refuse_twice([group.name for group in groups], "groups")
    for _, share, _ in months:
        if isinstance(share, Mapping) and set(share) != {group.name for group in groups}:
            raise InvalidArgument("One share per group is needed", where="idle_share", value=str(share))
    rows: list[MonthOfGroup] = []
    sources: dict[Source, None] = {}
    notes: dict[str, None] = {}
    for month, share, regime in months:
        for group in groups:
            code = regime or str(content.get("regime", "general"))
            row, due = _month_of_group(content, month, group, _share(share, group.name), code)
            rows.append(row)
            sources.update(dict.fromkeys(due.sources))
            notes.update(dict.fromkeys(due.notes))
    return Simulation(
        str(content.get("establishment", "Établissement")), tuple(rows), tuple(sources), tuple(notes)
    )


def _month_of_group(
    plan: Mapping[str, Any], month: date, group: Group, share: Decimal, regime: str
) -> tuple[MonthOfGroup, Pay]:
    contract = monthly_hours(group.weekly_contract, month)
    stipulated = group.structural_overtime and parameter("rule.structural_overtime").in_force(month)
    payable = contract if stipulated else min(contract, parameter("hours.legal_monthly").on(month))
    idle = cents(share * payable)
    due = pay(
        month,
        regime,
        group.wage,
        idle,
        headcount=None if plan.get("headcount") is None else _whole(plan["headcount"], "headcount"),
        known_on=plan.get("known_on"),
        category=group.category,
        territory=plan.get("territory"),
        assumed_floor=plan.get("assumed_floor"),
    )
    count = group.employees
    unpaid = cents(share * contract) - idle
    saved = cents(group.wage * (idle + unpaid)) * count
    row = MonthOfGroup(
        month=month,
        group=group.name,
        regime=regime,
        employees=count,
        idle_hours=idle * count,
        unpaid_idle_hours=unpaid * count,
        indemnity=due.indemnity * count,
        allocation=due.allocation * count,
        employer_cost=due.employer_cost * count,
        state=due.state * count,
        unedic=due.unedic * count,
        payroll_saved=saved,
        net_saving=saved - due.employer_cost * count,
    )
    return row, due


def _group(raw: Any, on: date) -> Group:
    _refuse_unknown(raw, _GROUP_KEYS, "group")
    if "name" not in raw or ("hourly_wage" in raw) == ("monthly_pay" in raw):
        raise InvalidArgument(
            "A group needs a name and either hourly_wage or monthly_pay", where="groups", value=str(raw)
        )
    weekly = as_decimal(raw.get("weekly_contract", parameter("hours.legal_weekly").on(on)), "weekly_contract")
    given = raw.get("hourly_wage")
    overtime = str(raw.get("structural_overtime", "no"))
    if overtime not in ("yes", "no"):
        raise InvalidArgument("Write yes or no", where="structural_overtime", value=overtime)
    return Group(
        name=str(raw["name"]),
        employees=_whole(raw.get("employees", 1), "employees"),
        wage=hourly_wage(raw["monthly_pay"], on, weekly)
        if given is None
        else as_decimal(given, "hourly_wage"),
        weekly_contract=weekly,
        structural_overtime=overtime == "yes",
        category=str(raw.get("category", "ordinary")),
    )


def _whole(given: Any, what: str) -> int:
    number = as_decimal(given, what)
    if number % 1:
        raise InvalidArgument("A whole number is needed", where=what, value=str(given))
    return int(number)


def _month(raw: Any) -> tuple[date, Any, str | None]:
    _refuse_unknown(raw, _MONTH_KEYS, "month")
    try:
        month = date.fromisoformat(f"{raw['month']}-01")
    except (KeyError, ValueError):
        raise InvalidArgument("A month is needed", where="months", value=str(raw), todo="YYYY-MM.") from None
    regime = raw.get("regime")
    return month, raw.get("idle_share", "1"), None if regime is None else str(regime)


def _share(given: Any, group: str) -> Decimal:
    if isinstance(given, Mapping):
        given = given[group]
    share = as_decimal(given, "idle_share")
    if share > 1:
        raise InvalidArgument("A share lies between 0 and 1", where="idle_share", value=str(given))
    return share


def _listed(content: Mapping[str, Any], key: str) -> list[Any]:
    values = content.get(key)
    if not isinstance(values, list) or not values:
        raise InvalidArgument(f"The plan needs a list of {key}", where=key, value=str(values))
    return values


def _refuse_twice(values: Sequence[object], where: str) -> None:
    if twice := sorted({str(value) for value in values if values.count(value) > 1}):
        raise InvalidArgument("The same stands twice", where=where, value=twice)


def _refuse_unknown(raw: Any, allowed: set[str], where: str) -> None:
    if not isinstance(raw, Mapping):
        raise InvalidArgument("A mapping is needed", where=where, value=str(raw))
    if unknown := sorted(set(raw) - allowed):
        raise InvalidArgument("Unknown key", where=where, value=unknown, todo=f"Allowed: {sorted(allowed)}.")
