"""Who speaks or acts in each sentence of an article."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from stancelab.errors import InputError
from stancelab.sources.carrying import Carrying
from stancelab.sources.choosing import Choice
from stancelab.sources.english import cut_english
from stancelab.sources.segments import Sentence
from stancelab.sources.slavic import cut_slavic
from stancelab.sources.source import Source

_CUTTERS: Mapping[str, Callable[[str, str], Sentence]] = {
    "uk": lambda text, inside: cut_slavic(text, "uk", inside),
    "en": cut_english,
    "ru": lambda text, inside: cut_slavic(text, "ru", inside),
}


def supported_languages() -> tuple[str, ...]:
    """Name the languages whose sources are found; for all others there is none.

    Examples
    --------
    >>> supported_languages()
    ('uk', 'en', 'ru')
    """
    return tuple(_CUTTERS)


def find_sources(sentences: Sequence[str], language: str | Sequence[str]) -> list[Source | None]:
    """Find who speaks or acts in each sentence of an article.

    A speaker comes before who only acts: "Prices rose, the bank said" is the bank's. A quotation
    belongs to whoever is named before or after it, in all of its sentences, and "he added" to who
    spoke last. It works by rules on verbs of speaking, quotation marks and the grammar of the
    sentence, not by a model.

    Parameters
    ----------
    sentences : sequence of str
        In the order of the article.
    language : str or sequence of str
        Of all of them, or of each. Sentences in languages other than `supported_languages` have
        no source.

    Returns
    -------
    list of Source or None
        One for each sentence; None where nobody is named.

    Raises
    ------
    InputError
        The sentences are one text, or there are not as many languages as sentences.
    MissingExtraError
        The packages that know the words of a language are not installed.

    Examples
    --------
    >>> find_sources(["Lithuania sealed its border.", '"It stays shut," said the minister.'], "en")
    [Source(text='Lithuania', start=0, end=9, how='subject'),
     Source(text='minister', start=26, end=34, how='speaker')]
    """
    if isinstance(sentences, str):
        raise InputError("sentences", "expected a list of text, found one text; put it into [ ]")
    languages = [language] * len(sentences) if isinstance(language, str) else list(language)
    if len(languages) != len(sentences):
        found = f"found {len(languages)} for {len(sentences)} sentences"
        raise InputError("language", f"{found}; give one each, or one for all")
    carrying = Carrying()
    for sentence, each in zip(sentences, languages, strict=True):
        cut = _CUTTERS.get(each)
        if cut is None:
            carrying.skip()
            continue
        parts = cut(sentence, carrying.inside)
        carrying.add(sentence, Choice(parts).made(), parts.inside)
    return carrying.finished()


def has_speech(text: str, language: str) -> bool:
    """Say whether a text tells that somebody speaks: by a verb, a quotation or "according to".

    Parameters
    ----------
    text : str
        One sentence or several.
    language : str
        One of `supported_languages`; in any other the answer is no.

    Examples
    --------
    >>> has_speech("Oslo thanked Rome.", "en"), has_speech("Oslo paid Rome.", "en")
    (True, False)
    """
    if language not in _CUTTERS:
        return False
    parts = _CUTTERS[language](text, "")
    verbs = (parts.words[verb] for segment in parts.segments for verb in segment.verbs)
    quoted = any("quote" in word.flags for word in parts.words)
    return quoted or bool(parts.formulas) or any(w.says or "acts" in w.flags for w in verbs)


def leading(sources: Sequence[Source | None]) -> Source | None:
    """Choose the source of a statement of several sentences: who speaks first, else who acts first.

    Examples
    --------
    >>> leading(find_sources(["Rome paid.", "Too late, said the mayor."], "en"))
    Source(text='mayor', start=19, end=24, how='speaker')
    """
    named = [source for source in sources if source is not None]
    for how in (("speaker", "attribution"), ("subject",), ("carried",)):
        for source in named:
            if source.how in how:
                return source
    return None
