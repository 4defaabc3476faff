"""The forms of names that a matcher looks for in one language, with the keys of their words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from stancelab.actors.normalising import normalise
from stancelab.actors.notation import expand, is_listed
from stancelab.actors.records import HOW, LanguageNames
from stancelab.actors.words import GENITIVES, LEMMATISED, WITHOUT_SPACES, WordKeys, tokens_of

PAIR = "pair"
"""How a phrase for the two actors last named is marked."""

SIDES = "sides"
"""How one is marked that is so only where it opens a clause."""

NOBODY = ""
"""The actor of phrases that hold a name and name nobody: "New Mexico"."""

_STEMS = {"uk": ("ий", "о"), "ru": ("ий", "о"), "pl": ("i", "o")}
_STEM_BEFORE = {"uk": ("ськ", "цьк", "зьк"), "ru": ("ск", "цк"), "pl": ("sk", "ck", "dzk")}
_DECLINED = ("name", "capital", "seat")
_DESCRIBING = ("adjective", "people")


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """One way to write a name.

    Attributes
    ----------
    actor : str
        The canonical name of the actor; `NOBODY` for a phrase that is no mention.
    how : str
        What the name is: name, capital, seat, adjective, people, compound, or pair.
    text : str
        The form as it stands in the catalogue.
    words : tuple of str
        Its words.
    keys : tuple of tuple of str
        The keys that a word of a text may have, for each word.
    ambiguous : bool
        Whether it also means something else.
    number : int
        Its place among all forms.
    """

    actor: str
    how: str
    text: str
    words: tuple[str, ...]
    keys: tuple[tuple[str, ...], ...]
    ambiguous: bool = False
    number: int = 0


def forms_of(
    names: LanguageNames, keys: WordKeys, phrases: Sequence[tuple[str, str]]
) -> list[Form]:
    """Give all forms of all names of a language, and the phrases that stand for actors.

    Parameters
    ----------
    names : LanguageNames
        What actors are called.
    keys : WordKeys
        The keys of words in this language.
    phrases : sequence of tuple of str
        Phrases that are no names, with how they are marked.
    """
    made = _FormMaker(names, keys).all(phrases)
    return [replace(form, number=number) for number, form in enumerate(made)]


class _FormMaker:
    def __init__(self, names: LanguageNames, keys: WordKeys) -> None:
        self._names = names
        self._keys = keys
        self._language = names.language
        self._endings = GENITIVES.get(self._language, ())
        self._ambiguous = {form for entry in names.ambiguous for form in (entry, *expand(entry))}
        self._known: dict[tuple[str, bool, bool], tuple[str, ...]] = {}

    def all(self, phrases: Sequence[tuple[str, str]]) -> Iterator[Form]:
        for actor, columns in self._names.names.items():
            for column, entries in columns.items():
                endings = self._names.endings.get(column, ()) if column != "prefixes" else ()
                for entry in entries:
                    yield from self._of_entry(actor, column, entry, endings)
        for phrase in self._names.common:
            if self._language in WITHOUT_SPACES or len(self._split(phrase)) > 1:
                yield from self._made(NOBODY, NOBODY, phrase, explicit=False)
        for phrase, how in phrases:
            yield from self._made(NOBODY, how, phrase, explicit=True)

    def _of_entry(
        self, actor: str, column: str, entry: str, endings: Iterable[str]
    ) -> Iterator[Form]:
        how = HOW[column]
        ambiguous = entry in self._ambiguous
        explicit = is_listed(entry)
        for text in expand(entry, tuple(endings)):
            yield from self._made(actor, how, text, explicit, ambiguous)
        if column == "adjectives" and (stem := self._stem(entry)):
            yield from self._made(actor, HOW["prefixes"], stem, True, ambiguous)

    def _made(
        self, actor: str, how: str, text: str, explicit: bool, ambiguous: bool = False
    ) -> Iterator[Form]:
        words = self._split(text)
        if words:
            keys = [self._keys_of(word, how, len(words) == 1, explicit) for word in words]
            if how in _DECLINED and not explicit:
                keys[-1] += tuple(keys[-1][0] + ending for ending in self._endings)
            marked = ambiguous or text in self._ambiguous
            yield Form(actor, how, text, words, tuple(keys), marked)

    def _split(self, text: str) -> tuple[str, ...]:
        clean = normalise(text).text
        if self._language in WITHOUT_SPACES:
            return (clean,)
        return tuple(token.word for token in tokens_of(clean, self._language))

    def _keys_of(self, word: str, how: str, alone: bool, explicit: bool) -> tuple[str, ...]:
        if alone and explicit and self._language in LEMMATISED:
            return (self._keys.fold(word),)
        given = (word, alone, how in _DESCRIBING)
        if given not in self._known:
            self._known[given] = self._keys.of_name(*given)
        return self._known[given]

    def _stem(self, adjective: str) -> str | None:
        """Give the first part of compounds that an adjective makes: китайсько-."""
        if self._language not in LEMMATISED:
            return None
        ending, linking = _STEMS[self._language]
        bare = adjective.split("(")[0].removesuffix(ending)
        return bare + linking if bare.endswith(_STEM_BEFORE[self._language]) else None
