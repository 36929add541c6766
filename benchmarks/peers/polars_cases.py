"""Claims with what was known of their request, in polars: what each of the twelve features starts from."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from polars import col

from benchmarks.peers.law_tables import law_table

CLOSED = ("refused", "withdrawn")
DECIDED = ("authorised", "tacit", *CLOSED)


def month_number(day: str) -> pl.Expr:
    """Months since year 0: neighbouring months differ by one."""
    return (col(day).dt.year().cast(pl.Int32) * 12 + col(day).dt.month()).cast(pl.Int32)


def code(text: str) -> pl.Expr:
    """A text as 64 bits: shorter to group and join on."""
    return pl.when(col(text).is_not_null()).then(col(text).hash())


def read_requests(data: Path) -> pl.DataFrame:
    """Requests, numbered `r`, with the last day of the claims under them."""
    procedure = pl.DataFrame(law_table("law_procedure")).select(
        "valid_from", "claim_before", "claim_deadline_months", "claim_deadline_extra_months"
    )
    extra = (
        pl.when("working_time_over_6_months")
        .then(col("claim_deadline_extra_months").fill_null(0))
        .otherwise(0)
    )
    months = col("claim_deadline_months") + extra
    return (
        pl.scan_parquet(data / "requests.parquet")
        .select(
            *(
                "request_id",
                "starts_on",
                "ends_on",
                "headcount",
                "hours",
                "hours_authorised",
                "amends_request_id",
            ),
            "working_time_over_6_months",
            bank=code("bank_key"),
            sk=col("siret").cast(pl.Int64),
            mi=month_number("starts_on"),
            known_on=pl.coalesce("filed_on", "status_on", "starts_on"),
            decided=pl.when(col("status").is_in(DECIDED)).then(pl.coalesce("decided_on", "status_on")),
            closed=pl.when(col("status").is_in(CLOSED)).then(pl.coalesce("decided_on", "status_on")),
        )
        .sort("ends_on")
        .join_asof(procedure.lazy().sort("valid_from"), left_on="ends_on", right_on="valid_from")
        .with_columns(
            deadline=pl.coalesce(
                col("claim_before").dt.offset_by("-1d"),
                col("ends_on").dt.offset_by(pl.format("{}mo", months)),
            )
        )
        .drop(
            *("claim_before", "claim_deadline_months", "claim_deadline_extra_months", "valid_from"),
            "working_time_over_6_months",
        )
        .with_row_index("r")
        .collect()
    )


def read_claims(data: Path, requests: pl.DataFrame) -> pl.DataFrame:
    """Claims with the number of their request, numbered `k` in the order of the day they are looked at."""
    paid = pl.when(col("paid_on").is_not_null()).then(pl.max_horizontal("known_on", "paid_on"))
    return (
        pl.scan_parquet(data / "claims.parquet")
        .select(
            *("claim_id", "request_id", "month", "employees", "idle_hours", "amount", "paid_on"),
            bank=code("bank_key"),
            sk=col("siret").cast(pl.Int64),
            mi=month_number("month"),
            known_on=pl.coalesce("filed_on", col("month").dt.offset_by("1mo")),
        )
        .with_columns(as_of=pl.min_horizontal(paid, col("known_on").dt.offset_by("15d")))
        .join(requests.lazy().select("request_id", "r"), on="request_id", how="left")
        .drop("request_id", "paid_on")
        .sort("as_of")
        .with_row_index("k")
        .collect()
    )


def with_requests(claims: pl.DataFrame, requests: pl.DataFrame) -> pl.DataFrame:
    """Claims with what was known of their request on the day."""
    amended = requests.select(amended_id="request_id", amended="r")
    carried = requests.join(
        amended, left_on="amends_request_id", right_on="amended_id", how="left", maintain_order="left"
    ).select(
        *("r", "headcount", "starts_on", "ends_on", "deadline", "amended", "decided"),
        request_known_on="known_on",
        request_bank="bank",
        request_mi="mi",
        asked="hours",
        granted="hours_authorised",
    )
    known = col("request_known_on") <= col("as_of")
    of_request = [name for name in carried.columns if name not in ("r", "request_known_on")]
    return (
        claims.join(carried, on="r", how="left", maintain_order="left")
        .with_columns(pl.when(known).then(col(name)).alias(name) for name in of_request)
        .with_columns(bank=pl.coalesce("bank", "request_bank"))
    )
