"""Opening an encoder to embed texts."""

from __future__ import annotations

from functools import cache, lru_cache

from stancelab.encoders.base import BUNDLED, Encoder, EncoderFiles
from stancelab.encoders.engine import BundledEncoder
from stancelab.encoders.pooled import PooledEncoder
from stancelab.encoders.source import check_revision, find_encoder, find_same_encoder

_KEPT = 2
"""How many opened encoders stay in memory."""


def open_encoder(name: str) -> Encoder:
    """Open an encoder by name, once in a process.

    ``"bundled"`` is run by the engine of its own package, any other by `transformers`.

    Parameters
    ----------
    name : str
        As `find_encoder` takes it.

    Raises
    ------
    UnknownNameError
        There is no encoder of this name.
    EncoderError
        The encoder is not there, cannot be reached, or is not what it should be.
    MissingExtraError
        A package that it needs is not installed.
    """
    return _bundled() if name == BUNDLED else _pooled(find_encoder(name))


def reopen_encoder(name: str, revision: str) -> Encoder:
    """Open the very encoder that weights were learnt on.

    Parameters
    ----------
    name, revision : str
        As the encoder gave them; of an encoder of the hub, this commit is opened.

    Raises
    ------
    EncoderError
        It is not there, or only another revision of it.
    """
    if name != BUNDLED:
        return _pooled(find_same_encoder(name, revision))
    encoder = _bundled()
    check_revision(name, revision, encoder.revision)
    return encoder


@cache
def _bundled() -> BundledEncoder:
    return BundledEncoder()


@lru_cache(maxsize=_KEPT)
def _pooled(files: EncoderFiles) -> PooledEncoder:
    return PooledEncoder(files)
