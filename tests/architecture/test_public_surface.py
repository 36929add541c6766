"""The public surface: what `import apanalytics as ap` gives, its examples, and its reference page."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

import apanalytics as ap
from tests.fresh_python import loaded_by

ROOT = Path(__file__).parents[2]


def test_the_reference_page_lists_exactly_what_is_public() -> None:
    page = (ROOT / "docs" / "reference" / "api.md").read_text("utf-8")
    assert sorted(re.findall(r"^## `ap\.(\w+)", page, flags=re.M)) == sorted(ap.__all__)


@pytest.mark.parametrize("name", [name for name in ap.__all__ if callable(getattr(ap, name))])
def test_every_public_function_has_an_example_that_runs(name: str) -> None:
    documented = inspect.getdoc(getattr(ap, name)) or ""
    assert ">>>" in documented, f"ap.{name} has no example"
    assert len(documented) > 200, f"ap.{name}: units, rows and missing values are to be said"


def test_names_stay_functions_after_their_packages_are_imported() -> None:
    """`ap.features` and `ap.prepare` are functions although packages of the same name exist."""
    loaded_by(
        "import apanalytics as ap, apanalytics.features, apanalytics.prepare, apanalytics.reports;"
        "ap.target; ap.report; assert callable(ap.features) and callable(ap.prepare) and callable(ap.report)"
    )


CHARTS = {"matplotlib"}
LEARNERS = {"sklearn", "lightgbm"}
JUPYTER = {"papermill", "nbconvert", "nbformat"}
EXPLORER = {"apanalytics.synthetic.country", "apanalytics.explorer", "apanalytics.risk.model", "openpyxl"}


@pytest.mark.parametrize(
    ("module", "unused"),
    [
        ("apanalytics", LEARNERS | CHARTS | {"papermill", "scipy"}),
        ("apanalytics.reports.content", LEARNERS | EXPLORER | {"scipy.stats"}),  # the kernel of each report
        ("apanalytics.reports.runner", JUPYTER | CHARTS | {"sklearn"}),  # what starts them
    ],
)
def test_an_import_does_not_load_what_it_does_not_use(module: str, unused: set[str]) -> None:
    assert not unused & loaded_by(f"import {module}")


def test_a_function_wins_over_the_module_of_its_name() -> None:
    loaded_by(
        "import apanalytics.evaluation.drift, apanalytics.targeting.guarantee;"
        "from apanalytics import evaluation, targeting;"
        "assert callable(evaluation.drift) and callable(targeting.guarantee);"
        "assert all(hasattr(part, name) for part in (evaluation, targeting) for name in part.__all__)"
    )


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'fraude'"):
        ap.fraude  # noqa: B018
