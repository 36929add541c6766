"""The schemas say what the contract says, and only once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from apanalytics.errors import InvalidArgument
from apanalytics.tables import TABLES, schema
from apanalytics.tables.dictionary import dictionary_page

SCHEMAS = Path(__file__).parents[2] / "src" / "apanalytics" / "tables" / "schemas"
EVERY = (*TABLES, "targets")

# From the contract, by hand: key, and the columns that may be null or absent.
KEYS = {
    "requests": ("request_id",),
    "claims": ("claim_id",),
    "claim_lines": ("claim_id", "person_key"),
    "payroll": ("siret", "month", "person_key", "contract_id", "received_on"),
    "payroll_months": ("siret", "month", "received_on"),
    "selections": ("campaign_id", "stage", "case_id"),
    "truth": ("stage", "case_id"),
}
REQUIRED_OF_REQUESTS = [
    "request_id", "siret", "motive", "starts_on", "ends_on", "company_headcount", "headcount",
    "covered_headcount", "hours", "amount",
]  # fmt: skip
REQUIRED_OF_CLAIMS = ["claim_id", "request_id", "siret", "month", "employees", "idle_hours", "amount"]


def test_each_table_of_the_contract_has_one_schema_file() -> None:
    assert {path.stem for path in SCHEMAS.glob("*.json")} == set(EVERY)


@pytest.mark.parametrize("name", EVERY)
def test_every_column_has_a_french_title_and_description(name: str) -> None:
    for field in schema(name).fields:
        assert field.title, field.name
        assert field.title[0].isupper(), field.name
        assert field.description.endswith((".", ")")), field.name


@pytest.mark.parametrize("name", EVERY)
def test_schema_files_are_table_schemas(name: str) -> None:
    text = json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))
    names = [field["name"] for field in text["fields"]]
    assert len(names) == len(set(names))
    assert set(text["primaryKey"]) <= set(names)
    assert {field["type"] for field in text["fields"]} <= {"string", "date", "integer", "number", "boolean"}
    for key in text.get("foreignKeys", ()):
        assert set(key["fields"]) <= set(names)
        other = schema(key["reference"]["resource"])
        assert {field.name for field in other.fields} >= set(key["reference"]["fields"])


@pytest.mark.parametrize("name", sorted(KEYS))
def test_keys_are_those_of_the_contract(name: str) -> None:
    assert schema(name).primary_key == KEYS[name]


@pytest.mark.parametrize(
    ("name", "required"), [("requests", REQUIRED_OF_REQUESTS), ("claims", REQUIRED_OF_CLAIMS)]
)
def test_only_what_the_contract_requires_is_required(name: str, required: list[str]) -> None:
    assert [field.name for field in schema(name).fields if field.required] == required


@pytest.mark.parametrize("name", ["requests", "claims", "establishments", "payroll_months"])
def test_tables_that_keep_suspect_rows_have_a_place_for_their_flags(name: str) -> None:
    assert not schema(name).field("data_flags").required


def test_an_empty_table_has_every_column_and_its_type() -> None:
    kinds = schema("claims").empty().dtypes.astype(str).to_dict()
    assert kinds["month"] == "datetime64[us]"
    assert kinds["employees"] == "Int64"
    assert kinds["amount"] == "float64"
    assert kinds["siret"] == "str"


def test_an_unknown_table_or_column_names_those_that_exist() -> None:
    with pytest.raises(InvalidArgument, match=r"Unknown table: 'fraudes'[\s\S]*establishments"):
        schema("fraudes")
    with pytest.raises(InvalidArgument, match=r"'montant'[\s\S]*idle_hours"):
        schema("claims").field("montant")


def test_the_dictionary_shows_every_column_of_every_table() -> None:
    page = dictionary_page()
    for name in EVERY:
        section = page.split(f"\n## `{name}` — ")[1].split("\n## ")[0]
        for field in schema(name).fields:
            assert f"| `{field.name}`" in section
