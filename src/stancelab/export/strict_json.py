"""JSON as a bundle may hold it: one meaning for every reader, and numbers that are numbers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn

_WIDEST = 2**63


def read_json(path: Path) -> Any:
    """Read a file of JSON, and refuse what readers understand differently or cannot hold.

    Raises
    ------
    ValueError
        It is no UTF-8 or no JSON, is nested too deeply, has a key twice, a number that 64 bits do
        not hold, or half a character.
    OSError
        It cannot be read.
    """
    return parse_json(path.read_bytes())


def parse_json(content: bytes) -> Any:
    """Parse JSON as strictly as `read_json` does.

    Examples
    --------
    >>> parse_json(b'{"format": 2, "format": 1}')
    Traceback (most recent call last):
    ValueError: the key 'format' stands there twice
    """
    text = content.decode("utf-8")
    try:
        found = json.loads(
            text,
            object_pairs_hook=_once,
            parse_constant=_no_number,
            parse_float=_finite,
            parse_int=_narrow,
        )
        if "\\ud" in text or "\\uD" in text:  # half a character can only be written so
            json.dumps(found, ensure_ascii=False).encode("utf-8")
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return found


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} stands there twice")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _finite(digits: str) -> float:
    if not isfinite(value := float(digits)):
        raise ValueError(f"the number {digits[:20]} is too large")
    return value


def _narrow(digits: str) -> int:
    if len(digits) > len(str(-_WIDEST)) or not -_WIDEST <= int(digits) < _WIDEST:
        raise ValueError(f"the number {digits[:20]} is too large")
    return int(digits)
