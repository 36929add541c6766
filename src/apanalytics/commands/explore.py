"""`apanalytics explore`: the filter tool in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from apanalytics.commands.console import JsonOption, command, give, say
from apanalytics.commands.prepare import ModelsOption

HOST, PORT = "127.0.0.1", 8050


@command
def explore(
    data: Annotated[Path, typer.Argument(help="Folder of the canonical tables.", metavar="DATA")],
    host: Annotated[
        str, typer.Option(help="Address to listen on; other than loopback needs --users.")
    ] = HOST,
    port: Annotated[
        int, typer.Option(help="Port to listen on; 0 takes a free one.", min=0, max=65535)
    ] = PORT,
    region: Annotated[str | None, typer.Option(help="Show one region only; a code or a name.")] = None,
    users: Annotated[
        Path | None, typer.Option(help="Users file: serve others, who log in or come through a proxy.")
    ] = None,
    state: Annotated[
        Path | None, typer.Option(help="Folder of the journal and of what is entered.", file_okay=False)
    ] = None,
    model: ModelsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Serve the explorer: tick boxes, get the list. Stop it with Ctrl-C.

    On your own machine it prints a link that opens once. DATA is prepared first where it is stale.

    \b
    Example:
      apanalytics explore data/synthetic
      apanalytics explore DATA --host 10.0.0.5 --users users.yaml --state /var/lib/apanalytics
    """
    from apanalytics.explorer import serve
    from apanalytics.tables.geography import parse_region

    served = serve(
        data,
        host=host,
        port=port,
        region=parse_region(region, "--region") if region else None,
        users=users,
        state=state,
        models=model or (),
        step=say,
    )
    result = {"address": served.address, "state": str(served.state)}
    give(result, as_json, f"Open {served.address}\nJournal and entries: {served.state}")
    served.run()
