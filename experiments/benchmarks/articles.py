"""How well actors and sources are found in the embedded corpus and in real posts.

Run with: python experiments/benchmarks/articles.py [--half test] [--json]

Rules and catalogue come from one half of the embedded corpus' documents, those whose SHA-256 is
even; the other half is the test. A mention is found where one that overlaps it has its actor. The
posts are those of unlp2025 (in the folder that STANCELAB_DATA names), of which 200 sentences were
judged by a reader. A source is right where the F1 of its lemmas with those of the annotated one is
at least 0.5. Statements in which somebody speaks, by a verb, a quotation or "according to", and
those in which somebody acts are counted apart.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import typer

from stancelab.actors.catalogue import Catalogue, read_catalogue
from stancelab.actors.mentions import Mention, MentionFinder
from stancelab.actors.records import LANGUAGES
from stancelab.articles.segments import segment
from stancelab.datasets.registry import load
from stancelab.sources import (
    Source,
    find_sources,
    has_speech,
    leading,
    supported_languages,
)

JUDGED = Path(__file__).parents[2] / "tests/data/unlp2025_mentions.tsv"
RESAMPLES = 1000
RIGHT = 0.5
Half = Literal["development", "test"]
Row = dict[str, Any]


def main(
    half: Annotated[Half, typer.Option(help="Which documents.")] = "test",
    as_json: Annotated[bool, typer.Option("--json", help="Print one object.")] = False,
) -> None:
    """Measure and print tables."""
    rows = rows_of(half)
    catalogue = read_catalogue()
    found = {
        "half": half,
        "mentions": {name: mentions(rows, name, catalogue) for name in LANGUAGES},
        "posts": posts(catalogue),
        "sources": {name: sources(rows, name) for name in supported_languages()},
    }
    if as_json:
        print(json.dumps(found))
    else:
        show(found)


def rows_of(half: Half) -> list[Row]:
    """Give the pairs of one half of the documents."""
    wanted = ("development", "test").index(half)
    return [row for row in load("statements").table.to_pylist() if half_of(row) == wanted]


def half_of(row: Row) -> int:
    """Say in which half a document is."""
    return int(hashlib.sha256(row["document"].encode()).hexdigest(), 16) % 2


def mentions(rows: Sequence[Row], language: str, catalogue: Catalogue) -> dict[str, Any]:
    """Measure the recall of annotated mentions with the right actor."""
    finder = MentionFinder(catalogue)
    right: dict[str, list[bool]] = defaultdict(list)
    with_owner = 0
    for row in rows:
        if row["language"] != language:
            continue
        actor = catalogue.resolve(row["actor"], "en")
        inside = [one for one in finder.find(row["text"], language) if overlaps(one, row)]
        is_right = actor is not None and any(one.actor == actor.name for one in inside)
        right[row["document"]].append(is_right)
        with_owner += is_right or (
            actor is not None and any(related(one.actor, actor.name, catalogue) for one in inside)
        )
    pairs = sum(map(len, right.values()))
    return {
        "pairs": pairs,
        "recall": sum(map(sum, right.values())) / pairs,
        "interval": interval([(sum(own), len(own)) for own in right.values()]),
        "or_its_owner": with_owner / pairs,
    }


def overlaps(one: Mention, row: Row) -> bool:
    """Say whether a mention overlaps the annotated one."""
    return bool(one.start < row["mention_end"] and row["mention_start"] < one.end)


def related(one: str, other: str, catalogue: Catalogue) -> bool:
    """Say whether one actor is a body of the other."""
    return other == catalogue.actors[one].of or one == catalogue.actors[other].of


def interval(counts: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """Give the 95 % interval of a share over documents (percentile bootstrap)."""
    sums = np.array(counts, dtype=float)
    rng = np.random.default_rng(0)
    drawn = rng.multinomial(len(sums), np.full(len(sums), 1 / len(sums)), size=RESAMPLES) @ sums
    low, high = np.quantile(drawn[:, 0] / drawn[:, 1], [0.025, 0.975])
    return float(low), float(high)


def posts(catalogue: Catalogue) -> dict[str, Any]:
    """Measure precision and recall on the judged sentences, with and without ambiguous names."""
    path = Path(os.environ.get("STANCELAB_DATA", "")) / "unlp2025/posts.jsonl"
    if not path.is_file():
        return {}
    lines = path.read_text("utf-8").splitlines()
    by_id = {post["id"]: post for post in map(json.loads, lines)}
    judged: dict[tuple[str, int, int], list[tuple[int, int, str]]] = defaultdict(list)
    with JUDGED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            own = judged[row["post"], int(row["sentence_start"]), int(row["sentence_end"])]
            if row["start"]:
                own.append((int(row["start"]), int(row["end"]), row["actor"]))
    return {
        name: judge(MentionFinder(catalogue, ambiguous=ambiguous), by_id, judged)
        for name, ambiguous in (("all names", True), ("no ambiguous names", False))
    }


def judge(finder: MentionFinder, by_id: dict[str, Row], judged: dict[Any, Any]) -> dict[str, float]:
    """Compare what is found in sentences with what a reader found."""
    counts = Counter[str]()
    for (post, start, end), known in judged.items():
        whole = finder.find(by_id[post]["text"], by_id[post]["language"])
        found = [(one.start, one.end, one.actor) for one in whole if start <= one.start < end]
        counts["found"] += len(found)
        counts["known"] += len(known)
        counts["right"] += sum(any(same(one, other) for other in known) for one in found)
        counts["recalled"] += sum(any(same(one, other) for other in found) for one in known)
    return {
        "precision": counts["right"] / counts["found"],
        "recall": counts["recalled"] / counts["known"],
        **counts,
    }


def same(one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    """Say whether two mentions overlap and are of one actor."""
    return one[0] < other[1] and other[0] < one[1] and one[2] == other[2]


def sources(rows: Iterable[Row], language: str) -> dict[str, Any]:
    """Measure whether the sources of statements that have one are found."""
    statements = {row["text"]: row["source"] for row in rows if row["language"] == language}
    counts = Counter[str]()
    for text, annotated in statements.items():
        if annotated:
            parts = [text[start:end] for start, end in segment(text, language)]
            found = leading(find_sources(parts, language))
            kind = "speaking" if has_speech(text, language) else "acting"
            counts[kind] += 1
            counts["not found"] += found is None
            counts[f"{kind} right"] += likeness(found, annotated, language) >= RIGHT
    named = sum(counts[kind] for kind in KINDS)
    right = sum(counts[f"{kind} right"] for kind in KINDS)
    return {"statements": named, "right": right / named, **counts}


KINDS = ("speaking", "acting")


def likeness(found: Source | None, annotated: str, language: str) -> float:
    """Give the F1 of the lemmas of two names."""
    one, other = (
        Counter(lemmas(text, language)) for text in (found.text if found else "", annotated)
    )
    shared = (one & other).total()
    return 2 * shared / max(one.total() + other.total(), 1)


def lemmas(text: str, language: str) -> Iterator[str]:
    """Give the lemmas of the words of a text, without articles."""
    lemma = lemmatiser(language)
    words = ("".join(c if c.isalnum() else " " for c in text.lower())).split()
    return (lemma(word) for word in words if word not in {"the", "a", "an"})


@cache
def lemmatiser(language: str) -> Callable[[str], str]:
    """Give what finds the lemma of a word."""
    if language == "en":
        import simplemma

        return lambda word: str(simplemma.lemmatize(word, lang="en"))
    import pymorphy3

    analyser = pymorphy3.MorphAnalyzer(lang=language)
    return lambda word: str(analyser.parse(word)[0].normal_form)


def show(found: dict[str, Any]) -> None:
    """Print what was measured as tables."""
    print(f"Documents of the {found['half']} half\n")
    print("| language | pairs | recall | 95 % | or its owner |\n|---|---:|---:|---|---:|")
    for name, one in found["mentions"].items():
        low, high = one["interval"]
        about = f"{one['recall']:.3f} | {low:.3f}–{high:.3f} | {one['or_its_owner']:.3f}"
        print(f"| {name} | {one['pairs']} | {about} |")
    print("\n| judged posts | precision | recall |\n|---|---:|---:|")
    for name, one in found["posts"].items():
        print(
            f"| {name} | {one['precision']:.3f} ({one['right']}/{one['found']}) "
            f"| {one['recall']:.3f} ({one['recalled']}/{one['known']}) |"
        )
    print(
        "\n| language | statements | right | speaking | acting | not found |\n"
        "|---|---:|---:|---:|---:|---:|"
    )
    for name, one in found["sources"].items():
        parts = [f"{one.get(f'{kind} right', 0)}/{one.get(kind, 0)}" for kind in KINDS]
        print(
            f"| {name} | {one['statements']} | {one['right']:.3f} | {parts[0]} | {parts[1]} "
            f"| {one.get('not found', 0)} |"
        )


if __name__ == "__main__":
    typer.run(main)
