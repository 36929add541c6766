"""Claim lines valued per CPU-second: the vectorised law and the SQL tables against the scalar loop."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import duckdb
import numpy as np
import pandas as pd

from apanalytics import law

LINES, SAMPLE = 1_000_000, 2_000


def draw(seed: int = 7) -> pd.DataFrame:
    """Draw claim lines over two years of the crisis and every regime in force throughout."""
    rng = np.random.default_rng(seed)
    months = pd.date_range("2021-01-01", "2022-07-01", freq="MS").to_numpy()
    return pd.DataFrame(
        {
            "month": rng.choice(months, LINES),
            "regime": rng.choice(["general", "protected", "apld", "apld+protected"], LINES),
            "hourly_wage": np.round(rng.lognormal(2.7, 0.4, LINES), 2),
            "hours": np.round(rng.uniform(1, 151, LINES), 2),
        }
    )


def timed(work: Callable[[], object]) -> tuple[object, float, float]:
    """Return the result, the CPU-seconds and the seconds on the clock."""
    cpu, clock = time.process_time(), time.perf_counter()
    result = work()
    return result, time.process_time() - cpu, time.perf_counter() - clock


def scalar(lines: pd.DataFrame) -> list[Decimal]:
    """Value lines one by one, as the peer."""
    rows = lines.itertuples(index=False)
    return [law.pay(date.fromisoformat(str(m)[:10]), r, w, h).allocation for m, r, w, h in rows]


def main() -> None:
    """Print the three speeds, the ratios, and that the amounts are equal."""
    lines = draw()
    law.rates_table()  # the tables are built once per process
    con = duckdb.connect(config={"threads": 2})
    law.sql_tables(con, known_on="2026-01-31")
    con.register("lines", lines)
    query = (
        f"SELECT sum({law.allocation_sql('l.hourly_wage', 'l.hours', 'r')}) FROM lines AS l"
        " JOIN law_rates AS r ON r.regime = l.regime AND r.valid_from <= l.month AND l.month < r.valid_to"
    )
    fast, fast_cpu, fast_clock = timed(
        lambda: law.amounts(*(lines[name] for name in lines.columns))["allocation"]
    )
    total, sql_cpu, sql_clock = timed(lambda: con.execute(query).fetchall()[0][0])
    sample = lines.head(SAMPLE)
    slow, slow_cpu, _ = timed(lambda: scalar(sample))
    assert isinstance(fast, pd.Series)
    assert isinstance(slow, list)
    assert isinstance(total, float)
    assert fast.head(SAMPLE).tolist() == [float(amount) for amount in slow]
    assert abs(total - fast.sum()) < 1
    print(
        f"vectorised  {LINES / fast_clock:>12,.0f} lines/s  {LINES / fast_cpu:>12,.0f} lines per CPU-second"
    )
    print(f"SQL tables  {LINES / sql_clock:>12,.0f} lines/s  {LINES / sql_cpu:>12,.0f} lines per CPU-second")
    print(f"scalar loop {'':>12}          {SAMPLE / slow_cpu:>12,.0f} lines per CPU-second ({SAMPLE} lines)")
    print(
        f"vectorised / scalar: {slow_cpu / SAMPLE / (fast_cpu / LINES):,.0f} times fewer CPU-seconds per line"
    )


if __name__ == "__main__":
    main()
