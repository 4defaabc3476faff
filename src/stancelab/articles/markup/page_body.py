"""Which part of a page is its article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from stancelab.articles.blocks import Draft

_LEAST_SHARE = 0.25
_LEAST_CHARACTERS = 500
"""A body that has neither this share of a page's text nor so much of it is a teaser or a box."""


class Found(NamedTuple):
    """A paragraph of a page, and where in the page it stood.

    Attributes
    ----------
    draft : Draft
        The paragraph.
    article : int
        In which ``<article>`` of the page, from 1; 0 for none.
    in_main : bool
        Whether it stood in ``<main>``.
    is_title : bool
        Whether it stood in ``<h1>``.
    """

    draft: Draft
    article: int
    in_main: bool
    is_title: bool


def article_of(found: Sequence[Found]) -> list[Draft]:
    """Choose the article of a page: one ``<article>``, all of them, ``<main>`` or everything.

    Parameters
    ----------
    found : sequence of Found
        All paragraphs of the page, in order.

    Returns
    -------
    list of Draft
        Those of the article; the title above it where it has none itself.
    """
    belongs = _choice(found)
    chosen = [at for at, each in enumerate(found) if belongs(each)]
    title: list[Draft] = []
    if chosen and not any(found[at].is_title for at in chosen):
        title = [each.draft for each in found[: chosen[0]] if each.is_title][-1:]
    return title + [found[at].draft for at in chosen]


def _choice(found: Sequence[Found]) -> Callable[[Found], bool]:
    sizes: Counter[int] = Counter()
    in_main = 0
    for each in found:
        size = len(each.draft.pieces.text)
        sizes[each.article] += size
        in_main += size * each.in_main
    everything = sum(sizes.values())
    outside = sizes.pop(0, 0)
    if _is_body(everything - outside, everything):
        article, size = sizes.most_common(1)[0]
        if 2 * size >= everything - outside:
            return lambda each: each.article == article
        return lambda each: each.article > 0
    if _is_body(in_main, everything):
        return lambda each: each.in_main
    return lambda each: True


def _is_body(size: int, everything: int) -> bool:
    return size >= min(_LEAST_CHARACTERS, _LEAST_SHARE * everything) and size > 0
