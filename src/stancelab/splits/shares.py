"""Training on a share of the documents: ``[learning_curve]`` of an experiment file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

if TYPE_CHECKING:
    from numpy.typing import NDArray

Share = Annotated[float, Field(gt=0, lt=1)]


class LearningCurveConfig(BaseModel):
    """How a score grows with the training documents: ``[learning_curve]`` of an experiment file.

    Each model is trained on each share of the training documents besides all of them, the smaller
    share within the larger, and validated and tested on the same rows.

    Attributes
    ----------
    shares : tuple of float
        Each above 0 and below 1.
    models : tuple of str, optional
        Which models; every trained one by default.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    shares: Annotated[tuple[Share, ...], Field(min_length=1)]
    models: Annotated[tuple[str, ...], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _named_once(self) -> LearningCurveConfig:
        for listed in (self.shares, self.models or ()):
            if len(set(listed)) < len(listed):
                raise ValueError(f"the list {list(listed)} names one twice")
        return self


def draw_share(
    documents: Sequence[str], labels: NDArray[np.int64], share: float, seed: int
) -> NDArray[np.bool_]:
    """Draw a share of the documents of some rows.

    The documents are put in an order by the seed, and those that first show a label are moved to
    its front, so that even a small share has every label; a share is a first part of that order.

    Parameters
    ----------
    documents : sequence of str, length n_rows
        The document of each row.
    labels : numpy.ndarray of int, shape (n_rows,)
        Their labels.
    share : float
        Of the documents, above 0 and up to 1; it may be exceeded by those that show a label.
    seed : int
        Orders the documents.

    Returns
    -------
    numpy.ndarray of bool, shape (n_rows,)
        Whether a row is drawn. What a smaller share draws, a larger one with the same seed does.

    Examples
    --------
    >>> labels = np.array([0, 0, 0, 2, 0, 0])
    >>> draw_share(["a", "b", "b", "c", "d", "e"], labels, 0.4, seed=1).tolist()
    [False, False, False, True, False, True]
    """
    names, member = np.unique(documents, return_inverse=True)
    order = np.random.default_rng(seed).permutation(len(names))
    first = _showing_labels(order, member, labels)
    order = np.concatenate([first, order[~np.isin(order, first)]])
    count = max(len(first), round(share * len(names)))
    drawn: NDArray[np.bool_] = np.isin(member, order[:count])
    return drawn


def _showing_labels(
    order: NDArray[np.int64], member: NDArray[np.int64], labels: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Give the documents, in the order, that have a label which none before them has."""
    place = np.argsort(order)[member]
    chosen = sorted({int(place[labels == label].min()) for label in np.unique(labels)})
    return order[chosen]
