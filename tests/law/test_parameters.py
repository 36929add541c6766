"""The YAML of the law: what the loader refuses, and what it gives."""

from datetime import date
from decimal import Decimal

import pytest

from apanalytics import law
from apanalytics.errors import ApanalyticsError, DataRefused, InvalidArgument, NotInForce, UnreadableFile
from apanalytics.law.catalogue import FOLDER, load

GOOD = """description: "Invented"
unit: "EUR"
values:
  - from: "2021-01-01"
    value: "1.50"
    reference: "decree EX-1"
    confidence: high
  - from: "2022-01-01"
    value: "2.50"
    reference: "decree EX-2"
    known_from: "2022-02-01"
    confidence: high
"""


def read(tmp_path, text):
    path = tmp_path / "invented.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path, "invented")


def test_a_good_file_gives_exact_decimals(tmp_path):
    invented = read(tmp_path, GOOD)
    assert invented.on("2021-12-31") == Decimal("1.50")
    assert str(invented.on("2022-01-01")) == "2.50"
    assert invented.on("2022-01-15", known_on="2022-01-31") == Decimal("1.50")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('    reference: "decree EX-1"\n', "", "No reference"),
        ('    reference: "decree EX-1"\n', '    reference: " "\n', "No reference"),
        ('unit: "EUR"\n', "", "No unit"),
        ("    confidence: high\n  - from", "  - from", "No confidence"),
        ("confidence: high\n  - from", "confidence: sure\n  - from", "Unknown confidence"),
        ('value: "1.50"', "value: 1.50", "unquoted value"),
        ('value: "1.50"', "value: 01", "unquoted value"),
        ('value: "1.50"', "value: no", "unquoted value"),
        ('value: "1.50"', "value: null", "unquoted value"),
        ('value: "1.50"', "value: 1e3", "Not a decimal number"),
        ('value: "1.50"', 'value: "1,50"', "Not a decimal number"),
        ('value: "1.50"', 'value: "NaN"', "Not a decimal number"),
        ('from: "2021-01-01"', "from: 2021-01-01", "unquoted value"),
        ('from: "2021-01-01"', 'from: "01/01/2021"', "Not an ISO date"),
        ('from: "2021-01-01"', "on: yes", "unquoted value"),
        ('value: "1.50"', 'value: "1.50"\n    value: "1.60"', "same key stands twice"),
        ('value: "1.50"', 'valeu: "1.50"', "Unknown key"),
        ('unit: "EUR"', 'unit: "EUR"\nunits: "EUR"', "Unknown key"),
        ('value: "1.50"', 'missing: "lost"', "Unknown kind of absence"),
        ('value: "1.50"', 'value: "1.50"\n    missing: repealed', "Exactly one"),
        ('from: "2022-01-01"', 'from: "2021-01-01"', "order"),
        ('    known_from: "2022-02-01"\n', '    known_from: "2021-01-01"\n', "equal dates"),
        ('unit: "EUR"\n', 'unit: "EUR"\nkind: guess\n', "Unknown kind"),
        ("values:", "values: []\nvalues_:", "Unknown key"),
    ],
)
def test_the_loader_refuses(tmp_path, old, new, why):
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    if why == "equal dates":
        text = text.replace('from: "2022-01-01"', 'from: "2021-01-01"')
    if why == "order":
        text = text.replace('from: "2021-01-01"', 'from: "2023-01-01"', 1)
    with pytest.raises(DataRefused, match=why):
        read(tmp_path, text)


def test_the_refusal_says_where(tmp_path):
    with pytest.raises(DataRefused, match=r"invented\.yaml, line 5"):
        read(tmp_path, GOOD.replace('"1.50"', "1.50"))


def test_what_is_not_yaml_is_unreadable(tmp_path):
    for text in ("a: [", "- 1", ""):
        with pytest.raises((UnreadableFile, DataRefused)):
            read(tmp_path, text)


def test_one_date_may_have_two_values_published_on_two_days(tmp_path):
    text = GOOD.replace('from: "2022-01-01"', 'from: "2021-01-01"')
    invented = read(tmp_path, text)
    assert invented.on("2021-06-01", known_on="2021-06-01") == Decimal("1.50")
    assert invented.on("2021-06-01") == Decimal("2.50")


def test_every_parameter_is_read_and_every_reference_of_the_law_leads_to_one():
    every = law.parameters()
    assert len(every) == len(list(FOLDER.rglob("*.yaml"))) > 100
    for found in every:
        for entry in found.entries:
            if entry.same_as:
                assert law.parameter(entry.same_as).kind == found.kind


def test_an_unknown_name_gets_near_ones():
    with pytest.raises(InvalidArgument, match=r"general\.allocation_rate"):
        law.parameter("general.alocation_rate")
    with pytest.raises(InvalidArgument):
        law.parameter("../secret")


def test_before_the_first_text_the_error_names_it():
    with pytest.raises(NotInForce, match=r"(?s)2001-12-31.*2002-01-01"):
        law.parameter("hours.legal_weekly").on("2001-12-31")


def test_a_repealed_value_names_the_last_one():
    with pytest.raises(NotInForce, match=r"(?s)no longer in force.*2020-03-01.*7\.74"):
        law.parameter("general.flat_allocation_small").on("2020-03-01")


def test_a_day_that_is_not_one_is_refused():
    with pytest.raises(InvalidArgument, match="31/03/2021"):
        law.parameter("smic.hourly").on("31/03/2021")


def test_a_rule_is_not_a_number():
    with pytest.raises(InvalidArgument, match="rule"):
        law.parameter("rule.exclusions").on("2021-01-01")
    assert "RTT" in law.parameter("rule.exclusions").value_on("2021-01-01")
    assert law.parameter("hours.structural_overtime_cutoff").value_on("2021-01-01") == date(2020, 4, 24)


def test_the_errors_of_the_law_are_those_that_the_command_line_prints():
    assert issubclass(NotInForce, ApanalyticsError)
