"""What activité partielle allows and pays, dated and sourced, for any day from 2013-07-01."""

from apanalytics.law.amounts import CATEGORIES, Pay, allocation_hourly, pay
from apanalytics.law.authorisation import add_months, months_between
from apanalytics.law.catalogue import fingerprint, names, parameter, parameters
from apanalytics.law.claim_lines import amounts
from apanalytics.law.dated import Entry, Parameter, Source
from apanalytics.law.legal_hours import executive_hourly_wage, hourly_wage, legal_hours, monthly_hours
from apanalytics.law.procedure import Deadlines, deadlines
from apanalytics.law.public_holidays import WorkingDays, public_holidays, working_days
from apanalytics.law.reduction import ReductionCap, reduction_cap
from apanalytics.law.regime_rates import FlatAllocation, Rates, rates
from apanalytics.law.regimes import COMBINATIONS, REGIMES
from apanalytics.law.simulation import Simulation, simulate
from apanalytics.law.sql import allocation_sql, sql_tables
from apanalytics.law.timeline import rates_table
from apanalytics.law.working_time import ARRANGEMENTS, PayableHours, payable_hours

__all__ = [
    "ARRANGEMENTS",
    "CATEGORIES",
    "COMBINATIONS",
    "REGIMES",
    "Deadlines",
    "Entry",
    "FlatAllocation",
    "Parameter",
    "Pay",
    "PayableHours",
    "Rates",
    "ReductionCap",
    "Simulation",
    "Source",
    "WorkingDays",
    "add_months",
    "allocation_hourly",
    "allocation_sql",
    "amounts",
    "deadlines",
    "executive_hourly_wage",
    "fingerprint",
    "hourly_wage",
    "legal_hours",
    "monthly_hours",
    "months_between",
    "names",
    "parameter",
    "parameters",
    "pay",
    "payable_hours",
    "public_holidays",
    "rates",
    "rates_table",
    "reduction_cap",
    "simulate",
    "sql_tables",
    "working_days",
]
