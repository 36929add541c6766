"""Payroll and headcounts written in the layouts of the ministry and of URSSAF, and read back unchanged."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apanalytics.errors import MissingTable
from apanalytics.sources import ingest, write_champollion, write_urssaf
from apanalytics.sources.identity import Key
from apanalytics.tables import Tables, read, schema

KEY = b"a key of enough bytes"
SIRETS = ("73282932000074", "35600000009075")
SUMS = ("contract_hours", "worked_hours", "leave_hours", "suspended_hours", "idle_hours", "overtime_hours")
FROM_LAYOUT = [field.name for field in schema("payroll").fields if field.name != "leave_included"]


def back(tables: Tables, place: Path) -> Tables:
    """The tables written in both layouts and read back."""
    (place / "key").write_bytes(KEY)
    folders = {}
    if tables.has("payroll"):
        write_champollion(tables, place / "dsn")
        folders["dsn"] = place / "dsn"
    if tables.has("headcounts"):
        write_urssaf(tables, place / "urssaf")
        folders["urssaf"] = place / "urssaf"
    result = ingest(place / "data", key_file=place / "key", **folders).json()
    assert result["refused"] == {}
    assert all(file["rows_read"] == file["rows_kept"] for file in result["files"])
    return read(place / "data")


def with_written_persons(payroll: pd.DataFrame) -> pd.DataFrame:
    """Payroll with the key that each person's written number gives, in the order of the table's key."""
    numbers = {
        key: f"7{rank:012d}" for rank, key in enumerate(sorted(payroll["person_key"].unique()), start=1)
    }
    keys = payroll["person_key"].map(lambda person: Key(KEY).hash("nir", numbers[person]))
    return payroll.assign(person_key=keys).sort_values(list(schema("payroll").primary_key), ignore_index=True)


def summed(payroll: pd.DataFrame) -> pd.DataFrame:
    """`payroll_months` as the sums of payroll, written anew."""
    last = payroll["month"] + pd.offsets.MonthEnd(0)
    active = (payroll["starts_on"] <= last) & (payroll["ends_on"].isna() | (payroll["ends_on"] >= last))
    groups = payroll.assign(headcount=active.astype(int)).groupby(["siret", "month", "received_on"])
    table = groups[["headcount", *SUMS, "gross_pay"]].sum().round(2)
    complete = groups.apply(
        lambda rows: bool((rows["base_pay"].notna() | (rows["contract_hours"] == 0)).all())
    )
    table["base_pay"] = groups["base_pay"].sum().round(2).where(complete)
    return table.reset_index()


def assert_same(tables: Tables, place: Path) -> None:
    found = back(tables, place)
    payroll = with_written_persons(tables.payroll.to_pandas())
    pd.testing.assert_frame_equal(found.payroll.to_pandas(FROM_LAYOUT), payroll[FROM_LAYOUT])
    months = found.payroll_months.to_pandas()
    assert months["data_flags"].isna().all()
    expected = summed(payroll)
    pd.testing.assert_frame_equal(months[list(expected)], expected, check_dtype=False, atol=1e-9)


def hours(top: int) -> st.SearchStrategy[float]:
    return st.integers(0, top * 100).map(lambda hundredths: hundredths / 100)


@st.composite
def versions(draw: st.DrawFn, siret: str, month: str) -> list[dict[str, Any]]:
    """One or two declarations of a month, of the same contracts."""
    first = pd.Timestamp(month)
    contracts = draw(
        st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(("00001", "É;|2"))), unique=True)
    )
    days = draw(st.lists(st.integers(32, 200), min_size=1, max_size=2, unique=True))
    rows = []
    for person, number in contracts:
        starts = first + pd.Timedelta(days=draw(st.integers(-900, 20)))
        reason = draw(st.sampled_from((None, *schema("payroll").field("end_reason").enum)))
        later = st.integers(max(0, (starts - first).days), 60)
        ends = draw(later if reason else st.none() | later)
        for day in days:
            rows.append(
                {
                    "siret": siret,
                    "month": first,
                    "person_key": person,
                    "contract_id": number,
                    "received_on": first + pd.Timedelta(days=day),
                    "contract_kind": draw(st.sampled_from(schema("payroll").field("contract_kind").enum)),
                    "starts_on": starts,
                    "ends_on": pd.NaT if ends is None else first + pd.Timedelta(days=ends),
                    "end_reason": reason,
                    "base_pay": draw(st.none() | hours(9000)),
                    "gross_pay": draw(hours(9000)),
                    **{name: draw(hours(200)) for name in SUMS},
                }
            )
    return rows


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_payroll_comes_back_as_it_was(data: st.DataObject) -> None:
    rows = [
        row
        for siret in SIRETS
        for month in ("2020-02-01", "2020-12-01")
        for row in data.draw(versions(siret, month))
    ]
    if not rows:
        return
    with tempfile.TemporaryDirectory() as place:
        assert_same(Tables.from_frames({"payroll": pd.DataFrame(rows)}), Path(place))


def test_the_payroll_of_a_synthetic_firm_comes_back_with_its_corrections(tmp_path: Path) -> None:
    country = read("data/synthetic")
    payroll = country.payroll.to_pandas()
    payroll = payroll[payroll["month"].between("2020-03-01", "2020-04-01")]
    corrected = payroll.groupby("siret")["received_on"].nunique().nlargest(40).index
    few = payroll[payroll["siret"].isin(corrected)]
    assert (few.groupby(["siret", "month"])["received_on"].nunique() > 1).any()
    counts = country.headcounts.to_pandas()
    counts = counts[counts["siret"].isin(corrected)]
    tables = Tables.from_frames({"payroll": few, "headcounts": counts})
    assert_same(tables, tmp_path)
    found = read(tmp_path / "data").headcounts.to_pandas()
    pd.testing.assert_frame_equal(found, counts.reset_index(drop=True), check_dtype=False)


def test_each_block_has_the_columns_of_the_export_in_their_order(tmp_path: Path) -> None:
    rows = read("data/synthetic").payroll.to_pandas()
    written = write_champollion(
        Tables.from_frames({"payroll": rows[rows["month"] == "2020-04-01"][:3]}), tmp_path
    )
    names = [path.name for path in written]
    assert len(names) == 10
    assert all(re.fullmatch(r"champollion_[a-z]+_2020-04-01\.csv", name) for name in names)
    contract = next(path for path in written if "_contrat_" in path.name).read_text("cp1252").splitlines()
    assert contract[0].startswith("IdContrat;IdIndividu;DateDebut;CodeStatutConv;")
    assert len(contract[1].split(";")) == len(contract[0].split(";")) == 74


def test_what_is_not_there_cannot_be_written(tmp_path: Path) -> None:
    requests = Tables.from_frames({"requests": schema("requests").empty()})
    with pytest.raises(MissingTable, match="payroll"):
        write_champollion(requests, tmp_path)
    with pytest.raises(MissingTable, match="headcounts"):
        write_urssaf(requests, tmp_path)


_MEASURED = """
import resource, sys
from apanalytics.sources import ingest
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before = peak()
ingest(sys.argv[1], dsn=sys.argv[2], key_file=sys.argv[3], memory="100MB")
print(peak() - before)
"""


def test_reading_many_rows_takes_little_memory(tmp_path: Path) -> None:
    rows = read("data/synthetic").payroll.to_pandas()
    rows = rows[rows["month"] == "2020-04-01"]
    rows = rows[
        rows["received_on"] == rows.groupby("siret")["received_on"].transform("min")
    ]  # one return each
    many = pd.concat([rows.assign(contract_id=rows["contract_id"] + f"-{n}") for n in range(2)])
    write_champollion(Tables.from_frames({"payroll": many}), tmp_path / "dsn")
    (tmp_path / "key").write_bytes(KEY)
    run = subprocess.run(
        [sys.executable, "-c", _MEASURED, tmp_path / "data", tmp_path / "dsn", tmp_path / "key"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert float(run.stdout) < 400
    assert len(read(tmp_path / "data").payroll) == len(many)
