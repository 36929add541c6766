"""The command line, as a table of contents."""

from __future__ import annotations

import typer

from apanalytics.commands.check import check
from apanalytics.commands.demo import demo
from apanalytics.commands.evaluate import evaluate
from apanalytics.commands.features import features
from apanalytics.commands.ingest import ingest
from apanalytics.commands.law import law_app
from apanalytics.commands.prepare import prepare
from apanalytics.commands.report import report
from apanalytics.commands.score import score
from apanalytics.commands.synth import synth
from apanalytics.commands.target import target
from apanalytics.commands.train import train

app = typer.Typer(
    name="apanalytics",
    help="From the extracts of short-time work (activité partielle) to the control list and the "
    "regional report.\n\n"
    "In the order of the work: synth or ingest, check, features, train, score, target, evaluate, "
    "prepare, report. Start with `apanalytics demo`.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

for job in (demo, synth, ingest, check, features, train, score, target, evaluate, prepare, report):
    app.command(name=job.__name__)(job)
app.add_typer(law_app)


def main() -> None:
    """Run the command line."""
    app()
