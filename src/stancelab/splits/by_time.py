"""Testing on the latest documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from stancelab.errors import DataError
from stancelab.splits.config import SplitConfig
from stancelab.splits.parts import PARTS, Split
from stancelab.splits.rowset import Rowset

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    Rows = NDArray[np.int64]


def by_time(rows: Rowset, config: SplitConfig, seed: int) -> Iterator[Split]:
    """Test on the latest documents; days stay whole, and a document has its first day."""
    days = np.array(_days(rows.table, config.date))
    groups = rows.groups(config)
    first: dict[int, str] = {}
    for group, day in zip(groups.tolist(), days.tolist(), strict=True):
        first[group] = min(day, first.get(group, day))
    dated = np.array([first[group] for group in groups.tolist()])
    if len(np.unique(dated)) < len(PARTS):
        raise DataError(
            f"found {len(np.unique(dated))} days; a split by time needs one for each of "
            f"{', '.join(PARTS)}"
        )
    rest, test = _latest(np.arange(len(dated)), dated, config.test, days_left=2)
    of_rest = config.validation / (1 - config.test)
    train, validation = _latest(rest, dated, of_rest, days_left=1)
    yield Split(seed, 0, train, validation, test)


def _days(table: pa.Table, attribute: str) -> list[str]:
    """Give each row's day, ISO 8601, from its attributes."""
    days = []
    for row, content in enumerate(table.column("attributes").to_pylist()):
        day = str(json.loads(content).get(attribute) or "")
        try:
            days.append(datetime.fromisoformat(day).date().isoformat())
        except ValueError:
            key = table.column("id")[row].as_py()
            raise DataError(
                f"row {key}: attribute {attribute!r} is {day!r}; a split by time needs a day in "
                'ISO 8601, such as 2014-03-15, for every row (date = "…" under [split] names it)'
            ) from None
    return days


def _latest(rows: Rows, days: NDArray[np.str_], share: float, days_left: int) -> tuple[Rows, Rows]:
    """Part some rows in two, the second being the latest; whole days, about the share."""
    own, counts = np.unique(days[rows], return_counts=True)
    after = np.cumsum(counts[::-1])[::-1]  # rows on a day or later
    first = own[days_left:][np.abs(after[days_left:] - share * len(rows)).argmin()]
    late = days[rows] >= first
    return rows[~late], rows[late]
