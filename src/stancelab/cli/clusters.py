"""The options of commands that can do their work on a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from stancelab.errors import StancelabError

if TYPE_CHECKING:
    from stancelab.cluster.connecting import Cluster

EngineOption = Annotated[
    Literal["local", "ray"], typer.Option(help="Where it is done: on this machine, or by Ray.")
]
AddressOption = Annotated[
    str | None,
    typer.Option(
        metavar="HOST:PORT",
        help="A Ray cluster, or auto; without it, Ray is started on this machine alone.",
    ),
]


def cluster_of(
    engine: Literal["local", "ray"], address: str | None, gpus: float, cpus: float = 1
) -> Cluster | None:
    """Give the cluster that is meant; None for this machine without one.

    Raises
    ------
    StancelabError
        A cluster is described, and Ray is not asked for.
    """
    from stancelab.cluster.connecting import Cluster

    if engine == "ray":
        return Cluster(address, cpus, gpus)
    if address or gpus or cpus != 1:
        raise StancelabError("--address and what a worker takes go with --engine ray; add it")
    return None
