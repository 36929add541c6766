"""How close a synthetic country comes to the official figures: shares, means by month, hours, sizes.

Every table that this module returns has the drawn figure beside the official one. The official table counts
claims (demandes d'indemnisation) by month of activity, region and 17 activity groups; the months compared are
2020-03 to 2020-11, because December 2020 and January 2021 were still incomplete when it was published.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from apanalytics.synthetic.official import figures
from apanalytics.tables import Tables
from apanalytics.tables.activities import NAF, nace17_of

FIRST, LAST = "2020-03", "2020-11"
"""First and last month of activity that are compared."""
CELL = ["month", "region", "nace17"]
"""Columns of the official table."""
MEASURES = ["claims", "employees", "hours"]
"""What the official table counts: claims, employees in them, hours claimed."""
MARGINS = {
    "month × region": ["month", "region"],
    "month × NACE17": ["month", "nace17"],
    "region × NACE17": ["region", "nace17"],
    "month × region × NACE17": CELL,
}
"""The margins whose shares are compared: each pair, and the full cross."""

_MEANS = {"employees_per_claim": ("employees", "claims"), "hours_per_employee": ("hours", "employees")}

_CLAIMS_SQL = """
SELECT strftime(c.month, '%Y-%m') AS month, coalesce(p.region, 'ZZ') AS region,
       coalesce(n.nace17, 'ZZ') AS nace17, c.siret,
       count(*) AS claims, sum(c.employees)::DOUBLE AS employees, sum(c.idle_hours) AS hours
FROM claims c
LEFT JOIN (SELECT siret, arg_max(region, coalesce(known_on, DATE '1900-01-01')) AS region,
                  arg_max(naf, coalesce(known_on, DATE '1900-01-01')) AS naf
           FROM establishments GROUP BY siret) p USING (siret)
LEFT JOIN groups n USING (naf)
WHERE strftime(c.month, '%Y-%m') BETWEEN $first AND $last
GROUP BY ALL ORDER BY c.siret, month
"""
_ASKED_SQL = """
WITH used AS (SELECT request_id, sum(idle_hours) AS hours FROM claims GROUP BY request_id)
SELECT r.status IN ('tacit', 'authorised') AS accepted, used.hours IS NOT NULL AS claimed,
       count(*) AS requests, sum(r.hours) AS asked, coalesce(sum(used.hours), 0) AS hours
FROM requests r LEFT JOIN used USING (request_id)
WHERE strftime(r.starts_on, '%Y-%m') >= $first AND strftime(r.ends_on, '%Y-%m') <= $last
  AND r.amends_request_id IS NULL
  AND r.request_id NOT IN (SELECT amends_request_id FROM requests WHERE amends_request_id IS NOT NULL)
GROUP BY ALL ORDER BY accepted, claimed
"""
_SIZES_SQL = {
    "claimed": """
SELECT r.company_headcount AS company, sum(c.employees)::DOUBLE AS employees
FROM claims c JOIN requests r USING (request_id)
WHERE strftime(c.month, '%Y-%m') = $since GROUP BY ALL ORDER BY company""",
    "requested": """
SELECT company_headcount AS company, sum(covered_headcount)::DOUBLE AS employees
FROM requests WHERE filed_on BETWEEN CAST($since AS DATE) AND CAST($until AS DATE)
GROUP BY ALL ORDER BY company""",
}


def total_variation(first: ArrayLike, second: ArrayLike) -> float:
    """Return the distance between two sets of shares: half the sum of their absolute differences.

    Parameters
    ----------
    first, second : counts or weights of the same cells in the same order; each is divided by its sum.

    Returns
    -------
    0 where the shares are equal, 1 where no cell is common.

    Examples
    --------
    >>> total_variation([1, 1, 2], [2, 2, 0])
    0.5
    """
    one, two = (np.asarray(values, dtype=np.float64) for values in (first, second))
    return float(np.abs(one / one.sum() - two / two.sum()).sum() / 2)


def official_claims(first: str = FIRST, last: str = LAST) -> pd.DataFrame:
    """Return the official table: a row per month, region and activity group, with claims, employees, hours.

    Counts are rounded to 5 by the publisher. Source: see `figures/README.md`.

    Examples
    --------
    >>> int(official_claims("2020-04", "2020-04")["claims"].sum())
    1173375
    """
    table = figures("claims_by_month_region_nace17")
    return table[table["month"].between(first, last)].reset_index(drop=True)


def claims_by_establishment(tables: Tables, first: str = FIRST, last: str = LAST) -> pd.DataFrame:
    """Return the drawn claims: a row per establishment and month of activity.

    Returns
    -------
    `month`, `region`, `nace17`, `siret`, and the sums `claims`, `employees`, `hours`. An establishment that
    the register does not know has region or activity `ZZ`.

    Examples
    --------
    >>> import apanalytics as ap
    >>> drawn = claims_by_establishment(ap.read("data/synthetic"), "2020-04", "2020-05")
    >>> sorted(drawn["region"].unique()), int(drawn["claims"].max())
    (['32', '94'], 2)
    """
    groups = pd.DataFrame({"naf": list(NAF), "nace17": [nace17_of(naf) for naf in NAF]})
    with tables.connect() as con:
        con.register("groups", groups)
        return con.execute(_CLAIMS_SQL, {"first": first, "last": last}).df()


def beside(drawn: pd.DataFrame, official: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return the sums of both tables by some columns of `CELL`, one row per cell that either has.

    Returns
    -------
    Indexed by `by`; `claims`, `employees`, `hours` as drawn, and `official_…` of each. A cell that a table
    lacks counts 0 there.

    Examples
    --------
    >>> drawn = pd.DataFrame({"month": ["2020-03"], "claims": [3], "employees": [9], "hours": [90.0]})
    >>> beside(drawn, official_claims(), ["month"])["claims"].tolist()[:2]
    [3.0, 0.0]
    """
    ours = drawn.groupby(by)[MEASURES].sum()
    theirs = official.groupby(by)[MEASURES].sum().add_prefix("official_")
    return ours.join(theirs, how="outer").fillna(0.0).astype("float64")


def distances(drawn: pd.DataFrame, official: pd.DataFrame) -> pd.Series:
    """Return the total variation between the shares of claims on each of the `MARGINS`.

    Examples
    --------
    >>> table = official_claims()
    >>> float(distances(table, table).max())
    0.0
    """
    found = {}
    for name, by in MARGINS.items():
        both = pd.concat([table.groupby(by)["claims"].sum() for table in (drawn, official)], axis=1).fillna(
            0.0
        )
        found[name] = total_variation(both.iloc[:, 0], both.iloc[:, 1])
    return pd.Series(found, name="distance")


def means_by_month(drawn: pd.DataFrame, official: pd.DataFrame) -> pd.DataFrame:
    """Return employees per claim and hours per employee of each month, drawn and official.

    Examples
    --------
    >>> table = official_claims()
    >>> round(float(means_by_month(table, table).loc["2020-04", "hours_per_employee"]), 1)
    96.9
    """
    both = beside(drawn, official, ["month"])
    means: dict[str, Any] = {}
    for prefix in ("", "official_"):
        for name, (above, below) in _MEANS.items():
            means[prefix + name] = both[prefix + above] / both[prefix + below]
    return pd.DataFrame(means)


def mean_errors(drawn: pd.DataFrame) -> pd.DataFrame:
    """Return the standard error of each mean of `means_by_month`: what chance alone moves it by.

    A mean is a ratio of sums over establishments; its error is the root of the summed squares of what each
    establishment adds beyond the ratio, over the sum below. A few large establishments make it large.

    Examples
    --------
    >>> drawn = pd.DataFrame({"month": "2020-03", "claims": 1, "employees": [1, 3], "hours": [50.0, 150.0]})
    >>> errors = mean_errors(drawn)
    >>> round(float(errors.loc["2020-03", "employees_per_claim"]), 3), float(errors.iloc[0, 1])
    (0.707, 0.0)
    """
    parts = {}
    for name, (above, below) in _MEANS.items():
        sums = drawn.groupby("month")[[above, below]].transform("sum")
        beyond = drawn[above] - sums[above] / sums[below] * drawn[below]
        total = drawn.groupby("month")[below].sum()
        parts[name] = np.sqrt((beyond**2).groupby(drawn["month"]).sum()) / total
    return pd.DataFrame(parts)


def region_shares(drawn: pd.DataFrame, official: pd.DataFrame) -> pd.DataFrame:
    """Return the share of each region in the claims, drawn and official; each column sums to 1.

    Examples
    --------
    >>> table = official_claims()
    >>> round(float(region_shares(table, table).loc["11", "official_share"]), 3)
    0.232
    """
    both = beside(drawn, official, ["region"])
    return pd.DataFrame(
        {
            "share": both["claims"] / both["claims"].sum(),
            "official_share": both["official_claims"] / both["official_claims"].sum(),
        }
    )


def claimed_of_requested(tables: Tables, first: str = FIRST, last: str = LAST) -> pd.Series:
    """Return hours claimed over hours asked, of the requests whose whole period lies in these months.

    Only such requests can be compared: a request that runs beyond has claims still to come. The data must
    reach some months beyond `last`, since a claim may be filed half a year after its month. Amendments state
    the hours of what they amend anew: both are left out.

    Returns
    -------
    `accepted` : requests accepted, in words or by silence, whether they were used or not. `all` : refused and
    withdrawn ones too. `used` : only those with a claim. NaN where there is no such request.

    Examples
    --------
    >>> import apanalytics as ap
    >>> ratio = claimed_of_requested(ap.read("data/synthetic"))
    >>> bool(ratio["all"] < ratio["accepted"] < ratio["used"])
    True
    """
    with tables.connect() as con:
        parts = con.execute(_ASKED_SQL, {"first": first, "last": last}).df()
    kept = {"accepted": parts[parts["accepted"]], "all": parts, "used": parts[parts["claimed"]]}
    ratio = {name: part["hours"].sum() / (part["asked"].sum() or np.nan) for name, part in kept.items()}
    return pd.Series(ratio, name="claimed_of_requested")


def size_shares(tables: Tables) -> pd.DataFrame:
    """Return the share of employees by headcount of their company, drawn and official.

    Returns
    -------
    Indexed by `measure` and `company_size`. Two official splits exist: employees of the claims of March 2020
    (as filed by 25 May 2020), and employees of the requests filed from 1 March to 22 June 2020. Employees per
    request and claim are counted anew at each. NaN as drawn where nothing was filed then.

    Examples
    --------
    >>> import apanalytics as ap
    >>> shares = size_shares(ap.read("data/synthetic"))
    >>> round(float(shares.loc[("claimed in 2020-03", "1-49"), "official_share"]), 2)
    0.61
    """
    parts = []
    with tables.connect() as con:
        for (measure, until), part in figures("employees_by_company_size").groupby(
            ["measure", "situation"], sort=False
        ):
            what, since = str(measure).split()[0], str(measure).split()[-1]
            bound = {"since": since} if what == "claimed" else {"since": since, "until": str(until)}
            found = con.execute(_SIZES_SQL[what], bound).df()
            lowest = [int(size.rstrip("+").split("-")[0]) for size in part["company_size"]]
            place = np.searchsorted(lowest, found["company"].fillna(0).clip(lower=1), side="right") - 1
            count = np.bincount(place, weights=found["employees"], minlength=len(lowest))
            parts.append(part.assign(share=count / (count.sum() or np.nan), official_share=part["share"]))
    table = pd.concat(parts).set_index(["measure", "company_size"])
    return table[["share", "official_share"]]
