"""Leaving out the tokens of languages that a classifier is not for.

Four fifths of a multilingual encoder are the vectors of its tokens, most of which no text in
three languages has. Those that are left keep their order, so that of two segmentations the
tokenizer prefers the same as before wherever all pieces are still there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from stancelab.export.onnx.wanted import ExportError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

_MARKS = ("▁", "##", "Ġ")
"""What tokenizers put before a piece that begins a word, or that goes on with one."""


def prune(tokenizer: Tokenizer, kept: Iterable[int]) -> tuple[Tokenizer, NDArray[np.int64]]:
    """Make a tokenizer that knows some of the tokens only.

    Parameters
    ----------
    tokenizer : tokenizers.Tokenizer
        A Unigram, WordPiece or BPE model.
    kept : iterable of int
        Ids to keep; special and added tokens are kept in any case.

    Returns
    -------
    tokenizer : tokenizers.Tokenizer
        Numbers its tokens anew.
    ids : numpy.ndarray of int, shape (n_kept,)
        The old id of each new one.

    Raises
    ------
    ExportError
        The tokenizer is of another model.
    """
    from tokenizers import Tokenizer as Made

    content: dict[str, Any] = json.loads(tokenizer.to_str())
    model = content["model"]
    cut = _MODELS.get(model["type"])
    if cut is None:
        raise ExportError(
            f"the tokenizer is of the model {model['type']}, and tokens can be left out of "
            f"{', '.join(sorted(_MODELS))} only; leave out --languages and --keep-tokens-of"
        )
    always = {token["id"] for token in content.get("added_tokens", ())} | _specials(content)
    ids = np.array(sorted(cut(model, {*kept, *always})), dtype=np.int64)
    new = {int(old): at for at, old in enumerate(ids)}
    _renumber(model, new)
    for token in content.get("added_tokens", ()):
        token["id"] = new[token["id"]]
    _renumber_specials(content.get("post_processor"), new)
    return Made.from_str(json.dumps(content, ensure_ascii=False)), ids


def plain_tokens(tokenizer: Tokenizer, scripts: frozenset[str]) -> list[int]:
    """List the tokens of one letter of some scripts, and all without a letter: numbers and signs.

    With them every word of these scripts can still be spelled, and numbers stay as they were.

    Parameters
    ----------
    tokenizer : tokenizers.Tokenizer
        Any.
    scripts : frozenset of str
        As `script` names them.
    """
    found = []
    for token, number in tokenizer.get_vocab().items():
        letters = [script(letter) for letter in _bare(token) if script(letter)]
        if not letters or (len(_bare(token)) == 1 and letters[0] in scripts):
            found.append(number)
    return found


def script(character: str) -> str:
    """Name the script of a letter; empty for what is none.

    Examples
    --------
    >>> script("ї"), script("q"), script("7")
    ('CYRILLIC', 'LATIN', '')
    """
    import unicodedata

    if not character.isalpha():
        return ""
    return unicodedata.name(character[0], "?").split()[0]


def _bare(token: str) -> str:
    for mark in _MARKS:
        if token != mark and token.startswith(mark):
            return token.removeprefix(mark)
    return token


def _specials(content: Mapping[str, Any]) -> set[int]:
    """List the ids that the tokenizer itself puts into a text."""
    model, found = content["model"], set[int]()
    if model.get("unk_id") is not None:
        found.add(int(model["unk_id"]))
    if isinstance(model["vocab"], dict) and model.get("unk_token") in model["vocab"]:
        found.add(int(model["vocab"][model["unk_token"]]))

    def note(old: int) -> int:
        found.add(old)
        return old

    _walk(content.get("post_processor"), note)
    return found


def _renumber_specials(processor: Any, new: Mapping[int, int]) -> None:
    _walk(processor, new.__getitem__)


def _walk(processor: Any, change: Callable[[int], int]) -> None:
    """Change every token id in a post-processor, whatever its kind."""
    if not processor:
        return
    for one in processor.get("processors", ()):
        _walk(one, change)
    for name in ("sep", "cls"):  # of BERT and RoBERTa: a token and its id
        if isinstance(processor.get(name), list):
            processor[name][1] = change(processor[name][1])
    for token in (processor.get("special_tokens") or {}).values():
        token["ids"] = [change(old) for old in token["ids"]]


def _keep_all(_: Mapping[str, Any], kept: set[int]) -> set[int]:
    """Need nothing besides: a token is a piece of its own."""
    return kept


def _keep_bpe(model: Mapping[str, Any], kept: set[int]) -> set[int]:
    """Keep the parts of every token that is kept, from which it is merged."""
    vocabulary: dict[str, int] = model["vocab"]
    made: dict[str, tuple[str, str]] = {}
    for merge in model["merges"]:
        left, right = merge if isinstance(merge, list) else merge.split(" ")
        made.setdefault(left + right, (left, right))
    names = {number: token for token, number in vocabulary.items()}
    waiting, found = [names[one] for one in kept if one in names], set(kept)
    while waiting:
        for part in made.get(waiting.pop(), ()):
            if vocabulary[part] not in found:
                found.add(vocabulary[part])
                waiting.append(part)
    return found


def _renumber(model: dict[str, Any], new: Mapping[int, int]) -> None:
    vocabulary = model["vocab"]
    if isinstance(vocabulary, list):
        model["vocab"] = [entry for at, entry in enumerate(vocabulary) if at in new]
        if model.get("unk_id") is not None:
            model["unk_id"] = new[model["unk_id"]]
        return
    model["vocab"] = {token: new[old] for token, old in vocabulary.items() if old in new}
    if "merges" in model:
        known = model["vocab"]
        pairs = [one if isinstance(one, list) else one.split(" ") for one in model["merges"]]
        model["merges"] = [
            [left, right]
            for left, right in pairs
            if left in known and right in known and left + right in known
        ]


_MODELS: dict[str, Callable[[Mapping[str, Any], set[int]], set[int]]] = {
    "Unigram": _keep_all,
    "WordPiece": _keep_all,
    "BPE": _keep_bpe,
}
"""For each model of tokenizer, what must be kept besides."""
