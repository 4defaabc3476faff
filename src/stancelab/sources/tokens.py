"""Words and punctuation marks of a sentence, and what of it stands in quotation marks."""

from __future__ import annotations

import re
from typing import NamedTuple

_SHORT = (
    "Mr Mrs Ms Dr Prof Gen Col Capt Lt Sgt Maj Adm Gov Sen Rep Rev Hon St Sr Jr Jan Feb Mar Apr "
    "Jun Jul Aug Sep Sept Oct Nov Dec м ім ст тис млн млрд гр проф акад ген полк гг им тыс"
)
_TOKEN = re.compile(
    rf"""\d+(?:[.,:]\d+)*(?:-\w+|%)?    # a number
      | (?:[^\W\d_]\.){{2,}}           # "U.S."
      | \b[A-ZА-ЯІЇЄҐ]\.(?=\s?[A-ZА-ЯІЇЄҐ])     # an initial
      | \b(?:{"|".join(_SHORT.split())})\.(?=\s?\w)    # a shortened word, inside the sentence
      | [^\W\d_]\w*(?:['’ʼ‑-]\w+)*     # a word with apostrophes and hyphens inside,
        (?:(?<=s)['’](?=\s[a-z]))?     # or after it: "agents' reports"
      | \.{{2,}}|[^\w\s]""",
    re.VERBOSE,
)
_PAIRS = {"«": "»", "„": "“”", "“": "”“", "‘": "’", '"': '"', "”": "”"}
_BEFORE_OPENING = "([{«„“‘—–-/"


class Token(NamedTuple):
    """A word, number or mark, and where it stands in the sentence, end exclusive."""

    text: str
    start: int
    end: int


class Quote(NamedTuple):
    """Tokens in quotation marks, from the opening mark to after the closing one.

    Attributes
    ----------
    first, last : int
        Tokens, last exclusive; the marks are of them.
    opened, closed : bool
        Whether the quotation begins, and ends, in this sentence.
    """

    first: int
    last: int
    opened: bool
    closed: bool


def tokenise(text: str) -> list[Token]:
    """Cut a sentence into words, numbers and marks.

    Examples
    --------
    >>> [token.text for token in tokenise("U-turn: Kyiv's 3.5 % «no».")]
    ['U-turn', ':', "Kyiv's", '3.5', '%', '«', 'no', '»', '.']
    """
    return [Token(found[0], *found.span()) for found in _TOKEN.finditer(text)]


def unbracketed(tokens: list[Token]) -> list[Token]:
    """Leave out what stands in round brackets after a word: it is no part of the sentence's frame.

    Examples
    --------
    >>> [token.text for token in unbracketed(tokenise("Umma (Nation) left."))]
    ['Umma', 'left', '.']
    """
    kept: list[Token] = []
    opened = -1
    for token in tokens:
        if token.text == "(" and kept and opened < 0:
            opened = len(kept)
        kept.append(token)
        if token.text == ")" and opened >= 0:
            del kept[opened:]
            opened = -1
    return kept


def quotes_of(text: str, tokens: list[Token], inside: str = "") -> tuple[list[Quote], str]:
    """Find what stands in quotation marks; quotations inside one are part of it.

    Parameters
    ----------
    text : str
        The sentence.
    tokens : list of Token
        Its tokens.
    inside : str
        The marks that would end a quotation begun in an earlier sentence; ``""`` for none.

    Returns
    -------
    list of Quote
        In their order.
    str
        What would end the quotation that this sentence leaves open; ``""`` for none.
    """
    found: list[Quote] = []
    stack = [inside] if inside else []
    first, opened = 0, not inside
    for at, (mark, start, _) in enumerate(tokens):
        if mark not in '«»„“”‘’"':
            continue
        if stack and mark in stack[-1] and not (mark in '"“' and _opens(text, start)):
            stack.pop()
            if not stack:
                found.append(Quote(first, at + 1, opened, True))
        elif mark in _PAIRS and _opens(text, start):
            repeated = len(stack) == 1 and not opened and at == 0
            if not stack:
                first, opened = at, True
            if not repeated:  # a paragraph inside a quotation opens it anew
                stack.append(_PAIRS[mark])
        elif mark in "»”" and not found:  # it began before, though nobody said so
            found.append(Quote(0, at + 1, False, True))
    if stack:
        found.append(Quote(first, len(tokens), opened, False))
    return found, stack[0] if stack else ""


def _opens(text: str, at: int) -> bool:
    """Say whether a mark stands where a quotation begins: before a word and not after one."""
    if text[at + 1 : at + 2].isspace():
        return False
    before = text[at - 1 : at]
    return not before or before.isspace() or before in _BEFORE_OPENING
