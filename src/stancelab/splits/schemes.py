"""The schemes by which rows are parted: one split for each seed, fold and setting."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from stancelab.errors import UnknownNameError
from stancelab.splits.across import (
    corpora,
    cross_corpus,
    each_corpus,
    joint,
    leave_one_corpus_out,
    leave_one_out,
)
from stancelab.splits.by_time import by_time
from stancelab.splits.config import SplitConfig
from stancelab.splits.parts import Split, by_fold, deal, draw_rows
from stancelab.splits.rowset import Rowset, grouped_split, official_split, refuse_untrained


def make_splits(rows: Rowset, config: SplitConfig, seed: int) -> Iterator[Split]:
    """Part the rows for one seed.

    The documents are dealt into equal stratified folds (scikit-learn's `StratifiedGroupKFold`,
    shuffled by the seed), and the parts are made of whole folds: for 60/15/25 the test part is
    one of four, and the validation part one of five that the rest is dealt into.

    Parameters
    ----------
    rows : Rowset
        The rows of one corpus or several.
    config : SplitConfig
        The scheme.
    seed : int
        Shuffles the documents.

    Raises
    ------
    DataError
        There are too few documents, no official split, no dates, or nothing to hold out.
    """
    if config.is_ours:
        for name in rows.names:
            refuse_untrained(rows, name)
    for name in config.max_train if isinstance(config.max_train, dict) else ():
        if name not in rows.names:
            raise UnknownNameError("data set under [split] max_train", name, rows.names)
    for split in _SCHEMES[config.kind](rows, config, seed):
        yield _drawn(rows, split, config) if config.max_train else split


def _grouped(rows: Rowset, config: SplitConfig, seed: int) -> Iterator[Split]:
    everything = np.arange(len(rows.table))
    yield Split(seed, 0, *grouped_split(rows, everything, config, seed))


def _folds(rows: Rowset, config: SplitConfig, seed: int) -> Iterator[Split]:
    dealt = deal(rows.table, rows.groups(config), config.folds, seed)
    for number in range(config.folds):
        yield by_fold(dealt, [number], [(number + 1) % config.folds], seed, number)


def _official(rows: Rowset, config: SplitConfig, seed: int) -> Iterator[Split]:
    own = (np.flatnonzero(rows.datasets == name) for name in rows.names)
    parted = [official_split(rows, one, config, seed) for one in own]
    train, validation, test = (np.concatenate(part) for part in zip(*parted, strict=True))
    yield Split(seed, 0, train, validation, test)


def _drawn(rows: Rowset, split: Split, config: SplitConfig) -> Split:
    """Keep at most so many training rows of each corpus that has a limit."""
    datasets, groups = rows.datasets[split.train], rows.groups(config)
    kept = []
    for name in np.unique(datasets).tolist():
        own, most = split.train[datasets == name], config.most(name)
        kept.append(own if most is None else draw_rows(groups, own, most, split.seed))
    train = np.sort(np.concatenate(kept))
    return Split(split.seed, split.fold, train, split.validation, split.test, split.setting)


_SCHEMES: dict[str, Callable[[Rowset, SplitConfig, int], Iterator[Split]]] = {
    "grouped": _grouped,
    "folds": _folds,
    "official": _official,
    "by_time": by_time,
    "each_corpus": each_corpus,
    "joint": joint,
    "cross_corpus": cross_corpus,
    "corpora": corpora,
    "leave_one_corpus_out": leave_one_corpus_out,
    "leave_one_language_out": leave_one_out,
    "leave_one_actor_out": leave_one_out,
    "leave_one_genre_out": leave_one_out,
}
