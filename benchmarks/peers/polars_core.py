"""The twelve core features in polars: lazy scans, streamed joins, as-of joins on running counts.

What was known on a day is found by `join_asof` on running counts wherever a count is asked, and by an
equality join, a filter and a group-by, streamed, where values of several rows are. Claims are sorted once by
the day they are looked at, which every as-of join needs; text keys become integers as soon as they are read.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import reduce
from pathlib import Path

import polars as pl
from polars import col

from benchmarks.peers import CORE, PEERS_WANTED
from benchmarks.peers.law_tables import law_table
from benchmarks.peers.polars_cases import month_number, read_claims, read_requests, with_requests


def running(events: pl.LazyFrame, by: Sequence[str], name: str) -> pl.DataFrame:
    """Events counted by the days they became known, as running totals of each group."""
    return (
        events.group_by(*by, "day")
        .agg(pl.len().cast(pl.Int64).alias(name))
        .sort("day")
        .with_columns(col(name).cum_sum().over(*by))
        .collect()
    )


def as_known(cases: pl.DataFrame, totals: pl.DataFrame, by: Sequence[str], name: str) -> pl.Series:
    """The running total that each case sees, in the order of the cases."""
    found = cases.select(*by, "as_of").join_asof(
        totals, left_on="as_of", right_on="day", by=list(by), check_sortedness=False
    )
    return found[name]


def declared(cases: pl.DataFrame) -> pl.DataFrame:
    """Hours per employee over the legal hours of the month; days after the last day to claim."""
    months = pl.DataFrame(law_table("law_months")).select(
        mi=month_number("month"), legal=pl.max_horizontal("legal_hours", "weekday_hours")
    )
    return cases.join(months, on="mi", how="left", maintain_order="left").select(
        "k",
        hours_over_legal_ratio=pl.when(col("employees") != 0).then(
            col("idle_hours") / col("employees") / col("legal")
        ),
        claim_over_deadline_days=(col("known_on") - col("deadline")).dt.total_days(),
    )


def closed_before(cases: pl.DataFrame, data: Path) -> pl.Series:
    """Whether SIRENE, as known on the day, says that the establishment was closed before the month."""
    versions = (
        pl.scan_parquet(data / "establishments.parquet")
        .select(
            "known_on",
            "closed_on",
            sk=col("siret").cast(pl.Int64),
            day=col("known_on").fill_null(pl.date(1900, 1, 1)),
        )
        .sort("day")
        .collect()
    )
    found = cases.select("sk", "as_of", "month").join_asof(
        versions, left_on="as_of", right_on="day", by="sk", check_sortedness=False
    )
    known = pl.when(col("known_on").is_not_null() | (col("closed_on") <= col("as_of"))).then("closed_on")
    return found.select(
        closed_before_period=pl.when(col("day").is_not_null()).then((known < col("month")).fill_null(False))
    ).to_series()


def payroll(cases: pl.DataFrame, data: Path) -> pl.DataFrame:
    """The three features that compare a case with the payroll of its establishment."""
    same = (col("sk") == col("sk").shift(-1)) & (col("v") == col("v").shift(-1))
    usual = (col("idle") <= 0.01 * col("contract")) & (col("contract") > 0)
    versions = (
        pl.scan_parquet(data / "payroll_months.parquet")
        .select(
            "received_on",
            "headcount",
            sk=col("siret").cast(pl.Int64),
            v=month_number("month"),
            contract="contract_hours",
            worked="worked_hours",
            idle="idle_hours",
        )
        .sort("sk", "v", "received_on")
        .with_columns(replaced_on=pl.when(same).then(col("received_on").shift(-1)))
        .with_columns(
            usual_worked=pl.when(usual).then("worked"),
            usual_contract=pl.when(usual).then("contract"),
        )
    )
    keys = cases.lazy().select(
        "k", "sk", "as_of", "mi", d="request_mi", claimed="idle_hours", declared="headcount"
    )
    known = (col("received_on") <= col("as_of")) & (
        col("replaced_on").is_null() | (col("as_of") < col("replaced_on"))
    )
    near = col("v").is_between(col("mi") - 12, "mi") | col("v").is_between(col("d") - 6, "d")
    own, past = col("v") == col("mi"), col("v") < col("mi")
    past &= col("v") >= col("mi") - 12
    at_request = pl.when(col("v") <= col("d")).then(col("v").cast(pl.Int64) * 2**32 + col("headcount"))
    return (
        keys.join(versions, on="sk")
        .filter(known & near)
        .select(
            "k",
            at_request=at_request,
            worked=pl.when(own).then("worked"),
            contract=pl.when(own).then("contract"),
            idle=pl.when(own).then("idle"),
            usual_worked=pl.when(past).then("usual_worked"),
            usual_contract=pl.when(past).then("usual_contract"),
        )
        .group_by("k")
        .agg(
            pl.max("at_request", "worked", "contract", "idle"),
            pl.sum("usual_worked", "usual_contract"),
        )
        .join(keys.select("k", "claimed", "declared"), on="k")
        .select(
            "k",
            headcount_over_dsn_ratio=over("declared", col("at_request") % 2**32),
            worked_vs_usual_ratio=over(
                over("worked", col("contract")), over("usual_worked", col("usual_contract"))
            ),
            idle_over_dsn_hours=col("claimed") - col("idle"),
        )
        .collect(engine="streaming")
    )


def over(value: str | pl.Expr, divisor: pl.Expr) -> pl.Expr:
    """A ratio; null where the divisor is zero."""
    return (col(value) if isinstance(value, str) else value) / pl.when(divisor != 0).then(divisor)


def overlapping(cases: pl.DataFrame, requests: pl.DataFrame) -> pl.DataFrame:
    """Other requests of the establishment, neither closed nor amended, that cover days of the same period."""
    numbers = requests.lazy().select(amends_request_id="request_id", other_amended="r")
    others = (
        requests.lazy()
        .join(numbers, on="amends_request_id", how="left")
        .select(
            "sk",
            "closed",
            "other_amended",
            other="r",
            other_known="known_on",
            other_starts="starts_on",
            other_ends="ends_on",
        )
    )
    return (
        cases.lazy()
        .select("k", "sk", "r", "as_of", "starts_on", "ends_on", "amended")
        .filter(col("starts_on").is_not_null())
        .join(others, on="sk")
        .filter(
            col("other_starts") <= col("ends_on"),
            col("other_ends") >= col("starts_on"),
            col("other_known") <= col("as_of"),
            col("other") != col("r"),
            col("closed").is_null() | (col("closed") > col("as_of")),
            col("other_amended").ne_missing(col("r")),
            col("amended").ne_missing(col("other")),
        )
        .group_by("k")
        .agg(overlapping_requests=pl.len().cast(pl.Int64))
        .collect(engine="streaming")
    )


def account_firms(cases: pl.DataFrame, claims: pl.DataFrame, requests: pl.DataFrame) -> pl.Series:
    """Other firms known on the day to have used the bank account."""
    used = [
        frame.lazy().select("bank", sn=col("sk") // 100_000, day="known_on") for frame in (requests, claims)
    ]
    first = pl.concat(used).drop_nulls("bank").group_by("bank", "sn").agg(pl.min("day"))
    return as_known(cases, running(first, ["bank"], "firms"), ["bank"], "firms") - 1


def refusals(cases: pl.DataFrame, requests: pl.DataFrame) -> pl.Series:
    """Requests of the firm known by the day to have been refused or withdrawn."""
    closed = (
        requests.lazy()
        .drop_nulls("closed")
        .select(sn=col("sk") // 100_000, day=pl.max_horizontal("closed", "known_on"))
    )
    firms = cases.select("as_of", sn=col("sk") // 100_000)
    return as_known(firms, running(closed, ["sn"], "refusals"), ["sn"], "refusals").fill_null(0)


GROUPS = (("naf", "size_class", "mi"), ("division", "size_class", "mi"), ("division", "mi"), ("mi",))
"""Groups of peers, the finest first."""


def peers(cases: pl.DataFrame, data: Path) -> pl.Series:
    """Distance of the hours per employee from the mean of the finest group with enough peers."""
    versions = (
        pl.scan_parquet(data / "establishments.parquet")
        .select(
            "naf",
            "size_class",
            sk=col("siret").cast(pl.Int64),
            day=col("known_on").fill_null(pl.date(1900, 1, 1)),
        )
        .sort("day")
        .collect()
    )
    there = (col("idle_hours") > 0) & (col("employees") > 0)
    rows = (
        cases.select(
            *("k", "sk", "mi", "known_on", "as_of"),
            own=pl.when(there).then(
                (1e3 * (col("idle_hours") / col("employees")).log())
                .round(0, mode="half_away_from_zero")
                .cast(pl.Int64)
            ),
        )
        .sort("known_on")
        .join_asof(versions, left_on="known_on", right_on="day", by="sk", check_sortedness=False)
        .with_columns(naf=col("naf").fill_null(""), size_class=col("size_class").fill_null("NN"))
        .with_columns(
            pl.col("naf", "size_class").cast(pl.Categorical),
            division=col("naf").str.head(2).cast(pl.Categorical),
        )
        .sort("k")
    )
    coarser = (distance(rows, by) for by in GROUPS[1:])
    return reduce(lambda z, other: z.zip_with(z.is_not_null(), other), coarser, distance(rows, GROUPS[0]))


def distance(rows: pl.DataFrame, by: Sequence[str]) -> pl.Series:
    """Distance from one group of peers, the case itself left out; null where it is too small."""
    totals = (
        rows.lazy()
        .drop_nulls("own")
        .group_by(*by, day="known_on")
        .agg(n=pl.len().cast(pl.Int64), total=pl.sum("own"), squares=(col("own") * col("own")).sum())
        .sort("day")
        .with_columns(col("n", "total", "squares").cum_sum().over(*by))
        .collect()
    )
    n, total, squares = col("n") - 1, col("total") - col("own"), col("squares") - col("own") * col("own")
    spread = (squares / n - (total / n).pow(2)).clip(0).sqrt().clip(50)
    return (
        rows.select(*by, "as_of", "own")
        .join_asof(totals, left_on="as_of", right_on="day", by=list(by), check_sortedness=False)
        .select(z=pl.when(n >= PEERS_WANTED).then((col("own") - total / n) / spread))
        .to_series()
    )


def claimed_over_authorised(
    cases: pl.DataFrame, claims: pl.DataFrame, requests: pl.DataFrame
) -> pl.DataFrame:
    """Hours claimed so far under the request over those authorised, amendments known included."""
    said = (
        claims.lazy()
        .group_by("r", "mi", "known_on")
        .agg(pl.max("idle_hours"))
        .select("r", said_mi="mi", day="known_on", said="idle_hours")
    )
    keys = cases.lazy().select("k", "r", "mi", "as_of", own="idle_hours")
    months = (
        keys.join(said, on="r")
        .filter(col("day") <= col("as_of"), col("said_mi") <= col("mi"))
        .group_by("k", "said_mi")
        .agg(col("said").max_by("day"), pl.first("mi", "own"))
        .with_columns(hours=pl.when(col("said_mi") == col("mi")).then("own").otherwise("said"))
        .group_by("k")
        .agg(claimed=pl.sum("hours"))
    )
    numbers = requests.lazy().select("r", amends_request_id="request_id")
    amending = (
        requests.lazy()
        .select("amends_request_id", "known_on", "decided", "closed", "hours", "hours_authorised")
        .join(numbers, on="amends_request_id")
    )
    raised = (
        keys.select("k", "r", "as_of")
        .join(amending, on="r")
        .filter(col("known_on") <= col("as_of"), col("closed").is_null() | (col("closed") > col("as_of")))
        .group_by("k")
        .agg(
            raised=pl.coalesce(
                pl.when(col("decided") <= col("as_of")).then("hours_authorised"), "hours"
            ).max()
        )
    )
    authorised = pl.coalesce(pl.when(col("decided") <= col("as_of")).then("granted"), "asked")
    return (
        cases.lazy()
        .select("k", authorised=authorised)
        .join(raised, on="k", how="left")
        .join(months, on="k", how="left")
        .select(
            "k",
            hours_claimed_over_authorised_ratio=over("claimed", pl.max_horizontal("authorised", "raised")),
        )
        .collect(engine="streaming")
    )


def other_claims(cases: pl.DataFrame, claims: pl.DataFrame) -> pl.Series:
    """Claims of the establishment for the same month under other requests, known on the day."""
    events = claims.lazy().rename({"known_on": "day"})
    month, own = ["sk", "mi"], ["sk", "mi", "r"]
    everything = as_known(cases, running(events, month, "claims"), month, "claims")
    return everything - as_known(cases, running(events, own, "claims"), own, "claims")


def compute(data: Path) -> pl.DataFrame:
    """Give the twelve features of every claim, ordered by `case_id`."""
    requests = read_requests(data)
    claims = read_claims(data, requests)
    cases = with_requests(claims, requests)
    aligned = cases.select(case_id="claim_id", k="k").with_columns(
        closed_before(cases, data).alias("closed_before_period"),
        account_firms(cases, claims, requests).alias("bank_other_sirens"),
        refusals(cases, requests).alias("earlier_refusals"),
        peers(cases, data).alias("peer_hours_z"),
        other_claims(cases, claims).alias("other_request_claims"),
    )
    keyed = (
        declared(cases),
        payroll(cases, data),
        overlapping(cases, requests),
        claimed_over_authorised(cases, claims, requests),
    )
    whole = reduce(lambda left, right: left.join(right, on="k", how="left"), keyed, aligned)
    doubles = pl.selectors.float()
    return (
        whole.with_columns(col("overlapping_requests").fill_null(0))
        .with_columns((doubles * 1e6).round(0, mode="half_away_from_zero") / 1e6)
        .sort("case_id")
        .select("case_id", *CORE)
    )


if __name__ == "__main__":
    compute(Path(sys.argv[1])).write_parquet(sys.argv[2], compression="zstd")
