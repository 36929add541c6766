"""The explorer inside a notebook: the same pages in a frame, and what they show as a data frame."""

from __future__ import annotations

import html
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from urllib.parse import parse_qsl

import pandas as pd

from apanalytics.errors import InvalidArgument
from apanalytics.explorer.access import owner
from apanalytics.explorer.app import application
from apanalytics.explorer.columns import BY_NAME
from apanalytics.explorer.doors import ENTRY
from apanalytics.explorer.framing import Framed, FrameDoor
from apanalytics.explorer.selecting import select
from apanalytics.explorer.serving import HOST, Served, bound, opened
from apanalytics.explorer.sessions import Sessions
from apanalytics.explorer.view import parse
from apanalytics.explorer.web import Explorer
from apanalytics.tables import Tables

HEIGHT = 800
"""Height of the frame in pixels."""
PATIENCE = 10.0
"""Seconds that a page being sent is waited for when the server is closed."""


def explore(
    tables: Tables | str | Path,
    *,
    region: str | None = None,
    models: Sequence[str | Path] = (),
    state: str | Path | None = None,
    base: str | None = None,
    height: int = HEIGHT,
) -> Explored:
    """Open the explorer in a frame of JupyterLab: tick boxes, then take the cases that they leave.

    The pages are served by a thread of the notebook's own process, on this machine only, and reach the
    browser through jupyter-server-proxy: the same address, log-in and encryption as JupyterLab, on a hub too.
    Outside a notebook server the frame is replaced by a link for a browser of this machine.

    Parameters
    ----------
    tables : of a data folder, or the folder; what is stale there is prepared first.
    region : the only region to show, an INSEE code; None shows all.
    models : folders of saved models, one per stage at most.
    state : folder of the journal and of what is entered; None is one per data folder under the user's own.
    base : path of the notebook server, such as `/user/a/`; None finds it.
    height : of the frame, in pixels.

    Returns
    -------
    The open explorer: the last value of a cell shows it, `selection()` gives the cases of the list that the
    frame showed last, `close()` ends it; so does the end of the notebook's kernel.

    Raises
    ------
    InvalidArgument : the tables are frames in memory, which have no folder to prepare.

    Examples
    --------
    >>> import apanalytics as ap
    >>> with ap.explore(ap.read("data/synthetic"), region="94") as explorer:
    ...     cases = explorer.selection()
    >>> cases.index.name, sorted(cases["department"].unique())
    ('case_id', ['2A', '2B'])
    """
    data = _folder(tables)
    explorer = opened(data, state, models)
    door = FrameDoor(owner(region), Sessions())
    listening = bound(HOST, 0)
    port = listening.getsockname()[1]
    root = server_base() if base is None else base
    below = f"{root.rstrip('/')}/proxy/{port}" if root is not None else ""
    framed = Framed(application(explorer, door, port), door, below)
    link = f"{framed.path}{ENTRY}?jeton={door.token}"
    address = link if root is not None else f"http://{HOST}:{port}{link}"
    return Explored(Served(framed, listening, address, explorer.state), explorer, framed, height)


class Explored:
    """An explorer that a notebook has opened; made by `explore`.

    Parameters
    ----------
    served : the server, which is started.
    explorer : what it shows.
    framed : the pages.
    height : of the frame, in pixels.
    """

    def __init__(self, served: Served, explorer: Explorer, framed: Framed, height: int) -> None:
        self.address = served.address
        self._explorer, self._framed, self._height = explorer, framed, height
        self._listening, self._server = served.listening, served.server()
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [served.listening]}, name="explorer", daemon=True
        )
        self._thread.start()

    def selection(self) -> pd.DataFrame:
        """Give the cases of the list that the frame showed last, all its pages, in its order.

        Returns
        -------
        A row per case, indexed by `case_id`; the columns of the list, and `stage`. `risk` is missing where no
        model of the stage was given. Before the frame has shown a list: every case of the usual one.
        """
        view = parse(parse_qsl(self._framed.asked))
        store = self._explorer.shelf.store()
        names = ["stage", *BY_NAME]
        with store.scope(self._framed.door.user) as scope:
            chosen = select(scope, view, store.last_day[view.stage])
            rows = chosen.seen.records(chosen.cases, names, view.sort, view.down)
        frame = pd.DataFrame.from_records(rows, columns=names)
        for column in BY_NAME.values():
            if column.kind in ("date", "month"):
                frame[column.name] = pd.to_datetime(frame[column.name])
        return frame.set_index("case_id")

    def close(self) -> None:
        """End the server; the frame answers no more."""
        self._server.should_exit = True
        self._thread.join(PATIENCE)
        self._listening.close()

    def __enter__(self) -> Explored:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Explored {self.address}>"

    def _repr_html_(self) -> str:
        address = html.escape(self.address)
        if self.address.startswith("/"):
            return (
                f'<iframe src="{address}" title="Explorateur" width="100%" height="{self._height}"></iframe>'
            )
        return f'<a href="{address}" target="_blank" rel="noopener">Ouvrir l’explorateur</a>'


def server_base() -> str | None:
    """Give the path of the notebook server that started this kernel; None outside a notebook server.

    Examples
    --------
    >>> import os
    >>> from unittest import mock
    >>> with mock.patch.dict(os.environ, {"JUPYTERHUB_SERVICE_PREFIX": "/user/a/"}):
    ...     server_base()
    '/user/a/'
    """
    if prefix := os.environ.get("JUPYTERHUB_SERVICE_PREFIX"):
        return prefix
    parent = os.environ.get("JPY_PARENT_PID")
    if parent is None:
        return None
    from jupyter_server.serverapp import list_running_servers

    bases = (str(one["base_url"]) for one in list_running_servers() if str(one["pid"]) == parent)
    return next(bases, None)


def _folder(tables: Tables | str | Path) -> Path:
    folder = tables.folder if isinstance(tables, Tables) else Path(tables)
    if folder is None:
        raise InvalidArgument(
            "The explorer needs a data folder, these tables are frames in memory",
            where="tables",
            todo="Write them with `write_table`, then read the folder.",
        )
    return folder
