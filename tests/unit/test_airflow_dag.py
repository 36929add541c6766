"""The DAG file of the how-to, imported: against Airflow where it is installed, else against stand-ins."""

from __future__ import annotations

import importlib.util
import sys
import types
from pathlib import Path
from typing import Any

import pytest

DAG_FILE = Path(__file__).parents[2] / "docs" / "how-to" / "airflow" / "apanalytics_dag.py"


class Operator:
    """Stands for an operator: keeps its arguments, and what comes after it."""

    made: list[Operator]

    def __init__(self, **arguments: Any) -> None:
        self.arguments, self.after = arguments, list[Operator]()
        Operator.made.append(self)

    def __rshift__(self, other: Operator) -> Operator:
        self.after.append(other)
        return other


class Dag:
    """Stands for a DAG."""

    def __init__(self, **arguments: Any) -> None:
        self.arguments = arguments

    def __enter__(self) -> Dag:
        return self

    def __exit__(self, *_: object) -> None:
        return None


@pytest.fixture
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    if importlib.util.find_spec("airflow") is not None:
        pytest.skip("Airflow is installed: import the file with it instead")
    Operator.made = []
    places = {
        "airflow": {"DAG": Dag},
        "airflow.operators": {},
        "airflow.operators.bash": {"BashOperator": Operator},
        "airflow.providers": {},
        "airflow.providers.papermill": {},
        "airflow.providers.papermill.operators": {},
        "airflow.providers.papermill.operators.papermill": {"PapermillOperator": Operator},
    }
    for name, content in places.items():
        module = types.ModuleType(name)
        vars(module).update(content)
        monkeypatch.setitem(sys.modules, name, module)


def load(settings: Path, monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """Import the DAG file with its settings elsewhere."""
    source = DAG_FILE.read_text("utf-8").replace("/etc/apanalytics/schedule.yaml", str(settings))
    module = types.ModuleType("apanalytics_dag")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(source, str(DAG_FILE), "exec"), vars(module))  # noqa: S102 - our own file
    return module


def test_the_dag_runs_the_chain_then_a_notebook_per_region(
    stand_ins: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "schedule.yaml"
    settings.write_text("root: /srv/ap\nextracts: {apart: /x}\nday: 7\n")
    module = load(settings, monkeypatch)
    chain, *notebooks = Operator.made
    assert module.dag.arguments["schedule"] == "0 6 7 * *"
    assert chain.arguments["bash_command"] == f"apanalytics schedule run '{settings}'"
    assert chain.after == notebooks
    assert [one.arguments["parameters"]["region"] for one in notebooks] == ["11", "32"]
    for one in notebooks:
        assert Path(one.arguments["input_nb"]).is_file()
        assert set(one.arguments["parameters"]) == {"data", "region", "month", "models", "plan"}


def test_the_month_is_text_for_the_notebook(
    stand_ins: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "schedule.yaml"
    settings.write_text("root: /srv/ap\nextracts: {apart: /x}\n")
    module = load(settings, monkeypatch)
    found = module.notebook_parameters(Path("/d"), "01", "2021-09")
    assert (found["region"], found["month"]) == ("01", "2021-09")
