"""All that it takes to find names in one language, made once for each catalogue."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from stancelab.actors.catalogue import Catalogue
from stancelab.actors.forms import PAIR, SIDES, forms_of
from stancelab.actors.matching import Hit, Scan, WordMatcher
from stancelab.actors.rules import Rules, rules_of
from stancelab.actors.screening import Screen
from stancelab.actors.unspaced import UnspacedMatcher
from stancelab.actors.words import WITHOUT_SPACES, WordKeys


class LanguageReader:
    """What finds names in the texts of one language.

    Parameters
    ----------
    catalogue : Catalogue
        The actors and their names.
    language : str
        The language.
    """

    def __init__(self, catalogue: Catalogue, language: str) -> None:
        names = catalogue.language(language)
        self.language = names.language
        keys = WordKeys(self.language)
        self.fold: Callable[[str], str] = keys.fold
        self.rules: Rules = rules_of(self.language, keys.fold)
        phrases = [(phrase, PAIR) for phrase in self.rules.pairs]
        phrases += [(phrase, SIDES) for phrase in self.rules.sides]
        forms = forms_of(names, keys, phrases)
        self.matcher: UnspacedMatcher | WordMatcher = (
            UnspacedMatcher(forms, names.endings.get("prefixes", ()))
            if self.language in WITHOUT_SPACES
            else WordMatcher(self.language, keys, forms)
        )
        self._screen = Screen(self.language, self.rules, names.common, keys)

    def scan(self, text: str) -> tuple[Scan, list[Hit]]:
        """Find the names in a clean text, without what only looks like one."""
        scan = self.matcher.scan(text)
        return scan, self._screen.kept(scan)


@lru_cache(maxsize=64)
def language_reader(catalogue: Catalogue, language: str) -> LanguageReader:
    """Make the reader of a language, once for each catalogue."""
    return LanguageReader(catalogue, language)
