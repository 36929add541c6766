"""The command `ingest`: real extracts into a data folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from apanalytics.commands.console import JsonOption, command, give, say
from apanalytics.sources import ingest as read_extracts


@command
def ingest(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Data folder to write.")],
    apart: Annotated[
        Path | None, typer.Option("--apart", metavar="DIR", help="SI APART extracts, of any vintage.")
    ] = None,
    sirene: Annotated[
        Path | None, typer.Option("--sirene", metavar="DIR", help="SIRENE: stock, legal units, history.")
    ] = None,
    tables: Annotated[
        Path | None, typer.Option("--tables", metavar="DIR", help="Canonical tables, CSV or Parquet.")
    ] = None,
    dsn: Annotated[
        Path | None,
        typer.Option("--dsn", metavar="DIR", help="DSN export of the ministry (Champollion), unpacked."),
    ] = None,
    urssaf: Annotated[
        Path | None, typer.Option("--urssaf", metavar="DIR", help="URSSAF headcounts («effectif»).")
    ] = None,
    key_file: Annotated[
        Path | None, typer.Option("--key-file", metavar="K", help="Key that hashes NIR, IBAN and e-mail.")
    ] = None,
    api_entreprise: Annotated[
        Path | None,
        typer.Option("--api-entreprise", metavar="DIR", help="API Entreprise: GIP-MDS headcounts, JSON."),
    ] = None,
    controls: Annotated[
        Path | None,
        typer.Option("--controls", metavar="FILE", help="What inspectors found: canonical CSV or Parquet."),
    ] = None,
    memory: Annotated[
        str | None, typer.Option("--memory", metavar="SIZE", help="Memory before spilling to disk (2GB).")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Read real extracts into a data folder of canonical tables.

    The layout of each file is told from its columns; files of other kinds are passed over, and named. Rows
    that cannot be read go to OUT/quarantine.parquet with their file, line and reason; suspect rows (wrong
    check digit, unknown SIRET, claim without request) are kept and flagged. OUT/ingest.json says what became
    of each file.

    \b
    Example:
      apanalytics ingest data/2021-09 --apart extracts/apart --sirene extracts/sirene
      apanalytics ingest data/2021-09 --apart extracts/apart --dsn extracts/dsn --key-file key
    """
    say(f"Reading into {out}")
    result = read_extracts(
        out,
        apart=apart,
        sirene=sirene,
        tables=tables,
        key_file=key_file,
        dsn=dsn,
        urssaf=urssaf,
        memory=memory,
        api_entreprise=api_entreprise,
        controls=controls,
    )
    give(result.json(), as_json, result.text())
