"""What activité partielle allows and pays, dated and sourced, for any day from 2013-07-01."""

from apanalytics.law.amounts import CATEGORIES, Pay, allocation_hourly, pay
from apanalytics.law.catalogue import names, parameter, parameters
from apanalytics.law.dated import Entry, Parameter, Source
from apanalytics.law.regime_rates import FlatAllocation, Rates, rates
from apanalytics.law.regimes import COMBINATIONS, REGIMES
from apanalytics.law.sql import sql_tables

__all__ = [
    "CATEGORIES",
    "COMBINATIONS",
    "REGIMES",
    "Entry",
    "FlatAllocation",
    "Parameter",
    "Pay",
    "Rates",
    "Source",
    "allocation_hourly",
    "names",
    "parameter",
    "parameters",
    "pay",
    "rates",
    "sql_tables",
]
