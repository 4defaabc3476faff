"""Words of a language: where they are in a text, and the keys by which names are looked up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from stancelab.actors import arabic
from stancelab.actors.lemmas import Lemmatiser, lemmatiser

WITHOUT_SPACES = frozenset(("zh", "ja", "th", "lo", "km", "my"))
"""Languages that write words together."""

_APART = re.compile(r"[^\W_]+")
_TOGETHER = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_WITH_APOSTROPHES = frozenset(("uk", "ru", "be"))
_TURKISH = str.maketrans("İI", "iı")
_KEEPING_MARKS = frozenset(("uk", "ru", "be", "bg", "pl", "cs", "sk", "de", "tr", "ar"))
"""Languages in which a letter with a mark is another letter that changes what a word means."""

CYRILLIC = _WITH_APOSTROPHES
LEMMATISED = frozenset(("uk", "ru", "pl"))
_MAX_CACHED = 100_000
ABBREVIATION = 6
"""All-capital words up to this length are taken for abbreviations and not lemmatised."""


class Token(NamedTuple):
    """A word of a clean text and where it stands there."""

    word: str
    start: int
    end: int


def tokens_of(text: str, language: str) -> Iterator[Token]:
    """Give the words of a clean text; an apostrophe belongs to a word in Ukrainian and Russian.

    Examples
    --------
    >>> [token.word for token in tokens_of("China's U.S. trade", "en")]
    ['China', 's', 'U', 'S', 'trade']
    >>> [token.word for token in tokens_of("у В'єтнамі", "uk")]
    ['у', "В'єтнамі"]
    """
    pattern = _TOGETHER if language in _WITH_APOSTROPHES else _APART
    for found in pattern.finditer(text):
        yield Token(found.group(), *found.span())


def fold_in(language: str) -> Callable[[str], str]:
    """Give what makes writings of a word in one language equal.

    Examples
    --------
    >>> fold_in("es")("PERÚ"), fold_in("tr")("İRAN"), fold_in("ru")("Кишинёв")
    ('peru', 'iran', 'кишинев')
    """
    if language == "tr":
        return lambda word: word.translate(_TURKISH).lower()
    if language == "ru":
        return lambda word: word.lower().replace("ё", "е")
    if language == "ar":
        return arabic.fold
    if language in _KEEPING_MARKS:
        return str.casefold
    return _without_marks


def _without_marks(word: str) -> str:
    folded = word.casefold()
    if folded.isascii():
        return folded
    decomposed = unicodedata.normalize("NFD", folded)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


class WordKeys:
    """The keys of words in one language: of those in texts, and of those in names.

    A word of a text and a word of a name are the same word if they share a key.

    Parameters
    ----------
    language : str
        Language of the words.
    """

    def __init__(self, language: str) -> None:
        self.fold = fold_in(language)
        self._language = language
        self._lemmas: Lemmatiser | None = None
        self._cases = lru_cache(_MAX_CACHED)(lambda word, kind: self._lemmatiser.cases(word, kind))

    def of_text(self, word: str) -> tuple[str, ...]:
        """Give the keys of a word in a text: its own form first."""
        own = self.fold(word)
        if self._language == "ar":
            return arabic.readings(own)
        if self._language not in LEMMATISED or (word.isupper() and len(word) <= ABBREVIATION):
            return (own,)
        return tuple(dict.fromkeys((own, *map(self.fold, self._lemmatiser.of_text(word)))))

    def of_name(self, word: str, alone: bool = True, describing: bool = False) -> tuple[str, ...]:
        """Give the keys of a word of a name in dictionary form.

        Parameters
        ----------
        word : str
            The word.
        alone : bool
            Whether it is the whole name.
        describing : bool
            Whether it is an adjective or a people.
        """
        own = self.fold(word)
        if self._language == "ar":
            return arabic.keys(own, alone and not describing)
        if self._language not in LEMMATISED or (word.isupper() and len(word) <= ABBREVIATION):
            return (own,)
        return tuple(dict.fromkeys((own, *map(self.fold, self._lemmatiser.of_name(word, alone)))))

    def cases(self, word: str, kind: str = "") -> frozenset[str]:
        """Give the cases that a word can have, as a name of a kind (``Name``, ``Surn``) or at all.

        None where nothing is known of it, as in all languages but Ukrainian and Russian.
        """
        if self._language not in LEMMATISED:
            return frozenset()
        return self._cases(word, kind)

    def joined_in_front(self, word: str, keys: Container[str]) -> int:
        """Count the letters of a text's word that stand before the name and are not of it."""
        return arabic.clitics(self.fold(word), keys) if self._language == "ar" else 0

    @property
    def _lemmatiser(self) -> Lemmatiser:
        """Load the dictionary when the first word needs it."""
        if self._lemmas is None:
            self._lemmas = lemmatiser(self._language)
        return self._lemmas


GENITIVES: Mapping[str, tuple[str, ...]] = MappingProxyType({"de": ("s",), "nl": ("s",)})
"""What names take in a language where it is not written down in the files."""
