"""Looking a name up in all languages at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from stancelab.actors.catalogue import Catalogue, Found
from stancelab.actors.forms import NOBODY, Form
from stancelab.actors.language import language_reader
from stancelab.actors.normalising import normalise
from stancelab.actors.records import Actor
from stancelab.text import fold

_SCRIPTS = (
    (re.compile("[\u0400-\u052f]"), ("uk", "ru")),
    (re.compile("[\u0600-\u06ff]"), ("ar",)),
    (re.compile("[\u3400-\u9fff]"), ("zh",)),
)
_LATIN = ("en", "de", "fr", "es", "tr", "pl")


def find_everywhere(catalogue: Catalogue, name: str) -> list[Found]:
    """Find whom a name can stand for, in the languages that are written in its script.

    Parameters
    ----------
    catalogue : Catalogue
        The actors and their names.
    name : str
        A name in any inflected form, or a code.
    """
    clean = " ".join(normalise(name).text.split())
    found = [
        one for language in _languages(clean) for one in _in_language(catalogue, clean, language)
    ]
    known = {one.actor for one in found}
    exact = [Found(one, "en", one, "name", False) for one in _exact(catalogue, clean)]
    return list(dict.fromkeys([*(one for one in exact if one.actor not in known), *found]))


def resolve(catalogue: Catalogue, name: str, language: str | None = None) -> Actor | None:
    """Give the one actor that a name stands for; None where there is none, or several."""
    clean = " ".join(normalise(name).text.split())
    exact = list(_exact(catalogue, clean))
    if exact:
        return catalogue.actors[exact[0]]
    languages = _languages(clean)
    if language is not None:
        languages = (language, *(one for one in languages if one != language))
    for one in languages:
        actors = {found.actor for found in _in_language(catalogue, clean, one)}
        if actors:
            return catalogue.actors[actors.pop()] if len(actors) == 1 else None
    return None


def _exact(catalogue: Catalogue, name: str) -> Iterator[str]:
    """Give the actor whose canonical name or code this is, whatever its case and accents."""
    if name in catalogue.actors:
        yield name
        return
    folded = fold(name)
    for actor, one in catalogue.actors.items():
        if name in one.codes or (folded and fold(actor) == folded):
            yield actor
            return


def _languages(name: str) -> Sequence[str]:
    return next((known for script, known in _SCRIPTS if script.search(name)), _LATIN)


def _in_language(catalogue: Catalogue, name: str, language: str) -> Iterator[Found]:
    """Give those that a name stands for in one language, each once for each way to name it."""
    forms = _forms(catalogue, name, language) or _forms(catalogue, name.title(), language)
    distinct = {(form.actor, form.how): form for form in reversed(forms) if form.actor != NOBODY}
    for form in reversed(distinct.values()):
        yield Found(form.actor, language, form.text, form.how, form.ambiguous)


def _forms(catalogue: Catalogue, name: str, language: str) -> Sequence[Form]:
    """Give the forms that a whole name is one of."""
    scan = language_reader(catalogue, language).matcher.scan(name)
    if len(scan.hits) == 1 and scan.hits[0].end - scan.hits[0].start == len(name):
        return scan.hits[0].forms
    return ()
