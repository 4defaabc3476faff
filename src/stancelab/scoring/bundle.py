"""An exported classifier, ready to answer for texts and for tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from stancelab.arrow import numbers, strings
from stancelab.errors import InputError
from stancelab.export.bundle import read_bundle
from stancelab.predictors.abstaining import answer, answers_of, threshold_of
from stancelab.predictors.base import Predictor
from stancelab.predictors.heads import choose_head, heads_of
from stancelab.predictors.holding import innermost
from stancelab.predictors.runtime import Runtime, choose_runtime, runtime_of
from stancelab.schema import as_table
from stancelab.scoring.spans import span_finder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ADDED = ("predicted", "p_hostile", "p_neutral", "p_cooperative")
"""The columns that tagging adds."""


class Bundle:
    """An exported classifier, ready to answer.

    Attributes
    ----------
    manifest : dict
        What the bundle says of itself: model, metrics, training data.
    threshold : float or None
        The largest probability below which it answers ``"uncertain"``; None where it always says
        a label.
    answers : tuple of str
        What it can answer.
    kind : str
        What kind of predictor does the work.
    runtime : str or None
        What computes its network; None where it has none.
    heads : tuple of str
        The corpora whose heads can answer in place of the shared one.
    predictor : Predictor
        What answers.
    """

    def __init__(self, manifest: Mapping[str, Any], predictor: Predictor) -> None:
        self.manifest = manifest
        self.threshold = threshold_of(predictor)
        self.answers = answers_of(predictor)
        self.kind = innermost(predictor).kind
        self.runtime = runtime_of(predictor)
        self.heads = heads_of(predictor)
        self.predictor = predictor

    def predict(self, texts: Sequence[str], actors: Sequence[str]) -> list[str]:
        """Tag statements toward actors.

        Parameters
        ----------
        texts, actors : sequence of str
            One actor for each text; it is looked for in the text, by other names too where the
            extra ``articles`` is installed.

        Returns
        -------
        list of str
            ``"hostile"``, ``"neutral"`` or ``"cooperative"`` for each pair; ``"uncertain"`` where
            the bundle has a threshold that no probability reaches.
        """
        return answer(self.predict_proba(texts, actors), self.threshold)

    def predict_proba(self, texts: Sequence[str], actors: Sequence[str]) -> NDArray[np.float64]:
        """Give the probabilities of hostile, neutral and cooperative, shape (n_texts, 3)."""
        for name, values in (("texts", texts), ("actors", actors)):
            if isinstance(values, str):
                raise InputError(name, "expected a list of text, found one text; put it into [ ]")
        if len(texts) != len(actors):
            raise InputError("actors", f"found {len(actors)} for {len(texts)} texts; give one each")
        table = {"text": _texts("texts", texts), "actor": _texts("actors", actors)}
        return self.predictor.predict_proba(as_table(table, span_finder().find))

    def tag(self, table: object) -> pa.Table:
        """Add label and probabilities to a table.

        Parameters
        ----------
        table : pyarrow.Table, pandas.DataFrame, list of dict
            Columns ``text`` and ``actor``, and the mention's span where it is known; without both
            its columns, actors are looked for in the texts.

        Returns
        -------
        pyarrow.Table
            ``predicted``, ``p_hostile``, ``p_neutral``, ``p_cooperative``, a row each.
        """
        probabilities = self.predictor.predict_proba(as_table(table, span_finder().find))
        predicted = strings(answer(probabilities, self.threshold))
        arrays = [predicted, *(numbers(each, pa.float64()) for each in probabilities.T)]
        return pa.Table.from_arrays(arrays, names=list(ADDED))


class Opening(NamedTuple):
    """How a bundle is opened, in other processes too.

    Attributes
    ----------
    folder : Path
        Where it lies.
    runtime : {"auto", "openvino", "onnxruntime"}
        What computes a network.
    head : str
        The corpus whose head answers; the shared one where it is empty.
    """

    folder: Path
    runtime: Runtime = "auto"
    head: str = ""


def load_bundle(folder: str | Path, runtime: Runtime = "auto", head: str = "") -> Bundle:
    """Load an exported classifier, after checking its version and every file's digest.

    Parameters
    ----------
    folder : str or Path
        Where it lies.
    runtime : {"auto", "openvino", "onnxruntime"}
        What computes a network; by default the fastest that is installed.
    head : str
        The corpus by whose head a model of several answers; by default the one that all share.

    Raises
    ------
    BundleError
        It is missing, damaged, or of another version.
    StancelabError
        The runtime is not installed, or there is nothing for it to compute; or there is no head
        of that name.
    """
    contents = read_bundle(Path(folder))
    predictor = choose_runtime(choose_head(contents.predictor, head), runtime)
    return Bundle(contents.manifest, predictor)


def _texts(name: str, values: Sequence[object]) -> list[str]:
    for row, value in enumerate(values):
        if not isinstance(value, str) or (name == "texts" and not value.strip()):
            raise InputError(name, f"expected text, found {value!r}", row=row)
    return [str(value) for value in values]
