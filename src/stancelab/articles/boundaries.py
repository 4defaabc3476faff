"""Where sentences end: what `sentencex` says, mended for what news are full of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

from stancelab.articles.abbreviations import ENDS_WITH_YEAR, may_be_last, never_last
from stancelab.errors import MissingExtraError

_WINDOW = 4000
"""Characters that are cut at once: the library takes time with the square of unclosed quotes."""

_CLOSING = "»”)]"
_PAUSING = ",;:"
"""What no sentence begins with: «Геть!», вигукнув він."""

_OPENING = "«“„‘([{"
_LOW_QUOTE = re.compile("„([^„“”]*)”")

_INITIAL = re.compile(r"(?:^|[\s«“„(\"'.-])(?:(\w)|Дж|Дз|Ch|Yu|Ya|Zh)\.$")
_CHINESE_NAME = re.compile(
    r"\b(?:Ван|Ма|Чень|Чэнь|Лі|Ли|Чжан|Лю|Ян|Сунь|Хуан|Чжоу|Сюй)\s[ІИЕЭ]\.(?:\s|$)"
)
"""Names of one letter, as of the minister Wang Yi: "Ван І" and "Ван И"."""

_NUMBER_ONLY = re.compile(r"\W*(?:\d{1,3}|[^\W\d_])[.)]")
_FIRST_LETTER = re.compile(r"[\"'«“„(\[…]*([^\W\d_])")
_DASH = re.compile(r"[-–—]\s+")
_SHORT_WORD = re.compile(r"(?:^|[\s(«“\"])[^\W\d_]{1,5}\.$")
_PAUSES = re.compile(r"[?!…»”\"]$|\.\.$")
_ELLIPSIS = re.compile(r"…[\"»”)]?\s")
_SPACED_CLOSING = re.compile(r"\s»(?=[\s.,;!?–—-]|$)")
_ORDINAL = {
    "de": re.compile(
        r"\b(?:der|die|das|den|dem|des|am|im|zum|zur|vom|beim|ab|bis|seit|nach)\s\d{1,2}\.$", re.I
    ),
    "tr": re.compile(r"(?:^|\D)\d{1,2}\.$"),
    "pl": re.compile(r"(?:^|\s)\d{1,2}\.$"),
}
"""Numbers that a full stop makes ordinal, and that a noun follows."""

_LOOKED_AT = 40
_FEW_WORDS = 4


def sentence_ends(text: str, language: str) -> list[int]:
    """Find where sentences end in a paragraph.

    Parameters
    ----------
    text : str
        The paragraph, its spaces single.
    language : str
        What it is written in.

    Returns
    -------
    list of int
        Where the next sentence begins, for each but the last.

    Raises
    ------
    MissingExtraError
        `sentencex` is not installed.

    Examples
    --------
    >>> text = "Про це сказав В. Путін. «Так!» – відповів Сі."
    >>> [text[end:] for end in sentence_ends(text, "uk")]
    ['«Так!» – відповів Сі.']
    """
    found = {mended(text, cut) for cut in _cuts(text, language)}
    found.update(_hidden(text, language))
    kept: list[int] = []
    for cut in sorted(found):
        start = kept[-1] if kept else 0
        if start < cut < len(text) and _is_end(text, start, cut, language):
            kept.append(cut)
    return kept


def _cuts(text: str, language: str) -> Iterator[int]:
    """Ask the library window by window.

    The end of a window is looked at again, from the last sentence that begins in no quotation: half
    a quotation would be taken for the end of another.
    """
    segment = _segmenter()
    text = _LOW_QUOTE.sub(r"“\1”", text)  # of these pairs the library knows all but „…”
    at = 0
    while len(text) - at > _WINDOW:
        found = [at + start for start in _starts(segment(language, text[at : at + _WINDOW]))]
        last = _last_outside_quotes(text, at, found)
        yield from (start for start in found if start <= last)
        at = last
    yield from (at + start for start in _starts(segment(language, text[at:])))


def _last_outside_quotes(text: str, at: int, found: Sequence[int]) -> int:
    for start in reversed(found):
        if not _is_open(text[at:start]):
            return start
    return found[-1] if found else at + _WINDOW // 2


def _starts(parts: Iterable[str]) -> Iterator[int]:
    at = 0
    for part in parts:
        if at:
            yield at
        at += len(part)


@cache
def _segmenter() -> Callable[[str, str], list[str]]:
    try:
        from sentencex import segment
    except ImportError:
        raise MissingExtraError("sentencex", "articles") from None
    found: Callable[[str, str], list[str]] = segment
    return found


def mended(text: str, cut: int) -> int:
    """Give a closing quote to the sentence before it, and an opening one to that behind it.

    Examples
    --------
    >>> text = "Він сказав: «Так.» Потім пішов."
    >>> [text[mended(text, cut) :] for cut in (17, 18, 19)]
    ['Потім пішов.', 'Потім пішов.', 'Потім пішов.']
    """
    while cut > 0 and (text[cut - 1].isspace() or _opens(text, cut - 1)):
        cut -= 1
    while cut < len(text) and _closes(text, cut):
        cut += 1
    if spaced := _SPACED_CLOSING.match(text, cut):
        cut = spaced.end()
    while cut < len(text) and text[cut].isspace():
        cut += 1
    return cut


def _opens(text: str, at: int) -> bool:
    return text[at] in _OPENING + "\"'" and (at == 0 or text[at - 1].isspace())


def _closes(text: str, at: int) -> bool:
    if text[at] in _CLOSING:
        return True
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return text[at] in "\"'“" and not before.isspace() and not after.isalnum()


def _hidden(text: str, language: str) -> Iterator[int]:
    """Find ends that the library takes for abbreviations, or for a pause."""
    for pattern in (may_be_last(language), _ELLIPSIS, _CHINESE_NAME):
        for found in pattern.finditer(text):
            if _case(text, found.end()) > 0 and not _in_quotes(text, found.start()):
                yield found.end()


def _case(text: str, at: int) -> int:
    """Say how a text goes on: with a capital (1), a small letter (-1), or neither."""
    found = _FIRST_LETTER.match(text, at)
    return found[1].isupper() - found[1].islower() if found else 0


def _in_quotes(text: str, at: int) -> bool:
    return _is_open(text[max(0, at - 10 * _LOOKED_AT) : at])


def _is_open(before: str) -> bool:
    """Say whether a text ends within quotes."""
    opened = sum(before.count(quote) for quote in "«„“")
    closed = sum(before.count(quote) for quote in "»”")
    return opened > closed or before.count('"') % 2 == 1


def _is_end(text: str, start: int, cut: int, language: str) -> bool:
    """Say whether a sentence that began at `start` ends before `cut`."""
    before = text[max(start, cut - _LOOKED_AT) : cut].rstrip()
    if cut - start < _LOOKED_AT and _NUMBER_ONLY.fullmatch(before):
        return False
    if text[cut] in _PAUSING or _is_abbreviated(before, language):
        return False
    if ENDS_WITH_YEAR.search(before) and len(text[start:cut].split()) <= _FEW_WORDS:
        return False
    dash = _DASH.match(text, cut)
    if dash and (_case(text, dash.end()) < 0 or before.endswith(tuple('»”"'))):
        return False
    pauses = _PAUSES.search(before) or _SHORT_WORD.search(before)
    return not (pauses and _case(text, cut) < 0)


def _is_abbreviated(before: str, language: str) -> bool:
    if never_last(language).search(before):
        return True
    ordinal = _ORDINAL.get(language)
    if ordinal and ordinal.search(before):
        return True
    # The library knows initials in English, where "World War I." ends a sentence too.
    if language == "en" or _CHINESE_NAME.search(before):
        return False
    initial = _INITIAL.search(before)
    return bool(initial and (initial[1] is None or _is_initial(initial[1])))


def _is_initial(letter: str) -> bool:
    return (letter.isupper() and letter != "I") or "\u0621" <= letter <= "\u064a"
