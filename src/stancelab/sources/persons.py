"""Persons whom an article introduces with a title and a state, and the sources that they are."""

from __future__ import annotations

from collections.abc import Container, Sequence

from stancelab.sources.english_titles import english_name, english_source
from stancelab.sources.namesakes import Name, is_called
from stancelab.sources.slavic_titles import slavic_name, slavic_source
from stancelab.sources.titled import NamedInRole, Titled

_COMMAS = frozenset(",")


class Persons:
    """Remembers whom one article introduces: "лідер Китаю Сі Цзіньпін", "US President Trump".

    A source that is named without the state is then known to be of it. Nothing is known of anybody
    beforehand, and nothing is carried from one article to the next. Who is introduced with two
    states, and who only shares a first name with a person, belongs to none; and so does who
    formerly had a title.

    Parameters
    ----------
    bodies : collection of str
        Actors that are bodies of others. Where the name of one may be that of another country's,
        as in "голова Ради безпеки", nobody is introduced.

    Examples
    --------
    >>> from stancelab.actors.catalogue import read_catalogue
    >>> from stancelab.actors.mentions import MentionFinder
    >>> finder, persons = MentionFinder(read_catalogue()), Persons()
    >>> text = "Лідер Китаю Сі Цзіньпін зустрів президента Франції Еммануеля Макрона."
    >>> persons.learn(text, finder.find(text, "uk"), "uk")
    >>> [persons.owners(source, "uk") for source in ("Макрон", "Сі Цзіньпін", "Еммануель", "Шольц")]
    [('France',), ('China',), (), ()]
    """

    def __init__(self, bodies: Container[str] = ()) -> None:
        self._bodies = bodies
        self._known: dict[tuple[str, Name], set[str]] = {}

    def learn(self, text: str, mentions: Sequence[NamedInRole], language: str) -> None:
        """Remember the persons that a sentence introduces.

        Parameters
        ----------
        text : str
            The sentence.
        mentions : sequence of NamedInRole
            The actors that it names, with spans in it.
        language : str
            One of `supported_languages`.
        """
        roles = [one for one in mentions if self._is_sure(one)]
        if not roles:
            return
        titled = Titled(text, mentions, language)
        for mention in roles:
            place = titled.place(mention)
            if place is None:
                continue
            if language == "en":
                name = english_name(titled, place, mention.actor)
            else:
                name = slavic_name(titled, place)
            if name:
                self._known.setdefault((language, name), set()).add(mention.actor)

    def _is_sure(self, mention: NamedInRole) -> bool:
        """Say whether an actor is named for who speaks for it, and for no other's body."""
        unsure = mention.ambiguous and mention.actor in self._bodies
        return mention.how == "role" and not unsure

    def owners(self, source: str, language: str) -> tuple[str, ...]:
        """Name the actors that a source belongs to, if it is a person that was introduced.

        Parameters
        ----------
        source : str
            The source as the article names it; several persons where "and" joins them.
        language : str
            One of `supported_languages`.
        """
        if not self._known:
            return ()
        titled = Titled(source, (), language)
        joins = titled.lists.words["joins"] | _COMMAS
        starts = [0, *(at + 1 for at in range(len(titled.tokens)) if titled.word(at) in joins)]
        ends = [*(start - 1 for start in starts[1:]), len(titled.tokens)]
        found = [self._owner(titled, *each) for each in zip(starts, ends, strict=True)]
        return tuple(dict.fromkeys(found)) if all(found) else ()

    def _owner(self, titled: Titled, first: int, last: int) -> str:
        """Name the one actor of who is named from one word to another; "" for none or several."""
        name_in = english_source if titled.language == "en" else slavic_source
        name = name_in(titled, first, last)
        if not name:
            return ""
        found: set[str] = set()
        for (language, person), actors in self._known.items():
            if language == titled.language and is_called(person, name):
                found |= actors
        return found.pop() if len(found) == 1 else ""
