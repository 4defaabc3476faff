"""Putting the names of other actors into statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from stancelab.actors.mentions import MentionFinder
from stancelab.bias.names import LANGUAGES, Called, NameBook, is_short
from stancelab.errors import MissingExtraError
from stancelab.schema import NO_SPAN

if TYPE_CHECKING:
    from stancelab.actors.catalogue import Catalogue

MOST = 5
"""How many other actors are put into one row at most."""
_POOL = 40
"""The actors of each kind that are put in first: those that the rows ask about most."""

NO_MENTION, SEVERAL_WORDS, OTHER_LANGUAGE = "no_mention", "several_words", "other_language"
NOT_IN_CATALOGUE, OTHER_NAME = "not_in_catalogue", "other_name"
NOTHING_FITS, MISSING_EXTRA = "nothing_fits", "missing_extra"
_OWNED = ("body", "company")


class Asked(NamedTuple):
    """What a row asks: the columns of it that matter here."""

    id: str
    text: str
    actor: str
    start: int
    end: int
    language: str


class Swap(NamedTuple):
    """A row with the name of another actor.

    Attributes
    ----------
    row : int
        Its number.
    actor, other : str
        Canonical names of the actor that was named, and of the one that was put in.
    text : str
        The text with the other name.
    start, end : int
        Where that stands.
    """

    row: int
    actor: str
    other: str
    text: str
    start: int
    end: int

    @property
    def name(self) -> str:
        """The name that was put in, as it stands there."""
        return self.text[self.start : self.end]


@dataclass(frozen=True, slots=True, eq=False)
class Swaps:
    """What was put into the rows of a table.

    Attributes
    ----------
    swaps : tuple of Swap
        In the order of the rows.
    not_tested : mapping of str to int
        How many rows have no other name, by reason.
    """

    swaps: tuple[Swap, ...]
    not_tested: Mapping[str, int]


def rows_of(table: pa.Table) -> list[Asked]:
    """Give what the rows of a statement table ask."""
    names = ("id", "text", "actor", "mention_start", "mention_end", "language")
    columns = (table.column(name).to_pylist() for name in names)
    return [Asked(*row) for row in zip(*columns, strict=True)]


class Swapper:
    """Exchanges the names of actors for those of others of the same kind.

    The text keeps its other words, and so what else it calls the first actor; an actor that it
    names already is not put in.

    Parameters
    ----------
    catalogue : Catalogue
        The actors and their names.

    Examples
    --------
    >>> from stancelab.actors.catalogue import read_catalogue
    >>> row = Asked("1", "Київ подякував Китаю.", "China", 15, 20, "uk")
    >>> made = Swapper(read_catalogue()).swaps([row, row._replace(id="2", language="de")])
    >>> made.not_tested, len(made.swaps)
    ({'other_language': 1}, 5)
    >>> sorted({one.row for one in made.swaps}), made.swaps[0].text[:14]
    ([0], 'Київ подякував')
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._finder = MentionFinder(catalogue)
        self._books: dict[str, NameBook] = {}
        self._actors: dict[str, str | None] = {}

    def swaps(self, rows: Sequence[Asked]) -> Swaps:
        """Put up to `MOST` other actors into each row, drawn by its id alone."""
        each = [self.actor_of(row) for row in rows]
        asked = Counter(actor for actor in each if actor)
        common = sorted(asked, key=lambda one: (-asked[one], one))
        found: list[Swap] = []
        reasons: Counter[str] = Counter()
        for number, (row, actor) in enumerate(zip(rows, each, strict=True)):
            try:
                made = self._of_row(number, row, actor, common)
            except MissingExtraError:
                made = MISSING_EXTRA
            if isinstance(made, str):
                reasons[made] += 1
            else:
                found += made
        return Swaps(tuple(found), dict(reasons))

    def actor_of(self, row: Asked) -> str | None:
        """Give the canonical name of whom a row asks about; None where it is not known."""
        if row.actor in self._catalogue.actors:
            return row.actor
        if row.actor not in self._actors:
            codes = (one.name for one in self._catalogue.actors.values() if row.actor in one.codes)
            self._actors[row.actor] = next(codes, None) or self._named(row)
        return self._actors[row.actor]

    def _named(self, row: Asked) -> str | None:
        """Look an actor up by a name, or by the mention where that is all that is given."""
        language = row.language.partition("-")[0]
        if language in LANGUAGES and row.actor == row.text[row.start : row.end]:
            for mention in self._finder.find(row.text, language):
                if (mention.start, mention.end) == (row.start, row.end):
                    return None if mention.ambiguous else mention.actor
        for one in dict.fromkeys((language, "en")):
            if one in LANGUAGES and (owner := self._book(one).owner(row.actor)):
                return owner
        return None

    def _of_row(
        self, number: int, row: Asked, actor: str | None, common: Sequence[str]
    ) -> list[Swap] | str:
        """Give the swaps of a row, or why there are none."""
        word = row.text[row.start : row.end]
        language = row.language.partition("-")[0]
        if row.start == NO_SPAN:
            return NO_MENTION
        if len(word.split()) != 1:
            return SEVERAL_WORDS
        if language not in LANGUAGES:
            return OTHER_LANGUAGE
        if actor is None:
            return NOT_IN_CATALOGUE
        book = self._book(language)
        called = book.called(actor, word)
        if called is None:
            return OTHER_NAME
        there = {one.actor for one in self._finder.find(row.text, language)}
        made: list[Swap] = []
        for other in self._drawn(row.id, actor, common):
            if len(made) == MOST:
                break
            if other not in there:
                made += self._swap(number, row, (actor, other), called, book)
        return made or NOTHING_FITS

    def _swap(
        self, number: int, row: Asked, pair: tuple[str, str], called: Called, book: NameBook
    ) -> Iterator[Swap]:
        actor, other = pair
        word = row.text[row.start : row.end]
        for entry in book.other_names(other, called.how):
            if is_short(entry) != is_short(called.entry):
                continue
            name = book.grammar.put(word, called.entry, entry, called.how)
            if name and name not in row.text and self._keeps(row, name, book):
                text = row.text[: row.start] + name + row.text[row.end :]
                yield Swap(number, actor, other, text, row.start, row.start + len(name))
                return

    def _keeps(self, row: Asked, name: str, book: NameBook) -> bool:
        return book.grammar.keeps(row.text, row.start, row.end, name)

    def _drawn(self, row_id: str, actor: str, common: Sequence[str]) -> Iterator[str]:
        """Give the others of the same kind in an order of this row: the common ones first."""
        own = self._catalogue.actors[actor]

        def order(other: str) -> bytes:
            return sha256(f"{row_id}\n{other}".encode()).digest()

        def is_like(other: str) -> bool:
            one = self._catalogue.actors[other]
            owned = own.kind not in _OWNED or one.of == own.of
            return one.kind == own.kind and owned and other != actor

        first = [one for one in common if is_like(one)][:_POOL]
        yield from sorted(first, key=order)
        known = set(first)
        rest = [one for one in self._catalogue.actors if is_like(one) and one not in known]
        yield from sorted(rest, key=order)

    def _book(self, language: str) -> NameBook:
        if language not in self._books:
            self._books[language] = NameBook(self._catalogue, language)
        return self._books[language]
