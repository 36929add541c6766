"""The national synthesis, the control plan and the index: figures counted by hand."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from apanalytics.errors import InvalidArgument, UnreadableFile
from apanalytics.reports import report
from apanalytics.reports.content.compared import employees, published
from apanalytics.reports.content.national import National, regions, side_by_side
from apanalytics.reports.content.overlap import pairs
from apanalytics.reports.content.regional import open_region
from apanalytics.reports.content.territory import outlines
from apanalytics.reports.index import index
from apanalytics.reports.manifest import Entry
from apanalytics.reports.processes import parse_size
from apanalytics.tables.geography import DEPARTMENTS, REGIONS
from tests.unit.country import prepared_country

OVERSEAS = {"01", "02", "03", "04", "06"}


def country(**flagged: tuple[int, int]) -> National:
    """A month of payment cases: by region, how many show an inconsistency, of how many."""
    rows = [
        {"region": region.strip("r"), "flagged": place < bad, "hours": 10.0, "amount_eur": 80.0}
        for region, (bad, number) in flagged.items()
        for place in range(number)
    ]
    nothing = SimpleNamespace()
    return National(nothing, nothing, date(2021, 9, 1), {"payment": pd.DataFrame(rows)})  # type: ignore[arg-type]


def test_a_small_region_far_from_the_country_is_within_the_funnel_and_a_large_one_is_not() -> None:
    # 250 of 1,000 in the country: the standard error of 4 cases is 0.2165, that of 596 is 0.01774
    national = country(r32=(200, 596), r94=(2, 4), r11=(48, 400))
    rows = side_by_side(national, "payment")
    assert rows.loc["94", "share"] == 0.5
    assert rows.loc["94", "z"] == pytest.approx(1.1547, abs=1e-4), "(0.50 - 0.25) / 0.2165"
    assert rows.loc["32", "z"] == pytest.approx(4.824, abs=1e-2), "(0.3356 - 0.25) / 0.01774"
    shown = regions(national, "payment").html
    assert "Hauts-de-France et Île-de-France s’en écartent plus que le hasard" in shown
    assert shown.index("Corse") < shown.index("Hauts-de-France</th>"), "by name, not by rank"


def test_regions_that_are_all_alike_have_no_deviation() -> None:
    assert side_by_side(country(r32=(3, 3), r94=(1, 1)), "payment")["z"].isna().all()


def test_pairs_are_counted_once_and_shared_by_the_rarer() -> None:
    fires = pd.DataFrame({"A": [1, 1, 1, 0], "B": [1, 1, 0, 0], "C": [0, 0, 0, 1]}).astype(bool)
    found = pairs(fires)
    assert found["label"].tolist() == ["A (A) + B (B)"]
    assert found[["cases", "share"]].to_numpy().tolist() == [[2, 1.0]]


def test_the_published_series_gives_no_interpolated_month_and_data_none_before_their_start() -> None:
    assert published([date(2021, 4, 1)]) == [2648055.0], "Dares, April 2021"
    assert pd.isna(published([date(2022, 5, 1)])[0])
    claims = pd.DataFrame({"month": pd.to_datetime(["2021-02-01", "2021-02-01"]), "employees": [3, 4]})
    first, held, after = employees(claims, [date(2021, 1, 1), date(2021, 2, 1), date(2021, 3, 1)])
    assert pd.isna(first)
    assert (held, after) == (7.0, 0.0)


def test_every_department_of_metropolitan_france_has_an_outline() -> None:
    drawn = {code for code, (_, region) in DEPARTMENTS.items() if region not in OVERSEAS | {"ZZ"}}
    assert set(outlines()) == drawn
    longitudes = [x for rings in outlines().values() for ring in rings for x, _ in ring]
    assert -6 < min(longitudes) < max(longitudes) < 10


def test_the_index_tells_who_a_report_is_for_and_which_failed() -> None:
    entries = [
        Entry("32", "2021-09", "failed", 1.0, "h", error="x"),
        Entry("FR", "2021-09", "done", 1.0, "h", {"FR/a.html": "1", "FR/a.pdf": "2"}),
        Entry("32", "2021-09", "done", 1.0, "h", {"public/b.html": "1"}, variant="public"),
    ]
    shown = index(entries, "fin")
    assert "France, septembre 2021 (PDF)" in shown
    assert "Tous (données publiques)" in shown
    assert "aucun rapport précédent" in shown
    assert shown.index("France") < shown.index("Hauts-de-France")


@pytest.mark.parametrize("size", ["4", "0GB", "-1GB", "four GB", "4TB"])
def test_a_size_of_memory_must_be_one(size: str) -> None:
    with pytest.raises(InvalidArgument, match="--memory"):
        parse_size(size)


def test_a_plan_of_another_region_an_unknown_format_and_two_plans_are_refused(tmp_path: Path) -> None:
    data, out = prepared_country(tmp_path / "data"), tmp_path / "out"
    plan = tmp_path / "plan.yaml"
    plan.write_text("region: '94'\ndepartments: {2A: 1}\nfrom: 2021-09-01\nto: 2021-12-31\n")
    with pytest.raises(InvalidArgument, match="another region"):
        open_region(data, "32", "2021-09", plan=plan)
    with pytest.raises(InvalidArgument, match="Two control plans"):
        report(data, out, ["94"], "2021-09", plans=[plan, plan])
    with pytest.raises(InvalidArgument, match="Unknown format"):
        report(data, out, ["94"], "2021-09", formats="docx")
    with pytest.raises(UnreadableFile):
        report(data, out, ["94"], "2021-09", plans=[tmp_path / "none.yaml"])
    assert not out.exists()


def test_every_region_has_a_name_in_the_manifest_and_json_goes_there_and_back() -> None:
    entry = Entry("01", "2021-09", "done", 1.5, "h", {"a": "1"}, "h", versions=("v",), putting={"a": "2"})
    assert Entry.from_json(json.loads(json.dumps(entry.as_json()))) == entry
    assert "01" in REGIONS
