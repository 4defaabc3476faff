"""From a paragraph to its sentences, none of them too long for a model."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stancelab.articles.boundaries import mended, sentence_ends

LONGEST_WHOLE = 400
"""Characters up to which a quotation of several sentences stays with who says it."""

LONGEST = 1500
"""Most characters of a sentence; what has no full stop for longer is cut at a clause or a space."""

_QUOTES = str.maketrans(dict.fromkeys('«»“”„"', " "))
_CLAUSE = re.compile(r"[;:,—–؛،；：，、]\s*")
_SAYS_SOMETHING = re.compile(r"[^\W_]")

Span = tuple[int, int]


def segment(text: str, language: str) -> list[Span]:
    """Cut a paragraph into sentences.

    A quotation stays whole with who says it, unless that makes more than 400 characters.

    Parameters
    ----------
    text : str
        The paragraph, its spaces single.
    language : str
        What it is written in.

    Returns
    -------
    list of tuple of int
        Spans in order, without the spaces between them.

    Examples
    --------
    >>> text = "Зустріч тривала до 5 млрд. грн. С. Шойгу пішов… Чи ні?"
    >>> [text[start:end] for start, end in segment(text, "uk")]
    ['Зустріч тривала до 5 млрд. грн.', 'С. Шойгу пішов…', 'Чи ні?']
    """
    spans = (
        short
        for span in _between(text, 0, len(text), sentence_ends(text, language))
        for longer in _without_quotes(text, span, language)
        for short in _cut(text, longer)
    )
    return list(_saying(text, spans))


def _between(text: str, start: int, end: int, cuts: list[int]) -> Iterator[Span]:
    for cut in (*cuts, end):
        if text[start:cut].strip():
            yield start, start + len(text[start:cut].rstrip())
        start = cut


def _without_quotes(text: str, span: Span, language: str) -> Iterator[Span]:
    """Cut a long quotation at the ends of its own sentences."""
    start, end = span
    if end - start <= LONGEST_WHOLE:
        yield span
        return
    bare = text[start:end].translate(_QUOTES)
    cuts = {mended(text, start + cut) for cut in sentence_ends(bare, language)}
    yield from _between(text, start, end, sorted(cut for cut in cuts if start < cut < end))


def _cut(text: str, span: Span) -> Iterator[Span]:
    start, end = span
    while end - start > LONGEST:
        half = start + LONGEST // 2
        clauses = [found.end() for found in _CLAUSE.finditer(text, half, start + LONGEST)]
        space = text.rfind(" ", half, start + LONGEST) + 1
        cut = clauses[-1] if clauses else space or start + LONGEST
        yield start, start + len(text[start:cut].rstrip())
        start = cut
    yield start, end


def _saying(text: str, spans: Iterator[Span]) -> Iterator[Span]:
    """Join what has neither letter nor digit to the sentence before it."""
    last: Span | None = None
    for start, end in spans:
        if last and not _SAYS_SOMETHING.search(text, start, end):
            last = last[0], end
            continue
        if last:
            yield last
        last = start, end
    if last:
        yield last
