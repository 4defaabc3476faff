"""The probe statements: what a bundle is asked at export and after, to see that it is the same."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from stancelab.errors import DamagedBundleError, DataError
from stancelab.export.layout import INPUT_COLUMNS, PROBES
from stancelab.export.manifest import read_part
from stancelab.schema import LABELS, as_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PROBES = (
    ("Київ подякував Варшаві за допомогу й звинуватив Мінськ у шантажі.", "Варшаві"),
    ("Київ подякував Варшаві за допомогу й звинуватив Мінськ у шантажі.", "Мінськ"),
    ("Речник повідомив, що наступна зустріч із Туреччиною відбудеться в п’ятницю.", "Туреччиною"),
    ("Парламент скасував санкції проти Грузії.", "Грузії"),
    ("Канада засудила удар по порту й передала Ємену генератори.", "Ємену"),
    ("Brazil praised Kenya and threatened Peru with tariffs.", "Kenya"),
    ("Brazil praised Kenya and threatened Peru with tariffs.", "Peru"),
    ("The delegation arrived on Monday.", "Norway"),
    ("Москва отказалась осуждать Пекин, но выслала двух дипломатов Токио.", "Пекин"),
    ("Москва отказалась осуждать Пекин, но выслала двух дипломатов Токио.", "Токио"),
    ("北京对东京的决定表示欢迎。", "东京"),
    ("Rzym nałożył cła na towary z Egiptu!", "Egiptu"),
)


def probe_table() -> pa.Table:
    """Give the probes as a statement table; one of them does not name its actor."""
    return as_table([{"text": text, "actor": actor} for text, actor in _PROBES])


class Probes(NamedTuple):
    """What a bundle is asked, and the probabilities that it answered at export."""

    table: pa.Table
    expected: NDArray[np.float64]


def read_probes(folder: Path) -> Probes:
    """Read the probe statements of a bundle.

    Raises
    ------
    DamagedBundleError
        They are no statements with probabilities.
    """
    rows = read_part(folder, PROBES)
    if not isinstance(rows, list) or not rows or not all(map(_is_probe, rows)):
        raise DamagedBundleError(folder, f"{PROBES} is no list of statements with probabilities")
    try:
        table = as_table([{name: row[name] for name in INPUT_COLUMNS} for row in rows])
    except (DataError, ArithmeticError, ValueError) as error:
        raise DamagedBundleError(folder, f"{PROBES}: {error}") from None
    return Probes(table, np.array([row["probabilities"] for row in rows], dtype=np.float64))


def _is_probe(row: Any) -> bool:
    if not isinstance(row, dict) or not row.keys() >= {*INPUT_COLUMNS, "probabilities"}:
        return False
    shares = row["probabilities"]
    return (
        isinstance(shares, list)
        and len(shares) == len(LABELS)
        and all(type(one) in (int, float) and 0 <= one <= 1 for one in shares)
    )
