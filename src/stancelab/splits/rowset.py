"""A table that is to be parted, with what parting it needs to know."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from stancelab.errors import DataError
from stancelab.splits.config import SplitConfig
from stancelab.splits.parts import PARTS, Keys, take_share

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    Rows = NDArray[np.int64]
    Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class OfficialParts:
    """Which of a corpus' own splits are tested and validated on.

    Attributes
    ----------
    test, validation : tuple of str
        Names in the column ``split``; none where the corpus has no such part.
    trainable : bool
        Whether its labels let a model be trained; all rows of one that does not are tested on.
    """

    test: tuple[str, ...] = ("test",)
    validation: tuple[str, ...] = ("validation", "val", "valid", "dev", "development")
    trainable: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Rowset:
    """The rows of one corpus or several.

    Attributes
    ----------
    table : pyarrow.Table
        The statement table.
    keys : Keys
        Numbers of its texts and documents.
    datasets : numpy.ndarray of str
        The corpus of each row.
    parts : numpy.ndarray of str
        The official part that each row is in: a name of `PARTS`, or ``""``.
    untrained : frozenset of str
        Corpora that can only be tested on.
    """

    table: pa.Table
    keys: Keys
    datasets: NDArray[np.str_]
    parts: NDArray[np.str_]
    untrained: frozenset[str]

    @classmethod
    def of(cls, table: pa.Table, official: Mapping[str, OfficialParts] | None = None) -> Self:
        """Prepare a table.

        Parameters
        ----------
        table : pyarrow.Table
            The statement table.
        official : mapping of str to OfficialParts, optional
            By corpus; any other has the usual names of parts.
        """
        known = official or {}
        columns = (table.column(name).to_pylist() for name in ("dataset", "split"))
        pairs = list(zip(*columns, strict=True))
        named = {
            pair: _part_name(pair[1], known.get(pair[0], OfficialParts())) for pair in set(pairs)
        }
        return cls(
            table,
            Keys.of(table),
            np.array([dataset for dataset, _ in pairs]),
            np.array([named[pair] for pair in pairs]),
            frozenset(name for name, parts in known.items() if not parts.trainable),
        )

    @property
    def names(self) -> list[str]:
        """Name the corpora, in their order in the table."""
        return list(dict.fromkeys(self.datasets.tolist()))

    @property
    def trained_names(self) -> list[str]:
        """Name the corpora that can be trained on."""
        return [name for name in self.names if name not in self.untrained]

    def values(self, column: str) -> NDArray[np.str_]:
        """Give a column as an array, or an attribute; "" where a row has none."""
        if column in self.table.column_names:
            return np.array(self.table.column(column).to_pylist())
        attributes = map(json.loads, self.table.column("attributes").to_pylist())
        return np.array([str(own.get(column) or "") for own in attributes])

    def groups(self, config: SplitConfig) -> Rows:
        """Give one number to what must not be cut: a document, or those that share a text."""
        return self.keys.merged() if config.merge_duplicates else self.keys.documents

    def may_train(self) -> Flags:
        """Say of each row whether it may be trained on: not in an official test or validation."""
        found: Flags = (self.parts == "train") | self._unparted()
        return found

    def may_test(self) -> Flags:
        """Say of each row whether it may be tested on: not in official training or validation."""
        unparted = self._unparted() | np.isin(self.datasets, list(self.untrained))
        found: Flags = (self.parts == "test") | unparted
        return found

    def _unparted(self) -> Flags:
        parted = np.unique(self.datasets[self.parts == "test"])
        return ~np.isin(self.datasets, [*parted, *self.untrained])


def refuse_untrained(rows: Rowset, name: str) -> None:
    """Raise `DataError` for a corpus that no model can be trained on."""
    if name in rows.untrained:
        raise DataError(f"{name}: its labels let no model be trained; it can only be tested on")


def own_split(rows: Rowset, name: str, config: SplitConfig, seed: int) -> tuple[Rows, Rows, Rows]:
    """Part one corpus by its own split: official where it has one, else grouped."""
    own = np.flatnonzero(rows.datasets == name)
    if name in rows.untrained:
        return own[:0], own[:0], own
    if (rows.parts[own] == "test").any():
        return official_split(rows, own, config, seed)
    return grouped_split(rows, own, config, seed)


def grouped_split(
    rows: Rowset, own: Rows, config: SplitConfig, seed: int
) -> tuple[Rows, Rows, Rows]:
    """Deal some rows into the three parts by document."""
    groups = rows.groups(config)
    rest, test = take_share(rows.table, groups, own, config.test, seed)
    of_rest = config.validation / (1 - config.test)
    train, validation = take_share(rows.table, groups, rest, of_rest, seed)
    return train, validation, test


def official_split(
    rows: Rowset, own: Rows, config: SplitConfig, seed: int
) -> tuple[Rows, Rows, Rows]:
    """Take the corpora's own parts of some rows; validation is cut from training if there is none.

    Raises
    ------
    DataError
        There is no training or no test part.
    """
    named = rows.parts[own]
    train, validation, test = (own[named == part] for part in PARTS)
    if not len(train) or not len(test):
        splits = rows.values("split")[own]
        found = ", ".join(sorted(set(splits.tolist()) - {""})) or "none"
        raise DataError(
            f"no official split: found the parts {found}; expected train and test in the column "
            '"split"; use kind = "grouped" under [split], or map the column'
        )
    if not len(validation):
        groups = rows.groups(config)
        train, validation = take_share(rows.table, groups, train, config.validation, seed)
    return train, validation, test


def _part_name(split: str, official: OfficialParts) -> str:
    lowered = split.lower()
    if lowered in official.test:
        return "test"
    if lowered in official.validation:
        return "validation"
    return "train" if lowered == "train" else ""
