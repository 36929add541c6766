"""The region beside the country: from the data where they hold it, else from the published series."""

from __future__ import annotations

from datetime import date

import pandas as pd

from apanalytics.reports import french
from apanalytics.reports.blocks import Block, finding, note
from apanalytics.reports.content.regional import PAYMENT, Regional, month_before
from apanalytics.reports.table import Column, table
from apanalytics.tables.geography import REGIONS, UNKNOWN

PUBLISHED = "Dares, situation sur le marché du travail (séries arrêtées à mars 2022, puis notes arrondies)"
BACK = (0, 1, 12)
"""Months shown: the report's, the one before, the same one a year before."""


def compared(regional: Regional) -> Block:
    """Employees claimed for each month of idleness, in the region and in the country.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> "Dares" in compared(open_region("data/synthetic", "32", "2021-09")).html
    True
    """
    months = [month_before(regional.month, back) for back in BACK]
    here = employees(regional.cases[PAYMENT], months)
    whole = holds_the_country(regional)
    country = employees(_claimed(regional), months) if whole else published(months)
    names = [french.month(month) for month in months]
    rows = pd.DataFrame({"month": names, "region": here, "country": country})
    rows["share"] = rows["region"] / rows["country"] if whole else None
    columns = [
        Column("month", "Mois d’inactivité"),
        Column("region", "Salariés, région (données)", french.number),
        Column(
            "country", "Salariés, France (données)" if whole else "Salariés, France (publié)", french.number
        ),
    ]
    if whole:
        columns.append(Column("share", "Part de la région", french.percent))
    caption = "Salariés en activité partielle par mois d’inactivité, dans la région et dans le pays"
    blocks = finding("{}", _finding(rows)) + table(rows, caption, columns)
    if whole:
        return blocks
    return blocks + note(
        "Les données ne couvrent pas toutes les régions : la France est celle de la série publiée. "
        "Source : {}. "
        "Les niveaux ne se comparent pas, les évolutions si.",
        PUBLISHED,
    )


def _claimed(regional: Regional) -> pd.DataFrame:
    return regional.derived.cases(PAYMENT, columns=["month", "employees"])


def holds_the_country(regional: Regional) -> bool:
    """Whether the data hold cases of every region."""
    held = set(regional.derived.filed(PAYMENT, regional.month))
    return set(REGIONS) - {UNKNOWN} <= held


def employees(claims: pd.DataFrame, months: list[date]) -> list[float]:
    """Sum of the employees of the claims for each month of idleness; missing before the first one held."""
    idle = pd.to_datetime(claims["month"])
    sums = claims.groupby(idle)["employees"].sum()
    first = idle.min()
    return [
        float(sums.get(pd.Timestamp(month), 0)) if pd.Timestamp(month) >= first else float("nan")
        for month in months
    ]


def published(months: list[date]) -> list[float]:
    """Employees in short-time work in France as published; missing where only an interpolation is held.

    Examples
    --------
    >>> published([date(2021, 9, 1), date(2020, 12, 1)])
    [443200.0, nan]
    """
    from apanalytics.synthetic.official import figures  # imported here: most data hold the country

    series = figures("later_months").set_index("month")
    real = series[series["basis"].isin(["published", "published (rounded)"])]["employees"]
    return [float(real.get(f"{month:%Y-%m}", float("nan"))) for month in months]


def _finding(rows: pd.DataFrame) -> str:
    def move(column: str) -> str:
        return french.change(rows[column].iloc[0], rows[column].iloc[1])

    here, country = move("region"), move("country")
    if french.MISSING in (here, country):
        return "L’évolution de la région ne peut pas être rapprochée de celle du pays pour ce mois."
    return (
        f"D’un mois d’inactivité à l’autre, les salariés concernés évoluent de {here} dans la région "
        f"et de {country} en France."
    )
