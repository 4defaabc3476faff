"""The corpora by name; adding one is a module with a spec and a line here."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from stancelab.datasets import statements
from stancelab.datasets.base import DatasetSpec, Loaded
from stancelab.errors import UnknownNameError
from stancelab.schema import as_dataset

if TYPE_CHECKING:
    import datasets

SPECS: dict[str, DatasetSpec] = {spec.name: spec for spec in (statements.SPEC,)}


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


@cache
def load(name: str) -> Loaded:
    """Load a corpus as a statement table, once in a process."""
    spec = find_spec(name)
    return spec.load(spec.directory())


def load_corpus(name: str = "statements") -> datasets.Dataset:
    """Load a corpus as a `datasets.Dataset`.

    Parameters
    ----------
    name : str
        Name of the corpus.

    Returns
    -------
    datasets.Dataset
        The statement table; ``label`` is a `ClassLabel` of hostile, neutral, cooperative.

    Raises
    ------
    UnknownNameError
        There is no such corpus.

    Examples
    --------
    >>> corpus = load_corpus("statements")
    >>> corpus.num_rows, corpus.features["label"].names
    (4259, ['hostile', 'neutral', 'cooperative'])
    """
    return as_dataset(load(name).table)
