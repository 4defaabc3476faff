"""Every split of an experiment, cleaned and checked before any work, and what was found."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from stancelab.errors import DataError
from stancelab.schema import UNLABELLED, check_trainable, labels_of
from stancelab.splits.config import SplitConfig
from stancelab.splits.leaks import check_leaks, clean, leaked_shares, refuse_leaks
from stancelab.splits.parts import PARTS, Split
from stancelab.splits.rowset import Rowset
from stancelab.splits.schemes import make_splits

if TYPE_CHECKING:
    from numpy.typing import NDArray

Key = tuple[str, int, int]
"""Setting, seed and fold of a split."""


@dataclass(slots=True, eq=False)
class CheckedSplits:
    """Makes the splits of an experiment, seed by seed.

    Attributes
    ----------
    rows : Rowset
        What is parted.
    config : SplitConfig
        How it is parted.
    test_set_of : numpy.ndarray of str
        For each row, the test set that it would be tested in.
    title : str
        Names the data where a split has no setting.
    splits : dict
        By setting, seed and fold.
    leaked : dict
        For a setting and a test set, the share of leaked rows of each split.
    removed : dict
        By setting, how many rows ``clean`` took out of each split.
    leaky : int
        The most texts and documents that leak in a split.
    """

    rows: Rowset
    config: SplitConfig
    test_set_of: NDArray[np.str_]
    title: str
    splits: dict[Key, Split] = field(default_factory=dict)
    leaked: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    removed: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    leaky: int = 0

    def make(self, seed: int) -> None:
        """Make the splits of a seed.

        Raises
        ------
        LeakError
            One leaks and may not.
        DataError
            One leaves nothing to learn, or has rows without a label.
        """
        for split in make_splits(self.rows, self.config, seed):
            self._add(split)

    def _add(self, split: Split) -> None:
        keys = self.rows.keys
        if self.config.clean:
            split, count = clean(split, keys, self.config.clean == "documents")
            self.removed[split.setting].append(count)
        _check_parts(self.rows, split, split.setting or self.title)
        leaks = check_leaks(self.rows.table, split, keys)
        refuse_leaks(leaks, self.config)
        self.leaky = max(self.leaky, leaks.total)
        self.splits[split.setting, split.seed, split.fold] = split
        for name, share in leaked_shares(split, keys, self.test_set_of):
            self.leaked[split.setting, name].append(share)


def _check_parts(rows: Rowset, split: Split, title: str) -> None:
    """Refuse a split that leaves nothing to learn or validate, or has rows without a label.

    Raises
    ------
    DataError
        Says which part of which setting.
    """
    for part in PARTS:
        if not len(getattr(split, part)):
            raise DataError(
                f"{title}: no row is left in the {part} part; clean and max_train under [split] "
                "may have taken all: give more rows, or take less"
            )
    used = np.concatenate([split.train, split.validation, split.test])
    labelled = labels_of(rows.table)[used] != UNLABELLED
    missing = int((~labelled & ~np.isin(rows.datasets[used], list(rows.untrained))).sum())
    if missing:
        raise DataError(f"{title}: {missing} of {len(used)} rows have no label; label them first")
    check_trainable(rows.table.take(split.train), title)
