"""Characters that HTML and Markdown write by name or number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from stancelab.articles.traced import Edit, Traced

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?")


def without_entities(pieces: Traced) -> Traced:
    """Write entities as the characters that they stand for.

    Examples
    --------
    >>> from stancelab.articles.traced import whole
    >>> without_entities(whole("a &lt; b &foo; c", 0, 16)).text
    'a < b &foo; c'
    """
    return pieces.rewritten(_edits(pieces.text)) if "&" in pieces.text else pieces


def _edits(text: str) -> Iterator[Edit]:
    for found in _ENTITY.finditer(text):
        meant = unescape(found[0])
        if meant != found[0]:
            yield found.start(), found.end(), meant
