"""Check digits in SQL against an independent library."""

from __future__ import annotations

import duckdb
from hypothesis import given
from hypothesis import strategies as st
from stdnum.fr import siret as reference

from apanalytics.tables.siret import LA_POSTE, siret_is_valid

digits = st.text("0123456789", min_size=14, max_size=14)
poste = st.text("0123456789", min_size=5, max_size=5).map(lambda nic: LA_POSTE + nic)
nearly = digits.flatmap(lambda text: st.sampled_from([text[:13] + last for last in "0123456789"]))


@given(st.lists(digits | poste | nearly, min_size=1, max_size=200))
def test_sql_agrees_with_the_reference_library(numbers: list[str]) -> None:
    numbers += [number[:8] + d + number[9:] for number in numbers[:5] for d in "0123456789"]
    numbers += [LA_POSTE + "00048", LA_POSTE + "09075", "73282932000074", "73282932000075"]
    with duckdb.connect() as con:
        found = con.execute(
            f"select {siret_is_valid('siret')} from (select unnest(?) as siret)", [numbers]
        ).fetchall()
    assert [valid for (valid,) in found] == [reference.is_valid(number) for number in numbers]
