"""What an English word can be, by lists and endings and the lemmas of simplemma."""

from __future__ import annotations

import re
from functools import cache

from stancelab.errors import MissingExtraError
from stancelab.sources.wordlists import WordLists
from stancelab.sources.words import ANY, MARK, NOMINATIVE, PRONOUNS, Word

_SMALL = (
    "prepositions", "determiners", "subordinators", "trailing", "relatives", "joins", "contrasts",
    "particles", "auxiliaries", "be", "said_in", "he", "she", "it", "they", "first_person",
)  # fmt: skip
_PERSONS = ("er", "or", "ist", "ian", "man", "woman", "men", "women", "eer", "ent", "ant", "crat")
_NO_PERSONS = ("ment", "tter", "ower", "paper", "winter", "summer", "letter", "number", "border")
_CLOSED = frozenset(_SMALL) - {"particles", "trailing", "said_in"}


_ARABIC = re.compile(r"(?:al|el|ad|as|ar|ibn|bin)-[A-Z]")
"""Names such as "al-Sisi", whose capital stands after the article."""


class EnglishWords(dict[str, Word]):
    """English words, each analysed when it is first asked for.

    Flags beside those of the lists: ``finite`` for what is surely a finite verb, ``past`` for what
    may also be a participle, ``base`` for what may also be a noun or an infinitive.

    Examples
    --------
    >>> words = EnglishWords.shared()
    >>> words["said"].says, words["Tunisia"].actor, words["summit"].verb
    (True, True, 0)
    """

    LIMIT = 100_000
    """How many words are kept; then all are forgotten, for bounded memory."""

    def __init__(self) -> None:
        super().__init__()
        self.lists = WordLists.of("en")
        self._irregular = dict(entry.split() for entry in self.lists.words["irregular"])
        words = self.lists.words
        kinds = ("verbs", "strong", "says", "acts", "happens")
        self._verbs = frozenset[str]().union(*(words[kind] for kind in kinds))

    @classmethod
    @cache
    def shared(cls) -> EnglishWords:
        """Give the words that all share."""
        return cls()

    def __missing__(self, text: str) -> Word:
        if len(self) >= self.LIMIT:
            self.clear()
        found = self[text] = self._analyse(text)
        return found

    def _analyse(self, text: str) -> Word:
        lower = text.lower().replace("’", "'")
        if not text[0].isalnum():
            return Word(lower, flags=MARK)
        upper = len(text) > 1 and text.isupper()  # "US" is not "us"
        flags = set() if upper else {name for name in _SMALL if lower in self.lists.words[name]}
        if text[0].isupper() or _ARABIC.match(text):
            flags.add("capital")
        for pronoun in PRONOUNS:
            if pronoun in flags:
                return Word(lower, PRONOUNS[pronoun], flags=frozenset(flags))
        if "auxiliaries" in flags:
            return Word(lower, verb=NOMINATIVE, flags=frozenset(flags | {"finite"}))
        if text[0].isdigit():
            return Word(lower, ANY, flags=frozenset(flags | {"number"}))
        if not flags.isdisjoint(_CLOSED):
            return Word(lower, flags=frozenset(flags))
        return self._open(text, lower, flags)

    def _open(self, text: str, lower: str, flags: set[str]) -> Word:
        """Analyse a noun, an adjective, a verb or an adverb."""
        if lower in self.lists.words["particles"]:
            return Word(lower, flags=frozenset(flags | {"adverb"}))
        bare = lower.removesuffix("'s").removesuffix("'")
        lemma = self._irregular.get(lower) or _lemma(bare)
        if "capital" in flags:
            if len(text) > 1 and text.isupper():
                flags.add("abbreviation")
            if lemma[0].isupper() or bare in self.lists.words["names"] or not _known(bare):
                flags.add("proper")
        if _is_adverb(lower, lemma):
            return Word(lower, flags=frozenset(flags | {"adverb"}))
        if bare != lower:
            flags.add("possessives")
        lemma = lemma.lower()
        for name in ("times", "bodies", "persons"):
            if not self.lists.words[name].isdisjoint((bare, lemma, lemma.rpartition("-")[2])):
                flags.add(name)
        verb = 0 if bare != lower else self._as_verb(lower, lemma, flags)
        says = bool(verb) and lemma in self.lists.words["says"]
        flags |= {name for name in ("acts", "happens") if lemma in self.lists.words[name]}
        person = lemma.endswith(_PERSONS) and not lemma.endswith(_NO_PERSONS) and len(lemma) > 4
        actor = person or not flags.isdisjoint(("bodies", "persons", "abbreviation", "proper"))
        return Word(lower, ANY, 0, verb, frozenset(flags), says, actor and "times" not in flags)

    def _as_verb(self, lower: str, lemma: str, flags: set[str]) -> int:
        """Say which form of a verb a word can be."""
        known = lemma in self._verbs
        noun_too = lemma in self.lists.words["nouns_too"]
        if noun_too:
            flags.add("nouns_too")
        if lower.endswith("ing") and len(lower) > 4 and "proper" not in flags:
            flags.add("gerund")
            return 0
        if lower.endswith("ed") and (lower != lemma or known):
            flags.add("past")
        elif lower in self._irregular or (
            lower != lemma and (known or noun_too) and not lower.endswith("s")
        ):
            flags.add("past" if lower == lemma or lower.endswith("n") else "finite")
        elif not (known or noun_too):
            return 0
        elif lower != lemma and known and not noun_too and lower.endswith("s"):
            flags.add("finite")
        else:
            flags.add("base")
        return NOMINATIVE


def _is_adverb(word: str, lemma: str) -> bool:
    """Say whether a word is made of an adjective: "newly", but neither "family" nor "Italy"."""
    if not word.endswith("ly") or lemma[0].isupper() or len(word) < 5:
        return False
    stem = word[:-2]
    return any(map(_known, (stem, stem[:-1] + "y", stem + "le")))


def _lemma(word: str) -> str:
    try:
        from simplemma import lemmatize
    except ImportError:
        raise MissingExtraError("simplemma", "articles") from None
    return lemmatize(word, lang="en") or word


def _known(word: str) -> bool:
    from simplemma import is_known

    return is_known(word, lang="en")
