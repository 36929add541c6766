"""Random values of the field, one call each: by Faker, and by bare Python; see `benchmarks.row_by_row`."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from faker import Faker

FIRST, LAST = date(2020, 3, 1).toordinal(), date(2021, 12, 31).toordinal()
MONTHS = [date(year, month, 1) for year in (2019, 2020, 2021) for month in range(1, 13)]
LISTS = Path(__file__).parents[1] / "src" / "apanalytics" / "tables" / "data"


def listed(name: str) -> list[dict[str, str]]:
    """Return a code list of the package, without importing the package: start-up counts too."""
    with (LISTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Provider:
    """One random value per call, by the standard generator alone: the quickest that this style can be."""

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

    def wage(self) -> float:
        """Euros per hour, above the minimum."""
        return round(self.wage_floor + self.random.expovariate(0.2), 2)

    def pick(self, values: Sequence[Any]) -> Any:
        """One of the values."""
        return self.random.choice(values)

    def number(self, low: int, high: int) -> int:
        """A whole number between both."""
        return self.random.randint(low, high)

    def chance(self, share: float) -> bool:
        """True in this share of calls."""
        return self.random.random() < share

    def share(self, decimals: int) -> float:
        """A number from 0 to 1."""
        return round(self.random.random(), decimals)

    def digits(self, count: int) -> str:
        """So many digits."""
        return f"{self.random.randrange(10**count):0{count}d}"

    def company(self) -> str:
        """The name of a firm."""
        return f"SOCIETE {self.random.randrange(10**6)}"


class FakerProvider(Provider):
    """The same values by the French providers of Faker, as its users write them."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.faker = Faker("fr_FR")
        self.faker.seed_instance(seed)

    def siren(self) -> str:
        """Nine digits by Faker's company provider, without its spaces."""
        return self.faker.siren().replace(" ", "")

    def siret(self, siren: str) -> str:
        """The fourteen digits of an establishment of this firm."""
        return self.checked(f"{siren}{self.faker.numerify('00%#')}")

    def day(self, first: int = FIRST, last: int = LAST) -> date:
        """A day of the period."""
        found = self.faker.date_between_dates(date.fromordinal(first), date.fromordinal(last))
        assert isinstance(found, date)
        return found

    def after(self, day: date, most: int) -> date:
        """A day at most so many days later."""
        return self.day(day.toordinal(), day.toordinal() + most)

    def month(self) -> date:
        """The first day of a month."""
        return self.faker.random_element(MONTHS)

    def key(self) -> str:
        """Sixteen hexadecimal digits: a pseudonym."""
        return self.faker.hexify("^" * 16)

    def amount(self, most: float) -> float:
        """Euros or hours with two decimals."""
        return self.faker.pyfloat(min_value=0, max_value=most, right_digits=2)

    def maybe(self, share: float, value: Any) -> Any:
        """The value, or nothing."""
        return value if self.faker.boolean(chance_of_getting_true=round(100 * share)) else None

    def headcount(self) -> int:
        """Employees of an establishment, many small and a few large."""
        return max(1, min(400, round(self.faker.random.lognormvariate(1.2, 1.05))))

    def wage(self) -> float:
        """Euros per hour, above the minimum."""
        return self.faker.pyfloat(min_value=self.wage_floor, max_value=60, right_digits=2)

    def pick(self, values: Sequence[Any]) -> Any:
        """One of the values."""
        return self.faker.random_element(values)

    def number(self, low: int, high: int) -> int:
        """A whole number between both."""
        return self.faker.random_int(low, high)

    def chance(self, share: float) -> bool:
        """True in this share of calls."""
        return self.faker.boolean(chance_of_getting_true=round(100 * share))

    def share(self, decimals: int) -> float:
        """A number from 0 to 1."""
        return self.faker.pyfloat(min_value=0, max_value=1, right_digits=decimals)

    def digits(self, count: int) -> str:
        """So many digits."""
        return self.faker.numerify("#" * count)

    def company(self) -> str:
        """The name of a firm."""
        return self.faker.company()
