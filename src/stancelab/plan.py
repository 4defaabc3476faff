"""What an experiment is going to do: the data, every split checked, and the cells to train."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from stancelab.cells import Cell, list_cells
from stancelab.config import BLIND, ExperimentConfig
from stancelab.datasets.base import Loaded, digest
from stancelab.datasets.choice import load_data
from stancelab.datasets.registry import SPECS
from stancelab.datasets.unlabelled import Unlabelled, without
from stancelab.evaluation.report import Scoring
from stancelab.evaluation.test_sets import TestSet
from stancelab.fingerprints import sha256
from stancelab.models.base import ModelConfig
from stancelab.schema import UNLABELLED, check_trainable, labels_of
from stancelab.splits.checked import CheckedSplits, Key
from stancelab.splits.config import SplitConfig
from stancelab.splits.parts import Split
from stancelab.splits.rowset import OfficialParts, Rowset
from stancelab.splits.shares import draw_share

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """All that an experiment is going to do, known before any work.

    Attributes
    ----------
    data_digest : str
        SHA-256 of the table.
    test_set_of : numpy.ndarray of str
        For each row of the table, the test set that it would be tested in.
    splits : mapping of (str, int, int) to Split
        By setting, seed and fold.
    scoring : Scoring
        What scoring the cells needs to know.
    removed : mapping of str to int
        By setting, how many rows ``clean`` took out of training and validation, on average over
        its splits.
    leaky : int
        How many texts and documents leak in a split that may leak.
    unlabelled : Unlabelled
        Texts without labels, for models that learn from them.
    """

    config: ExperimentConfig
    loaded: Loaded
    data_digest: str
    test_set_of: NDArray[np.str_]
    splits: Mapping[Key, Split]
    cells: tuple[Cell, ...]
    scoring: Scoring
    removed: Mapping[str, int]
    leaky: int
    unlabelled: Unlabelled

    @property
    def fingerprint(self) -> str:
        """Digest of the file's content, the data and the code."""
        cells = [cell.fingerprint for cell in self.cells]
        return sha256([self.config.model_dump(mode="json"), cells])

    @property
    def documents(self) -> int:
        """Count the documents of the whole table."""
        return len(self.loaded.table.column("document").unique())

    @property
    def settings(self) -> tuple[str, ...]:
        """Name what is trained on; one empty name where there is only one."""
        return tuple(dict.fromkeys(setting for setting, _, _ in self.splits))

    def split_of(self, cell: Cell) -> Split:
        """Give the rows that a cell is trained, validated and tested on."""
        split = self.splits[cell.key]
        if cell.share == 1:
            return split
        train = self.loaded.table.select(["document", "label"]).take(split.train)
        documents = train.column("document").to_pylist()
        drawn = draw_share(documents, labels_of(train), cell.share, cell.seed)
        return replace(split, train=split.train[drawn])

    def with_model(self, name: str, model: ModelConfig) -> Plan:
        """Plan the same with other parameters of a model."""
        config = self.config.model_copy(update={"model": {**self.config.model, name: model}})
        digests = {"data": self.data_digest, "unlabelled": self.unlabelled.digest}
        cells = tuple(list_cells(config, self.splits, self.test_set_of, digests))
        return replace(self, config=config, cells=cells)

    def rows_used(self) -> NDArray[np.int64]:
        """List the rows that any split uses."""
        parts = [part for s in self.splits.values() for part in (s.train, s.validation, s.test)]
        return np.unique(np.concatenate(parts))

    def unlabelled_for(self, cell: Cell) -> pa.Table | None:
        """Give the texts without labels that a model learns from; none that it is tested on."""
        if not cell.config.learns_unlabelled or not self.unlabelled.names:
            return None
        split = self.split_of(cell)
        held = np.concatenate([split.validation, split.test])
        return without(self.unlabelled.table, self.loaded.table["text"].take(held).to_pylist())

    def refit_rows(self, setting: str) -> NDArray[np.int64]:
        """List all labelled rows of the corpora that a setting trains on."""
        table = self.loaded.table
        split = next(split for key, split in self.splits.items() if key[0] == setting)
        trained = table.column("dataset").take(split.train).unique()
        own = np.isin(table.column("dataset").to_pylist(), trained.to_pylist())
        return np.flatnonzero(own & (labels_of(table) != UNLABELLED))


def make_plan(config: ExperimentConfig) -> Plan:
    """Load the data, make and check every split, and list the cells.

    Raises
    ------
    LeakError
        A split leaks and may not.
    DataError
        The data cannot be trained on or split.
    """
    loaded = load_data(config.data)
    if config.split.is_ours or len(loaded.table) == 0:
        check_trainable(loaded.table, config.data.title)
    rows = Rowset.of(loaded.table, _official(config))
    if config.split.kind == "official" and (unused := int((rows.parts == "").sum())):
        counts = {**loaded.dropped, "in no part of the official split": unused}
        loaded = replace(loaded, dropped=counts)
    test_set_of = _test_sets(rows, config.split)
    made = CheckedSplits(rows, config.split, test_set_of, config.data.title)
    for seed in config.seeds:
        made.make(seed)
    data_digest = digest(loaded.table)
    unlabelled = Unlabelled(config.data.unlabelled)
    digests = {"data": data_digest, "unlabelled": unlabelled.digest}
    cells = tuple(list_cells(config, made.splits, test_set_of, digests))
    scoring = Scoring(
        config.data.title,
        tuple(_describe_test_sets(rows, config.split, test_set_of, made.splits)),
        _trained_labels(rows, made.splits),
        {cell.model.removesuffix(BLIND): cell.model for cell in cells if cell.role == "blind"},
        {key: float(np.mean(shares)) for key, shares in made.leaked.items()},
    )
    removed = {setting: round(float(np.mean(n))) for setting, n in made.removed.items()}
    return Plan(
        config,
        loaded,
        data_digest,
        test_set_of,
        made.splits,
        cells,
        scoring,
        removed,
        made.leaky,
        unlabelled,
    )


def _official(config: ExperimentConfig) -> dict[str, OfficialParts]:
    """Tell what the specs of the corpora say of their own splits."""
    return {
        name: OfficialParts(spec.test, spec.validation, spec.is_trainable)
        for name, spec in SPECS.items()
        if name in config.data.corpora
    }


def _test_sets(rows: Rowset, config: SplitConfig) -> NDArray[np.str_]:
    """Name each row's test set: its corpus, and its own split where it has several to test on."""
    if config.is_ours:
        return rows.datasets
    pairs = list(zip(rows.datasets.tolist(), rows.values("split").tolist(), strict=True))
    tested = {pair for pair, part in zip(pairs, rows.parts.tolist(), strict=True) if part == "test"}
    counts = Counter(name for name, _ in tested)
    return np.array([f"{name}/{split}" if counts[name] > 1 else name for name, split in pairs])


def _describe_test_sets(
    rows: Rowset,
    config: SplitConfig,
    test_set_of: NDArray[np.str_],
    splits: Mapping[Key, Split],
) -> Iterator[TestSet]:
    """Give each test set its labels and the documents that its rows can come from."""
    labels = labels_of(rows.table)
    tested = np.unique(np.concatenate([split.test for split in splits.values()]))
    anywhere = np.ones(len(labels), dtype=bool) if config.is_ours else rows.may_test()
    for name in dict.fromkeys(test_set_of[tested].tolist()):
        own = test_set_of == name
        corpus = rows.datasets == rows.datasets[own][0]
        documents = len(np.unique(rows.keys.documents[own & anywhere]))
        trainable = str(rows.datasets[own][0]) not in rows.untrained
        codes = np.unique(labels[corpus]).tolist()
        yield TestSet.of(name, codes, documents, trainable=trainable)


def _trained_labels(rows: Rowset, splits: Mapping[Key, Split]) -> dict[str, tuple[int, ...]]:
    labels = labels_of(rows.table)
    return {
        setting: tuple(np.unique(labels[split.train]).tolist())
        for (setting, _, _), split in splits.items()
    }
