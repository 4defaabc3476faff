"""Guessing what a text that is not UTF-8 is encoded in."""

from __future__ import annotations

import re

from stancelab.errors import MissingExtraError

_LATIN = {
    "cp1252": "äöüßéèêëàâçîïôûùœæñáíóúÄÖÜÉÈÀÇÑÁÍÓÚ¿¡",
    "cp1250": "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ",
    "iso8859_2": "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ",
    "cp1254": "çğıöşüâîûÇĞİÖŞÜ",
}
"""Encodings of Latin script, and the letters beyond ASCII of the languages written in them."""

_SIGNS = "«»„“”‘’–—…\xa0°№§€"
_OTHERS = (
    "cp1251",
    "koi8_u",
    "cp866",
    "iso8859_5",
    "cp1256",
    "gb18030",
    "big5",
)
"""Encodings of the other scripts."""

_SAMPLE = 2**16
_BEYOND = re.compile(rb"[^\x00-\x7f]")
_MOST_LATIN = 0.4
"""Share of letters beyond ASCII up to which a text is of Latin script; French has a tenth."""

_LEAST_EXPECTED = 0.5


def guess_encoding(data: bytes) -> str | None:
    """Guess the encoding of a text of one byte a letter, or of Chinese.

    Parameters
    ----------
    data : bytes
        Text that is not UTF-8.

    Returns
    -------
    str or None
        Python's name of the encoding; None where no encoding gives text.

    Examples
    --------
    >>> guess_encoding("Міністр закордонних справ".encode("koi8_u"))
    'koi8_u'
    >>> guess_encoding("Rząd Słowacji wstrzymał pomoc".encode("iso8859_2"))
    'iso8859_2'
    """
    sample = _telling(data)
    beyond = len(_BEYOND.findall(sample))
    letters = beyond + len(re.findall(rb"[A-Za-z]", sample))
    if beyond <= _MOST_LATIN * letters and (found := _latin(sample)):
        return found
    return _matching(sample)


def _telling(data: bytes) -> bytes:
    """Take the lines, up to a sample of them, that are not ASCII alone."""
    lines: list[bytes] = []
    size = 0
    for found in re.finditer(rb"[^\n]*[^\x00-\x7f\n][^\n]*\n?", data):
        line = found[0] if len(found[0]) <= _SAMPLE else _around(found[0])
        lines.append(line)
        size += len(line)
        if size >= _SAMPLE:
            break
    return b"".join(lines)


def _around(line: bytes) -> bytes:
    """Cut a long line at spaces, which are never a part of a longer character."""
    first = _BEYOND.search(line)
    start = line.rfind(b" ", 0, first.start() if first else 0) + 1
    end = line.rfind(b" ", start, start + _SAMPLE)
    return line[start : end if end > start else start + _SAMPLE]


def _latin(sample: bytes) -> str | None:
    """Choose the encoding in which most of what is not ASCII are letters of its languages."""
    found = {encoding: _expected(sample, encoding) for encoding in _LATIN}
    best = max(found, key=lambda encoding: found[encoding])
    return best if found[best] >= _LEAST_EXPECTED else None


def _expected(sample: bytes, encoding: str) -> float:
    """Count the expected against signs that are none of writing, such as a superscript three."""
    text = sample.decode(encoding, errors="replace")
    beyond = [char for char in text if char > "\x7f"]
    letters = _LATIN[encoding] + _SIGNS
    expected = sum(char in letters for char in beyond)
    strange = sum(not char.isalpha() and char not in _SIGNS for char in beyond)
    return (expected - strange) / max(1, len(beyond))


def _matching(sample: bytes) -> str | None:
    try:
        from charset_normalizer import from_bytes
    except ImportError:
        raise MissingExtraError("charset-normalizer", "articles") from None
    best = from_bytes(sample, cp_isolation=list(_OTHERS)).best()
    return best.encoding if best else None
