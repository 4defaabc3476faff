"""Tagging articles: sentences, whom each names, who speaks, and what a classifier says of that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from stancelab.schema import LABELS
from stancelab.tagging.pairs import NO_BODIES, Pair, PairFinder, questions
from stancelab.tagging.tags import Tag

if TYPE_CHECKING:
    from stancelab.actors.mentions import MentionFinder
    from stancelab.articles.article import Article
    from stancelab.scoring.bundle import Bundle

_TOGETHER = 1024
"""Pairs that the classifier is given at once."""

_CONTEXTUAL = frozenset({"statements"})
"""Corpora whose statements have more than one sentence."""


class Tagger:
    """Tags articles toward the actors that they name.

    A statement is a sentence, and is asked about once for each actor that it names, at the first
    place where it does. What an actor says of itself is no stance toward it: where the actor is
    the one who speaks, there is no tag. Whom an article introduces as "лідер Китаю Сі Цзіньпін"
    speaks for that state wherever the article names them.

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
    bodies : mapping of str to str
        The actors that are bodies of others, and of whom: a ministry says of itself what it says
        of its state.

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
        bodies: Mapping[str, str] = NO_BODIES,
    ) -> None:
        self.context = had_context(bundle) if context is None else context
        self.runtime = bundle.runtime
        self._bundle = bundle
        self._pairs = PairFinder(finder, actors=actors, context=self.context, bodies=bodies)

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
        pairs = self._pairs.pairs(article)
        found: list[Tag] = []
        while some := list(islice(pairs, _TOGETHER)):
            found += self._answered(article, some)
        return found

    def _answered(self, article: Article, pairs: Sequence[Pair]) -> Iterator[Tag]:
        answers = self._bundle.tag(questions(pairs))
        shares = zip(*(answers.column(f"p_{label}").to_pylist() for label in LABELS), strict=True)
        for pair, three in zip(pairs, shares, strict=True):
            yield self._made(article, pair, three)

    def _made(self, article: Article, pair: Pair, probabilities: tuple[float, float, float]) -> Tag:
        sentence, mention = pair.sentence, pair.mention
        size = mention.end - mention.start
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
