"""Train, validation and test parts that share no document and no text, and the check of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from stancelab.errors import DataError, LeakError
from stancelab.schema import labels_of
from stancelab.text import fold

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

PARTS = ("train", "validation", "test")
_EXAMPLES = 5

Share = Annotated[float, Field(ge=0.05, le=0.9)]


class SplitConfig(BaseModel):
    """How rows are parted: ``[split]`` of an experiment file.

    ``grouped`` makes one split a seed; ``folds`` makes `folds` of them, so that every row is
    tested once a seed, and validates on the fold after the test's; ``official`` takes the
    corpus' own split column, and parts its training rows where it has no validation.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["grouped", "folds", "official"] = "grouped"
    validation: Share = 0.15
    test: Share = 0.25
    folds: Annotated[int, Field(ge=3, le=20)] = 4
    merge_duplicates: bool = False
    allow_leaks: bool = False

    @model_validator(mode="after")
    def _leaves_training(self) -> SplitConfig:
        if self.kind == "grouped" and self.validation + self.test >= 1:
            total = self.validation + self.test
            raise ValueError(f"validation and test take {total:g} of the rows; leave some to train")
        return self


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Row numbers of the three parts, for one seed and fold."""

    seed: int
    fold: int
    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Leaks:
    """Texts and documents that stand in more than one part; `total` counts them all."""

    total: int
    examples: tuple[str, ...]


def make_splits(table: pa.Table, config: SplitConfig, seed: int) -> Iterator[Split]:
    """Part the rows for one seed.

    The documents are dealt into equal stratified folds (scikit-learn's `StratifiedGroupKFold`,
    shuffled by the seed), and the parts are made of whole folds: for 60/15/25 the test part is
    one of four, and the validation part one of five that the rest is dealt into.

    Raises
    ------
    DataError
        There are too few documents, or the table has no official split.
    """
    if config.kind == "official":
        yield _official(table, config, seed)
        return
    groups = _groups(table, config.merge_duplicates)
    if config.kind == "folds":
        dealt = _deal(table, groups, config.folds, seed)
        for number in range(config.folds):
            yield _parts(dealt, [number], [(number + 1) % config.folds], seed, number)
        return
    everything = np.arange(len(table))
    rest, test = _take(table, groups, everything, config.test, seed)
    of_rest = config.validation / (1 - config.test)
    train, validation = _take(table, groups, rest, of_rest, seed)
    yield Split(seed, 0, train, validation, test)


def check_leaks(table: pa.Table, split: Split) -> Leaks:
    """Find texts, case, spaces, punctuation and diacritics folded, and documents in two parts.

    Examples
    --------
    >>> from stancelab.schema import as_table
    >>> rows = as_table([{"text": "Rome thanked Oslo.", "actor": "Oslo"},
    ...                  {"text": "rome  thanked Oslo", "actor": "Oslo"}])
    >>> one, two, none = np.array([0]), np.array([1]), np.array([], dtype=int)
    >>> check_leaks(rows, Split(0, 0, one, none, two)).examples
    ("text in train and test: 'Rome thanked Oslo.'",)
    """
    texts, documents = table.column("text").to_pylist(), table.column("document").to_pylist()
    seen: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for part in PARTS:
        for row in getattr(split, part).tolist():
            seen["text", fold(texts[row])].setdefault(part, row)
            seen["document", documents[row]].setdefault(part, row)
    leaks = [(what, parts) for (what, _), parts in seen.items() if len(parts) > 1]
    examples = []
    for what, parts in leaks[:_EXAMPLES]:
        row = next(iter(parts.values()))
        shown = texts[row] if what == "text" else documents[row]
        examples.append(f"{what} in {' and '.join(parts)}: {shown[:100]!r}")
    return Leaks(len(leaks), tuple(examples))


def refuse_leaks(leaks: Leaks, config: SplitConfig) -> None:
    """Raise `LeakError` where a split leaks and may not.

    A split that we made may never leak; an official one may with ``allow_leaks = true``.
    """
    if leaks.total == 0 or (config.kind == "official" and config.allow_leaks):
        return
    advice = (
        "allow_leaks = true under [split] runs it all the same and tags the run 'leaky'"
        if config.kind == "official"
        else "give copies of a text the same document, or set merge_duplicates = true under [split]"
    )
    raise LeakError(leaks.examples, leaks.total, advice)


def _groups(table: pa.Table, merge_duplicates: bool) -> NDArray[np.int64]:
    """Give each document a number; where asked for, one number to those that share a text."""
    documents = table.column("document").to_pylist()
    _, groups = np.unique(documents, return_inverse=True)
    if not merge_duplicates:
        return groups
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    _, texts = np.unique(
        [fold(text) for text in table.column("text").to_pylist()], return_inverse=True
    )
    nodes = groups.max() + 1
    size = nodes + texts.max() + 1
    edges = coo_array((np.ones(len(groups)), (groups, nodes + texts)), shape=(size, size))
    _, component = connected_components(edges, directed=False)
    return component[groups].astype(np.int64)


def _take(
    table: pa.Table, groups: NDArray[np.int64], rows: NDArray[np.int64], share: float, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Part some rows in two, the second being the share: whole folds of an equal dealing."""
    fraction = Fraction(share).limit_denominator(20)
    fraction = min(max(fraction, Fraction(1, 20)), Fraction(19, 20))
    dealt = _deal(table.take(rows), groups[rows], fraction.denominator, seed)
    taken = dealt < fraction.numerator
    return rows[~taken], rows[taken]


def _deal(table: pa.Table, groups: NDArray[np.int64], n_folds: int, seed: int) -> NDArray[np.int64]:
    """Give each row the number of its fold."""
    from sklearn.model_selection import StratifiedGroupKFold

    labels = labels_of(table)
    documents = len(np.unique(groups))
    fewest = int(np.unique(labels, return_counts=True)[1].min())
    if min(documents, fewest) < n_folds:
        raise DataError(
            f"found {documents} documents and {fewest} rows of the rarest label; dealing them "
            f"into {n_folds} stratified folds needs at least {n_folds} of each; give more rows, "
            "or choose larger shares under [split]"
        )
    folds = np.empty(len(labels), dtype=np.int64)
    dealer = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed)
    for number, (_, rows) in enumerate(dealer.split(labels, labels, groups)):
        folds[rows] = number
    return folds


def _parts(
    dealt: NDArray[np.int64], test: Sequence[int], validation: Sequence[int], seed: int, fold: int
) -> Split:
    for_test, for_validation = np.isin(dealt, test), np.isin(dealt, validation)
    train = ~for_test & ~for_validation
    return Split(seed, fold, *(np.flatnonzero(part) for part in (train, for_validation, for_test)))


def _official(table: pa.Table, config: SplitConfig, seed: int) -> Split:
    names = np.array([_part_name(name) for name in table.column("split").to_pylist()])
    train, validation, test = (np.flatnonzero(names == part) for part in PARTS)
    if not len(train) or not len(test):
        found = ", ".join(sorted(set(names.tolist()) - {""})) or "none"
        raise DataError(
            f"no official split: found the parts {found}; expected train and test in the column "
            '"split"; use kind = "grouped" under [split], or map the column'
        )
    if not len(validation):
        groups = _groups(table, config.merge_duplicates)
        train, validation = _take(table, groups, train, config.validation, seed)
    return Split(seed, 0, train, validation, test)


def _part_name(name: str) -> str:
    lowered = name.lower()
    return "validation" if lowered in ("val", "valid", "dev", "development") else lowered
