"""On every scenario and window: keys, references, and numbers that name no real firm and no person."""

from __future__ import annotations

import re

import pandas as pd

from apanalytics.tables import TABLES, read, schema, validate
from apanalytics.tables.activities import NACE17, nace17_of
from apanalytics.tables.geography import DEPARTMENTS
from tests.synthetic_countries import CENT, drawn, some

HEX = re.compile(r"[0-9a-f]{16,64}")


def test_a_country_keeps_the_contract(land, request):
    tables = read(drawn(request.node.callspec.params["land"]))
    assert set(tables.names) <= set(TABLES)
    checks = validate(tables).tables
    assert {name: check.errors for name, check in checks.items() if check.errors} == {}


def test_keys_are_unique_and_never_missing(land):
    for name, frame in land.tables.items():
        key = [column for column in schema(name).primary_key if column in frame]
        # `known_on` of establishments is the one key column that may be missing: always known
        needed = [column for column in key if (name, column) != ("establishments", "known_on")]
        assert not frame.duplicated(key).any(), f"{name}: {some(frame[frame.duplicated(key)], key)}"
        assert frame[needed].notna().all(axis=None), name


def test_only_one_version_of_an_establishment_is_known_from_the_start(land):
    first = land.establishments[land.establishments["known_on"].isna()]
    assert not first.duplicated("siret").any()


def test_what_a_row_points_to_is_there(land):
    for name, frame in land.tables.items():
        for reference in schema(name).foreign_keys:
            column, stage = reference.when or (None, None)
            rows = frame if column is None else frame[frame[column] == stage]
            known = land.tables[reference.table][reference.target]
            lost = rows[~rows[reference.column].isin(known) & rows[reference.column].notna()]
            assert lost.empty, f"{name} -> {reference.table}: {some(lost, [reference.column])}"


def test_a_claim_is_of_the_establishment_that_asked(land):
    both = land.claims.merge(land.requests, on="request_id", suffixes=("", "_asked"))
    assert len(both) == len(land.claims)
    assert (both["siret"] == both["siret_asked"]).all()


def test_an_amendment_amends_an_earlier_request_of_the_same_establishment(land):
    amends = land.requests.dropna(subset=["amends_request_id"])
    both = amends.merge(
        land.requests, left_on="amends_request_id", right_on="request_id", suffixes=("", "_of")
    )
    assert len(both) == len(amends)
    assert (both["siret"] == both["siret_of"]).all()
    assert (both["filed_on"] >= both["filed_on_of"]).all()


def test_an_apld_request_rests_on_an_agreement_of_its_establishment_that_covers_it(land):
    long = land.requests[land.requests["scheme"].isin(["APLD", "APLD_R"])]
    both = long.merge(land.agreements, on="agreement_id", suffixes=("", "_of"))
    assert len(both) == len(long), some(long, ["request_id", "agreement_id"])
    assert (both["siret"] == both["siret_of"]).all()
    assert (both["scheme"] == both["scheme_of"]).all()
    assert (both["starts_on"] >= both["starts_on_of"]).all()
    assert (both["ends_on"] <= both["ends_on_of"]).all()
    common = land.requests[land.requests["scheme"] == "APDC"]
    assert common["agreement_id"].isna().all()


def test_a_claim_counts_its_lines(land):
    lines = land.claim_lines.groupby("claim_id").agg(n=("person_key", "size"), hours=("idle_hours", "sum"))
    claims = land.claims.set_index("claim_id").join(lines)
    wrong = claims[
        (claims["n"] != claims["employees"]) | ((claims["hours"] - claims["idle_hours"]).abs() > CENT)
    ]
    assert wrong.empty, some(wrong, ["employees", "n", "idle_hours", "hours"])


def test_what_a_request_used_is_the_sum_of_its_claims(land):
    sums = land.claims.groupby("request_id")[["idle_hours", "amount"]].sum()
    asked = land.requests.set_index("request_id")[["hours_used", "amount_used"]].fillna(0)
    sums = sums.reindex(asked.index, fill_value=0)
    assert (asked["hours_used"] - sums["idle_hours"]).abs().max() < CENT
    assert (asked["amount_used"] - sums["amount"]).abs().max() < CENT


def test_truth_has_a_row_per_request_and_claim_and_no_other(land):
    told = set(map(tuple, land.truth[["stage", "case_id"]].to_numpy()))
    assert len(land.truth) == len(land.cases)
    assert told == set(map(tuple, land.cases[["stage", "case_id"]].to_numpy()))


def test_truth_does_not_contradict_itself(land):
    true = land.truth.merge(land.cases, on=["stage", "case_id"])
    assert (true["undue_amount"] <= true["amount"] + CENT).all()
    wrong = true[true["nonconforming"]]
    assert wrong["kind"].notna().all()
    assert (wrong["undue_amount"] > 0).all()
    assert true.loc[true["undue_amount"] > 0, "kind"].notna().all()
    assert not true.loc[true["kind"].isna(), "deliberate"].any()


def test_sirets_are_valid_and_in_the_range_where_no_firm_is(land):
    named = [frame["siret"] for frame in land.tables.values() if "siret" in frame]
    named += [land.successions["predecessor"], land.successions["successor"], land.agreements["siret"]]
    sirets = pd.concat(named).drop_duplicates()
    assert sirets.str.fullmatch(r"1[456]\d{12}").all()
    assert sirets.map(luhn).all()
    sirens = pd.concat([sirets.str[:9], land.insolvencies["siren"]]).drop_duplicates()
    assert sirens.map(luhn).all()
    assert (land.establishments["siren"] == land.establishments["siret"].str[:9]).all()


def luhn(number: str) -> bool:
    """Tell whether the check digit is right: every second digit from the right counts twice."""
    digits = [int(digit) for digit in reversed(number)]
    return sum(d if n % 2 == 0 else d * 2 - 9 * (d > 4) for n, d in enumerate(digits)) % 10 == 0


def test_places_and_activities_exist(land):
    places = land.establishments
    assert places["department"].isin(list(DEPARTMENTS)).all()
    assert (places["region"] == places["department"].map(lambda code: DEPARTMENTS[code][1])).all()
    assert places["naf"].str.fullmatch(r"\d\d\.\d\d[A-Z]").all()
    assert places["naf"].map(nace17_of).isin(list(NACE17)).all()


def test_a_firm_has_one_head_office_at_most_and_one_legal_form(land):
    places = land.places.reset_index()
    open_ = places[places["closed_on"].isna() & places["is_head_office"].astype(bool)]
    assert not open_.duplicated("siren").any()
    assert (places.groupby("siren")["legal_category"].nunique(dropna=False) == 1).all()


def test_a_sole_trader_has_no_name(land):
    traders = land.establishments["legal_category"].str.startswith("1", na=False)
    assert land.establishments.loc[traders, "name"].isna().all()


def test_no_cell_looks_like_a_nir_and_no_key_like_anything_but_a_hash(land):
    nir = re.compile(r"(?<!\d)[12]\d{2}(?:0[1-9]|1[0-2])(?:\d{2}|2[AB])\d{6}(?:\d{2})?(?!\d)")
    for name, frame in land.tables.items():
        for column in frame.select_dtypes("str"):
            values = frame[column].dropna().drop_duplicates()
            if column.endswith("_key") or column == "filer_id":
                assert values.map(HEX.fullmatch).all(), f"{name}.{column}"
            elif column not in ("siret", "siren", "predecessor", "successor"):
                assert not values.str.contains(nir).any(), (
                    f"{name}.{column}: {values[values.str.contains(nir)]}"
                )
