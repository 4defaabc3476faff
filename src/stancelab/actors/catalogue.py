"""The catalogue of actors: who there is, and what everybody is called in which language."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import NamedTuple

from stancelab.actors import cldr
from stancelab.actors.errors import CatalogueError
from stancelab.actors.files import described, language_names
from stancelab.actors.own_file import OwnActors, own_actors
from stancelab.actors.records import HOW, LANGUAGES, Actor, Columns, LanguageNames
from stancelab.errors import UnknownNameError

FOLDER = Path(__file__).parent / "catalogue"
"""Where the files are that come with the package."""


class Found(NamedTuple):
    """An actor that a name can stand for.

    Attributes
    ----------
    actor : str
        Its canonical name.
    language : str
        The language of the name.
    form : str
        The name as the catalogue has it.
    how : str
        What it is: name, capital, seat, adjective, people or compound.
    ambiguous : bool
        Whether the form also means something else.
    """

    actor: str
    language: str
    form: str
    how: str
    ambiguous: bool


class Catalogue:
    """Actors and their names; names of a language are read when they are first asked for.

    Parameters
    ----------
    folder : Path
        The folder of the files.
    own : Path or None
        The user's own file.
    """

    def __init__(self, folder: Path, own: Path | None = None) -> None:
        self._folder = folder
        self._languages: dict[str, LanguageNames] = {}
        self._lock = Lock()
        path = folder / "actors.toml"
        others, renamed, preferred = described(_content(path), path)
        self._codes = {code: renamed.get(code, name) for code, name in _english().items()}
        known = {name: _state(code, name) for code, name in self._codes.items()} | others
        self._codes |= cldr.UNIONS
        self._own = OwnActors()
        if own is not None:
            self._own = own_actors(_content(own), own, known)
        known |= self._own.actors
        self._known = known
        self.actors: Mapping[str, Actor] = MappingProxyType(
            {name: one for name, one in known.items() if name not in self._own.removed}
        )
        self.preferred: Sequence[str] = tuple(preferred)
        self.digest = _digest([*sorted(folder.glob("*.toml")), *([own] if own else [])])

    def language(self, language: str) -> LanguageNames:
        """Give what all actors are called in one language.

        Parameters
        ----------
        language : str
            BCP 47 tag; only the language counts. One that has no file has what CLDR knows.

        Raises
        ------
        UnknownNameError
            For a language that CLDR does not know either.
        """
        code = language.replace("_", "-").split("-")[0].lower()
        with self._lock:
            if code not in self._languages:
                self._languages[code] = self._read(code)
            return self._languages[code]

    def names(self, actor: str, language: str) -> Columns:
        """Give what an actor is called, by column, in the short notation of the files.

        Examples
        --------
        >>> read_catalogue().names("Ukraine", "pl")["names"][0]
        'Ukraina'
        """
        return self.language(language).names.get(actor, {})

    def find(self, name: str) -> list[Found]:
        """Find whom a name can stand for, in any language and inflected form.

        Examples
        --------
        >>> [(one.actor, one.how) for one in read_catalogue().find("Москві")]
        [('Russia', 'capital')]
        """
        from stancelab.actors.finding import find_everywhere

        return find_everywhere(self, name)

    def resolve(self, name: str, language: str | None = None) -> Actor | None:
        """Give the one actor that a name, a code or any form of it stands for.

        Parameters
        ----------
        name : str
            A canonical name, an ISO 3166 code, or a name in some language.
        language : str, optional
            The language whose names come first.

        Returns
        -------
        Actor or None
            None where the name is unknown, or stands for several.

        Examples
        --------
        >>> catalogue = read_catalogue()
        >>> catalogue.resolve("UA").name, catalogue.resolve("Китаєм", "uk").name
        ('Ukraine', 'China')
        """
        from stancelab.actors.finding import resolve

        return resolve(self, name, language)

    def _read(self, code: str) -> LanguageNames:
        path = self._folder / f"{code}.toml"
        if path.is_file():
            found = language_names(_content(path), path, code, self._known)
        elif cldr.knows(code):
            found = LanguageNames(code, {})
        else:
            raise UnknownNameError("language", code, LANGUAGES)
        capitals = {} if code == "en" else self._capitals_in_english()
        names = {
            actor: self._own_of(actor, code, self._with_cldr(actor, found, capitals.get(actor, ())))
            for actor in self.actors
        }
        return LanguageNames(code, names, found.ambiguous, found.common, found.endings)

    def _with_cldr(
        self, actor: str, found: LanguageNames, capitals: Sequence[str]
    ) -> Mapping[str, tuple[str, ...]]:
        """Put the names of CLDR before those of a file."""
        names = dict(found.names.get(actor, {}))
        for code in self._codes_of(actor):
            own = cldr.names_of(code, found.language)
            names["names"] = _distinct(own, names.get("names", ()))
            local = [city for name, city in cldr.cities(code, found.language) if name in capitals]
            if local:
                names["capitals"] = _distinct(names.get("capitals", ()), local)
        if found.language == "en":
            names["names"] = _distinct([_in_texts(actor)], names.get("names", ()))
        return names

    def _own_of(self, actor: str, language: str, names: Columns) -> Columns:
        kept = {} if (actor, language) in self._own.replaced else names
        added = self._own.names.get(language, {}).get(actor, {})
        return {
            column: _distinct(kept.get(column, ()), added.get(column, ()))
            for column in HOW
            if column in kept or column in added
        }

    def _codes_of(self, actor: str) -> Sequence[str]:
        one = self._known[actor]
        unions = [code for code, name in cldr.UNIONS.items() if name == actor]
        return unions or [code for code in one.codes if self._codes.get(code) == actor]

    def _capitals_in_english(self) -> Mapping[str, Sequence[str]]:
        """Give the English names of capitals, by which CLDR's cities are recognised."""
        if "en" not in self._languages:
            self._languages["en"] = self._read("en")
        names = self._languages["en"].names
        return {actor: found.get("capitals", ()) for actor, found in names.items()}


def read_catalogue(own: Path | None = None, folder: Path = FOLDER) -> Catalogue:
    """Read the catalogue that comes with the package, and a user's own file.

    Parameters
    ----------
    own : Path, optional
        A TOML file with more actors, names or changes: ``[NAME]`` with ``kind``, ``of``, ``iso``,
        ``replace`` or ``remove``, and ``[NAME.uk]`` with ``names``, ``capitals``, ``seats``,
        ``adjectives``, ``peoples`` or ``prefixes``.
    folder : Path
        Another folder of files.

    Returns
    -------
    Catalogue
        The same object for the same files.

    Raises
    ------
    CatalogueError
        For a file that cannot be used.
    MissingExtraError
        Where the package that holds CLDR is missing.

    Examples
    --------
    >>> read_catalogue().actors["Ukraine"].codes
    ('UA', 'UKR')
    """
    return _read(folder, own, own.stat().st_mtime_ns if own is not None and own.exists() else 0)


@lru_cache(maxsize=8)
def _read(folder: Path, own: Path | None, changed: int) -> Catalogue:
    return Catalogue(folder, own)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CatalogueError(path, f"cannot be read ({error.strerror})") from None


def _english() -> Mapping[str, str]:
    return {
        code: cldr.english_name(name)
        for code, name in cldr.territories("en").items()
        if code not in cldr.UNIONS
    }


def _state(code: str, name: str) -> Actor:
    kind = "territory" if code in cldr.TERRITORIES else "state"
    return Actor(name, kind, (code, *filter(None, [cldr.alpha_3().get(code)])))


def _in_texts(actor: str) -> str:
    """Give a canonical name as texts have it: without article and remark."""
    return actor.removeprefix("the ").split(" (")[0]


def _distinct(first: Sequence[str], second: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _digest(paths: Sequence[Path]) -> str:
    found = hashlib.sha256(f"CLDR {cldr.version()}".encode())
    for path in paths:
        found.update(f"\n{path.name}\n".encode() + path.read_bytes())
    return found.hexdigest()
