"""The encoder that a classifier is made of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from stancelab.predictors.base import innermost

if TYPE_CHECKING:
    from stancelab.predictors.base import Predictor


def encoder_of(predictor: Predictor) -> dict[str, str] | None:
    """Say which encoder a trained predictor is made of, and which of its revisions.

    Of a directory the last part of its path is kept: the rest says more of a machine than of the
    encoder.

    Examples
    --------
    >>> import numpy as np
    >>> from stancelab.predictors.priors import ConstantPredictor
    >>> encoder_of(ConstantPredictor(np.array([0.2, 0.3, 0.5]))) is None
    True
    """
    inner: Any = innermost(predictor)
    if inner.kind == "transformer":
        name, revision = inner.encoder, inner.revision
    elif inner.kind == "embedding_linear":
        name, revision = inner.encoder.name, inner.encoder.revision
    else:
        return None
    return {"name": shown_name(name), "revision": revision}


def shown_name(name: str) -> str:
    """Give the name of an encoder, or of a file, without the folders of this machine.

    Examples
    --------
    >>> shown_name("bundled"), shown_name("owner/name"), shown_name("/home/me/encoders/mine")
    ('bundled', 'owner/name', 'mine')
    """
    return Path(name).name if Path(name).is_absolute() else name
