"""From a data folder to a server that answers: where it listens, who may come in, where it keeps things."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import socket
import threading
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from apanalytics.errors import InvalidArgument, ModelMismatch
from apanalytics.explorer.access import Users, owner, read_users
from apanalytics.explorer.app import application
from apanalytics.explorer.doors import ENTRY, Door, LocalDoor, ProxyDoor
from apanalytics.explorer.framing import Framed
from apanalytics.explorer.gate import LONGEST_ADDRESS, Gate
from apanalytics.explorer.identity import Provider, Proxy
from apanalytics.explorer.journal import Journal
from apanalytics.explorer.oidc_door import OidcDoor
from apanalytics.explorer.provider import discover
from apanalytics.explorer.sessions import Sessions
from apanalytics.explorer.store import Shelf
from apanalytics.explorer.web import Explorer
from apanalytics.prepare import prepared

if TYPE_CHECKING:
    from apanalytics.risk import RiskModel

HOST, PORT = "127.0.0.1", 8050
"""Where the explorer listens unless told otherwise."""
LATER_SECONDS = 5.0
"""After the start, when the libraries of campaigns and results are loaded."""
MOST_AT_ONCE = 200
"""Requests served at the same time; the next are told to come back."""


@dataclass(frozen=True)
class Served:
    """A server ready to run.

    Parameters
    ----------
    gate : the application, below a secret path where a notebook frames it.
    listening : the socket, already bound, so that a port in use is told at once.
    address : what to open first; on one's own machine it carries the one-time token.
    state : folder of the journal and of what is entered.
    """

    gate: Gate | Framed
    listening: socket.socket
    address: str
    state: Path

    def run(self) -> None:
        """Answer until interrupted; what only some pages need is loaded when the first one is there."""
        later = threading.Timer(LATER_SECONDS, import_module, ["apanalytics.explorer.results"])
        later.daemon = True
        later.start()
        self.server().run(sockets=[self.listening])

    def server(self) -> uvicorn.Server:
        """Give the server, for who runs it in a thread and stops it (`should_exit`)."""
        config = uvicorn.Config(
            self.gate,
            proxy_headers=False,
            server_header=False,
            access_log=False,
            log_level="warning",
            ws="none",
            limit_concurrency=MOST_AT_ONCE,
            h11_max_incomplete_event_size=4 * LONGEST_ADDRESS,
        )
        return uvicorn.Server(config)


def serve(
    data: str | Path,
    *,
    host: str = HOST,
    port: int = PORT,
    region: str | None = None,
    users: str | Path | None = None,
    state: str | Path | None = None,
    models: Sequence[str | Path] = (),
    step: Callable[[str], None] | None = None,
) -> Served:
    """Prepare what is stale, read it, and bind the port.

    Parameters
    ----------
    data : folder of the canonical tables.
    host, port : where to listen; port 0 takes a free one.
    region : on one's own machine, the only region to show.
    users : users file; it names an OpenID Connect provider, or a reverse proxy that says who is there.
    state : folder of the journal; None is one per data folder under the user's state folder.
    models : folders of saved models, one per stage at most.
    step : called with a line on each part that is computed.

    Raises
    ------
    InvalidArgument : a host other than loopback without users or without HTTPS, a region beside users, a
        port in use.
    DataRefused, UnreadableFile : the users file cannot be trusted, or its provider does not answer.

    Examples
    --------
    >>> serve("data/synthetic", host="0.0.0.0")
    Traceback (most recent call last):
    apanalytics.errors.InvalidArgument: Serving others needs a users file (--host): '0.0.0.0'.
    Give --users FILE, or leave --host out to serve this machine only.
    """
    _refuse_open_doors(host, region, users)
    known = read_users(users) if users else None
    _refuse_clear_text(host, known)
    explorer = opened(data, state, models, step)
    door = LocalDoor(owner(region), Sessions()) if known is None else _door_of(known, explorer.journal)
    listening = bound(host, port)
    port = listening.getsockname()[1]
    return Served(application(explorer, door, port), listening, _address(door, host, port), explorer.state)


def opened(
    data: str | Path,
    state: str | Path | None,
    models: Sequence[str | Path],
    step: Callable[[str], None] | None = None,
) -> Explorer:
    """Prepare what is stale, and open the data folder and its journal; the arguments are those of `serve`."""
    folder = Path(state) if state else usual_state(data)
    journal = Journal(folder, away_from=(Path(data),))
    journal.ready()
    ranking, cold = _by_stage(models)  # refused before anything is computed
    derived = prepared(data, models, step=step)
    return Explorer(Shelf(Path(data), derived), journal, folder, ranking, cold)


def _door_of(users: Users, journal: Journal) -> Door:
    """Give the door of a users file: by the proxy that it names, or by its OpenID Connect provider."""
    if isinstance(users.identity, Proxy):
        return ProxyDoor(users, users.identity, Sessions())
    return OidcDoor(users, discover(users.identity), Sessions(), journal.write)


def _address(door: Door, host: str, port: int) -> str:
    """Give what to open first: on one's own machine the link that opens once."""
    if isinstance(door, OidcDoor):
        return door.openid.settings.address
    shown = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    return f"{shown}{ENTRY}?jeton={door.token}" if isinstance(door, LocalDoor) else f"{shown}/"


def usual_state(data: str | Path) -> Path:
    """Give the state folder of a data folder, under the user's own state folder."""
    home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    name = hashlib.sha256(str(Path(data).resolve()).encode()).hexdigest()[:16]
    return Path(home) / "apanalytics" / name


def _refuse_open_doors(host: str, region: str | None, users: str | Path | None) -> None:
    if users is None and not _is_loopback(host):
        raise InvalidArgument(
            "Serving others needs a users file",
            where="--host",
            value=host,
            todo="Give --users FILE, or leave --host out to serve this machine only.",
        )
    if users is not None and region is not None:
        raise InvalidArgument(
            "A region is given beside a users file",
            where="--region",
            value=region,
            todo="Leave --region out: the users file says who sees which regions.",
        )


def _refuse_clear_text(host: str, known: Users | None) -> None:
    """Refuse to serve other machines under an address without HTTPS: cookies would travel for all to read."""
    provider = known.identity if known else None
    if isinstance(provider, Provider) and not provider.secure and not _is_loopback(host):
        raise InvalidArgument(
            "Others would be served without HTTPS",
            where="--host",
            value=host,
            todo=f"Write https://… as `oidc: address` (now {provider.address}), behind what ends TLS.",
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _by_stage(models: Sequence[str | Path]) -> tuple[dict[str, RiskModel], dict[str, str]]:
    """Give the model of each stage, and by stage why a model that knows too few findings gives way."""
    if not models:
        return {}, {}
    from apanalytics.risk import RiskModel
    from apanalytics.targeting.scoring import gives_way

    found: dict[str, RiskModel] = {}
    cold: dict[str, str] = {}
    for place in models:
        model = RiskModel.load(place)
        if model.stage is None:
            raise ModelMismatch("The model says no stage", where=str(place), todo="Train it with --stage.")
        if model.stage in found.keys() | cold.keys():
            raise InvalidArgument(
                "Two models of one stage",
                where="--model",
                value=str(place),
                todo="Give one per stage at most.",
            )
        if model.cold:
            cold[model.stage] = gives_way(model)
            warnings.warn(cold[model.stage], stacklevel=3)
        else:
            found[model.stage] = model
    return found, cold


def bound(host: str, port: int) -> socket.socket:
    """Give a socket that listens; raises InvalidArgument where there can be none."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except (OSError, OverflowError) as error:
        listening.close()
        raise InvalidArgument(
            "Cannot listen there", where="--host, --port", value=f"{host}:{port}", why=str(error),
            todo="Give another --port; 0 takes a free one.",
        ) from None  # fmt: skip
    return listening
