"""Opening a data set of the hub, or a folder laid out like one, as its splits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from stancelab.errors import DataError, UnknownNameError

if TYPE_CHECKING:
    import datasets

PREFIX = "hub:"
"""What the names of hub data sets begin with, so that they differ from corpora and files."""

_HUB_NAME = re.compile(r"\w[\w.-]*/\w[\w.-]*")
_SAVED = ("dataset_dict.json", "state.json")


def open_splits(
    name: str, subset: str | None, revision: str | None, *, streaming: bool
) -> Mapping[str, datasets.Dataset]:
    """Open a data set and give its splits by name.

    Parameters
    ----------
    name : str
        ``hub:OWNER/NAME``, or ``hub:FOLDER`` for a folder in the hub's layout or one that
        `datasets` has saved.
    subset, revision : str, optional
        Which configuration, and which branch, tag or commit.
    streaming : bool
        Read from the hub row by row, instead of downloading all of it first.

    Raises
    ------
    UnknownNameError
        There is no such subset; names those that exist.
    DataError
        There is no such folder, or a subset must be chosen. What `datasets` raises itself comes
        through as it is.
    """
    from datasets import load_dataset

    path = name.removeprefix(PREFIX)
    local = bool(path) and Path(path).is_dir()
    if not local and not _HUB_NAME.fullmatch(path):
        raise DataError(f"{name}: no such folder; expected hub:OWNER/NAME or hub:FOLDER")
    if local and revision:
        raise DataError(f"{name}: a folder has no revision {revision!r}; leave it out")
    path = str(Path(path).resolve()) if local else path
    if local and any((Path(path) / saved).is_file() for saved in _SAVED):
        return _saved(name, path, subset)
    _check_subset(name, path, subset, revision)
    # `datasets` keeps what it made of a folder even after the files in it have changed; reading
    # row by row, it keeps nothing.
    found: Mapping[str, datasets.Dataset] = load_dataset(
        path, subset, revision=revision, streaming=streaming or local
    )
    return found


def _check_subset(name: str, path: str, subset: str | None, revision: str | None) -> None:
    from datasets import get_dataset_config_names, get_dataset_default_config_name

    known = get_dataset_config_names(path, revision=revision)
    if subset is None:
        if len(known) > 1 and not get_dataset_default_config_name(path, revision=revision):
            raise DataError(
                f"{name}: has several subsets ({', '.join(known)}); choose one with "
                'subset = "…" under [data.hub] (--subset)'
            )
    elif subset not in known:
        raise UnknownNameError(f"subset of {name}", subset, known)


def _saved(name: str, path: str, subset: str | None) -> Mapping[str, datasets.Dataset]:
    """Open a folder that `datasets` has saved; one without splits is all training data."""
    from datasets import DatasetDict, load_from_disk

    if subset:
        raise DataError(f"{name}: a saved data set has no subset {subset!r}; leave it out")
    found = load_from_disk(path)
    splits: Mapping[str, datasets.Dataset] = (
        found if isinstance(found, DatasetDict) else {str(found.split or "train"): found}
    )
    return splits
