"""The twelve core features as good engineers would write them without this package: pandas, and polars.

Each module reads the same Parquet folder and writes the same Parquet file as the catalogue: a row per claim,
ordered by `case_id`, doubles rounded to six decimals, halves away from zero. They take the tables of the law
from `apanalytics.law`, as the catalogue does, and assume what the data of the benchmark keep: filing days are
known, and there are no events of requests, controls or nominative lists. The catalogue assumes none of it.
"""

from __future__ import annotations

CORE = (
    "hours_over_legal_ratio",
    "closed_before_period",
    "claim_over_deadline_days",
    "headcount_over_dsn_ratio",
    "worked_vs_usual_ratio",
    "overlapping_requests",
    "bank_other_sirens",
    "earlier_refusals",
    "peer_hours_z",
    "hours_claimed_over_authorised_ratio",
    "idle_over_dsn_hours",
    "other_request_claims",
)
"""One feature of each core step of the payment stage but that of nominative lists; two of the payroll."""
PEERS_WANTED = 30
"""Peers that a group must have, the case itself left out."""
