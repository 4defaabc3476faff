"""The sentences of an article, with what introduces them and what stands before them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from stancelab.articles.article import Article
from stancelab.articles.blocks import Block, opens_list
from stancelab.articles.segments import segment
from stancelab.articles.traced import Traced, inserted, joined

_LONGEST_INTRODUCTION = 300
_MOST_ITEMS = 50
"""Items of a list that are joined with what introduces it; what is longer is a table."""


class Sentence(NamedTuple):
    """A sentence of an article.

    Attributes
    ----------
    start, end : int
        Where it stands in the article's text, without what introduces it.
    block : int
        The place of its block among the article's.
    text : str
        The sentence as it reads; an item of a list stands behind what introduces the list.
    own : int
        Where in `text` the sentence itself begins; 0 where nothing introduces it.
    pieces : Traced
        What `text` was cut from.
    at : int
        Where in `pieces` it begins.
    """

    start: int
    end: int
    block: int
    text: str
    own: int
    pieces: Traced
    at: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give the place in the article's text of a stretch of the sentence's.

        Parameters
        ----------
        start, end : int
            A stretch of `text` that is not empty. What stands before `own` lies elsewhere in the
            article, in the sentence that introduces this one.

        Examples
        --------
        >>> from stancelab.articles.article import make_article
        >>> article = make_article("<p>He met <b>Xi</b>&nbsp;in May.", "a", markup="html")
        >>> sentence = sentences_of(article)[0]
        >>> sentence.text, sentence.span(7, 9), article.text[slice(*sentence.span(7, 9))]
        ('He met Xi in May.', (13, 15), 'Xi')
        """
        return self.pieces.span(self.at + start, self.at + end)


def sentences_of(article: Article) -> list[Sentence]:
    r"""Cut an article into sentences.

    An item of a list is joined with the sentence that ends in a colon before the list, or with the
    heading right above it; so is the first sentence behind a colon at the end of a paragraph.

    Parameters
    ----------
    article : Article
        The article.

    Examples
    --------
    >>> from stancelab.articles.article import make_article
    >>> article = make_article("They agreed on:\n\n- gas;\n- trade.", "a", language="en")
    >>> [sentence.text for sentence in sentences_of(article)]
    ['They agreed on:', 'They agreed on: gas;', 'They agreed on: trade.']
    """
    return list(_sentences(article))


def _sentences(article: Article) -> Iterator[Sentence]:
    lists = _Lists()
    for number, block in enumerate(article.blocks):
        last: Traced | None = None
        for start, end in segment(block.pieces.text, block.language):
            introduction = None if last else lists.introduction(block)
            yield _sentence(block.pieces, (start, end), number, introduction)
            last = block.pieces.cut(start, end)
        lists.see(block, last)


def before(sentences: Sequence[Sentence], at: int, article: Article) -> Sentence | None:
    """Give the sentence before one, as context for a model.

    Parameters
    ----------
    sentences : sequence of Sentence
        All of the article's.
    at : int
        Which is asked about.
    article : Article
        The article.

    Returns
    -------
    Sentence or None
        None for the first, for one that an introduction stands before, and for what a heading or
        a list parts from it.

    Examples
    --------
    >>> from stancelab.articles.article import make_article
    >>> article = make_article("Xi called. He agreed.", "a", language="en")
    >>> found = sentences_of(article)
    >>> before(found, 0, article), before(found, 1, article).text
    (None, 'Xi called.')
    """
    if at == 0 or sentences[at].own:
        return None
    this, other = sentences[at], sentences[at - 1]
    kinds = {article.blocks[each.block].kind for each in (this, other)}
    return other if this.block == other.block or kinds == {"paragraph"} else None


class _Lists:
    """Remembers what introduces the items that follow."""

    def __init__(self) -> None:
        self._introduction: Traced | None = None
        self._goes_on = False
        self._items = 0

    def introduction(self, block: Block) -> Traced | None:
        """Give what introduces the block that comes now."""
        if block.kind == "item":
            return self._introduction if self._items < _MOST_ITEMS else None
        return self._introduction if self._goes_on and block.kind == "paragraph" else None

    def see(self, block: Block, last: Traced | None) -> None:
        """Look at a block, and at its last sentence, for what comes after it."""
        if block.kind == "item":
            self._items += 1
            self._goes_on = False
            return
        self._goes_on = opens_list(block.pieces.text)
        introduces = last and (self._goes_on or block.kind == "heading")
        short = last and len(last.text) <= _LONGEST_INTRODUCTION
        self._introduction = last if introduces and short else None
        self._items = 0


def _sentence(
    pieces: Traced, span: tuple[int, int], block: int, introduction: Traced | None
) -> Sentence:
    start, end = span
    place = pieces.span(start, end)
    if introduction is None:
        return Sentence(*place, block, pieces.text[start:end], 0, pieces, start)
    join = inserted(" " if opens_list(introduction.text) else _mark(introduction.text), place[0])
    whole = joined([introduction, join, pieces.cut(start, end)])
    own = len(introduction.text) + len(join.text)
    return Sentence(*place, block, whole.text, own, whole, 0)


def _mark(introduction: str) -> str:
    """Part a heading from its items as it would be written."""
    return " " if introduction[-1] in ".!?…。！？؟" else ": "
