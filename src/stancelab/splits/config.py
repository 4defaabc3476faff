"""How an experiment parts its rows: ``[split]`` of its file."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Kind = Literal[
    "grouped",
    "folds",
    "official",
    "by_time",
    "each_corpus",
    "joint",
    "cross_corpus",
    "corpora",
    "leave_one_corpus_out",
    "leave_one_language_out",
    "leave_one_actor_out",
    "leave_one_genre_out",
]
SEVERAL_CORPORA = ("each_corpus", "joint", "cross_corpus", "corpora", "leave_one_corpus_out")
"""Kinds that part corpora by name, each by its own split: official where it has one."""
HELD_OUT = {
    "leave_one_language_out": "language",
    "leave_one_actor_out": "actor",
    "leave_one_genre_out": "genre",
}
"""Kinds that hold out each value of a column or attribute."""

Share = Annotated[float, Field(ge=0.1, le=0.9)]
"""Rounded to a fraction of at most ten folds."""
Count = Annotated[int, Field(ge=1)]
Names = Annotated[tuple[str, ...], Field(min_length=1)]


class SplitConfig(BaseModel):
    """How rows are parted: ``[split]`` of an experiment file.

    One table of rows:

    - ``grouped`` makes one split a seed, by document;
    - ``folds`` makes `folds` of them, so that every row is tested once a seed, and validates on
      the fold after the test's;
    - ``official`` takes the corpus' own split column, and parts its training rows where it has no
      validation;
    - ``by_time`` tests on the latest documents, by the attribute `date` (ISO 8601).

    Several corpora, each with its own split (official where it has one, else grouped):

    - ``each_corpus`` trains and tests on each by itself;
    - ``joint`` does so too, and trains on all together and tests on each; ``alone = false`` leaves
      it at that;
    - ``cross_corpus`` trains on each and tests on all;
    - ``corpora`` trains on those in `train_on` together and tests on those in `test_on`;
    - ``leave_one_corpus_out`` trains on all but one and tests on that.

    Held out, one after the other (those in `hold_out`, else every one with `min_rows` rows):

    - ``leave_one_language_out``, ``leave_one_actor_out``, ``leave_one_genre_out`` (the attribute
      `genre`); with `pools`, once for each list of corpora that are trained on together.

    ``clean = true`` takes rows out of training and validation whose sentence stands in a later
    part; ``clean = "documents"`` also those that share a document with one. `max_train` draws at
    most so many training rows of each corpus, or of those that it names
    (``max_train = { newsmtsc = 2000 }``), whole documents, by the seed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind = "grouped"
    validation: Share = 0.15
    test: Share = 0.25
    train_on: Names | None = None
    test_on: Names | None = None
    folds: Annotated[int, Field(ge=3, le=20)] = 4
    date: str = "date"
    hold_out: Names | None = None
    min_rows: Count = 30
    pools: Annotated[tuple[Names, ...], Field(min_length=1)] | None = None
    alone: bool = True
    max_train: Count | dict[str, Count] | None = None
    merge_duplicates: bool = False
    clean: bool | Literal["documents"] = False
    allow_leaks: bool = False

    @model_validator(mode="after")
    def _keys_fit_the_kind(self) -> SplitConfig:
        missing = [self.train_on, self.test_on].count(None)
        if missing != (0 if self.kind == "corpora" else 2):
            raise ValueError('kind = "corpora", and no other, needs train_on and test_on')
        if (
            self.kind in ("grouped", "by_time", *SEVERAL_CORPORA)
            and self.validation + self.test >= 1
        ):
            total = self.validation + self.test
            raise ValueError(f"validation and test take {total:g} of the rows; leave some to train")
        for names in (self.train_on, self.test_on, self.hold_out, *(self.pools or ())):
            if names and len(set(names)) < len(names):
                raise ValueError(f"the list {list(names)} names one twice")
        if (self.hold_out or self.pools) and self.kind not in HELD_OUT:
            raise ValueError(f"hold_out and pools need kind = {' or '.join(map(repr, HELD_OUT))}")
        if not self.alone and self.kind != "joint":
            raise ValueError('alone needs kind = "joint"')
        return self

    def most(self, corpus: str) -> int | None:
        """Say how many training rows of a corpus are drawn at most."""
        given = self.max_train
        return given.get(corpus) if isinstance(given, dict) else given

    @property
    def is_ours(self) -> bool:
        """Whether we make the parts, so that they may never leak."""
        return self.kind in ("grouped", "folds", "by_time")
