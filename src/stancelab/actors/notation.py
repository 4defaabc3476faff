"""The short way to write the forms of a name: alternatives in parentheses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import product

_ALTERNATIVES = re.compile(r"\(([^()]*)\)")


def is_listed(entry: str) -> bool:
    """Say whether an entry lists alternatives."""
    return "|" in entry


def expand(entry: str, endings: Sequence[str] = ()) -> tuple[str, ...]:
    """Give all forms that an entry stands for.

    Parameters
    ----------
    entry : str
        A name; each ``(a|b)`` in it stands for one of its alternatives. Other parentheses are
        part of the name.
    endings : sequence of str
        What an entry without alternatives may end in; none stands for the entry as it is.

    Raises
    ------
    ValueError
        Where a ``|`` stands outside parentheses.

    Examples
    --------
    >>> expand("chinois(|e|es)")
    ('chinois', 'chinoise', 'chinoises')
    >>> expand("russisch", ["", "e"]), expand("Nato")
    (('russisch', 'russische'), ('Nato',))
    """
    if not is_listed(entry):
        return tuple(dict.fromkeys(entry + ending for ending in endings)) or (entry,)
    return tuple(dict.fromkeys("".join(parts) for parts in product(*_parts(entry))))


def _parts(entry: str) -> Iterator[Sequence[str]]:
    last = 0
    for found in _ALTERNATIVES.finditer(entry):
        if "|" not in found.group(1):
            continue
        yield _plain(entry[last : found.start()])
        yield found.group(1).split("|")
        last = found.end()
    yield _plain(entry[last:])


def _plain(part: str) -> Sequence[str]:
    if "|" in part:
        raise ValueError("a | stands outside parentheses")
    return (part,)
