"""A country small enough to count by hand: two regions, three establishments, ten cases, no payroll."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path

import pandas as pd

from apanalytics.prepare import prepared
from apanalytics.tables import write_table

HOSTILE = "<script>alert(1)</script>"
NORD, AISNE, CORSE = "35600000000048", "55208131766522", "73282932000074"


def establishments() -> pd.DataFrame:
    rows = [
        (NORD, "59", "32", HOSTILE),
        (AISNE, "02", "32", "=cmd|' /C calc'!A0"),
        (CORSE, "2A", "94", "Corse"),
    ]
    frame = pd.DataFrame(rows, columns=["siret", "department", "region", "name"])
    return frame.assign(
        siren=frame["siret"].str[:9],
        is_head_office=True,
        naf=["56.10A", "25.62B", "56.10A"],
        size_class="03",
        is_employer=True,
        created_on=pd.Timestamp("2001-01-01"),
    )


def requests() -> pd.DataFrame:
    rows = [
        ("R1", NORD, "2021-07-20", 10, 3000.0),
        ("R2", NORD, "2021-09-01", 10, 1000.0),
        ("R3", AISNE, "2021-09-30", 30, 9000.0),
        ("R4", CORSE, "2021-08-15", 5, 500.0),
    ]
    frame = pd.DataFrame(rows, columns=["request_id", "siret", "filed_on", "headcount", "hours"])
    filed = pd.to_datetime(frame["filed_on"])
    return frame.assign(
        filed_on=filed,
        date_basis="filed",
        motive=1,
        starts_on=filed + pd.Timedelta(days=7),
        ends_on=filed + pd.Timedelta(days=90),
        company_headcount=frame["headcount"],
        covered_headcount=frame["headcount"],
        amount=frame["hours"] * 8,
    )


def claims() -> pd.DataFrame:
    rows = [
        ("C1", "R1", NORD, "2021-07-01", "2021-08-03", 400.0),
        ("C2", "R1", NORD, "2021-08-01", "2021-09-02", 600.0),
        ("C3", "R1", NORD, "2021-07-01", "2021-09-10", 100.0),
        ("C4", "R2", NORD, "2021-09-01", "2021-10-05", 50.0),
        ("C5", "R3", AISNE, "2021-08-01", "2021-09-20", 300.0),
        ("C6", "R4", CORSE, "2021-08-01", "2021-09-05", 80.0),
    ]
    names = ["claim_id", "request_id", "siret", "month", "filed_on", "idle_hours"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(
        month=pd.to_datetime(frame["month"]),
        filed_on=pd.to_datetime(frame["filed_on"]),
        date_basis="filed",
        employees=5,
        amount=frame["idle_hours"] * 10,
    )


def write_country(folder: Path) -> Path:
    """Write the three tables that a report cannot do without."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in (
        ("establishments", establishments()),
        ("requests", requests()),
        ("claims", claims()),
    ):
        write_table(frame, name, folder)
    return folder


def prepared_country(folder: Path) -> Path:
    """The same tables with what `prepare` makes of them, made once per process and copied."""
    write_country(folder)
    shutil.copytree(Path(_once().name) / "derived", folder / "derived", dirs_exist_ok=True)
    return folder


@cache
def _once() -> tempfile.TemporaryDirectory[str]:
    """A prepared country; removed when the process ends."""
    place = tempfile.TemporaryDirectory(prefix="country-")
    prepared(write_country(Path(place.name)))
    return place
