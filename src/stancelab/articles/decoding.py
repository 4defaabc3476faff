"""From bytes to text: marks at the beginning, UTF-8, what a page declares, and else a guess."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import NamedTuple

from stancelab.articles.guessing import guess_encoding
from stancelab.articles.problems import ArticleError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"""<meta[^>]{0,500}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([\w.:-]{2,40})"""
    rb"""|<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([\w.:-]{2,40})""",
    re.IGNORECASE,
)
_DECLARED_WITHIN = 8192
"""Bytes at the beginning of a page in which browsers and writers put what it is encoded in."""

_WEB = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254"}
"""What pages mean by these names, by the WHATWG's Encoding Standard."""

_NO_TEXT = {"unicode-escape", "raw-unicode-escape", "utf-7", "idna", "punycode", "undefined"}
_CONTROL = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b\x85"))
_MOST_CONTROL = 0.002
_PART = 2**20
_MOST_BROKEN = 0.01
"""Share of the characters beyond ASCII that may be broken in a text that is still UTF-8."""

_NOT_TEXT = "name a file of text, HTML or Markdown"


class Decoded(NamedTuple):
    """A text, without the mark that began it, and the encoding it was in."""

    text: str
    encoding: str


def decode(data: bytes, name: str, encoding: str | None = None) -> Decoded:
    """Decode an article.

    Parameters
    ----------
    data : bytes
        The file as it is.
    name : str
        How messages call it.
    encoding : str, optional
        What it is in; without it, a byte order mark tells, then whether it is UTF-8, then what an
        HTML page declares, and else its letters.

    Raises
    ------
    ArticleError
        It is empty or binary, or not in the encoding that was named.

    Examples
    --------
    >>> decode("Київ і Москва домовилися про обмін.".encode("cp1251"), "news.txt")
    Decoded(text='Київ і Москва домовилися про обмін.', encoding='cp1251')
    """
    if not data.strip():
        raise ArticleError(name, "is empty", "name a file that holds an article")
    if encoding is not None:
        return _as_named(data, name, known_encoding(encoding))
    for mark, found in _MARKS:
        if data.startswith(mark):
            return _as_named(data, name, found)
    _refuse_binary(data, name)
    decoded = _as_utf8(data) or _as_declared(data)
    if decoded is None and is_utf8(data):
        decoded = Decoded(data.decode(errors="replace"), "utf-8")
    return decoded or _as_guessed(data, name)


def encoding_of_file(path: Path, encoding: str | None = None) -> str:
    """Tell what a table is encoded in, without keeping it in memory.

    Parameters
    ----------
    path : Path
        The file.
    encoding : str, optional
        What it is in, where that is known.

    Returns
    -------
    str
        Python's name of an encoding that takes a byte order mark away.
    """
    if encoding is not None:
        found = known_encoding(encoding)
        return "utf-8-sig" if found == "utf-8" else found
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
        file.seek(0)
        for part in iter(lambda: file.read(_PART), b""):
            try:
                decoder.decode(part)
            except UnicodeDecodeError:
                return "utf-8-sig" if is_utf8(part) else guess_encoding(part) or "utf-8-sig"
    return "utf-8-sig"


def known_encoding(name: str) -> str:
    """Give Python's name of an encoding.

    Raises
    ------
    ArticleError
        There is no such encoding of text.

    Examples
    --------
    >>> known_encoding("Windows-1251")
    'cp1251'
    """
    found = _codec(name)
    if found is None:
        raise ArticleError(f"encoding {name!r}", "is not known", "name one such as utf-8 or cp1251")
    return found


def _codec(name: str) -> str | None:
    try:
        "".encode(name)
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return None if found.replace("_", "-") in _NO_TEXT else found


def _as_named(data: bytes, name: str, encoding: str) -> Decoded:
    for mark, of in _MARKS:
        if data.startswith(mark) and of.startswith(encoding.removesuffix("-sig")):
            data, encoding = data[len(mark) :], of
            break
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ArticleError(
            name,
            f"is not {encoding}: byte {error.start} is {data[error.start]:#04x}",
            "name the encoding that it is in (--encoding), or save it as UTF-8",
        ) from None
    if not text.strip():
        raise ArticleError(name, "is empty", "name a file that holds an article")
    return Decoded(text, encoding)


def _refuse_binary(data: bytes, name: str) -> None:
    at = data.find(b"\0")
    if at >= 0:
        advice = f"{_NOT_TEXT}, or its encoding (--encoding) if this is text in UTF-16"
        raise ArticleError(name, f"is binary: byte {at} is 0x00", advice)
    control = len(data) - len(data.translate(None, _CONTROL))
    if control > max(1, len(data) * _MOST_CONTROL) or data.startswith(b"%PDF-"):
        raise ArticleError(name, f"is binary: {control} control characters", _NOT_TEXT)


def is_utf8(data: bytes) -> bool:
    """Say whether bytes are UTF-8 but for a few, as of a file that was cut.

    Examples
    --------
    >>> is_utf8("Київ".encode()[:-1]), is_utf8("Київ".encode("cp1251"))
    (True, False)
    """
    text = data.decode(errors="replace")
    broken = text.count("\ufffd")
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    return broken == 0 or broken <= max(2, beyond * _MOST_BROKEN) < beyond


def _as_utf8(data: bytes) -> Decoded | None:
    try:
        return Decoded(data.decode(), "utf-8")
    except UnicodeDecodeError:
        return None


def _as_declared(data: bytes) -> Decoded | None:
    """Decode what a page says that it is in; a few bytes may have no meaning there."""
    found = _DECLARED.search(data[:_DECLARED_WITHIN])
    declared = found and _codec((found[1] or found[2]).decode("ascii", "ignore"))
    if not declared or declared.startswith("utf"):
        return None
    encoding = {**_WEB, "gb2312": "gb18030", "gbk": "gb18030"}.get(declared, declared)
    text = data.decode(encoding, errors="replace")
    return Decoded(text, encoding) if text.count("\ufffd") <= len(text) * _MOST_BROKEN else None


def _as_guessed(data: bytes, name: str) -> Decoded:
    found = guess_encoding(data)
    if found is None:
        raise ArticleError(
            name,
            "is binary, or text in no encoding that is known here",
            "save it as UTF-8, or name its encoding (--encoding)",
        )
    return Decoded(data.decode(found, errors="replace"), found)
