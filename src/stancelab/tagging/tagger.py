"""Tagging articles: sentences, whom each names, who speaks, and what a classifier says of that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from stancelab.articles.article import Article
from stancelab.articles.sentences import Sentence, before, sentences_of
from stancelab.schema import LABELS
from stancelab.sources import find_sources, supported_languages
from stancelab.sources.owning import owners
from stancelab.tagging.tags import Tag

if TYPE_CHECKING:
    from stancelab.actors.mentions import Mention, MentionFinder
    from stancelab.scoring.bundle import Bundle

_TOGETHER = 1024
"""Pairs that the classifier is given at once."""

_CONTEXTUAL = frozenset({"statements"})
"""Corpora whose statements have more than one sentence."""


class _Said(NamedTuple):
    """Who speaks or acts in a sentence: in its words, whose that is, and whether they speak."""

    text: str
    owners: tuple[str, ...]
    speaks: bool


class _Pair(NamedTuple):
    """A sentence and an actor that it names, ready to be asked about."""

    sentence: Sentence
    language: str
    mention: Mention
    start: int
    said: _Said
    context: str


class Tagger:
    """Tags articles toward the actors that they name.

    A statement is a sentence, and is asked about once for each actor that it names, at the first
    place where it does. What an actor says of itself is no stance toward it: where the actor is
    the one who speaks, there is no tag.

    Parameters
    ----------
    bundle : Bundle
        The classifier.
    finder : MentionFinder
        Finds the actors.
    actors : collection of str
        Canonical names of those that are asked about; all where there is none.
    context : bool, optional
        Whether the classifier also reads the sentence before; by default it does where its
        training data had statements of several sentences.

    Attributes
    ----------
    runtime : str or None
        What computes the classifier's network; None where it has none.
    """

    def __init__(
        self,
        bundle: Bundle,
        finder: MentionFinder,
        *,
        actors: Sequence[str] = (),
        context: bool | None = None,
    ) -> None:
        self.context = had_context(bundle) if context is None else context
        self.runtime = bundle.runtime
        self._bundle, self._finder = bundle, finder
        self._actors = frozenset(actors)
        self._owners = lru_cache(maxsize=10_000)(self._find_owners)

    def tag(self, article: Article) -> list[Tag]:
        """Tag an article.

        Parameters
        ----------
        article : Article
            As `read_articles` gives it.

        Returns
        -------
        list of Tag
            In the order of the article; their spans point into its text.
        """
        pairs = self._pairs(article)
        found: list[Tag] = []
        while some := list(islice(pairs, _TOGETHER)):
            found += self._answered(article, some)
        return found

    def _pairs(self, article: Article) -> Iterator[_Pair]:
        sentences = sentences_of(article)
        languages = [article.blocks[one.block].language for one in sentences]
        mentions = self._mentions(sentences, languages)
        said = self._said(sentences, languages)
        for at, (sentence, language) in enumerate(zip(sentences, languages, strict=True)):
            earlier = before(sentences, at, article) if self.context else None
            context = f"{earlier.text} " if earlier else ""
            asked: set[str] = set()
            for mention, start in mentions[at]:
                own = said[at].speaks and mention.actor in said[at].owners
                known = mention.actor in asked or own
                if start >= sentence.own and not known and self._is_asked(mention.actor):
                    asked.add(mention.actor)
                    yield _Pair(sentence, language, mention, start, said[at], context)

    def _mentions(
        self, sentences: Sequence[Sentence], languages: Sequence[str]
    ) -> list[list[tuple[Mention, int]]]:
        """Find the mentions of each sentence, with where they begin in it."""
        spans, length = [], 0
        for one in sentences:
            spans.append((length, length + len(one.text)))
            length += len(one.text) + 1
        text = "\n".join(one.text for one in sentences)
        found = self._finder.find_in_sentences(text, languages, spans)
        return [
            [(mention, mention.start - start) for mention in own]
            for own, (start, _) in zip(found, spans, strict=True)
        ]

    def _said(self, sentences: Sequence[Sentence], languages: Sequence[str]) -> list[_Said]:
        found = find_sources([one.text for one in sentences], languages)
        return [
            _Said(source.text, self._owners(source.text, language), source.how != "subject")
            if source
            else _Said("", (), False)
            for source, language in zip(found, languages, strict=True)
        ]

    def _find_owners(self, source: str, language: str) -> tuple[str, ...]:
        if language not in supported_languages():
            return ()
        return owners(source, self._finder.find(source, language), language)

    def _is_asked(self, actor: str) -> bool:
        return not self._actors or actor in self._actors

    def _answered(self, article: Article, pairs: Sequence[_Pair]) -> Iterator[Tag]:
        starts = [len(one.context) + one.start for one in pairs]
        lengths = [one.mention.end - one.mention.start for one in pairs]
        asked = {
            "text": [one.context + one.sentence.text for one in pairs],
            "actor": [one.mention.actor for one in pairs],
            "mention_start": starts,
            "mention_end": [start + size for start, size in zip(starts, lengths, strict=True)],
            "source": [one.said.text for one in pairs],
            "language": [one.language for one in pairs],
        }
        answers = self._bundle.tag(asked)
        shares = zip(*(answers.column(f"p_{label}").to_pylist() for label in LABELS), strict=True)
        for pair, size, three in zip(pairs, lengths, shares, strict=True):
            yield self._made(article, pair, size, three)

    def _made(
        self,
        article: Article,
        pair: _Pair,
        size: int,
        probabilities: tuple[float, float, float],
    ) -> Tag:
        sentence, mention = pair.sentence, pair.mention
        place = sentence.span(pair.start, pair.start + size)
        at = pair.start - sentence.own
        return Tag(
            article=article.name,
            publisher=article.source,
            date=article.date,
            text=sentence.text[sentence.own :],
            text_start=at,
            text_end=at + size,
            statement_start=sentence.start,
            statement_end=sentence.end,
            start=place[0],
            end=place[1],
            mention=article.text[slice(*place)],
            actor=mention.actor,
            how=mention.how,
            ambiguous=mention.ambiguous,
            inferred=mention.inferred,
            source=pair.said.text,
            source_actor=" and ".join(pair.said.owners),
            language=pair.language,
            probabilities=probabilities,
            threshold=self._bundle.threshold,
        )


def had_context(bundle: Bundle) -> bool:
    """Say whether a classifier was trained on statements of more than one sentence."""
    trained = bundle.manifest.get("training_data", [])
    return any(one.get("name") in _CONTEXTUAL for one in trained)
