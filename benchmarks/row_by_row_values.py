"""Random values of the field, one call each, as Faker's providers give them: see `benchmarks.row_by_row`."""

from __future__ import annotations

import csv
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

FIRST, LAST = date(2020, 3, 1).toordinal(), date(2021, 12, 31).toordinal()
MONTHS = [date(year, month, 1) for year in (2019, 2020, 2021) for month in range(1, 13)]
LISTS = Path(__file__).parents[1] / "src" / "apanalytics" / "tables" / "data"


def listed(name: str) -> list[dict[str, str]]:
    """Return a code list of the package, without importing the package: start-up counts too."""
    with (LISTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Provider:
    """One random value per call, as Faker's providers give them."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.departments = [(row["department"], row["region"]) for row in listed("departments")]
        self.activities = [row["naf"] for row in listed("naf")]
        self.sizes = [row["size_class"] for row in listed("size_classes")]
        self.wage_floor = 10.15

    def siren(self) -> str:
        """Nine digits, the last of which makes the Luhn sum."""
        return self.checked(f"{self.random.randrange(10**8):08d}")

    def siret(self, siren: str) -> str:
        """The fourteen digits of an establishment of this firm."""
        return self.checked(f"{siren}{self.random.randrange(1, 100):04d}")

    @staticmethod
    def checked(digits: str) -> str:
        """Append the Luhn check digit."""
        total = 0
        for place, digit in enumerate(reversed(digits)):
            double = int(digit) * 2 if place % 2 == 0 else int(digit)
            total += double - 9 if double > 9 else double
        return f"{digits}{-total % 10}"

    def day(self, first: int = FIRST, last: int = LAST) -> date:
        """A day of the period."""
        return date.fromordinal(self.random.randint(first, last))

    def after(self, day: date, most: int) -> date:
        """A day at most so many days later."""
        return day + timedelta(days=self.random.randint(0, most))

    def month(self) -> date:
        """The first day of a month."""
        return self.random.choice(MONTHS)

    def key(self) -> str:
        """Sixteen hexadecimal digits: a pseudonym."""
        return f"{self.random.getrandbits(64):016x}"

    def amount(self, most: float) -> float:
        """Euros or hours with two decimals."""
        return round(self.random.uniform(0, most), 2)

    def maybe(self, share: float, value: Any) -> Any:
        """The value, or nothing."""
        return value if self.random.random() < share else None

    def headcount(self) -> int:
        """Employees of an establishment, many small and a few large."""
        return max(1, min(400, round(self.random.lognormvariate(1.2, 1.05))))
