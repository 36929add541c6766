"""The reference page of the law."""

from apanalytics import law
from apanalytics.law.reference import reference_page


def test_every_parameter_and_every_value_stands_on_the_page():
    page = reference_page()
    for found in law.parameters():
        section = page.split(f"### `{found.name}`\n")[1].split("\n### ")[0].split("\n## ")[0]
        rows = [line for line in section.splitlines() if line.startswith("| ")][1:]
        assert len(rows) == len(found.entries)
        for entry, row in zip(found.entries, rows, strict=True):
            assert row.startswith(f"| {entry.valid_from} |")
            assert row.count(" | ") == 4


def test_gaps_are_said_on_the_page():
    assert "**not found**" in reference_page().split("### `apld_r.allocation_floor`")[1].split("###")[0]
