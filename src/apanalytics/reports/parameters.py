"""The parameters of a report: typed, and checked before any kernel starts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from apanalytics.errors import InvalidArgument, MissingColumn, MissingTable
from apanalytics.tables import Tables, schema
from apanalytics.tables.geography import REGIONS, parse_region
from apanalytics.targeting.plan import read_plan

COUNTRY = "FR"
"""Stands for the region of a report on the whole country."""
NEEDED = ("establishments", "requests", "claims")
"""Tables without which there is no report; what the others would add is said to be «non vérifiable»."""


@dataclass(frozen=True)
class Parameters:
    """What one report is about; `month` is the first day of the month of filing."""

    data: Path
    region: str
    month: date
    models: tuple[Path, ...] = ()
    plan: Path | None = None

    def for_notebook(self) -> dict[str, object]:
        """The values of the notebook's parameters cell: text only, so that region `01` stays `01`."""
        return {
            "data": str(self.data),
            "region": self.region,
            "month": f"{self.month:%Y-%m}",
            "models": [str(model) for model in self.models],
            "plan": str(self.plan) if self.plan else "",
        }

    @property
    def name(self) -> str:
        """Region and month, as in the names of files."""
        return f"{self.region}-{self.month:%Y-%m}"


def parse_month(text: str | date) -> date:
    """The first day of a month written `YYYY-MM`.

    Raises
    ------
    InvalidArgument : the text is no month.

    Examples
    --------
    >>> parse_month("2021-09")
    datetime.date(2021, 9, 1)
    >>> parse_month("2021-13")
    Traceback (most recent call last):
    apanalytics.errors.InvalidArgument: Not a month (--month): '2021-13'.
    Write it as YYYY-MM, such as 2021-09.
    """
    if isinstance(text, date):
        return text.replace(day=1)
    if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text) and text[:4] != "0000":
        return date(int(text[:4]), int(text[5:]), 1)
    raise InvalidArgument(
        "Not a month", where="--month", value=text, todo="Write it as YYYY-MM, such as 2021-09."
    )


def parse_regions(regions: Sequence[str]) -> tuple[str, ...]:
    """Region codes, each once, in order.

    Raises
    ------
    InvalidArgument : no region, or one that does not exist.

    Examples
    --------
    >>> parse_regions(["94", "32", "94"])
    ('32', '94')
    """
    if not regions:
        raise InvalidArgument(
            "No region was given", where="--region", todo="Give one or more, such as --region 32, or --all."
        )
    return tuple(sorted({parse_region(region) for region in regions}))


def plans_by_region(paths: Sequence[str | Path]) -> dict[str, Path]:
    """The control plans, each read to make sure that it can be, by their region.

    Raises
    ------
    UnreadableFile, InvalidArgument : a plan that cannot be read, or two for one region.

    Examples
    --------
    >>> plans_by_region([])
    {}
    """
    found: dict[str, Path] = {}
    for path in map(Path, paths):
        region = read_plan(path).region
        if region in found:
            raise InvalidArgument("Two control plans for one region", where="--plan", value=region)
        found[region] = path.resolve()
    return found


def label_of(region: str) -> str:
    """Name of a region, or of the country.

    Examples
    --------
    >>> label_of("32"), label_of("FR")
    ('Hauts-de-France', 'France')
    """
    return "France" if region == COUNTRY else REGIONS[region]


def check_tables(tables: Tables) -> None:
    """Refuse, at once and by name, data without a table or a column that a report cannot do without.

    Raises
    ------
    MissingTable, MissingColumn : the first one that is missing.

    Examples
    --------
    >>> import apanalytics as ap
    >>> check_tables(ap.read("data/synthetic"))
    """
    for name in NEEDED:
        if not tables.has(name):
            raise MissingTable(name, tables.folder)
        present = tables.columns(name)
        for column in schema(name).fields:
            if column.required and column.name not in present:
                raise MissingColumn(name, column.name, present=tuple(present), where=str(tables.folder))
