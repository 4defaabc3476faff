"""The corpora by name; adding one is a module in ``corpora/`` and a line here."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from stancelab.datasets.base import DatasetSpec, Loaded
from stancelab.datasets.cache import load_cached
from stancelab.datasets.checksums import files_of
from stancelab.datasets.corpora import (
    cstance,
    dse,
    newsmtsc,
    plv,
    pstance,
    ruopinionne,
    rusentne,
    rusentrel,
    ruw,
    statements,
    tweeteval_stance,
    unscon,
)
from stancelab.datasets.folder import check_files
from stancelab.errors import UnknownNameError
from stancelab.schema import as_dataset

if TYPE_CHECKING:
    import datasets

_MODULES = (
    statements,
    newsmtsc,
    rusentne,
    plv,
    dse,
    ruw,
    cstance,
    pstance,
    tweeteval_stance,
    unscon,
    ruopinionne,
    rusentrel,
)
SPECS: dict[str, DatasetSpec] = {module.SPEC.name: module.SPEC for module in _MODULES}


def find_spec(name: str, where: str = "") -> DatasetSpec:
    """Find a corpus by name.

    Raises
    ------
    UnknownNameError
        There is no such corpus; names the closest.
    """
    if name not in SPECS:
        raise UnknownNameError("data set", name, SPECS, where)
    return SPECS[name]


def check_options(spec: DatasetSpec, options: Mapping[str, bool], where: str = "") -> None:
    """Refuse an option that a corpus does not have.

    Raises
    ------
    UnknownNameError
        There is no such option; names the closest.
    """
    for option in options:
        if option not in spec.options:
            raise UnknownNameError(f"option of {spec.name}", option, spec.options, where)


def load(
    name: str, options: Mapping[str, bool] | None = None, *, unverified: bool = False
) -> Loaded:
    """Load a corpus as a statement table, once in a process.

    Parameters
    ----------
    name : str
        Name of the corpus.
    options : mapping of str to bool, optional
        Which of the corpus' options are on.
    unverified : bool
        Go on although a file is not the one whose SHA-256 is known.

    Raises
    ------
    UnknownNameError
        There is no such corpus or option.
    MissingFilesError, ChangedFileError
        The files are not there, or not the ones we know.
    """
    spec = find_spec(name)
    check_options(spec, options or {})
    chosen = tuple(sorted(option for option, on in (options or {}).items() if on))
    if not files_of(name):  # comes with the package
        return _load(name, chosen, spec.folder, "")
    digest = check_files(name, spec.folder, unverified=unverified)
    return _load(name, chosen, spec.folder, digest)


@cache
def _load(name: str, options: tuple[str, ...], folder: Path, digest: str) -> Loaded:
    """Load a corpus once in a process, and again where its files are others."""
    spec = find_spec(name)
    return load_cached(spec, folder, options, digest) if digest else spec.load(folder)


def load_corpus(
    name: str = "statements", *, unverified: bool = False, **options: bool
) -> datasets.Dataset:
    """Load a corpus as a `datasets.Dataset`.

    Parameters
    ----------
    name : str
        Name of the corpus; the public ones lie in ``STANCELAB_DATA`` or ``data/raw``, where
        ``stancelab data fetch`` puts them.
    unverified : bool
        Go on although a file is not the one whose SHA-256 is known.
    **options : bool
        The corpus' own options, such as ``actors_only`` of `cstance`.

    Returns
    -------
    datasets.Dataset
        The statement table; ``label`` is a `ClassLabel` of hostile, neutral, cooperative.

    Raises
    ------
    UnknownNameError
        There is no such corpus or option.
    MissingFilesError, ChangedFileError
        The files are not there, or not the ones we know.

    Examples
    --------
    >>> corpus = load_corpus("statements")
    >>> corpus.num_rows, corpus.features["label"].names
    (4259, ['hostile', 'neutral', 'cooperative'])
    """
    return as_dataset(load(name, options, unverified=unverified).table)
