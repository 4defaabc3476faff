"""What looks like a name and is none: ordinary words, languages, surnames, parts of other names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from stancelab.actors.forms import NOBODY, SIDES
from stancelab.actors.matching import Hit, Scan, joined
from stancelab.actors.rules import Rules
from stancelab.actors.words import LEMMATISED, Token

_OPENING_QUOTES = "«„“\"'"
_ENDING = ".!?…:;\n。！？"
_OF_PLACES = frozenset(("de", "la", "sur", "des"))
_INSTRUMENTAL = {
    "uk": ("ською", "цькою", "зькою"),
}
_NOUNS = {"uk": ("ою", "ею", "єю", "ами", "ями", "стю", "'ю")}
_SEEN_AHEAD = 4
_IN_A_TONGUE = {
    "en": frozenset(("in", "into", "speak", "speaks", "speaking", "spoke", "fluent", "learn")),
    "ru": frozenset(("на",)),
}
_LONE_ENDING = {"en": "", "ru": "ском"}
_PLACES = ("capital", "name")


class Screen:
    """Sorts out what is no mention in one language.

    Parameters
    ----------
    language : str
        The language.
    rules : Rules
        Its rules.
    common : iterable of str
        Words that are ordinary ones where they open a sentence.
    fold : callable
        What makes writings of a word equal.
    """

    def __init__(
        self, language: str, rules: Rules, common: Iterable[str], fold: Callable[[str], str]
    ) -> None:
        self._language = language
        self._rules = rules
        self._common = frozenset(map(fold, common))
        self._fold = fold

    def kept(self, scan: Scan) -> list[Hit]:
        """Give the hits that can be mentions, doubtful ones marked as such."""
        found = []
        taken = {number for hit in scan.hits for number in range(hit.first, hit.last)}
        tongue = -1
        for hit in scan.hits:
            if any(form.actor == NOBODY for form in hit.forms) and not self._is_phrase(scan, hit):
                continue
            if self._is_tongue(scan, hit, tongue):
                tongue = hit.last
                continue
            if self._is_person(scan, hit, taken) or self._is_part(scan, hit, taken):
                continue
            if self._is_common(scan, hit):
                if scan.tokens[hit.first].word[0].islower():
                    continue
                hit = hit._replace(doubtful=_is_doubtful(scan, hit))
            found.append(hit)
        return found

    def _is_phrase(self, scan: Scan, hit: Hit) -> bool:
        """Say whether a phrase stands for two actors here."""
        form = hit.forms[0]
        if any(form.how == NOBODY for form in hit.forms):
            return False
        if form.how != SIDES or opens(scan.text, hit.start):
            return True
        before = scan.tokens[hit.first - 1] if hit.first else None
        return before is not None and self._fold(before.word) in self._rules.clauses

    def _is_common(self, scan: Scan, hit: Hit) -> bool:
        if hit.last - hit.first > 1 or hit.forms[0].actor == NOBODY:
            return False
        return self._fold(scan.tokens[hit.first].word) in self._common

    def _is_tongue(self, scan: Scan, hit: Hit, last: int) -> bool:
        """Say whether an adjective names a language here, perhaps beside the last one."""
        if all(form.how not in ("adjective", "people") for form in hit.forms):
            return False
        ahead = list(_after(scan, hit.last))
        if ahead and self._fold(ahead[0].word) in self._rules.tongues:
            return True
        word = scan.tokens[hit.last - 1].word
        if word.endswith(_INSTRUMENTAL.get(self._language, ())):
            return not any(self._is_noun(token.word) for token in ahead[:_SEEN_AHEAD])
        if ahead and self._fold(ahead[0].word) not in self._rules.joiners:
            return False
        before = self._fold(scan.tokens[hit.first - 1].word) if hit.first else ""
        beside = before in self._rules.joiners and last == hit.first - 1
        used = beside or before in _IN_A_TONGUE.get(self._language, ())
        return used and word.endswith(_LONE_ENDING.get(self._language, ""))

    def _is_noun(self, word: str) -> bool:
        adjective = word.endswith(_INSTRUMENTAL[self._language])
        return word.endswith(_NOUNS[self._language]) and not adjective

    def _is_part(self, scan: Scan, hit: Hit, taken: set[int]) -> bool:
        """Say whether a hyphen joins a place to another name: Париж-Сіті, Île-de-France."""
        if all(form.how not in _PLACES for form in hit.forms):
            return False
        if (
            hit.first
            and hit.first - 1 not in taken
            and joined(scan.text, scan.tokens, hit.first - 1)
        ):
            before = scan.tokens[hit.first - 1].word
            folded = self._fold(before)
            if folded in _OF_PLACES or (before[0].isupper() and folded not in self._rules.prefixes):
                return True
        if hit.last in taken or not joined(scan.text, scan.tokens, hit.last - 1):
            return False
        after = scan.tokens[hit.last].word
        return hit.forms[0].how == "capital" and not after[0].islower()

    def _is_person(self, scan: Scan, hit: Hit, taken: set[int]) -> bool:
        """Say whether an initial or a name before it makes a word the surname of a person."""
        if hit.first < 1 or hit.first - 1 in taken or hit.last - hit.first > 1:
            return False
        word, before = scan.tokens[hit.first].word, scan.tokens[hit.first - 1]
        between = scan.text[before.end : hit.start]
        if len(before.word) == 1:
            return before.word.isupper() and between == "."
        if hit.forms[0].how != "people" or self._language not in LEMMATISED or between != " ":
            return False
        return word.istitle() and before.word.istitle() and not opens(scan.text, before.start)


def opens(text: str, start: int) -> bool:
    """Say whether what begins at a place opens a sentence, a line or a quotation.

    Examples
    --------
    >>> opens("Так. Того дня", 5), opens("міністр Того", 8)
    (True, False)
    """
    if start and text[start - 1] in _OPENING_QUOTES:
        return True
    place = start - 1
    while place >= 0 and not text[place].isalnum():
        if text[place] in _ENDING:
            return True
        place -= 1
    return place < 0


def _is_doubtful(scan: Scan, hit: Hit) -> bool:
    """Say whether an ordinary word is written like a name for its place, or like all others."""
    if not scan.tokens[hit.first].word.isupper():
        return opens(scan.text, hit.start)
    near = [*scan.tokens[max(0, hit.first - 1) : hit.first], *scan.tokens[hit.last : hit.last + 1]]
    return any(token.word.isupper() and len(token.word) > 1 for token in near)


def _after(scan: Scan, number: int) -> Iterable[Token]:
    """Give the words that follow with nothing but spaces between."""
    tokens: Sequence[Token] = scan.tokens
    for at in range(number, len(tokens)):
        if scan.text[tokens[at - 1].end : tokens[at].start] != " ":
            return
        yield tokens[at]
