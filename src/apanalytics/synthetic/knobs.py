"""The knobs of a synthetic country, typed and in range; what each means is said in `settings/base.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

Share = Annotated[float, (0.0, 1.0)]
Positive = Annotated[float, (0.0, float("inf"))]
Count = Annotated[int, (0, 1_000_000)]
Natural = Annotated[int, (1, 1_000_000)]
Staff = Annotated[int, (1, 2_000)]
"""Employees of one establishment: seats are numbered below 2,048."""
Spread = Annotated[float, (0.0, 3.0)]
"""Standard deviation of a logarithm."""
Concentration = Annotated[float, (0.1, 100.0)]
Week = Annotated[float, (1.0, 60.0)]
Factor = Annotated[float, (0.01, 100.0)]
History = Annotated[int, (0, 60)]
"""Months of history: the law is known from five years before the first window."""


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
    size_spread: Spread
    largest_size: Staff
    company_classes: list[list[Share]]
    company_claims: list[Share]
    filer_share_small: Share
    filer_share_large: Share
    large_from: Count
    requests_per_filer: Natural
    filer_unnamed: Share
    in_group: Share
    firms_per_group: Natural
    in_network: Share
    firms_per_network: Natural
    moved: Share
    insolvent: Share
    sole_trader: Share
    mean_age_years: Positive
    account_before_2020: Share
    bank_changed: Share
    created_in_crisis: Share
    two_jobs: Share
    requests_per_pool: Natural


@dataclass(frozen=True)
class Crisis:
    """Who is in short-time work and for how long."""

    top_activity: Share
    persistence: Share
    hours_concentration: Concentration
    hours_memory: Share
    hours_made_up: Positive
    claims_to_requested: Share
    asking_spread: Spread
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

    months_before: History
    turnover_per_year: Share
    mean_tenure_years: Positive
    seat_kinds: dict[str, Share]
    seasonal_share: dict[str, Share]
    part_time_share: dict[str, Share]
    over35_share: dict[str, Share]
    over35_weekly: Week
    over35_agreement: Share
    over35_dated: Share
    day_package_share: dict[str, Share]
    wage_over_minimum: dict[str, Positive]
    wage_spread: Spread
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
    region_spread: Spread
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
    drift_per_year: Factor


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
    strictness_spread: Spread
    false_finding: Share
    open_share: Share
    delay_weeks: Positive
    amount_noise: Spread
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
