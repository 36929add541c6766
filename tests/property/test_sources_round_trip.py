"""Canonical rows written as real extracts and read back are the same rows, whatever they hold."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apanalytics.sources import ingest, write_apart, write_sirene
from apanalytics.sources.apart_writer import VINTAGES
from apanalytics.tables import Tables, read, schema
from apanalytics.tables.activities import NAF, SIZE_CLASSES
from apanalytics.tables.geography import DEPARTMENTS

# Text that breaks careless readers: separators, quotes, line ends, formulas, things that look like others.
HOSTILE = [
    '"', '""', "a,b", "a;b", "a\tb", "line\nend", "=1+1", "+33", "NULL", "nan", "1e5", "007", "É œ €", "'",
    "\\", "#REF!", "<b>", "fin\n\nx", "01/02/2020", "12,5", "null", "a|b", "\u2028x", "\ufeffx", "{}", "0",
]  # fmt: skip
words = st.sampled_from(HOSTILE) | st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zs")), min_size=1, max_size=12
)
cents = st.integers(0, 10**12).map(lambda n: n / 100) | st.sampled_from([0.0, 0.01, 1234567.89])
counts = st.integers(0, 10**6)
days = st.dates(date(1900, 1, 1), date(2099, 12, 31))
sirets = st.text("0123456789", min_size=14, max_size=14)
optional = st.none


@st.composite
def countries(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    places = draw(st.lists(sirets, min_size=1, max_size=6, unique=True))
    ids = draw(st.lists(words.filter(lambda text: text == text.strip()), min_size=1, max_size=8, unique=True))
    requests = [draw(request(number, places)) for number in ids]
    claims: dict[tuple[str, date], list[dict[str, Any]]] = {}
    for row in draw(st.lists(claim(ids, places), max_size=12)):
        claims.setdefault((row["request_id"], row["month"]), []).append(row)
    for (number, month), rows in claims.items():
        for rank, row in enumerate(rows, start=1):
            row["claim_id"] = f"{number}-{month:%Y-%m}" + (f"-{rank}" if rank > 1 else "")
    return {
        "establishments": [draw(establishment(siret)) for siret in places],
        "requests": requests,
        "claims": [row for rows in claims.values() for row in rows],
    }


@st.composite
def request(draw: st.DrawFn, number: str, places: list[str]) -> dict[str, Any]:
    first, last = sorted((draw(days), draw(days)))
    row = {"request_id": number, "siret": draw(st.sampled_from(places)), "starts_on": first, "ends_on": last}
    for name in ("company_headcount", "headcount", "covered_headcount"):
        row[name] = draw(counts)
    row["hours"], row["amount"] = draw(cents), draw(cents)
    row["motive"] = draw(st.integers(0, 9))  # codes that nobody knows must come back too
    for name in ("scope", "prior_use", "council_opinion"):
        row[name] = draw(optional() | st.integers(0, 9))
    for name in ("hours_used", "amount_used", "hourly_rate"):
        row[name] = draw(optional() | cents)
    row["headcount_used"] = draw(optional() | counts)
    row["status_on"] = draw(optional() | days)
    return row


@st.composite
def claim(draw: st.DrawFn, ids: list[str], places: list[str]) -> dict[str, Any]:
    return {
        "request_id": draw(st.sampled_from([*ids, "orphan"])),
        "siret": draw(st.sampled_from(places)),
        "month": draw(days).replace(day=1),
        "employees": draw(counts),
        "idle_hours": draw(cents),
        "amount": draw(cents),
    }


@st.composite
def establishment(draw: st.DrawFn, siret: str) -> dict[str, Any]:
    department = draw(st.sampled_from(sorted(DEPARTMENTS)))
    category = "5710" if int(siret[:9]) % 2 else "1000"  # of the SIREN, like the name
    return {
        "siret": siret,
        "siren": siret[:9],
        "name": f'SOCIÉTÉ «{siret[:9]}», "S.A."' if category == "5710" else None,
        "is_head_office": draw(optional() | st.booleans()),
        "department": department,
        "region": DEPARTMENTS[department][1],
        "naf": draw(optional() | st.sampled_from(sorted(NAF))),
        "legal_category": category,
        "size_class": draw(st.sampled_from(sorted(SIZE_CLASSES))),
        "is_employer": draw(optional() | st.booleans()),
        "created_on": draw(days),
        "closed_on": draw(optional() | days),
    }


def frames(country: dict[str, list[dict[str, Any]]]) -> Tables:
    return Tables.from_frames(
        {
            name: pd.DataFrame(rows, columns=[f.name for f in schema(name).fields if f.name in names])
            for name, rows in country.items()
            if rows
            for names in [{key for row in rows for key in row}]
        }
    )


def same(before: Tables, after: Tables, name: str) -> None:
    columns = [c for c in after.columns(name) if c not in ("data_flags", "date_basis")]
    written, found = getattr(before, name).to_pandas(columns), getattr(after, name).to_pandas(columns)
    pd.testing.assert_frame_equal(found, written)


@pytest.mark.parametrize("vintage", VINTAGES)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(country=countries())
def test_what_is_written_as_extracts_is_read_back(
    vintage: str, country: dict[str, list[dict[str, Any]]]
) -> None:
    before = frames(country)
    with tempfile.TemporaryDirectory() as place:
        write_apart(before, Path(place, "apart"), vintage)
        write_sirene(before, Path(place, "sirene"))
        result = ingest(Path(place, "data"), apart=Path(place, "apart"), sirene=Path(place, "sirene"))
        assert result.refused == {}
        after = read(Path(place, "data"))
        for name in before.names:
            same(before, after, name)
