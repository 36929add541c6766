"""Airflow: the monthly chain, then a report per region by the papermill operator.

Copy it into the folder of DAGs. It needs `apache-airflow-providers-papermill` and `apanalytics` in the
environment of the workers, and the settings of the chain (see schedule.md). The paths below are the only
lines to change.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.providers.papermill.operators.papermill import PapermillOperator

from apanalytics.reports.parameters import Parameters, parse_month
from apanalytics.reports.tasks import find_notebook
from apanalytics.schedule import read_settings

SETTINGS = Path("/etc/apanalytics/schedule.yaml")
REGIONS = ("11", "32")
MONTH = "{{ (data_interval_start).strftime('%Y-%m') }}"
"""The month that is over when Airflow runs a monthly interval."""


def notebook_parameters(data: Path, region: str, month: str) -> dict[str, object]:
    """The values of the notebook's parameters; text, so that region `01` stays `01`, and checked here."""
    checked = Parameters(data, region, parse_month("2000-01"))
    return {**checked.for_notebook(), "month": month}


chain = read_settings(SETTINGS)

with DAG(
    dag_id="apanalytics",
    schedule=f"0 6 {chain.day} * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
) as dag:
    run = BashOperator(task_id="chain", bash_command=f"apanalytics schedule run '{SETTINGS}'")
    for region in REGIONS:
        notebook = PapermillOperator(
            task_id=f"notebook_{region}",
            input_nb=str(find_notebook()),
            output_nb=str(chain.root / "notebooks" / f"regional-{region}-{MONTH}.ipynb"),
            parameters=notebook_parameters(chain.current, region, MONTH),
        )
        run >> notebook
