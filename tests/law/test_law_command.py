"""`apanalytics law ...`, as scripts call it."""

import json

import pytest
from typer.testing import CliRunner

from apanalytics.commands.law import law_app


def run(*arguments, code=0):
    result = CliRunner().invoke(law_app, list(arguments))
    assert result.exit_code == code, result.output
    return result


def as_json(*arguments):
    return json.loads(run(*arguments, "--json").stdout)


def test_rates_as_json_has_the_fixed_keys_as_exact_text():
    found = as_json("rates", "--on", "2021-03-15", "--regime", "apld+closed")
    expected = {
        "indemnity_rate": "0.70",
        "allocation_rate": "0.70",
        "indemnity_floor": "8.11",
        "allocation_floor": "8.11",
        "indemnity_cap": "32.29",
        "allocation_cap": "32.29",
        "smic": "10.25",
    }
    assert {key: found[key] for key in expected} == expected
    assert all(source["reference"] for source in found["sources"])


def test_rates_before_march_2020_give_the_flat_amounts():
    found = as_json("rates", "--on", "2019-03-15", "--regime", "general")
    assert found["allocation_rate"] is None
    assert found["flat"] == {"small": "7.74", "large": "7.23", "headcount_max": 250}


def test_pay_as_json_has_the_fixed_keys_as_exact_text():
    found = as_json(
        "pay", "--on", "2021-08-15", "--regime", "protected", "--hourly-wage", "20", "--hours", "70"
    )
    expected = {
        "indemnity_hourly": "14.00",
        "indemnity": "980.00",
        "allocation_hourly": "10.40",
        "allocation": "728.00",
        "employer_cost": "252.00",
    }
    assert {key: found[key] for key in expected} == expected


def test_pay_before_march_2020_by_headcount():
    arguments = ["pay", "--on", "2020-02-29", "--regime", "general", "--hourly-wage", "20", "--hours", "10"]
    assert as_json(*arguments, "--headcount", "250")["allocation"] == "77.40"
    assert as_json(*arguments, "--headcount", "251")["allocation"] == "72.30"
    assert "headcount" in run(*arguments, code=1).stderr


def test_pay_of_an_apprentice():
    arguments = ["pay", "--on", "2021-03-01", "--regime", "general", "--hourly-wage", "5", "--hours", "10"]
    assert as_json(*arguments, "--apprentice")["indemnity"] == "50.00"
    assert as_json(*arguments)["indemnity"] == "81.10"
    assert "category" in run(*arguments, "--apprentice", "--category", "part_time", code=1).stderr


def test_hours_as_json():
    annualised = ["hours", "--on", "2020-05-04", "--arrangement", "annualised"]
    found = as_json(*annualised, "--planned", "33,42", "--worked", "20,20")
    assert {key: found[key] for key in ("payable_hours", "idle_unpaid_hours", "legal_hours")} == {
        "payable_hours": "30.00",
        "idle_unpaid_hours": "5.00",
        "legal_hours": "70",
    }


def test_hours_of_a_day_package_with_the_holidays_of_alsace():
    arguments = ["hours", "--on", "2021-03-29", "--arrangement", "day_package", "--weeks", "1"]
    arguments += ["--days-leave", "1"]
    found = as_json(*arguments, "--territory", "67")
    assert found["payable_hours"] == "28.00"
    assert found["public_holidays"] == ["2021-04-02"]
    assert as_json(*arguments, "--territory", "75")["public_holidays"] == []


def test_hours_over_35_by_the_day_of_their_agreement():
    arguments = ["hours", "--on", "2020-05-04", "--arrangement", "over35", "--weekly-contract", "39"]
    assert as_json(*arguments, "--structural-overtime")["payable_hours"] == "39.00"
    assert as_json(*arguments, "--agreed-on", "2020-04-24")["payable_hours"] == "35.00"


def test_deadlines_as_json():
    request = [
        "deadlines",
        "--filed-on",
        "2021-09-28",
        "--starts-on",
        "2021-10-01",
        "--ends-on",
        "2021-12-31",
    ]
    found = as_json(*request, "--motive", "1", "--scheme", "APDC", "--previous", "2021-07-01:2021-09-30")
    assert found["decide_by"] == "2021-10-13"
    assert found["longest_end"] == "2021-12-31"
    assert found["rolling_months"] == "6"
    assert found["claim_by"] == "2022-06-30"
    assert "Write START:END" in run(*request, "--previous", "2021", code=1).stderr


def test_simulate_writes_json_and_a_chart_beside_the_file(tmp_path):
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        "groups: [{name: A, employees: 2, hourly_wage: 20}]\nmonths: [{month: 2021-03, idle_share: 0.5}]\n",
        encoding="utf-8",
    )
    found = as_json("simulate", str(plan))
    assert found["total"]["allocation"] == "1820.16"  # 75.84 h x 12.00, twice
    assert found["months"][0]["month"] == "2021-03"
    assert (tmp_path / "plan.png").read_bytes().startswith(b"\x89PNG")
    run("simulate", str(plan), "--chart", str(tmp_path / "plan.svg"))
    assert (tmp_path / "plan.svg").exists()
    assert "PNG or an SVG" in run("simulate", str(plan), "--chart", "plan.txt", code=1).stderr
    assert (
        "No such folder" in run("simulate", str(plan), "--chart", str(tmp_path / "no/a.png"), code=1).stderr
    )
    assert "not found" in run("simulate", str(tmp_path / "absent.yaml"), code=1).stderr
    assert "Not readable" in run("simulate", str(tmp_path), code=1).stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["rates", "--on", "2021-03-15", "--regime", "apld"],
        ["pay", "--on", "2021-03-15", "--hourly-wage", "15", "--hours", "10"],
        ["hours", "--on", "2021-03-15", "--arrangement", "35h"],
        [
            "deadlines",
            "--filed-on",
            "2021-03-01",
            "--starts-on",
            "2021-03-01",
            "--ends-on",
            "2021-08-31",
            "--scheme",
            "APLD",
        ],
    ],
)
def test_the_text_prints_the_sources_of_its_figures(arguments):
    text = run(*arguments).stdout
    figures, sources = text.split("\nSources\n")
    assert figures
    assert all(" = " in line and ", from " in line for line in sources.splitlines())


def test_a_day_that_is_not_one_a_regime_unknown_and_a_gap_end_with_status_1_and_one_message():
    for arguments, told in (
        (["rates", "--on", "2021-02-30"], "Not a date"),
        (["rates", "--on", "2021-03-01", "--regime", "special"], "Unknown regime"),
        (["rates", "--on", "2026-07-01"], "8.57"),
    ):
        result = run(*arguments, "--json", code=1)
        assert told in result.stderr
        assert result.stdout == ""


def test_an_option_left_out_is_wrong_usage():
    run("pay", "--on", "2021-03-01", code=2)


@pytest.mark.parametrize("name", ["rates", "pay", "hours", "deadlines", "simulate"])
def test_the_help_shows_an_example(name):
    assert f"apanalytics law {name}" in run(name, "--help").stdout
