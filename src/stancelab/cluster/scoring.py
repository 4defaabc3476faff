"""Scoring on a cluster: actors that read, score and write parts on a path that all nodes share.

Only where the rows of each part are travels, so that the machine that asks is no bottleneck. A
part whose worker or node is gone is scored again; its files take their names when they are whole,
so that nothing is there in part or twice.

These are actors of Ray itself and not of Ray Data, whose threads go on when a run ends early, at
rows that are to stop it or at Ctrl-C, and then end the process that asked with no word said.
"""

from __future__ import annotations

import os
import socket
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from stancelab.cluster.connecting import Cluster, brief, connected
from stancelab.cluster.reading import PartReader, Stretch, stretches
from stancelab.errors import StancelabError
from stancelab.inference.engines import fastest
from stancelab.scoring.bundle import Bundle, Opening, load_bundle
from stancelab.scoring.job import Job
from stancelab.scoring.parts import Done, Work, score_part
from stancelab.scoring.pool import Failed
from stancelab.scoring.reading import Part
from stancelab.scoring.resuming import describe
from stancelab.scoring.sources import STANDARD, Source
from stancelab.scoring.spans import names_depend_on

_TRIES = 6
"""Workers that may end with a part, before it is the part that is at fault."""
Found = Done | Failed | OSError
"""What becomes of a part; errors in words, as our exceptions take values that do not travel."""
_COMPARED = ("version", "bundle", "actors")


@dataclass(frozen=True, slots=True)
class Recipe:
    """What an actor needs to know; all places are absolute.

    Attributes
    ----------
    opening : Opening
        The classifier, computed on every node by the same runtime.
    work : Work
        How parts are scored, and where to.
    part_rows : int
        Most rows of a part.
    state : mapping
        What the answers depend on, as `describe` gives it: the same on every node.
    """

    opening: Opening
    work: Work
    part_rows: int
    state: Mapping[str, Any]


class Scorer:
    """An actor that scores parts, with the bundle loaded once.

    Parameters
    ----------
    recipe : Recipe
        How.
    """

    def __init__(self, recipe: Recipe) -> None:
        places = replace(recipe.work.places, writer=f".{socket.gethostname()}-{os.getpid()}")
        self._recipe, self._work = recipe, replace(recipe.work, places=places)
        self._reader = PartReader(recipe.work.columns, recipe.part_rows)
        self._bundle: Bundle | None = None

    def score(self, stretch: Stretch) -> Found:
        """Score a part, unless an earlier try has; what goes wrong is given and not raised."""
        try:
            self._bundle = self._bundle or self._open()
            known = self._work.places.done(stretch.part.number)
            return known or score_part(self._bundle, self._work, self._reader.read(stretch))
        except StancelabError as error:
            return Failed(str(error))
        except OSError as error:
            return error

    def _open(self) -> Bundle:
        """Load the bundle, and see that this node answers as the others do."""
        recipe = self._recipe
        node = socket.gethostname()
        for place in (recipe.work.places.folder, recipe.opening.folder):
            if not place.exists():
                raise StancelabError(
                    f"{place} is not there on node {node}; expected inputs, output and bundle on "
                    "a path that all nodes share"
                )
        bundle = load_bundle(*recipe.opening)
        found = _state(recipe.opening.folder, recipe.work.catalogue)
        for name in _COMPARED:
            if found[name] != recipe.state[name]:
                raise StancelabError(
                    f"node {node} has another {name}: found {found[name]}, expected "
                    f"{recipe.state[name]}; install the same packages on all nodes"
                )
        return bundle


def check_places(job: Job, sources: Sequence[Source]) -> None:
    """Refuse what other machines cannot read or write.

    Raises
    ------
    StancelabError
        Rows come from standard input, or go to standard output.
    """
    if job.wishes.output == STANDARD or any(source.path is None for source in sources):
        raise StancelabError(
            "--engine ray reads and writes files, which all its nodes see; give files instead of "
            "'-', or leave --engine out"
        )


def score_on(
    cluster: Cluster, job: Job, bundle: Bundle, work: Work, sources: Sequence[Source]
) -> Iterator[tuple[Part, Done, int]]:
    """Score the parts of files, and give what became of them in their order, and by how many.

    Parameters
    ----------
    cluster : Cluster
        Where.
    job : Job
        What is to be scored.
    bundle : Bundle
        The classifier, as it was loaded here.
    work : Work
        How parts are scored, and where to.
    sources : sequence of Source
        The files.

    Raises
    ------
    StancelabError
        The cluster cannot be used, or a part cannot be scored.
    """
    parts = list(stretches(sources, job.columns, job.part_rows))
    known: dict[int, Found] = {
        each.part.number: done
        for each in parts
        if (done := work.places.done(each.part.number)) is not None
    }
    waiting = [each for each in parts if each.part.number not in known]
    with connected(cluster) as room:
        actors = min(job.processes or room, room, len(waiting))
        found = _scored(cluster, _recipe(job, bundle, work), waiting, actors)
        for each in parts:
            while each.part.number not in known:
                number, known[number] = next(found)
            yield each.part, _done(known[each.part.number]), actors


def _recipe(job: Job, bundle: Bundle, work: Work) -> Recipe:
    """Say what actors need to know, with places and names that other machines understand."""
    runtime = fastest() if bundle.runtime and job.runtime == "auto" else job.runtime
    catalogue = work.catalogue and work.catalogue.absolute()
    places = replace(work.places, folder=work.places.folder.absolute())
    return Recipe(
        Opening(job.bundle.absolute(), runtime, job.head),
        replace(work, places=places, catalogue=catalogue),
        job.part_rows,
        _state(job.bundle, catalogue),
    )


def _state(bundle: Path, catalogue: Path | None) -> dict[str, Any]:
    return describe(bundle, (), {"actors": names_depend_on(catalogue)})


def _scored(
    cluster: Cluster, recipe: Recipe, waiting: Sequence[Stretch], actors: int
) -> Iterator[tuple[int, Found]]:
    """Let actors score parts, and give what became of each by its number.

    An actor that is gone is followed by another, which waits until there is room for it: so one
    that has no more to do is let go. Ray's own restarts take a part's tries while they wait.
    """
    import ray

    kind: Any = ray.remote(Scorer).options(**cluster.options())
    left = iter(waiting)
    tries: Counter[int] = Counter()
    actors_of = [(kind.remote(recipe), stretch) for stretch in islice(left, actors)]
    busy = {actor.score.remote(stretch): (actor, stretch) for actor, stretch in actors_of}
    while busy:
        (ref, *_), _ = ray.wait(list(busy))
        actor, stretch = busy.pop(ref)
        number = stretch.part.number
        tries[number] += 1
        answer = _answer(ref, stretch, last=tries[number] == _TRIES)
        if answer is None:
            actor = kind.remote(recipe)
            busy[actor.score.remote(stretch)] = actor, stretch
            continue
        more = next(left, None)
        if more is None:
            ray.kill(actor)
        else:
            busy[actor.score.remote(more)] = actor, more
        yield number, answer


def _answer(ref: Any, stretch: Stretch, *, last: bool) -> Found | None:
    """Get what became of a part; None where its worker is gone and another may try."""
    import ray

    try:
        found: Found = ray.get(ref)
        return found
    except ray.exceptions.RayTaskError:  # a bug, which its own trace tells best
        raise
    except ray.exceptions.RayError as error:
        if not last:
            return None
        part = stretch.part
        return Failed(
            f"{part.source.name}: {_TRIES} workers have ended with the same {part.size} rows, "
            f"perhaps for want of memory ({brief(error)}); go on with --resume and fewer "
            "--processes"
        )


def _done(found: Found) -> Done:
    """Give what became of a part, or raise here what went wrong there."""
    if isinstance(found, OSError):
        raise found
    if isinstance(found, Failed):
        raise StancelabError(found.message)
    return found
