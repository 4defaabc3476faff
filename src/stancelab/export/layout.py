"""What is where in a bundle's folder, and the versions of its format."""

from __future__ import annotations

FORMAT = 2
READABLE = (1, FORMAT)
"""Formats that are read; 1 lists no files of its predictor, as no kind had any."""

MANIFEST, SETTINGS, WEIGHTS = "manifest.json", "settings.json", "weights.safetensors"
PROBES, CARD, SUMS = "probes.json", "README.md", "SHA256SUMS"
REQUIRED = (MANIFEST, SETTINGS, WEIGHTS, PROBES)
"""What every bundle holds, besides the digests of it all."""

INPUT_COLUMNS = {
    "text": "the statement",
    "actor": "the actor asked for; looked for in the text where no span is given",
    "mention_start": "optional: first character of the actor's mention, -1 where it is not named",
    "mention_end": "optional: the character after the mention, -1 where it is not named",
}


def shown(name: object) -> str:
    """Give a name that comes from outside as it can be printed on one line.

    Examples
    --------
    >>> shown("encoder.onnx"), shown(" ")
    ('encoder.onnx', "' '")
    """
    text = str(name)
    plain = text.isprintable() and text.strip() == text != ""
    return text if plain else ascii(text)
