"""A tag: what one statement of an article says toward one actor, and where."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from stancelab.schema import LABELS

UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Tag:
    """What a statement says toward an actor that it names.

    Attributes
    ----------
    article : str
        Name of the article.
    publisher : str
        Who published it, where a table says so; ``""`` otherwise.
    date : datetime.date or None
        When it appeared, where that is known.
    text : str
        The statement as it reads, without markup.
    text_start, text_end : int
        Where the actor is named in it; the end is exclusive.
    statement_start, statement_end : int
        Where it stands, in characters of the article; the end is exclusive.
    start, end : int
        Where it names the actor, likewise.
    mention : str
        The article between these two.
    actor : str
        Canonical English name.
    how : str
        How the actor was recognised: ``"name"``, ``"capital"``, ``"adjective"``, ...
    ambiguous, inferred : bool
        Whether the words can mean something else, and whether the actor is only meant by them, as
        by "both countries".
    source : str
        Who speaks or acts, in the words of the article; ``""`` where that is not known.
    source_actor : str
        The actor that the source belongs to; ``""`` where it is none.
    language : str
        BCP 47 tag.
    probabilities : tuple of float
        Of hostile, neutral and cooperative.
    threshold : float or None
        The largest probability below which the label is uncertain.
    """

    article: str
    publisher: str
    date: datetime.date | None
    text: str
    text_start: int
    text_end: int
    statement_start: int
    statement_end: int
    start: int
    end: int
    mention: str
    actor: str
    how: str
    ambiguous: bool
    inferred: bool
    source: str
    source_actor: str
    language: str
    probabilities: tuple[float, float, float]
    threshold: float | None = None

    @property
    def label(self) -> str:
        """The label with the largest probability."""
        return LABELS[max(range(len(LABELS)), key=self.probabilities.__getitem__)]

    @property
    def uncertain(self) -> bool:
        """Whether no probability reaches the threshold of the classifier."""
        return self.threshold is not None and max(self.probabilities) < self.threshold

    @property
    def answer(self) -> str:
        """The label, or ``"uncertain"``."""
        return UNCERTAIN if self.uncertain else self.label

    @property
    def strength(self) -> float:
        """Probability of cooperative less that of hostile, from -1 to +1."""
        hostile, _, cooperative = self.probabilities
        return cooperative - hostile

    @property
    def speaker(self) -> str:
        """The actor who speaks, or else the source in the words of the article."""
        return self.source_actor or self.source

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it.

        Examples
        --------
        >>> places = (13, 17, 0, 18, 13, 17)
        >>> tag = Tag("a.txt", "", None, "Oslo thanked Rome.", *places, "Rome", "Italy", "capital",
        ...           False, False, "Oslo", "Norway", "en", (0.1, 0.2, 0.7))
        >>> tag.as_dict()["label"], tag.as_dict()["probabilities"]
        ('cooperative', {'hostile': 0.1, 'neutral': 0.2, 'cooperative': 0.7})
        """
        return {
            "article": self.article,
            "publisher": self.publisher,
            "date": self.date.isoformat() if self.date else None,
            "text": self.text,
            "text_start": self.text_start,
            "text_end": self.text_end,
            "statement_start": self.statement_start,
            "statement_end": self.statement_end,
            "start": self.start,
            "end": self.end,
            "mention": self.mention,
            "actor": self.actor,
            "how": self.how,
            "ambiguous": self.ambiguous,
            "inferred": self.inferred,
            "source": self.source,
            "source_actor": self.source_actor,
            "language": self.language,
            "label": self.label,
            "probabilities": dict(zip(LABELS, self.probabilities, strict=True)),
            "uncertain": self.uncertain,
        }
