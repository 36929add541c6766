"""The reference pages are generated from docstrings, whose examples run there; a DAG file needs Airflow."""

collect_ignore = ["reference", "how-to/airflow"]
