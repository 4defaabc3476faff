"""Leaks between the parts of a split: found, told with examples, and prevented."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from split_tables import GROUPED, one, table_of

from stancelab.errors import DataError, LeakError
from stancelab.splits.config import SplitConfig
from stancelab.splits.leaks import check_leaks, refuse_leaks
from stancelab.splits.parts import Split


def halves(table: pa.Table) -> Split:
    """Train on the first half, test on the second."""
    rows = np.arange(len(table))
    return Split(0, 0, rows[: len(table) // 2], rows[:0], rows[len(table) // 2 :])


@pytest.mark.parametrize(
    ("copy", "document", "what"),
    [
        ("ПРЕЗИДЕНТ подякував Польщі", "d2", "text"),
        ("Президент  подякував\nПольщі ", "d2", "text"),
        ("«Президент» подякував — Польщі!", "d2", "text"),
        ("Президе́нт подякував По́льщі", "d2", "text"),
        ("Про інше", "d1", "document"),
    ],
)
def test_copies_and_shared_documents_are_leaks(copy: str, document: str, what: str) -> None:
    """Case, spaces, punctuation and diacritics do not hide a copy."""
    table = table_of(["Президент подякував Польщі", copy], ["d1", document])
    leaks = check_leaks(table, halves(table))
    assert leaks.total == 1
    assert leaks.examples[0].startswith(f"{what} in train and test: ")


def test_copies_inside_one_part_are_no_leak() -> None:
    """A text may stand in one part as often as it likes."""
    table = table_of(["a b", "A b!", "c", "d"], ["1", "1", "2", "3"])
    assert check_leaks(table, halves(table)).total == 0


def test_a_leak_is_told_with_examples() -> None:
    """The number of leaks, five of them, and what to do."""
    texts = [f"Statement {number}" for number in range(8)]
    table = table_of(texts * 2, [str(number) for number in range(16)])
    leaks = check_leaks(table, halves(table))
    assert (leaks.total, len(leaks.examples)) == (8, 5)
    expected = (
        r"^the split leaks in 8 places; give copies of a text the same document, or set "
        r"merge_duplicates = true under \[split\]:\n  text in train and test: 'Statement 0'\n"
        r"(  text .*\n){4}  and 3 more$"
    )
    with pytest.raises(LeakError, match=expected):
        refuse_leaks(leaks, GROUPED)
    with pytest.raises(LeakError, match="leaks in 8 places"):
        refuse_leaks(leaks, SplitConfig(allow_leaks=True))


def test_merging_duplicates_prevents_leaks() -> None:
    """Documents that share a text, also over a third one, go into one part."""
    texts = [f"Statement {number // 2}" + "!" * (number % 2) for number in range(120)]
    table = table_of(texts, [str(number) for number in range(120)])
    config = SplitConfig(merge_duplicates=True)
    assert check_leaks(table, one(table)).total > 0
    leaks = check_leaks(table, one(table, config))
    assert leaks.total == 0
    assert refuse_leaks(leaks, config) is None
    chain = table_of(
        [f"{(number + 1) // 2}" for number in range(60)], [str(i // 2) for i in range(60)]
    )
    with pytest.raises(DataError, match="found 1 documents"):
        one(chain, config)


def test_a_leaky_official_split_runs_only_where_that_is_allowed() -> None:
    """The advice is another than for a split of our own."""
    table = table_of(["a", "b", "A!"], "123", ["train", "dev", "test"])
    config = SplitConfig(kind="official")
    leaks = check_leaks(table, one(table, config))
    with pytest.raises(
        LeakError, match=r"in 1 places; clean = true under .*; allow_leaks = true .* tags the run"
    ):
        refuse_leaks(leaks, config)
    assert refuse_leaks(leaks, config.model_copy(update={"allow_leaks": True})) is None
