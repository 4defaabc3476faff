"""What looks like a name and is none: ordinary words, languages, surnames, parts of other names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from stancelab.actors.forms import NOBODY, SIDES
from stancelab.actors.matching import Hit, Scan, joined
from stancelab.actors.persons import Persons
from stancelab.actors.rules import Rules
from stancelab.actors.sentences import opens
from stancelab.actors.words import Token, WordKeys

_SEEN_AHEAD = 4
_PLACES = ("capital", "name")
_AFTER_STREET = (" ", ". ", ".")


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
    keys : WordKeys
        What is known of its words.
    """

    def __init__(self, language: str, rules: Rules, common: Iterable[str], keys: WordKeys) -> None:
        self._rules = rules
        self._keys = keys
        self._fold = keys.fold
        self._common = frozenset(map(keys.fold, common))
        self._persons = Persons(language, rules, keys)

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
            if self._persons.has(scan, hit, taken) or self._is_part(scan, hit, taken):
                continue
            if self._is_on_a_map(scan, hit) or _is_capitalised(scan, hit):
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
        if word.endswith(self._rules.instrumental):
            return not any(self._is_noun(token.word) for token in ahead[:_SEEN_AHEAD])
        before = self._fold(scan.tokens[hit.first - 1].word) if hit.first else ""
        beside = before in self._rules.joiners and last == hit.first - 1
        if not beside and before not in self._rules.spoken:
            return False
        lone = self._rules.lone
        return (not lone or word.endswith(lone)) and not self._goes_on(ahead, word)

    def _goes_on(self, ahead: Sequence[Token], adjective: str) -> bool:
        """Say whether what follows an adjective, and another one beside it, can be its noun."""
        joined_on = bool(ahead) and self._fold(ahead[0].word) in self._rules.joiners
        if not self._rules.lone:
            return bool(ahead) and not joined_on
        noun = ahead[2:3] if joined_on else ahead[:1]
        cases = self._keys.cases
        return bool(noun) and not cases(noun[0].word).isdisjoint(cases(adjective))

    def _is_noun(self, word: str) -> bool:
        return word.endswith(self._rules.nouns) and not word.endswith(self._rules.instrumental)

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
            if folded in self._rules.linking or (
                before[0].isupper() and folded not in self._rules.prefixes
            ):
                return True
        if hit.last in taken or not joined(scan.text, scan.tokens, hit.last - 1):
            return False
        after = scan.tokens[hit.last].word
        return hit.forms[0].how == "capital" and not after[0].islower()

    def _is_on_a_map(self, scan: Scan, hit: Hit) -> bool:
        """Say whether it is in the name of a street, or of the region around a town."""
        before = scan.tokens[hit.first - 1] if hit.first else None
        if before is not None and self._fold(before.word) in self._rules.streets:
            capital = scan.tokens[hit.first].word[0].isupper()
            return capital and scan.text[before.end : hit.start] in _AFTER_STREET
        if not self._rules.regions or not _is_of_town(hit):
            return False
        for at in range(hit.last, min(hit.last + _SEEN_AHEAD, len(scan.tokens))):
            word = scan.tokens[at].word
            if scan.text[scan.tokens[at - 1].end : scan.tokens[at].start] not in (" ", ", "):
                return False
            if self._fold(word).startswith(self._rules.regions):
                return True
            if not word[0].isupper() and self._fold(word) not in self._rules.joiners:
                return False
        return False


def _is_capitalised(scan: Scan, hit: Hit) -> bool:
    """Say whether a capital letter makes "of a town" a part of a name: Київський університет."""
    if hit.last - hit.first > 1 or not _is_of_town(hit) or hit.forms[0].text[0].isupper():
        return False
    return scan.tokens[hit.first].word.istitle() and not opens(scan.text, hit.start)


def _is_of_town(hit: Hit) -> bool:
    """Say whether it is an adjective that is not of a state alone."""
    return all(form.ambiguous and form.how == "adjective" for form in hit.forms)


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
