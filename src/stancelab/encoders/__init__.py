"""Encoders of texts: where one comes from, and the vectors that it gives.

`find_encoder` gives the files of an encoder, for training; `open_encoder` gives one that embeds.
Neither `torch` nor `transformers` is imported before an encoder needs it.
"""

from stancelab.encoders.base import BUNDLED, Encoder, EncoderFiles
from stancelab.encoders.opening import open_encoder, reopen_encoder
from stancelab.encoders.source import encoder_revision, find_encoder, find_same_encoder

__all__ = [
    "BUNDLED",
    "Encoder",
    "EncoderFiles",
    "encoder_revision",
    "find_encoder",
    "find_same_encoder",
    "open_encoder",
    "reopen_encoder",
]
