"""The settings of a synthetic country: one YAML file, typed and validated; scenarios override some."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import yaml

from apanalytics.errors import InvalidArgument

Share = Annotated[float, (0.0, 1.0)]
Positive = Annotated[float, (0.0, float("inf"))]
Count = Annotated[int, (0, 1_000_000)]


@dataclass(frozen=True)
class Window:
    """First and last month of filing (`YYYY-MM`) where the caller gives none."""

    start: str
    end: str


@dataclass(frozen=True)
class Economy:
    """Firms and establishments. Shares are of firms unless said otherwise; sizes are employees."""

    filing_establishments: list[Share]
    same_region: Share
    separate_head_office: Share
    size_spread: Positive
    largest_size: Count
    company_classes: list[list[Share]]
    company_claims: list[Share]
    filer_share_small: Share
    filer_share_large: Share
    large_from: Count
    requests_per_filer: Count
    filer_unnamed: Share
    in_group: Share
    firms_per_group: Count
    in_network: Share
    firms_per_network: Count
    moved: Share
    insolvent: Share
    sole_trader: Share
    mean_age_years: Positive
    account_before_2020: Share
    bank_changed: Share
    created_in_crisis: Share
    two_jobs: Share
    requests_per_pool: Count


@dataclass(frozen=True)
class Crisis:
    """Who is in short-time work and for how long."""

    top_activity: Share
    persistence: Share
    hours_concentration: Positive
    hours_memory: Share
    hours_made_up: Positive
    claims_to_requested: Share
    asking_spread: Positive
    least_asked: Share
    unused_requests: Share
    tolerated_late: Share
    duration_months: dict[str, list[Share]]
    apld_share: dict[str, Share]
    agreement_months: dict[str, Share]
    exceptional_reduction: Share
    amended: Share
    amends_no_number: Share
    sent_back: Share
    protected_share: dict[str, Share]
    closed_share: dict[str, Share]
    closed_months: list[str]
    holidays_worked: dict[str, Share]
    closing_trades: list[str]
    whole_closures: Share
    long_arrangement: Share
    whole_months: Share
    shared_standard: Share
    network_standard: Share
    end_too_far: Share
    covered_too_low: Share
    company_as_headcount: Share
    cautious: Share
    accident_closures: Share
    uniform_reduction: Share
    full_time_equivalents: dict[str, Share]


@dataclass(frozen=True)
class Payroll:
    """Contracts and monthly DSN."""

    months_before: Count
    turnover_per_year: Share
    mean_tenure_years: Positive
    seat_kinds: dict[str, Share]
    seasonal_share: dict[str, Share]
    part_time_share: dict[str, Share]
    over35_share: dict[str, Share]
    over35_weekly: Positive
    over35_agreement: Share
    over35_dated: Share
    day_package_share: dict[str, Share]
    wage_over_minimum: dict[str, Positive]
    wage_spread: Positive
    leave_share: list[Share]
    suspended_share: Share
    overtime_share: Share
    rescaled_declaration: Share
    under_head_office: Share
    late_share: Share
    late_mean_days: Positive
    chronic_late_share: Share
    absent_share: Share
    corrected_share: Share
    corrected_idle: Share
    corrected_part: Share
    corrected_within_days: Count
    corrected_person: Share
    renewed_late: Share
    averaged_months: Share
    theoretical_hours: Share
    bonus_firms: Share
    bonus_in_base: Share
    newcomers: Share
    by_voucher: Share
    officer_employed: Share
    taken_over: Share
    temps_in_other_trades: dict[str, Share]
    careful_inventors: Share
    wage_by_size: Share
    wage_by_age: Share
    overtime_premium: Share
    apprentice_wage: Share
    due_day_small: Count
    due_day_large: Count
    due_large_from: Count


@dataclass(frozen=True)
class Conduct:
    """What makes cases non-conforming; `kinds` has one entry per registered kind.

    `case_rate` asks for a share of non-conforming cases by stage (see `shares.py`); without it the shares of
    firms of `kinds` times `scale` decide. `regions` multiplies them by region code, `region_spread` is the
    standard deviation of the logarithm of what is left by region and kind; `begins` names the first month of
    kinds that are new; `watchers` is the share of deliberate firms that adapt once they have seen a control
    near them.
    """

    scale: Positive
    case_rate: dict[str, Share]
    regions: dict[str, Positive]
    region_spread: Positive
    begins: dict[str, str]
    drift_from: str
    watchers: Share
    material_eur: Positive
    material_share: Share
    kinds: dict[str, KindKnobs]
    yields: dict[str, list[Positive]]


@dataclass(frozen=True)
class KindKnobs:
    """Rates of one kind: share of firms, chance per case, to show in payroll, to be found.

    `tips` multiplies the chance that somebody tells.
    """

    firms: Share
    per_case: Share
    trace: Share
    found: Share
    tips: Positive
    drift_per_year: Positive


@dataclass(frozen=True)
class Inspection:
    """Controls: two plans, their capacity as shares of cases, and how well inspectors see.

    `mean_weight` is the mean weight of a case by plan and stage in the country of reference: capacity holds
    for that mix, and a country with more to find sees more controls.
    """

    first_control: str
    mean_weight: dict[str, Positive]
    second_plan: str
    first_requests: Share
    first_claims: Share
    second_requests: Share
    second_claims: Share
    random_share: Share
    first_rule_weight: Positive
    second_rule_weight: Positive
    hunch_weight: Positive
    hunch_knowledge: Positive
    tip_deliberate: Share
    tip_other: Share
    tip_followed: Share
    strictness_spread: Positive
    false_finding: Share
    open_share: Share
    delay_weeks: Positive
    amount_noise: Positive
    extracted_after_days: Count


@dataclass(frozen=True)
class Settings:
    """Every knob of the generator."""

    window: Window
    economy: Economy
    crisis: Crisis
    payroll: Payroll
    conduct: Conduct
    inspection: Inspection


def scenarios() -> tuple[str, ...]:
    """Return the names of the scenarios that can be drawn.

    Examples
    --------
    >>> "base" in scenarios()
    True
    """
    folder = files("apanalytics.synthetic").joinpath("settings")
    return tuple(sorted(p.name.removesuffix(".yaml") for p in folder.iterdir() if p.name.endswith(".yaml")))


def settings(scenario: str | Path = "base") -> Settings:
    """Return the settings of a scenario, or of a YAML file that `extends` one.

    Raises
    ------
    InvalidArgument : the scenario is unknown or its file cannot be read, or a setting is missing, unknown,
    of the wrong type or out of range.

    Examples
    --------
    >>> settings("base").conduct.material_eur
    50.0
    """
    return _packaged(str(scenario)) if str(scenario) in scenarios() else _built(str(scenario))


def _built(scenario: str) -> Settings:
    return build(_read(scenario), where=_where(scenario))


@cache
def _packaged(scenario: str) -> Settings:
    return _built(scenario)


def build(values: Mapping[str, Any], where: str) -> Settings:
    """Return typed settings from nested mappings; see `settings` for the errors."""
    made = _typed(Settings, values, where)
    assert isinstance(made, Settings)
    return made


def _where(scenario: str) -> str:
    return f"settings/{scenario}.yaml" if scenario in scenarios() else scenario


def _read(scenario: str) -> dict[str, Any]:
    values = _loaded(scenario)
    parent = values.pop("extends", None)
    if parent is None:
        return values
    if parent not in scenarios():
        raise InvalidArgument(
            "A scenario extends another by its name",
            where=f"{_where(scenario)}: extends",
            value=parent,
            todo=f"Use one of: {', '.join(scenarios())}.",
        )
    return _merged(_read(str(parent)), values)


def _loaded(scenario: str) -> dict[str, Any]:
    if scenario not in scenarios() and not Path(scenario).is_file():
        raise InvalidArgument(
            "Unknown scenario",
            where="--scenario",
            value=scenario,
            todo=f"Use one of: {', '.join(scenarios())}; or give a YAML file with `extends: base`.",
        )
    here = files("apanalytics.synthetic").joinpath("settings", f"{scenario}.yaml")
    text = here.read_text("utf-8") if scenario in scenarios() else Path(scenario).read_text("utf-8")
    try:
        values = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InvalidArgument("Not a YAML file", where=_where(scenario), why=str(error)) from error
    if not isinstance(values, dict):
        raise InvalidArgument("A scenario is a mapping of sections", where=_where(scenario), value=values)
    return values


def _merged(below: dict[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for name, value in above.items():
        both = isinstance(value, Mapping) and isinstance(merged.get(name), Mapping)
        merged[name] = _merged(merged[name], value) if both else value
    return merged


def _typed(kind: Any, value: Any, where: str) -> Any:
    origin = get_origin(kind)
    if origin is Annotated:
        return _number(get_args(kind), value, where)
    if origin is dict and isinstance(value, Mapping):
        return {name: _typed(get_args(kind)[1], item, f"{where}: {name}") for name, item in value.items()}
    if origin is list and isinstance(value, list):
        return [_typed(get_args(kind)[0], item, f"{where}: {rank}") for rank, item in enumerate(value)]
    if is_dataclass(kind) and isinstance(value, Mapping):
        return _section(kind, value, where)
    if kind is str and isinstance(value, str):
        return value
    raise InvalidArgument("A setting has the wrong type", where=where, value=value, why=f"Expected {kind}.")


def _section(kind: Any, values: Mapping[str, Any], where: str) -> Any:
    known = {field.name for field in fields(kind)}
    for problem, names in (("Missing", known - set(values)), ("Unknown", set(values) - known)):
        if names:
            raise InvalidArgument(f"{problem} setting", where=where, value=min(names))
    hints = get_type_hints(kind, include_extras=True)
    return kind(**{name: _typed(hints[name], values[name], f"{where}: {name}") for name in sorted(known)})


def _number(args: tuple[Any, ...], value: Any, where: str) -> Any:
    base, (low, high) = args
    if isinstance(value, bool) or not isinstance(value, int if base is int else int | float):
        raise InvalidArgument(
            "A setting has the wrong type", where=where, value=value, why="Expected a number."
        )
    if not low <= value <= high:
        raise InvalidArgument(
            "A setting is out of range", where=where, value=value, why=f"Expected {low}..{high}."
        )
    return base(value)
