"""What an ONNX file is made of, read from its bytes: nothing is run, and no weights are read.

The file is protobuf, and its messages are walked as they lie there, so that half a gigabyte takes
milliseconds and `onnx`, which the base install lacks, is not needed. Numbers of fields are those of
``onnx.proto`` (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
"""

from __future__ import annotations

import mmap
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from stancelab.errors import DamagedBundleError, UnsafeBundleError
from stancelab.export.layout import shown
from stancelab.export.safety import is_plain_name

OPERATORS = ("", "ai.onnx")
"""The domains whose operators a graph may have: ONNX's own, all that our exports need."""

_ONLY_NAMED = (
    *("ai.onnx.ml", "ai.onnx.preview", "ai.onnx.training", "ai.onnx.preview.training"),
    *("com.microsoft", "com.microsoft.experimental", "com.microsoft.nchwc", "org.pytorch.aten"),
)
"""Domains that the tools of ONNX Runtime list in every file they write, and use in none of ours."""

_INSIDE: Mapping[str, Mapping[int, str]] = {
    "model": {7: "graph", 8: "opset", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "function": {7: "node", 9: "opset", 11: "attribute"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
    "tensor": {13: "entry"},
    "opset": {},
    "entry": {},
}
"""The messages that a message holds, by the number of the field."""

_NODE_DOMAIN, _NODE_TYPE = 7, 4
_FUNCTION_DOMAIN = 10
_OPSET_DOMAIN, _OPSET_VERSION = 1, 2
_TENSOR_PLACE, _EXTERNAL = 14, 1
_ENTRY_KEY, _ENTRY_VALUE = 1, 2


@dataclass(frozen=True, slots=True)
class OnnxFile:
    """What an ONNX file says of itself.

    Attributes
    ----------
    opset : int
        Version of ONNX's own operators.
    external : tuple of str
        The files beside it that hold weights of its.
    """

    opset: int
    external: tuple[str, ...]


class _Message(NamedTuple):
    """A message: its kind, and its fields as (number, value); bytes are their place."""

    kind: str
    fields: list[tuple[int, int | slice]]

    def places(self, number: int) -> Iterator[slice]:
        return (value for n, value in self.fields if n == number and isinstance(value, slice))


def check_onnx(path: Path, listed: Collection[str]) -> OnnxFile:
    """Refuse an ONNX file that is none, has foreign operators, or reads outside its folder.

    Parameters
    ----------
    path : Path
        The file, in a bundle's folder.
    listed : collection of str
        The files of the bundle whose digests are known.

    Raises
    ------
    UnsafeBundleError
        An operator, in the graph, in one inside it or in a function, is of an unknown domain; or
        weights lie in a file that the bundle does not list.
    DamagedBundleError
        It is cut off, or no ONNX.
    """
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return _check(path, data, listed)
    except (OSError, ValueError) as error:  # an empty file cannot be mapped
        raise DamagedBundleError(path.parent, f"{path.name} is no ONNX file ({error})") from None


def _check(path: Path, data: mmap.mmap, listed: Collection[str]) -> OnnxFile:
    versions: dict[str, int] = {}
    external: dict[str, None] = {}
    graphs = 0
    for message in _messages(data):
        graphs += message.kind == "graph"
        if message.kind == "node":
            _check_operator(path, data, message)
        elif message.kind == "function":
            for domain in message.places(_FUNCTION_DOMAIN):
                _check_domain(path, _text(data, domain), "a function")
        elif message.kind == "opset":
            versions |= _opset(path, data, message)
        elif message.kind == "tensor" and _is_outside(message):
            external |= _place_of(path, data, message, listed)
    own = [version for domain, version in versions.items() if domain in OPERATORS]
    if not graphs or not own:
        raise ValueError("it has no graph" if not graphs else "it names no version of operators")
    return OnnxFile(max(own), tuple(external))


def _check_operator(path: Path, data: mmap.mmap, node: _Message) -> None:
    kinds = [_text(data, place) for place in node.places(_NODE_TYPE)]
    for domain in node.places(_NODE_DOMAIN):
        _check_domain(path, _text(data, domain), f"the operator {shown(''.join(kinds))}")


def _check_domain(path: Path, domain: str, what: str) -> None:
    if domain not in OPERATORS:
        raise UnsafeBundleError(
            path.parent, f"{path.name} has {what} of the unknown domain {shown(domain)}"
        )


def _opset(path: Path, data: mmap.mmap, opset: _Message) -> dict[str, int]:
    """Give the version of each domain, all but one of which may be named only."""
    domains = [_text(data, place) for place in opset.places(_OPSET_DOMAIN)] or [""]
    for domain in domains:
        if domain not in _ONLY_NAMED:
            _check_domain(path, domain, "operators")
    version = next((v for n, v in opset.fields if n == _OPSET_VERSION and isinstance(v, int)), 0)
    return dict.fromkeys(domains, version)


def _is_outside(tensor: _Message) -> bool:
    return (_TENSOR_PLACE, _EXTERNAL) in tensor.fields or any(tensor.places(13))


def _place_of(
    path: Path, data: mmap.mmap, tensor: _Message, listed: Collection[str]
) -> dict[str, None]:
    """Give the file that a tensor's numbers lie in."""
    found: dict[str, list[str]] = {}
    for place in tensor.places(13):
        entry = _Message("entry", list(_fields(data, place)))
        key, value = (
            "".join(_text(data, one) for one in entry.places(number))
            for number in (_ENTRY_KEY, _ENTRY_VALUE)
        )
        found.setdefault(key, []).append(value)
    names = found.get("location", [])
    for name in names:
        if not is_plain_name(name) or name not in listed:
            raise UnsafeBundleError(
                path.parent,
                f"{path.name} has weights in {shown(name)}, which is no file of the bundle",
            )
    if not names:
        raise ValueError("it has weights in a file that it does not name")
    begin, length = (sum(map(int, found.get(key, []))) for key in ("offset", "length"))
    size = min((path.parent / name).stat().st_size for name in names)
    if begin < 0 or length < 0 or begin + length > size:
        raise ValueError(f"it has weights past the end of {names[0]}")
    return dict.fromkeys(names)


def _messages(data: mmap.mmap) -> Iterator[_Message]:
    """Walk all messages that matter; nesting costs no depth of the interpreter."""
    waiting = [("model", slice(0, len(data)))]
    while waiting:
        kind, place = waiting.pop()
        message = _Message(kind, list(_fields(data, place)))
        yield message
        for number, inner in _INSIDE[kind].items():
            if inner != "entry":
                waiting += [(inner, one) for one in message.places(number)]


def _fields(data: mmap.mmap, place: slice) -> Iterator[tuple[int, int | slice]]:
    """Read the fields of one message: numbers as they are, all else as where it lies."""
    at, end = place.start, place.stop
    while at < end:
        key, at = _varint(data, at, end)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _varint(data, at, end)
            yield number, value
            continue
        if wire == 2:
            length, at = _varint(data, at, end)
        elif wire in (1, 5):
            length = 8 if wire == 1 else 4
        else:
            raise ValueError(f"unknown kind of field at byte {at}")
        if at + length > end:
            raise ValueError(f"it breaks off at byte {at}")
        yield number, slice(at, at + length)
        at += length


def _varint(data: mmap.mmap, at: int, end: int) -> tuple[int, int]:
    value = shift = 0
    while at < end and shift < 70:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
    raise ValueError(f"it breaks off at byte {at}")


def _text(data: mmap.mmap, place: slice) -> str:
    return data[place].decode("utf-8")
