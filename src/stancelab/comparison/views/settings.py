"""What each run was: the parameters in which the models differ."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from stancelab.comparison.views.formats import NOTHING
from stancelab.comparison.views.parts import Cell, Column, Line, Table


def settings(configs: Mapping[str, Mapping[str, Any]]) -> Table | None:
    """Give a line for each model and a column for each parameter, or None where there is none.

    Examples
    --------
    >>> found = settings({"a": {"C": 0.5, "lower": True}, "b": {"C": 2.0}})
    >>> [[cell.text for cell in line.cells] for line in found.lines]
    [['a', '0.5', 'true'], ['b', '2.0', '–']]
    """
    names = list(dict.fromkeys(name for own in configs.values() for name in own))
    if not names:
        return None
    lines = tuple(
        Line((Cell(model), *(_cell(own, name) for name in names))) for model, own in configs.items()
    )
    columns = (Column("model", is_number=False), *(Column(name, is_number=False) for name in names))
    return Table("Parameters in which the models differ", columns, lines)


def _cell(own: Mapping[str, Any], name: str) -> Cell:
    if name not in own:
        return Cell(NOTHING)
    value = own[name]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return Cell(text, float(value) if is_number else None)
