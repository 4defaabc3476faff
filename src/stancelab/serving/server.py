"""Starting a service: where it may listen, and how it ends."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from importlib.util import find_spec
from ipaddress import ip_address
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from stancelab.errors import MissingExtraError, StancelabError
from stancelab.serving.settings import Limits, Place

if TYPE_CHECKING:
    from uvicorn import Server

    from stancelab.predictors.runtime import Runtime
    from stancelab.scoring.bundle import Bundle
    from stancelab.scoring.spans import SpanFinder

TOKEN = "STANCELAB_TOKEN"
"""The environment variable with the token; arguments can be read by everybody on a machine."""

_WARM = {"text": ["Kyiv thanked Warsaw."] * 2, "actor": ["Warsaw", "Oslo"]}


class Started(NamedTuple):
    """A service that listens.

    Attributes
    ----------
    address : str
        Where, as a browser takes it.
    bundle : Bundle
        Who answers.
    """

    address: str
    bundle: Bundle


def serve(
    folder: Path,
    place: Place,
    limits: Limits,
    token: str | None,
    *,
    runtime: Runtime = "auto",
    head: str = "",
    catalogue: Path | None = None,
    started: Callable[[Started], None] = lambda _: None,
) -> None:
    """Serve a bundle until the process is told to end; requests in flight are answered first.

    Parameters
    ----------
    folder : Path
        The bundle.
    place : Place
        Where to listen.
    limits : Limits
        What is taken.
    token : str or None
        What requests must bring.
    runtime : {"auto", "openvino", "onnxruntime"}
        What computes a network.
    head : str
        The corpus by whose head a classifier of several answers; by default the shared one.
    catalogue : Path, optional
        The user's own actors and names.
    started : callable
        Is told once it listens.

    Raises
    ------
    StancelabError
        The address is not for everybody to listen on without a token, or taken; or the bundle
        cannot be used.
    """
    _check_installed()
    with listen(place, token) as listener:
        from stancelab.schema import as_table
        from stancelab.scoring.bundle import load_bundle
        from stancelab.scoring.spans import span_finder

        finder = span_finder(catalogue)
        bundle = load_bundle(folder, runtime, head)
        bundle.tag(as_table(_WARM, finder.find))  # what is read late is read now
        server = make_server(bundle, finder, limits, token)
        listener.listen(server.config.backlog)
        started(Started(address_of(listener), bundle))
        _run(server, listener)


def make_server(
    bundle: Bundle, finder: SpanFinder, limits: Limits, token: str | None = None
) -> Server:
    """Make the server of a bundle; it is run with the sockets that it shall listen on."""
    from uvicorn import Config, Server

    from stancelab.serving.app import Service, make_app
    from stancelab.serving.protocol import Connection

    return Server(
        Config(
            make_app(Service(bundle, finder, limits), token),
            http=Connection,
            ws="none",
            log_level="error",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=ceil(limits.timeout) + 1,
        )
    )


def _run(server: Server, listener: socket.socket) -> None:
    """Run a server until a signal ends it.

    uvicorn raises the signal again when it has ended, for whoever handled it before: the process
    is not to die of it, and one that comes before uvicorn listens to signals is not to be lost.
    """

    def end(*_: object) -> None:
        server.should_exit = True

    before = {one: signal.signal(one, end) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        server.run(sockets=[listener])
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def listen(place: Place, token: str | None) -> socket.socket:
    """Take an address to listen on.

    Raises
    ------
    StancelabError
        It is not on loopback and there is no token, or it cannot be taken.
    """
    where = f"{place.host}:{place.port}"
    try:
        family, *_, address = socket.getaddrinfo(
            place.host, place.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError) as error:
        raise StancelabError(f"--host {place.host}: no address of this machine ({error})") from None
    if not ip_address(str(address[0]).partition("%")[0]).is_loopback and token is None:
        raise StancelabError(
            f"--host {place.host}: others can reach this address, so requests must bring a token; "
            f"set the environment variable {TOKEN}, or listen on 127.0.0.1"
        )
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
    except OSError as error:
        made.close()
        reason = error.strerror or error
        raise StancelabError(f"cannot listen on {where}: {reason}; choose another --port") from None
    return made


def address_of(listener: socket.socket) -> str:
    """Say where somebody listens, as a browser takes it."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _check_installed() -> None:
    for name in ("fastapi", "uvicorn"):
        if find_spec(name) is None:
            raise MissingExtraError(name, "serve")
