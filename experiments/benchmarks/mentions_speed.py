"""Words a second of finding mentions, for each language, on one core.

Run with: python experiments/benchmarks/mentions_speed.py [FOLDER] [--seconds 3] [--json]

FOLDER holds a JSON lines file for each language (`uk.jsonl`) with a `text` in each line; without
one, the texts are those of the embedded corpus. The first pass over the texts is cold: it looks
every word up. The others are warm, and are repeated for some seconds. Chinese, which has no spaces,
counts a word for each two characters. `lemma` marks the languages whose words are lemmatised.
"""

from __future__ import annotations

import json
import os
import platform
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import typer

from stancelab.actors.catalogue import read_catalogue
from stancelab.actors.mentions import MentionFinder
from stancelab.actors.records import LANGUAGES
from stancelab.actors.words import LEMMATISED, WITHOUT_SPACES
from stancelab.datasets.registry import load


def main(
    folder: Annotated[Path | None, typer.Argument(help="Folder of LANGUAGE.jsonl.")] = None,
    seconds: Annotated[float, typer.Option(help="How long to repeat, for each language.")] = 3.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one object.")] = False,
) -> None:
    """Measure and print a table."""
    texts = from_folder(folder) if folder else from_corpus()
    found = {language: measure(texts[language], language, seconds) for language in texts}
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.machine()}"
    if as_json:
        print(json.dumps({"machine": machine, "languages": found}))
    else:
        show(found)


def from_folder(folder: Path) -> dict[str, list[str]]:
    """Give the texts of files that are named after their language."""
    return {
        path.stem: [json.loads(line)["text"] for line in path.read_text("utf-8").splitlines()]
        for path in sorted(folder.glob("*.jsonl"))
        if path.stem in LANGUAGES
    }


def from_corpus() -> dict[str, list[str]]:
    """Give the texts of the embedded corpus by language."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for row in load("statements").table.select(["text", "language"]).to_pylist():
        found[row["language"]][row["text"]] = None
    return {language: list(found[language]) for language in LANGUAGES}


def measure(texts: Sequence[str], language: str, seconds: float) -> dict[str, Any]:
    """Time a finder of its own: loading, the first pass, and later ones."""
    words = sum(count(text, language) for text in texts)
    finder = MentionFinder(read_catalogue())
    began = perf_counter()
    finder.find("", language)
    loaded = perf_counter()
    mentions = sum(len(finder.find(text, language)) for text in texts)
    cold = perf_counter() - loaded
    passes, started = 0, perf_counter()
    while perf_counter() - started < seconds:
        for text in texts:
            finder.find(text, language)
        passes += 1
    warm = (perf_counter() - started) / passes
    return {
        "matcher": "lemma" if language in LEMMATISED else "surface",
        "words": words,
        "mentions": mentions,
        "load_seconds": loaded - began,
        "cold_words_per_second": words / cold,
        "words_per_second": words / warm,
    }


def count(text: str, language: str) -> int:
    """Count the words of a text."""
    return len(text) // 2 if language in WITHOUT_SPACES else len(text.split())


def show(found: dict[str, dict[str, Any]]) -> None:
    """Print the table."""
    print(
        f"{'':4}{'matcher':>9}{'words':>9}{'mentions':>10}{'load s':>8}{'cold w/s':>11}{'w/s':>11}"
    )
    for language, one in found.items():
        print(
            f"{language:4}{one['matcher']:>9}{one['words']:9,}{one['mentions']:10,}"
            f"{one['load_seconds']:8.2f}{one['cold_words_per_second']:11,.0f}"
            f"{one['words_per_second']:11,.0f}"
        )


if __name__ == "__main__":
    typer.run(main)
