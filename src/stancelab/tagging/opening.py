"""A tagger made ready: the classifier, and the catalogue of actors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from stancelab.errors import StancelabError
from stancelab.tagging.tagger import Tagger

if TYPE_CHECKING:
    from stancelab.actors.catalogue import Catalogue


def open_tagger(
    model: Path | str,
    *,
    actors: Sequence[str] = (),
    catalogue: Path | None = None,
    ambiguous: bool = True,
    context: bool | None = None,
    runtime: Literal["auto", "openvino", "onnxruntime"] = "auto",
    head: str = "",
) -> Tagger:
    """Make a tagger of an exported classifier.

    Parameters
    ----------
    model : Path or str
        The bundle.
    actors : sequence of str
        Names, in any language, of those that are asked about; all where there is none.
    catalogue : Path, optional
        A file with more actors and names than the package has.
    ambiguous : bool
        Whether names count that mean other things too.
    context : bool, optional
        Whether the classifier also reads the sentence before; by default as it was trained.
    runtime : {"auto", "openvino", "onnxruntime"}
        What computes the classifier's network, if it has one.
    head : str
        The corpus by whose head a classifier of several answers; by default the shared one.

    Returns
    -------
    Tagger
        Ready to tag what `read_articles` gives.

    Raises
    ------
    StancelabError
        An actor is not known, or its name stands for several.

    Examples
    --------
    >>> from stancelab.articles.article import make_article
    >>> tagger = open_tagger("models/best", actors=["Мінськ"])  # doctest: +SKIP
    >>> tags = tagger.tag(make_article("Kyiv condemned Minsk.", "a.txt"))  # doctest: +SKIP
    """
    from stancelab.actors.catalogue import read_catalogue
    from stancelab.actors.mentions import MentionFinder
    from stancelab.scoring import load_bundle

    known = read_catalogue(catalogue)
    asked = [_resolved(known, name) for name in actors]
    bodies = {name: one.of for name, one in known.actors.items() if one.kind == "body" and one.of}
    return Tagger(
        load_bundle(Path(model), runtime, head),
        MentionFinder(known, ambiguous=ambiguous),
        actors=asked,
        context=context,
        bodies=bodies,
    )


def _resolved(known: Catalogue, name: str) -> str:
    """Give the canonical name of an actor."""
    one = known.resolve(name)
    if one is not None:
        return one.name
    several = sorted({found.actor for found in known.find(name)})
    found = f"stands for {', '.join(several)}; name one of them" if several else "is not known"
    raise StancelabError(
        f"--actor {name!r} {found}; see 'stancelab actors list', or name it in a file of your own "
        "(--catalogue FILE)"
    )
