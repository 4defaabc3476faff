"""Texts that say nothing but the name of an actor: what is answered then, the model believes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from stancelab.actors.catalogue import Catalogue
from stancelab.actors.notation import is_listed

TEMPLATES: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "uk": ("{}.", "Тема: {}.", "У тексті згадано: {}."),
        "en": ("{}.", "Topic: {}.", "The text mentions: {}."),
        "ru": ("{}.", "Тема: {}.", "В тексте упомянуто: {}."),
        "pl": ("{}.", "Temat: {}.", "W tekście wspomniano: {}."),
        "de": ("{}.", "Thema: {}.", "Im Text erwähnt: {}."),
        "fr": ("{}.", "Sujet : {}.", "Le texte mentionne : {}."),
        "es": ("{}.", "Tema: {}.", "El texto menciona: {}."),
        "tr": ("{}.", "Konu: {}.", "Metinde geçen: {}."),
        "zh": ("{}。", "主题：{}。", "文中提到：{}。"),
        "ar": ("{}.", "الموضوع: {}.", "يذكر النص: {}."),
    }
)
"""By language; after a colon a name keeps the form of the dictionary in every language."""


class Alone(NamedTuple):
    """A text with nothing but an actor's name.

    Attributes
    ----------
    actor : str
        Its canonical name.
    language : str
        Language of the text.
    text : str
        The text.
    start, end : int
        Where the name stands.
    """

    actor: str
    language: str
    text: str
    start: int
    end: int


def texts_alone(
    catalogue: Catalogue, actors: Sequence[str], languages: Sequence[str]
) -> list[Alone]:
    """Write the texts for actors in some languages; those without templates are passed over.

    Parameters
    ----------
    catalogue : Catalogue
        The actors and their names.
    actors : sequence of str
        Canonical names.
    languages : sequence of str
        BCP 47 tags.

    Examples
    --------
    >>> from stancelab.actors.catalogue import read_catalogue
    >>> for one in texts_alone(read_catalogue(), ["France"], ["uk"]):
    ...     print(one.text, one.start, one.end)
    Франція. 0 7
    Тема: Франція. 6 13
    У тексті згадано: Франція. 18 25
    """
    found = []
    for actor in actors:
        for language in languages:
            name = _name(catalogue, actor, language)
            for template in TEMPLATES.get(language, ()) if name else ():
                start = template.index("{")
                text = template.format(name)
                found.append(Alone(actor, language, text, start, start + len(name)))
    return found


def _name(catalogue: Catalogue, actor: str, language: str) -> str:
    """Give what a language calls an actor first; "" where that is unknown."""
    names = catalogue.names(actor, language).get("names", ())
    return next((one for one in names if not is_listed(one)), "")
