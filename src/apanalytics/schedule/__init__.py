"""The scheduled chain: ingest, check, train when due, target, report; as units, a crontab line, and a run."""

from apanalytics.schedule.chain import Outcome, Step, run_chain, steps
from apanalytics.schedule.settings import Settings, read_settings
from apanalytics.schedule.units import cron_line, service, timer

__all__ = [
    "Outcome",
    "Settings",
    "Step",
    "cron_line",
    "read_settings",
    "run_chain",
    "service",
    "steps",
    "timer",
]
