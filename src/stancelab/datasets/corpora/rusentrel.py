"""RuSentRel: attitudes between the actors of Russian articles on international politics."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from stancelab.datasets.base import DatasetSpec, Loaded
from stancelab.datasets.reading import NOT_NAMED, Line, loaded, read_lines, row
from stancelab.errors import SchemeError
from stancelab.text import find_mention

_SPLITS = {"train": ("train", "train"), "test": ("test", "etalon")}
"""For each split, the folder of the articles and that of the attitudes."""
_LABELS = {"neg": "hostile", "pos": "cooperative"}
_SPEAKER = re.compile(r"\{[^{}\n]*, ?[^{}\n]*\} ?")
"""What the annotators put before each sentence, as "{Author, Unknown} "."""
_CELLS = ("subject", "object", "label", "time")
_CASE_ENDING = 3


class _Article(NamedTuple):
    text: str
    entities: Sequence[tuple[str, int]]


def load(folder: Path) -> Loaded:
    """Read articles and attitudes; one row an attitude, its subject as the source.

    The text is the whole article, without the speakers that its annotators put before each
    sentence. The span is the object's first mention: its name as written, else an annotated
    entity of the same synonym group, else one that differs by its case ending.
    """
    synonyms = _synonyms(folder / "synonyms.txt")
    rows: list[dict[str, Any]] = []
    notes: Counter[str] = Counter()
    for split, (articles, attitudes) in _SPLITS.items():
        for path in sorted((folder / attitudes).glob("*.opin.txt"), key=_number):
            name = path.name.removesuffix(".opin.txt")
            article = _article(folder / articles, name)
            found = list(_attitudes(path, name, split, article, synonyms))
            notes["article without a text"] += 0 if article.text else len(found)
            rows += found
    return loaded(rows, notes=notes)


def _number(path: Path) -> int:
    return int("".join(filter(str.isdigit, path.name)))


def _attitudes(
    path: Path, name: str, split: str, article: _Article, synonyms: Mapping[str, int]
) -> Iterator[dict[str, Any]]:
    for number, content in read_lines(path):
        if not content.strip():
            continue
        cells = [cell.strip() for cell in content.split(",")]
        if len(cells) != len(_CELLS):
            raise SchemeError(path, number, "", content, "subject, object, attitude, time")
        line = Line(path, number, dict(zip(_CELLS, cells, strict=True)))
        yield row(
            f"rusentrel/{name}/{number}",
            article.text,
            line.cells["object"].strip('"'),
            line.label("label", _LABELS),
            native=line.cells["label"],
            span=_mention(article, line.cells["object"].strip('"'), synonyms),
            source=line.cells["subject"].strip('"'),
            document=f"rusentrel/{name}",
            split=split,
            language="ru",
            attributes={"time": line.cells["time"], "level": "document"},
        )


def _article(folder: Path, name: str) -> _Article:
    """Read an article and its entities, their places counted without the speakers."""
    path = folder / f"{name}.txt"
    if not path.is_file():  # one attitude file has no article
        return _Article("", ())
    try:
        raw = path.read_bytes().decode()  # as it is: the entities are counted with every line end
    except UnicodeDecodeError as error:
        raise SchemeError(path, 1, "", error.reason, "UTF-8") from None
    cuts = [found.span() for found in _SPEAKER.finditer(raw)]
    text = _SPEAKER.sub("", raw)
    entities = []
    for number, content in read_lines(folder / f"{name}.ann"):
        cells = content.split("\t")
        try:
            start, end = (int(place) for place in cells[1].split(" ")[1:3])
        except (IndexError, ValueError):
            raise SchemeError(
                folder / f"{name}.ann", number, "", content, "T1 TYPE START END\tNAME"
            ) from None
        if not any(low <= start < high for low, high in cuts):
            begin = start - sum(high - low for low, high in cuts if high <= start)
            entities.append((raw[start:end], begin))
    return _Article(text, entities)


def _mention(article: _Article, name: str, synonyms: Mapping[str, int]) -> tuple[int, int]:
    found = find_mention(article.text, name)
    if found.occurrences:
        return found.start, found.end
    group = synonyms.get(name.casefold())
    same = [entity for entity in article.entities if synonyms.get(entity[0].casefold()) == group]
    forms = [entity for entity in article.entities if _same_word(entity[0], name)]
    for surface, start in (*(same if group is not None else ()), *forms):
        return start, start + len(surface)
    return NOT_NAMED


def _same_word(surface: str, name: str) -> bool:
    """Say whether two names differ by at most their case endings."""
    surface, name = surface.casefold(), name.casefold()
    stem = name[: max(4, len(name) - 2)] if len(name) > 4 else name[: max(3, len(name) - 1)]
    return surface.startswith(stem) and abs(len(surface) - len(name)) <= _CASE_ENDING


def _synonyms(path: Path) -> dict[str, int]:
    """Give one number to the names that the authors count as one actor."""
    return {
        name.strip().casefold(): group
        for group, (_, content) in enumerate(read_lines(path))
        for name in content.split(",")
        if name.strip()
    }


SPEC = DatasetSpec(
    name="rusentrel",
    description="an actor toward which another one has an attitude in a Russian article",
    task="document-level attitudes between actors",
    languages=("ru",),
    labels=_LABELS,
    rows={"train": 575, "test": 794},
    licence="MIT",
    terms="open",
    citation="Loukachevitch & Rusnachenko 2018, Extracting Sentiment Attitudes from Analytical "
    "Texts, Dialogue",
    homepage="https://github.com/nicolay-r/RuSentRel",
    load=load,
    validation=(),
)
