"""Which label's descriptions a statement is most like, as a linear classifier over embeddings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from stancelab.zero_shot.wordings import packaged_descriptions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stancelab.encoders import Encoder

SPREAD = 0.7
"""Standard deviations of the similarities that make a step of one in the softmax; the best log
loss on the validation rows of the embedded corpus is between 0.6 and 0.8."""


def label_directions(encoder: Encoder, languages: Sequence[str]) -> NDArray[np.float64]:
    """Embed the descriptions and average them by label.

    A statement's product with a column is the mean of its cosines with the label's descriptions.

    Parameters
    ----------
    encoder : Encoder
        Gives vectors of length one.
    languages : sequence of str
        Of the descriptions that are used.

    Returns
    -------
    numpy.ndarray, shape (encoder.size, 3)
    """
    described = [packaged_descriptions()[name] for name in languages]
    by_label = [[text for own in labels for text in own] for labels in zip(*described, strict=True)]
    means = [encoder.embed(texts).astype(np.float64).mean(axis=0) for texts in by_label]
    return np.stack(means, axis=1)


def centred(
    vectors: NDArray[np.float32], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Scale similarities so that each label's mean over unlabelled rows is 0, and the spread fixed.

    Embeddings of one encoder are all alike, and more like some descriptions than like others; what
    is left after the mean tells the labels apart.

    Parameters
    ----------
    vectors : numpy.ndarray, shape (n_rows, n_dimensions)
        Of unlabelled rows.
    weights : numpy.ndarray, shape (n_dimensions, 3)
        What similarities are computed with.

    Returns
    -------
    weights : numpy.ndarray, shape (n_dimensions, 3)
    bias : numpy.ndarray, shape (3,)
    """
    scores = vectors.astype(np.float64) @ weights
    means = scores.mean(axis=0)
    spread = float((scores - means).std()) * SPREAD or 1.0
    return weights / spread, -means / spread
