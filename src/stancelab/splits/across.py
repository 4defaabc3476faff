"""Schemes over several corpora, and those that hold out a language or an actor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from stancelab.errors import DataError, UnknownNameError
from stancelab.schema import labels_of
from stancelab.splits.config import HELD_OUT, SplitConfig
from stancelab.splits.parts import Split, take_share
from stancelab.splits.rowset import Rowset, own_split, refuse_untrained

TOGETHER = "all together"
"""Name of the setting in which all corpora are trained on."""


def each_corpus(rows: Rowset, config: SplitConfig, seed: int) -> Iterator[Split]:
    """Train and test on each corpus by itself."""
    for name in _trained(rows, rows.names):
        yield Split(seed, 0, *own_split(rows, name, config, seed), name)


def joint(rows: Rowset, config: SplitConfig, seed: int) -> Iterator[Split]:
    """Train on all corpora together, and on each by itself if that is asked for; test on each."""
    yield _together(rows, rows.trained_names, rows.names, config, seed, TOGETHER)
    for name in rows.trained_names if config.alone else ():
        yield Split(seed, 0, *own_split(rows, name, config, seed), name)


def cross_corpus(rows: Rowset, config: SplitConfig, seed: int) -> Iterator[Split]:
    """Train on each corpus and test on all."""
    own = {name: own_split(rows, name, config, seed) for name in rows.names}
    test = np.concatenate([tested for _, _, tested in own.values()])
    for name in rows.trained_names:
        train, validation, _ = own[name]
        yield Split(seed, 0, train, validation, test, name)


def corpora(rows: Rowset, config: SplitConfig, seed: int) -> Iterator[Split]:
    """Train on some corpora together and test on others."""
    trained, tested = config.train_on or (), config.test_on or ()
    yield _together(rows, trained, tested, config, seed, " and ".join(trained))


def leave_one_corpus_out(rows: Rowset, config: SplitConfig, seed: int) -> Iterator[Split]:
    """Train on all corpora but one and test on that."""
    for left in rows.names:
        others = [name for name in rows.trained_names if name != left]
        if not others:
            raise DataError("leaving one corpus out needs at least two that can be trained on")
        yield _together(rows, others, [left], config, seed, f"without {left}")


def leave_one_out(rows: Rowset, config: SplitConfig, seed: int) -> Iterator[Split]:
    """Hold out each value of a column; the official test rows of the others are not used."""
    column = HELD_OUT[config.kind]
    may_train, may_test = rows.may_train(), rows.may_test()
    pools = config.pools or (tuple(rows.trained_names),)
    for value in _held_out(rows, column, config):
        own = rows.values(column) == value
        tested = np.flatnonzero(own & may_test)
        if not len(tested):
            raise DataError(f"without {value}: no row of it may be tested on; hold out another")
        shared = np.zeros(len(own), dtype=bool)
        for numbers in (rows.keys.texts, rows.keys.documents):
            shared |= np.isin(numbers, numbers[tested])
        for pool in pools:
            names = f" ({', '.join(pool)})" if len(pools) > 1 else ""
            rest = np.flatnonzero(
                may_train & ~own & ~shared & np.isin(rows.datasets, _trained(rows, pool))
            )
            if len(np.unique(labels_of(rows.table)[rest])) < 2:
                raise DataError(
                    f"without {value}{names}: {len(rest)} rows are left to train on, and they have "
                    "not two labels; hold out another, or give more corpora"
                )
            train, validation = take_share(
                rows.table, rows.groups(config), rest, config.validation, seed
            )
            yield Split(seed, 0, train, validation, tested, f"without {value}{names}")


def _together(
    rows: Rowset,
    train: Sequence[str],
    test: Sequence[str],
    config: SplitConfig,
    seed: int,
    setting: str,
) -> Split:
    """Train on some corpora together and test on others, each parted by its own split."""
    trained = [own_split(rows, name, config, seed) for name in _trained(rows, train)]
    tested = [own_split(rows, name, config, seed)[2] for name in _in(rows, test)]
    train_rows, validation, _ = (np.concatenate(part) for part in zip(*trained, strict=True))
    return Split(seed, 0, train_rows, validation, np.concatenate(tested), setting)


def _held_out(rows: Rowset, column: str, config: SplitConfig) -> list[str]:
    """List what is held out: what was asked for, else every value with enough rows."""
    values, counts = np.unique(rows.values(column)[rows.may_test()], return_counts=True)
    if config.hold_out:
        for name in config.hold_out:
            if name not in values:
                raise UnknownNameError(f"{column} to hold out", name, map(str, values))
        return list(config.hold_out)
    order = np.argsort(-counts, kind="stable")
    found = [str(values[at]) for at in order if values[at] and counts[at] >= config.min_rows]
    if len(found) < 2:
        raise DataError(
            f"nothing to hold out: {len(found)} values of the column {column!r} have "
            f"{config.min_rows} testable rows or more (min_rows under [split]); two are needed"
        )
    return found


def _in(rows: Rowset, names: Sequence[str]) -> list[str]:
    """Check that corpora are among those loaded."""
    for name in names:
        if name not in rows.names:
            raise UnknownNameError("data set under [split]", name, rows.names)
    return list(names)


def _trained(rows: Rowset, names: Sequence[str]) -> list[str]:
    """Check that corpora are among those loaded, and can be trained on."""
    for name in _in(rows, names):
        refuse_untrained(rows, name)
    return list(names)
