"""Putting the parts of a run together."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from stancelab.scoring.parquet_files import join_parquet
from stancelab.scoring.parts import Places, writing
from stancelab.scoring.text_files import TextJoiner


def join(places: Places, number: int, target: Path, progress: Callable[[int], None]) -> None:
    """Make one file of the scored rows of all parts, which takes its name when it is whole.

    Parameters
    ----------
    places : Places
        Where the parts are.
    number : int
        How many.
    target : Path
        Where it goes.
    progress : callable
        Called with the number of parts written so far.
    """
    joined = places.folder / "joined"
    columns = list(dict.fromkeys(name for each in range(number) for name in _columns(places, each)))
    if places.kind == "parquet":
        join_parquet([places.rows(each) for each in range(number)], columns, joined, progress)
    else:
        with joined.open("wb") as file:
            joiner = TextJoiner(file, places.kind, columns)
            for each in range(number):
                joiner.add(places.rows(each), _columns(places, each))
                progress(each + 1)
    joined.replace(target)


def join_refused(places: Places, number: int, target: Path) -> bool:
    """Make one file of the refused rows; where there are none, there is no file."""
    found = [places.refused(each) for each in range(number) if places.refused(each).exists()]
    if not found:
        target.unlink(missing_ok=True)
        return False
    with writing(target) as building, building.open("wb") as file:
        for path in found:
            with path.open("rb") as part:
                shutil.copyfileobj(part, file)
    return True


def _columns(places: Places, number: int) -> list[str]:
    done = places.done(number)
    return done.columns if done else []
