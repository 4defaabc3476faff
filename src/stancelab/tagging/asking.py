"""Articles as a statement table without labels, for models that learn from such."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from stancelab.actors.catalogue import read_catalogue
from stancelab.actors.mentions import MentionFinder
from stancelab.articles.options import Options
from stancelab.articles.reading import read_articles
from stancelab.errors import StancelabError
from stancelab.schema import as_table
from stancelab.tagging.pairs import PairFinder, questions

if TYPE_CHECKING:
    from stancelab.tagging.pairs import Pair

_TOGETHER = 20_000
DATASET = "unlabelled"
"""Name of the data set that these rows are of."""


def asked_table(place: Path) -> pa.Table:
    """Read articles, and give each of their sentences once for each actor that it names.

    Articles that cannot be read are left out, and so are actors that are only inferred.

    Parameters
    ----------
    place : Path
        A file or folder, as ``stancelab tag`` takes it.

    Returns
    -------
    pyarrow.Table
        A statement table; the articles are its documents.

    Raises
    ------
    StancelabError
        No article of it can be read.
    """
    found = PairFinder(MentionFinder(read_catalogue()))
    refused: list[StancelabError] = []
    articles = read_articles(place, Options(refused=refused.append))
    pairs = (
        (article.name, pair)
        for article in articles
        for pair in found.pairs(article)
        if not pair.mention.inferred
    )
    tables = list(_tables(pairs))
    if not tables:
        raise StancelabError(str(refused[0]) if refused else f"{place}: names no actor")
    return pa.concat_tables(tables)


def _tables(pairs: Iterator[tuple[str, Pair]]) -> Iterator[pa.Table]:
    while some := list(islice(pairs, _TOGETHER)):
        names = [name for name, _ in some]
        statements = [f"{name}/{pair.sentence.start}" for name, pair in some]
        actors = [pair.mention.actor for _, pair in some]
        yield as_table(
            {
                **questions([pair for _, pair in some]),
                "id": [f"{one}/{actor}" for one, actor in zip(statements, actors, strict=True)],
                "statement": statements,
                "document": names,
                "dataset": [DATASET] * len(some),
            }
        )
