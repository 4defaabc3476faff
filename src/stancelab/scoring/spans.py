"""Where a text names an actor: as it is called, or else by another name that the catalogue has."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import cached_property, lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, ParamSpec, TypeVar, cast

from stancelab.errors import MissingExtraError, UnknownNameError
from stancelab.schema import NO_SPAN
from stancelab.text import find_mention, is_cut

if TYPE_CHECKING:
    from stancelab.actors.catalogue import Catalogue
    from stancelab.actors.mentions import Mention, MentionFinder

_PACKAGES = (
    "babel",
    "py3langid",
    "pymorphy3",
    "pymorphy3-dicts-ru",
    "pymorphy3-dicts-uk",
    "simplemma",
)
"""What decides, besides the catalogue, which names are found."""

_TEXTS, _ACTORS = 256, 10_000
"""What is kept: texts, as rows about one text follow each other, and actors by their names."""

_SAMPLE = 400
"""Characters of a text that tell its language."""

_CODE = re.compile("[a-z]{2}")
"""Languages of three letters, which CLDR takes too, have no names in the catalogue."""

_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")


class Place(NamedTuple):
    """Where a text names an actor.

    Attributes
    ----------
    start, end : int
        Character span, end exclusive; -1 and -1 where it is not named.
    renamed : bool
        Whether it stands there by another name, which the catalogue has.
    unsearched : bool
        Whether other names could not be looked for, as packages are missing.
    """

    start: int
    end: int
    renamed: bool = False
    unsearched: bool = False


_NOWHERE = Place(NO_SPAN, NO_SPAN)
_UNSEARCHED = Place(NO_SPAN, NO_SPAN, unsearched=True)


class SpanFinder:
    """Finds where texts name actors; the catalogue is read when it is first needed.

    Parameters
    ----------
    own : Path, optional
        The user's own actors and names, which are read at once.

    Raises
    ------
    CatalogueError
        The user's own file cannot be used.
    MissingExtraError
        There is such a file, and a package is missing that it takes to read it.

    Examples
    --------
    >>> SpanFinder().find("Kyiv thanked Warsaw.", "Warsaw")
    Place(start=13, end=19, renamed=False, unsearched=False)
    >>> SpanFinder().find("Угоду в Москві не підписали.", "Росія")
    Place(start=8, end=14, renamed=True, unsearched=False)
    """

    def __init__(self, own: Path | None = None) -> None:
        self._own = own
        self._resolve = _kept(_ACTORS, self._resolved)
        self._mentions = _kept(_TEXTS, self._mentioned)
        self._language = _kept(_TEXTS, _detected)
        self._code = _kept(_ACTORS, self._known_code)
        if own is not None:
            self._catalogue()

    def find(self, text: str, actor: str, language: str = "") -> Place:
        """Find the first place where a text names an actor.

        As it is called, on word boundaries; else by a name of the catalogue, such as another form
        of the same one ("Мінська"); else as it is called, within a word.

        Parameters
        ----------
        text : str
            The text.
        actor : str
            The actor, in any language.
        language : str
            The text's language, as a BCP 47 tag; without one that is known, the text tells.
        """
        literal = find_mention(text, actor)
        called = Place(literal.start, literal.end)
        if called.start >= 0 and not is_cut(text, *called[:2]):
            return called
        found = self._by_catalogue(text, actor, language)
        return called if called.start >= 0 > found.start else found

    def _by_catalogue(self, text: str, actor: str, language: str) -> Place:
        code = self._code(language) or self._language(text[:_SAMPLE])
        name = self._resolve(actor, code) if code else None
        if name == "":
            return _NOWHERE
        mentions = self._mentions(text, code) if name and code else None
        if mentions is None:
            return _UNSEARCHED
        found = [one for one in mentions if one.actor == name]
        if not found:
            return _NOWHERE
        first = min(found, key=lambda one: (one.inferred, one.ambiguous, one.start))
        return Place(first.start, first.end, renamed=True)

    def _known_code(self, language: str) -> str:
        """Give the code of a language that has names, or nothing."""
        code = language.strip().replace("_", "-").split("-")[0].lower()
        if not _CODE.fullmatch(code):
            return ""
        try:
            self._catalogue().language(code)
        except UnknownNameError:
            return ""
        return code

    def _resolved(self, actor: str, code: str) -> str:
        """Give the canonical name of an actor, or nothing."""
        found = self._catalogue().resolve(actor, code)
        return found.name if found else ""

    def _mentioned(self, text: str, code: str) -> list[Mention]:
        return self._finder.find(text, code)

    def _catalogue(self) -> Catalogue:
        from stancelab.actors.catalogue import read_catalogue

        return read_catalogue(self._own)

    @cached_property
    def _finder(self) -> MentionFinder:
        from stancelab.actors.mentions import MentionFinder

        return MentionFinder(self._catalogue())


def span_finder(own: Path | None = None) -> SpanFinder:
    """Give what finds spans, the same one as long as the user's own file stays as it is.

    Parameters
    ----------
    own : Path, optional
        The user's own actors and names.
    """
    changed = own.stat().st_mtime_ns if own is not None and own.exists() else 0
    return _made(own, changed)


def names_depend_on(own: Path | None) -> dict[str, str | None]:
    """Say what decides which names are found: a file's digest, and versions of packages.

    Parameters
    ----------
    own : Path or None
        The user's own actors and names.

    Returns
    -------
    dict
        None for what there is not; without the packages, only literal names are found.
    """
    digest = hashlib.sha256(own.read_bytes()).hexdigest() if own is not None else None
    return {"catalogue": digest, **{name: _version(name) for name in _PACKAGES}}


@lru_cache(maxsize=8)
def _made(own: Path | None, changed: int) -> SpanFinder:
    return SpanFinder(own)


def _kept(most: int, ask: Callable[_Asked, _Answer]) -> Callable[_Asked, _Answer | None]:
    """Keep answers; there is none where a package is missing."""

    def asked(*words: _Asked.args, **named: _Asked.kwargs) -> _Answer | None:
        try:
            return ask(*words, **named)
        except MissingExtraError:
            return None

    return cast("Callable[_Asked, _Answer | None]", lru_cache(most)(asked))


def _detected(text: str) -> str:
    from stancelab.articles.languages import detect

    return detect(text)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
