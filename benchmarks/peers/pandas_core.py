"""The twelve core features in pandas: merges, group-bys, as-of merges on running counts.

What was known on a day is found by `merge_asof` on running counts wherever a count is asked, and by a merge
and a filter where values of several rows are: half a million claims at a time, or the pairs would not fit in
memory. Text keys become integers as soon as they are read; claims are sorted once by the day they are looked
at, which every as-of merge needs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.peers import CORE, PEERS_WANTED
from benchmarks.peers.law_tables import law_table

AT_ONCE = 500_000
"""Claims merged at once with several rows each."""
CLOSED = ("refused", "withdrawn")
DECIDED = ("authorised", "tacit", *CLOSED)
NEVER = pd.Timestamp("2262-01-01")


def read(data: Path, table: str, columns: list[str]) -> pd.DataFrame:
    """Read columns of a table, its days as days."""
    frame = pd.read_parquet(data / f"{table}.parquet", columns=columns)
    for name in columns:
        if name.endswith("_on") or name == "month":
            frame[name] = pd.to_datetime(frame[name]).astype("datetime64[us]")
    if "siret" in frame:
        frame["sk"] = frame.pop("siret").astype("int64")
    return frame


def month_number(day: pd.Series) -> pd.Series:
    """Months since year 0: neighbouring months differ by one."""
    return day.dt.year * 12 + day.dt.month


def over(value: pd.Series, divisor: pd.Series) -> pd.Series:
    """A ratio; null where the divisor is zero."""
    return value / divisor.where(divisor != 0)


def read_requests(data: Path) -> pd.DataFrame:
    """Requests, numbered `r`, with the last day of the claims under them."""
    kept = "request_id siret filed_on status_on starts_on ends_on decided_on headcount hours hours_authorised"
    requests = read(
        data,
        "requests",
        [*kept.split(), "status", "bank_key", "amends_request_id", "working_time_over_6_months"],
    )
    requests["r"] = np.arange(len(requests))
    requests["known_on"] = requests["filed_on"].fillna(requests["status_on"]).fillna(requests["starts_on"])
    decision = requests["decided_on"].fillna(requests["status_on"])
    requests["decided"] = decision.where(requests["status"].isin(DECIDED))
    requests["closed"] = decision.where(requests["status"].isin(CLOSED))
    requests["mi"] = month_number(requests["starts_on"])
    numbers = pd.Series(requests["r"].to_numpy(), index=requests["request_id"])
    requests["amended"] = (
        requests["amends_request_id"].map(numbers, na_action="ignore").fillna(-1).astype("int64")
    )
    requests["deadline"] = deadlines(requests)
    return requests.drop(columns=["filed_on", "status_on", "decided_on", "status", "amends_request_id"])


def deadlines(requests: pd.DataFrame) -> pd.Series:
    """The last day of the claims under each request, by the law of the day it ends."""
    procedure = law_table("law_procedure").to_pandas(date_as_object=False)
    columns = ["valid_from", "claim_before", "claim_deadline_months", "claim_deadline_extra_months"]
    rules = procedure[columns].astype({"valid_from": requests["ends_on"].dtype}).sort_values("valid_from")
    ends = requests[["ends_on", "working_time_over_6_months", "r"]].sort_values("ends_on")
    found = pd.merge_asof(ends, rules, left_on="ends_on", right_on="valid_from")
    extra = found["claim_deadline_extra_months"].fillna(0).where(found["working_time_over_6_months"], 0)
    months = (found["claim_deadline_months"] + extra).astype("int64")
    last = pd.Series(pd.NaT, index=found.index, dtype=requests["ends_on"].dtype)
    for count, group in found["ends_on"].groupby(months):
        last.loc[group.index] = group + pd.DateOffset(months=count)
    last = (found["claim_before"] - pd.Timedelta(days=1)).fillna(last)
    return pd.Series(last.to_numpy(), index=found["r"]).sort_index()


def read_cases(data: Path, requests: pd.DataFrame) -> pd.DataFrame:
    """Claims, numbered `k` by the day they are looked at, with what was known of their request."""
    kept = "claim_id request_id siret month filed_on employees idle_hours bank_key paid_on"
    claims = read(data, "claims", kept.split())
    claims["known_on"] = claims.pop("filed_on").fillna(claims["month"] + pd.DateOffset(months=1))
    paid = claims[["known_on", "paid_on"]].max(axis=1).where(claims.pop("paid_on").notna())
    claims["as_of"] = (claims["known_on"] + pd.Timedelta(days=15)).where(lambda lag: ~(paid < lag), paid)
    claims["mi"] = month_number(claims["month"])
    carried = requests.rename(
        columns={"known_on": "request_known_on", "mi": "d", "bank_key": "request_bank", "hours": "asked"}
    ).rename(columns={"hours_authorised": "granted"})
    of_request = ["headcount", "starts_on", "ends_on", "deadline", "amended", "decided", "d", "request_bank"]
    of_request += ["asked", "granted"]
    claims = claims.merge(
        carried[["request_id", "r", "request_known_on", *of_request]], on="request_id", how="left"
    )
    unknown = ~(claims.pop("request_known_on") <= claims["as_of"])
    claims[of_request] = claims[of_request].mask(unknown)
    claims = claims.drop(columns="request_id").sort_values("as_of", ignore_index=True)
    claims["k"] = np.arange(len(claims))
    return claims


def running(events: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Events counted by the days they became known, as running totals of each group."""
    counts = events.groupby([*by, "day"], as_index=False).size().sort_values("day")
    counts["size"] = counts.groupby(by)["size"].cumsum()
    return counts


def as_known(cases: pd.DataFrame, events: pd.DataFrame, by: list[str]) -> pd.Series:
    """The running total that each case sees, in the order of the cases."""
    found = pd.merge_asof(cases[[*by, "as_of"]], running(events, by), left_on="as_of", right_on="day", by=by)
    return found["size"]


def hours_over_legal(cases: pd.DataFrame) -> pd.Series:
    """Hours per employee over the legal hours of the month."""
    months = law_table("law_months").to_pandas(date_as_object=False)
    legal = months[["legal_hours", "weekday_hours"]].max(axis=1).set_axis(month_number(months["month"]))
    return over(cases["idle_hours"], cases["employees"]) / cases["mi"].map(legal)


@cache
def sirene(data: Path) -> pd.DataFrame:
    """Versions of establishments in the order they became known."""
    versions = read(data, "establishments", ["siret", "known_on", "closed_on", "naf", "size_class"])
    versions["day"] = versions["known_on"].fillna(pd.Timestamp("1900-01-01"))
    return versions.sort_values("day", ignore_index=True)


def closed_before(cases: pd.DataFrame, data: Path) -> pd.Series:
    """Whether SIRENE, as known on the day, says that the establishment was closed before the month."""
    found = pd.merge_asof(
        cases[["sk", "as_of", "month"]],
        sirene(data)[["sk", "day", "known_on", "closed_on"]],
        left_on="as_of",
        right_on="day",
        by="sk",
    )
    known = found["known_on"].notna() | (found["closed_on"] <= found["as_of"])
    closed = known & (found["closed_on"] < found["month"])
    return closed.astype("boolean").mask(found["day"].isna())


def in_chunks(cases: pd.DataFrame, one: Callable[[pd.DataFrame], pd.DataFrame]) -> pd.DataFrame:
    """Apply to some claims at a time what has a row per `k`; give a row per case, in order."""
    parts = [one(cases.iloc[at : at + AT_ONCE]) for at in range(0, len(cases), AT_ONCE)]
    return pd.concat(parts).reindex(cases["k"]).reset_index(drop=True)


def payroll(cases: pd.DataFrame, data: Path) -> pd.DataFrame:
    """The three features that compare a case with the payroll of its establishment."""
    kept = "siret month received_on headcount contract_hours worked_hours idle_hours"
    versions = read(data, "payroll_months", kept.split())
    versions["v"] = month_number(versions.pop("month"))
    versions = versions.sort_values(["sk", "v", "received_on"])
    later = versions[["sk", "v", "received_on"]].shift(-1)
    same = (later["sk"] == versions["sk"]) & (later["v"] == versions["v"])
    versions["replaced_on"] = later["received_on"].where(same, NEVER)
    versions["usual"] = (versions["idle_hours"] <= 0.01 * versions["contract_hours"]) & (
        versions["contract_hours"] > 0
    )

    def one(chunk: pd.DataFrame) -> pd.DataFrame:
        pairs = chunk[["k", "sk", "as_of", "mi", "d"]].merge(versions, on="sk")  # by k, then month
        year, request = pairs["mi"] - 12, pairs["d"] - 6
        near = pairs["v"].between(year, pairs["mi"]) | pairs["v"].between(request, pairs["d"])
        known = (pairs["received_on"] <= pairs["as_of"]) & (pairs["as_of"] < pairs["replaced_on"])
        pairs = pairs[near & known]
        own = pairs[pairs["v"] == pairs["mi"]].set_index("k")
        last = pairs[pairs["v"] <= pairs["d"]].drop_duplicates("k", keep="last").set_index("k")
        past = pairs[pairs["usual"] & (pairs["v"] < pairs["mi"]) & (pairs["v"] >= pairs["mi"] - 12)]
        usual = past.groupby("k")[["worked_hours", "contract_hours"]].sum()
        chunk = chunk.set_index("k")
        share = over(own["worked_hours"], own["contract_hours"])
        return pd.DataFrame(
            {
                "headcount_over_dsn_ratio": over(chunk["headcount"], last["headcount"]),
                "worked_vs_usual_ratio": over(share, over(usual["worked_hours"], usual["contract_hours"])),
                "idle_over_dsn_hours": chunk["idle_hours"] - own["idle_hours"],
            },
            index=chunk.index,
        )

    return in_chunks(cases, one)


def overlapping(cases: pd.DataFrame, requests: pd.DataFrame) -> pd.Series:
    """Other requests of the establishment, neither closed nor amended, that cover days of the same period."""
    others = requests[["sk", "r", "known_on", "starts_on", "ends_on", "closed", "amended"]]
    columns = ["k", "sk", "r", "as_of", "starts_on", "ends_on", "amended"]

    def one(chunk: pd.DataFrame) -> pd.DataFrame:
        pairs = chunk[columns].merge(others, on="sk", suffixes=("", "_other"))
        pairs = pairs[
            (pairs["starts_on_other"] <= pairs["ends_on"])
            & (pairs["ends_on_other"] >= pairs["starts_on"])
            & (pairs["known_on"] <= pairs["as_of"])
            & (pairs["r_other"] != pairs["r"])
            & ~(pairs["closed"] <= pairs["as_of"])
            & (pairs["amended_other"] != pairs["r"])
            & (pairs["amended"] != pairs["r_other"])
        ]
        return pairs.groupby("k").size().to_frame("n")

    return in_chunks(cases, one)["n"].fillna(0).astype("int64")


def account_firms(cases: pd.DataFrame, requests: pd.DataFrame) -> pd.Series:
    """Other firms known on the day to have used the bank account."""
    used = pd.concat([frame[["bank_key", "sk", "known_on"]] for frame in (requests, cases)])
    codes, accounts = pd.factorize(used["bank_key"])
    used = pd.DataFrame({"bank": codes, "sn": used["sk"] // 100_000, "day": used["known_on"]})
    first = used[used["bank"] >= 0].groupby(["bank", "sn"], as_index=False)["day"].min()
    own = cases["bank_key"].fillna(cases["request_bank"])
    keys = pd.DataFrame({"bank": pd.Index(accounts).get_indexer(own), "as_of": cases["as_of"]})
    return as_known(keys, first, ["bank"]) - 1


def refusals(cases: pd.DataFrame, requests: pd.DataFrame) -> pd.Series:
    """Requests of the firm known by the day to have been refused or withdrawn."""
    closed = requests[requests["closed"].notna()]
    events = pd.DataFrame({"sn": closed["sk"] // 100_000, "day": closed[["closed", "known_on"]].max(axis=1)})
    firms = cases[["as_of"]].assign(sn=cases["sk"] // 100_000)
    return as_known(firms, events, ["sn"]).fillna(0)


GROUPS = (["naf", "size_class", "mi"], ["division", "size_class", "mi"], ["division", "mi"], ["mi"])
"""Groups of peers, the finest first."""


def peers(cases: pd.DataFrame, data: Path) -> pd.Series:
    """Distance of the hours per employee from the mean of the finest group with enough peers."""
    places = sirene(data)[["sk", "day", "naf", "size_class"]].copy()
    places["division"] = places["naf"].str[:2]
    for name in ("naf", "size_class", "division"):
        places[name] = pd.factorize(places[name])[0]
    rows = pd.merge_asof(
        cases[["k", "sk", "mi", "known_on", "as_of", "idle_hours", "employees"]].sort_values("known_on"),
        places,
        left_on="known_on",
        right_on="day",
        by="sk",
    ).sort_values("k", ignore_index=True)
    rows = rows.fillna({"naf": -1, "size_class": -1, "division": -1})
    there = (rows["idle_hours"] > 0) & (rows["employees"] > 0)
    ratio = 1e3 * np.log((rows["idle_hours"] / rows["employees"]).where(there))
    rows["own"] = np.sign(ratio) * np.floor(ratio.abs() + 0.5)
    rows["square"] = rows["own"] ** 2
    z = pd.Series(np.nan, index=rows.index)
    for by in GROUPS:
        z = z.fillna(distance(rows, by))
    return z


def distance(rows: pd.DataFrame, by: list[str]) -> pd.Series:
    """Distance from one group of peers, the case itself left out; null where it is too small."""
    there = rows[rows["own"].notna()]
    days = there.groupby([*by, "known_on"]).agg(
        n=("own", "size"), total=("own", "sum"), squares=("square", "sum")
    )
    totals = days.reset_index().sort_values("known_on")
    totals[["n", "total", "squares"]] = totals.groupby(by)[["n", "total", "squares"]].cumsum()
    found = pd.merge_asof(rows[[*by, "as_of"]], totals, left_on="as_of", right_on="known_on", by=by)
    n, total = found["n"] - 1, found["total"] - rows["own"]
    squares = found["squares"] - rows["square"]
    spread = np.sqrt((squares / n - (total / n) ** 2).clip(lower=0)).clip(lower=50)
    return ((rows["own"] - total / n) / spread).where(n >= PEERS_WANTED)


def claimed_over_authorised(cases: pd.DataFrame, requests: pd.DataFrame) -> pd.Series:
    """Hours claimed so far under the request over those authorised, amendments known included."""
    said = cases.groupby(["r", "mi", "known_on"], as_index=False)["idle_hours"].max()

    def one(chunk: pd.DataFrame) -> pd.DataFrame:
        pairs = chunk[["k", "r", "mi", "as_of", "idle_hours"]].merge(said, on="r", suffixes=("", "_said"))
        pairs = pairs[(pairs["known_on"] <= pairs["as_of"]) & (pairs["mi_said"] <= pairs["mi"])]
        months = pairs.sort_values("known_on").drop_duplicates(["k", "mi_said"], keep="last")
        hours = months["idle_hours"].where(months["mi_said"] == months["mi"], months["idle_hours_said"])
        return hours.groupby(months["k"]).sum().to_frame("claimed")

    amending = requests[requests["amended"] >= 0].drop(columns="r").rename(columns={"amended": "r"})
    pairs = cases[["k", "r", "as_of"]].merge(
        amending[["r", "known_on", "decided", "closed", "hours", "hours_authorised"]], on="r"
    )
    pairs = pairs[(pairs["known_on"] <= pairs["as_of"]) & ~(pairs["closed"] <= pairs["as_of"])]
    granted = pairs["hours_authorised"].where(pairs["decided"] <= pairs["as_of"]).fillna(pairs["hours"])
    raised = granted.groupby(pairs["k"]).max().reindex(cases["k"]).to_numpy()
    authorised = cases["granted"].where(cases["decided"] <= cases["as_of"]).fillna(cases["asked"])
    return over(in_chunks(cases, one)["claimed"], pd.Series(np.fmax(authorised, raised)))


def other_claims(cases: pd.DataFrame) -> pd.Series:
    """Claims of the establishment for the same month under other requests, known on the day."""
    events = cases[["sk", "mi", "r"]].assign(day=cases["known_on"])
    return as_known(cases, events, ["sk", "mi"]) - as_known(cases, events, ["sk", "mi", "r"])


def compute(data: Path) -> pd.DataFrame:
    """Give the twelve features of every claim, ordered by `case_id`."""
    requests = read_requests(data)
    cases = read_cases(data, requests)
    whole = pd.DataFrame(
        {
            "case_id": cases["claim_id"],
            "hours_over_legal_ratio": hours_over_legal(cases),
            "closed_before_period": closed_before(cases, data),
            "claim_over_deadline_days": (cases["known_on"] - cases["deadline"]).dt.days,
            **payroll(cases, data),
            "overlapping_requests": overlapping(cases, requests),
            "bank_other_sirens": account_firms(cases, requests),
            "earlier_refusals": refusals(cases, requests),
            "peer_hours_z": peers(cases, data),
            "hours_claimed_over_authorised_ratio": claimed_over_authorised(cases, requests),
            "other_request_claims": other_claims(cases),
        }
    )
    doubles = whole.columns[whole.dtypes == "float64"]
    whole[doubles] = np.sign(whole[doubles]) * np.floor(whole[doubles].abs() * 1e6 + 0.5) / 1e6
    return whole.sort_values("case_id", ignore_index=True)[["case_id", *CORE]]


if __name__ == "__main__":
    compute(Path(sys.argv[1])).to_parquet(sys.argv[2], compression="zstd", index=False)
