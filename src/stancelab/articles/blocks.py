"""Paragraphs, headings and list items: what a text is made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from stancelab.articles.cleaning import clean
from stancelab.articles.traced import Traced

BlockKind = Literal["paragraph", "heading", "item"]

_LETTER = re.compile(r"[^\W\d_]")
_BULLET = re.compile(r"(?:[-–—•*·▪●◦‣►▶✓✔➢]|\(?\d{1,3}\)|\(?[^\W\d_]\))\s+(?=\S)")
_NUMBER = re.compile(r"(\d{1,3})\.\s+(?=\S)")
_FULL_STOP = re.compile(r"[.!?…。！？؟।;；,，،、:：][\"'»”’)\]]*$")
_OPENS_LIST = re.compile(r"[:：][\"'»”’)\]*]*$")
_LABEL = re.compile(r"[\"'«“„(]?\w([^:：.!?]{0,60})(?::\s|：)")
_LABEL_WORDS = 5
_CLAUSE_ENDS = tuple(";；,，،、")

LONGEST_HEADING = 140
"""Most characters of a line that can be a heading."""


class Draft(NamedTuple):
    """A paragraph, heading or list item before its language is known."""

    kind: BlockKind
    pieces: Traced


class Block(NamedTuple):
    """A paragraph, heading or list item of an article.

    Attributes
    ----------
    kind : {"paragraph", "heading", "item"}
        What it is.
    pieces : Traced
        Its clean text, and where in the article's text its characters are.
    language : str
        What it is written in.
    """

    kind: BlockKind
    pieces: Traced
    language: str


def arranged(found: Iterable[Draft]) -> list[Draft]:
    """Clean what was read, drop what has no letter, and find headings and items without markup.

    A line that begins with a bullet or a number is an item; so are the lines of a list that a colon
    introduces. A short line that no full stop ends, and that something follows, is a heading.

    Parameters
    ----------
    found : iterable of Draft
        What the markup says, in order.
    """
    cleaned = (Draft(draft.kind, clean(draft.pieces)) for draft in found)
    drafts = _without_markers([each for each in cleaned if _LETTER.search(each.pieces.text)])
    items = set(_listed(drafts))
    last = len(drafts) - 1
    return [
        draft._replace(kind=_kind(draft, at in items, at == last))
        for at, draft in enumerate(drafts)
    ]


def opens_list(text: str) -> bool:
    """Say whether a text introduces what follows it.

    Examples
    --------
    >>> opens_list("Сторони домовилися про таке:"), opens_list("О 10:30 усе скінчилося.")
    (True, False)
    """
    return bool(_OPENS_LIST.search(text))


def _kind(draft: Draft, is_listed: bool, is_last: bool) -> BlockKind:
    if draft.kind != "paragraph":
        return draft.kind
    if is_listed:
        return "item"
    return "heading" if not is_last and _is_short(draft) else "paragraph"


def _is_short(draft: Draft) -> bool:
    text = draft.pieces.text
    return len(text) <= LONGEST_HEADING and not _FULL_STOP.search(text)


def _without_markers(drafts: list[Draft]) -> list[Draft]:
    """Make items of what begins with a bullet, or with a number that its neighbours count on."""
    numbers = [_number(draft) for draft in drafts]
    around = [-1, *numbers, -1]
    return [
        _without(draft, _NUMBER if number >= 0 and _counts(around[at : at + 3]) else _BULLET)
        for at, (draft, number) in enumerate(zip(drafts, numbers, strict=True))
    ]


def _without(draft: Draft, marker: re.Pattern[str]) -> Draft:
    found = marker.match(draft.pieces.text) if draft.kind != "heading" else None
    text = draft.pieces.text
    return Draft("item", draft.pieces.cut(found.end(), len(text))) if found else draft


def _number(draft: Draft) -> int:
    found = _NUMBER.match(draft.pieces.text)
    return int(found[1]) if found else -1


def _counts(around: list[int]) -> bool:
    """Say whether a number follows the one before it, or is followed by the next.

    One alone may be a day: "5. Mai".
    """
    before, number, after = around
    return before + 1 == number > 0 <= before or after == number + 1


def _listed(drafts: list[Draft]) -> Iterator[int]:
    """Give the places of items of lists behind a colon, which all have the form of the first.

    A single short line with a capital may as well be the next heading.
    """
    form, opened = "", False
    for at, draft in enumerate(drafts):
        if draft.kind != "paragraph":
            form, opened = "", opens_list(draft.pieces.text)
            continue
        found = _form(drafts, at)
        if opened:
            alone = found == "title" and (at + 1 == len(drafts) or _form(drafts, at + 1) != found)
            form = "" if alone else found
        elif found != form:
            form = ""
        if form:
            yield at
        opened = not form and opens_list(draft.pieces.text)


def _form(drafts: list[Draft], at: int) -> str:
    """Say what makes a paragraph look like an item; empty where nothing does."""
    text = drafts[at].pieces.text
    label = _LABEL.match(text)
    if label and len(label[1].split()) <= _LABEL_WORDS:
        return "label"
    if text.endswith(_CLAUSE_ENDS) or (at and drafts[at - 1].pieces.text.endswith(_CLAUSE_ENDS)):
        return "clause"
    if not _is_short(drafts[at]):
        return ""
    return "title" if text[0].isupper() else "short"
