"""Statistical secrecy: random linked tables, attacked by a reader with linear programmes of his own."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apanalytics.reports.publication.tabulate import tabulate
from apanalytics.reports.secrecy import Relation, Tabulation, sensitive, suppress
from tests.property.table_attack import range_of

PLACES = {"59": "32", "62": "32", "02": "32", "2A": "94", "2B": "94", "974": "04"}
case = st.fixed_dictionaries(
    {
        "siret": st.integers(0, 25),
        "department": st.sampled_from(list(PLACES)),
        "nace17": st.sampled_from(["C1", "FZ", "IZ"]),
        "size_class": st.sampled_from(["03", "11"]),
        "employees": st.integers(0, 60),
        "hours": st.sampled_from([0.0, 1.0, 40.0, 500.0, 20_000.0]),
        "amount_eur": st.sampled_from([0.0, 8.0, 400.0, 160_000.0]),
    }
)


def country(rows: list[dict[str, object]]) -> Tabulation:
    frame = pd.DataFrame(rows)
    frame["region"] = frame["department"].map(PLACES)
    frame["siren"] = (frame["siret"] // 2).astype(str)  # two establishments to an enterprise
    return tabulate(frame.assign(siret=frame["siret"].astype(str)))


@settings(max_examples=12, deadline=None)
@given(st.lists(case, min_size=1, max_size=24))
def test_no_hidden_cell_can_be_derived_from_the_published_ones(rows: list[dict[str, object]]) -> None:
    tables = country(rows)
    hidden = suppress(tables).hidden
    primary = set(sensitive(tables).index)
    sums = [(r.total, list(r.parts)) for r in tables.relations]
    for measure in tables.values:
        true = tables.values[measure]
        published = {str(name): float(v) for name, v in true.items() if name not in hidden}
        for cell in hidden:
            if true[cell] == 0:
                continue
            low, high = range_of(cell, published, sums)
            if cell in primary:
                wanted = max(1.0, 0.15 * true[cell]) if measure in tables.counts else 0.15 * true[cell]
                assert low <= true[cell] - wanted * 0.999, (measure, cell, low, high, true[cell])
                assert high >= true[cell] + wanted * 0.999, (measure, cell, low, high, true[cell])
            else:
                assert high - low >= 0.01 * true[cell] * 0.999, (measure, cell, low, high, true[cell])


def one_sum(parts: dict[str, float], units: dict[str, int]) -> Tabulation:
    values = pd.DataFrame({"hours": {**parts, "all": sum(parts.values())}})
    people = pd.Series({**units, "all": sum(units.values())})
    return Tabulation(values, people, values * 0 + 0.3, (Relation("all", tuple(parts)),))


def test_the_attack_derives_what_primary_secrecy_alone_hides() -> None:
    tables = one_sum({"a": 5.0, "b": 35.0, "c": 60.0}, {"a": 2, "b": 4, "c": 6})
    only_primary = {"b": 35.0, "c": 60.0, "all": 100.0}
    assert range_of("a", only_primary, [("all", ["a", "b", "c"])]) == (5.0, 5.0)
    assert suppress(tables).hidden == {"a", "b"}, "the smaller of the two possible companions"


@pytest.mark.parametrize(
    ("units", "share", "rule"), [(2, 0.85, "units"), (3, 0.86, "dominance"), (3, 0.85, None)]
)
def test_three_enterprises_and_eighty_five_percent_are_still_published(
    units: int, share: float, rule: str | None
) -> None:
    values = pd.DataFrame({"hours": [100.0]}, index=["a"])
    found = sensitive(Tabulation(values, pd.Series({"a": units}), values * 0 + share, ()))
    assert found.get("a") == rule


def test_a_cell_that_stands_in_two_tables_is_hidden_in_both_or_protected_through_both() -> None:
    # `a` is a department in one table and the only place of a sector in another.
    names = ["all", "a", "b", "c", "sector", "x"]
    values = pd.DataFrame({"hours": [100.0, 5.0, 35.0, 60.0, 25.0, 20.0]}, index=names)
    units = pd.Series([12, 2, 4, 6, 8, 6], index=names)
    relations = (Relation("all", ("a", "b", "c")), Relation("sector", ("a", "x")))
    hidden = suppress(Tabulation(values, units, values * 0 + 0.3, relations)).hidden
    assert {"a", "b", "x"} <= hidden, "hiding it in the first table alone would leave sector - x"


def test_an_enterprise_alone_in_a_hidden_cell_does_not_learn_its_neighbour() -> None:
    tables = one_sum({"a": 10.0, "b": 10.0, "c": 40.0, "d": 40.0}, {"a": 1, "b": 1, "c": 5, "d": 5})
    hidden = suppress(tables).hidden
    assert len(hidden) == 3, "with a and b alone, a knows itself and so derives b"


def test_nothing_is_hidden_where_nothing_is_sensitive_and_empty_cells_stay() -> None:
    assert not suppress(one_sum({"a": 10.0, "b": 0.0}, {"a": 5, "b": 0})).hidden


def test_the_same_tables_hide_the_same_cells() -> None:
    rows = [
        {"siret": n, "department": d, "nace17": s, "size_class": "03", "employees": 3, "hours": 9.0 * n + 1}
        for n, (d, s) in enumerate((d, s) for d in PLACES for s in ("C1", "FZ", "IZ"))
    ]
    rows = [{**row, "amount_eur": 10.0 * row["hours"]} for row in rows]  # type: ignore[operator]
    first = suppress(country(rows)).reasons
    assert first.equals(suppress(country(rows[::-1])).reasons)
