"""C-STANCE: stance of Weibo posts toward noun phrases and claims."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stancelab.datasets.base import DatasetSpec, Loaded
from stancelab.datasets.corpora.chinese_actors import is_actor
from stancelab.datasets.reading import NOT_NAMED, Line, loaded, read_csv, row

_ROOT = "c_stance_dataset"
_FILE = "raw_{part}_all_onecol.csv"
_PARTS = {"validation": "val", "test": "test"}
_DOMAINS = {
    "世界事件_world_event": "world event",
    "体育_sports": "sports",
    "娱乐和消费_entertainment_and_consumption": "entertainment and consumption",
    "文化教育_culture_and_education": "culture and education",
    "新冠疫情_covid_epidemic": "covid epidemic",
    "权益_rights": "rights",
    "环保_enviromental_protection": "environmental protection",
}
_LABELS = {"反对": "hostile", "中立": "neutral", "支持": "cooperative"}
_COLUMNS = ("Text", "Target 1", "Stance 1", "Type")


def load(folder: Path, actors_only: bool = False) -> Loaded:
    """Read subtask A's validation and test, and make the missing training part.

    The authors' training files are not public, but the test files of subtask B's seven domains
    are together the whole corpus: training is what they hold less every text of subtask A's
    validation and test, which stand in them too.

    Parameters
    ----------
    folder : Path
        The folder that holds ``c_stance_dataset``.
    actors_only : bool
        Keep only rows whose target is a country, a government or a political organisation.
    """
    rows: list[dict[str, Any]] = []
    held_out: set[str] = set()
    topics: dict[str, str] = {}
    whole = list(_whole(folder / _ROOT / "subtaskB", topics))
    for split, part in _PARTS.items():
        path = folder / _ROOT / "subtaskA" / _FILE.format(part=part)
        for number, line in enumerate(read_csv(path, _COLUMNS)):
            held_out.add(line.cells["Text"])
            key = f"cstance/{split}/{number}"
            rows.append(_row(line, key, split, topics.get(line.cells["Text"], "")))
    training = [
        _row(line, f"cstance/train/{number}", "train", topics[line.cells["Text"]])
        for number, line in enumerate(whole)
        if line.cells["Text"] not in held_out
    ]
    dropped = {"text of validation or test": len(whole) - len(training)}
    rows = training + rows
    if actors_only:
        kept = [one for one in rows if is_actor(one["actor"])]
        dropped["target is no actor"] = len(rows) - len(kept)
        rows = kept
    return loaded(rows, dropped)


def _whole(folder: Path, topics: dict[str, str]) -> Iterator[Line]:
    for domain, topic in _DOMAINS.items():
        for line in read_csv(folder / domain / _FILE.format(part="test"), _COLUMNS):
            topics[line.cells["Text"]] = topic
            yield line


def _row(line: Line, key: str, split: str, topic: str) -> dict[str, Any]:
    text, target = line.cells["Text"], line.cells["Target 1"].strip()
    start = text.find(target)
    return row(
        key,
        text,
        target,
        line.label("Stance 1", _LABELS),
        native=line.cells["Stance 1"],
        span=(start, start + len(target)) if start >= 0 else NOT_NAMED,
        split=split,
        language="zh",
        attributes={"topic": topic, "target_type": line.cells["Type"]},
    )


SPEC = DatasetSpec(
    name="cstance",
    description="a noun phrase or claim about a Weibo post",
    task="zero-shot stance",
    languages=("zh",),
    labels=_LABELS,
    rows={"train": 33418, "validation": 7284, "test": 7424},
    licence="none stated",
    terms="unstated",
    citation="Zhao, Li & Caragea 2023, C-STANCE: A Large Dataset for Chinese Zero-Shot Stance "
    "Detection, ACL",
    homepage="https://github.com/chenyez/C-STANCE",
    load=load,
    options={"actors_only": "only rows whose target is a country, government or organisation"},
)
