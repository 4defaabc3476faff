"""Which tokens a classifier for some languages needs: by word lists, and by texts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from stancelab.errors import MissingExtraError
from stancelab.export.onnx.vocabulary import plain_tokens, script
from stancelab.export.onnx.wanted import ExportError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

RAREST = 2e-8
"""Words in which a token occurs, of all that are written in a language: below it, it goes.

One of fifty million words: what a reader meets once in five hundred books.
"""

WORD_LIST = {
    "name": "wordfreq",
    "licence": "CC-BY-SA-4.0",
    "terms": "open",
    "used_for": "choosing the tokens that are kept",
}
"""Where the word lists come from (Speer 2022), for the manifest."""

_FORMS: tuple[tuple[Callable[[str], str], float, int | None], ...] = (
    (str, 1.0, None),
    (str.capitalize, 0.1, 100_000),
    (lambda word: f"«{word.capitalize()}", 0.02, 100_000),
    (str.upper, 0.01, 20_000),
)
"""How a word is written, how often, and the most frequent words of which: lists are lower case."""

_AT_ONCE = 10_000


def needed_tokens(
    tokenizer: Tokenizer,
    languages: Sequence[str],
    texts: Iterable[str],
    files: Sequence[Path] = (),
) -> set[int]:
    """List the ids of the tokens to keep.

    Parameters
    ----------
    tokenizer : tokenizers.Tokenizer
        The whole one.
    languages : sequence of str
        Whose frequent words are written with the tokens, and all single letters of whose scripts
        are kept.
    texts : iterable of str
        All of whose tokens are kept.
    files : sequence of Path
        Text files, likewise.

    Raises
    ------
    ExportError
        There is no word list of a language, or a file cannot be read.
    MissingExtraError
        `wordfreq` is not installed.
    """
    frequency: dict[int, float] = defaultdict(float)
    scripts: set[str] = set()
    for language in languages:
        words = _word_list(language)
        scripts |= _scripts(words)
        _count(tokenizer, words, frequency)
    kept = {token for token, share in frequency.items() if share >= RAREST}
    kept.update(plain_tokens(tokenizer, frozenset(scripts)))
    for part in _parts(chain(texts, *map(_lines, files))):
        for found in tokenizer.encode_batch(part, add_special_tokens=False):
            kept.update(found.ids)
    return kept


def _count(tokenizer: Tokenizer, words: Mapping[str, float], frequency: dict[int, float]) -> None:
    """Add to each token how often it is written in a language."""
    for form, share, most in _FORMS:
        for part in _parts(islice(words, most)):
            written = [form(word) for word in part]
            made = tokenizer.encode_batch(written, add_special_tokens=False)
            for word, found in zip(part, made, strict=True):
                for token in found.ids:
                    frequency[token] += share * words[word]


def _word_list(language: str) -> dict[str, float]:
    try:
        import wordfreq
    except ImportError:
        raise MissingExtraError("wordfreq", "train") from None
    known = wordfreq.available_languages("best")
    if language not in known:
        raise ExportError(
            f"--languages {language}: there is no word list of this language; known: "
            f"{', '.join(sorted(known))}; name a text file of it instead: --keep-tokens-of FILE"
        )
    found: dict[str, float] = wordfreq.get_frequency_dict(language, "best")
    return found


def _scripts(words: Iterable[str]) -> set[str]:
    """Name the scripts that at least one in a hundred letters of the first words are of."""
    letters = Counter(script(letter) for word in islice(words, _AT_ONCE) for letter in word)
    total = sum(letters.values())
    return {name for name, count in letters.items() if name and count * 100 >= total}


def _lines(file: Path) -> Iterator[str]:
    try:
        with file.open(encoding="utf-8") as opened:
            yield from opened
    except OSError as error:
        raise ExportError(
            f"--keep-tokens-of {file}: cannot be read ({error.strerror or error}); expected a text "
            "file"
        ) from None
    except UnicodeDecodeError:
        raise ExportError(f"--keep-tokens-of {file}: is not UTF-8; save it as UTF-8") from None


def _parts(values: Iterable[str]) -> Iterator[list[str]]:
    left = iter(values)
    while part := list(islice(left, _AT_ONCE)):
        yield part
