"""Small made-up files in the schemes of public corpora, for tests that have not the real ones."""

from __future__ import annotations

from pathlib import Path

_VERBS = {"1": "thanked", "2": "fed", "3": "accused", "4": "shelled"}
_NAMES = ("Oslo", "Riga", "Rome", "Lima", "Cairo")
_PLV_COLUMNS = ("uid", "sentence_id", "sentence", "marked_sentence", "source", "target")
_PLV_COLUMNS += ("gold_penta", "gold_root")


def write_plv(folder: Path, size: int = 80, copies: int = 0) -> Path:
    """Write both parts of PLV; the first `copies` sentences of test stand in training too."""
    for part, first in (("train", 0), ("test", 1000)):
        lines = ["\t".join(_PLV_COLUMNS)]
        for number in range(size):
            where = number if part == "test" and number < copies else first + number
            lines.append("\t".join(_event(where, str(1 + number % 4))))
        _write(folder / "plv" / f"PLV_{part}.tsv", "\n".join(lines) + "\n")
    return folder / "plv"


def _event(number: int, code: str) -> list[str]:
    source, target = _NAMES[number % 5], _NAMES[(number + 1) % 5]
    plain = f"On day {number} {source} {_VERBS[code]} {target} again."
    marked = plain.replace(source, f"<s>{source}</s>").replace(target, f"<t>{target}</t>")
    return [str(number), str(number), plain, marked, source, target, code, "AGREE"]


def write_tweets(folder: Path, size: int = 60) -> Path:
    """Write the three parts of TweetEval's stance toward Hillary Clinton."""
    words = {"0": "saw", "1": "hates", "2": "loves"}
    for part, first in (("train", 0), ("val", 500), ("test", 1000)):
        codes = [str(number % 3) for number in range(size)]
        texts = [f"Voter {first + at} {words[code]} Hillary" for at, code in enumerate(codes)]
        _write(
            folder / "tweeteval_stance" / "hillary" / f"{part}_text.txt", "\n".join(texts) + "\n"
        )
        _write(
            folder / "tweeteval_stance" / "hillary" / f"{part}_labels.txt", "\n".join(codes) + "\n"
        )
    _write(folder / "tweeteval_stance" / "mapping.txt", "0\tnone\n1\tagainst\n2\tfavor\n")
    return folder / "tweeteval_stance"


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
