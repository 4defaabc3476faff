"""UNSCon: conflicts that speakers of the UN Security Council express toward a country."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from stancelab.datasets.base import DatasetSpec, Loaded
from stancelab.datasets.reading import NOT_NAMED, Line, loaded, read_csv, row

_TEXT, _KIND, _TARGET = "Text (Sentence-split)", "Conflict Type", "Target Country"
_SPEECH, _NUMBER, _DATE = "Speech-ID filename", "Sentence-ID", "Date of Debate"
_COLUMNS = (_TEXT, _KIND, _TARGET, "Target Country 2", "Country Speaker", _SPEECH, _NUMBER, _DATE)
_NO_CONFLICT = "no conflict"
_LABELS = {
    "Direct Conflict": "hostile",
    "Indirect Conflict": "hostile",
    "Challenge": "hostile",
    "Challenge and Correction": "hostile",
    _NO_CONFLICT: "",
}
_UNNAMED = ("", "Underspecified")
_NAMES = {
    "Russian Federation": re.compile("Russian Federation|Russian?s?|Moscow"),
    "Ukraine": re.compile("Ukrain(?:e|ians?)|Kyiv"),
    "United States Of America": re.compile("United States(?: of America)?|Americans?|Washington"),
    "United Kingdom": re.compile("United Kingdom|Brit(?:ain|ish)|London"),
    "Egypt": re.compile("Egypt(?:ians?)?|Cairo"),
}


def load(folder: Path, no_conflict: bool = False) -> Loaded:
    """Read the sentences whose conflict has a named target country; the speaker is the source.

    Every such row is hostile. "No conflict" says nothing of neutral or cooperative, so it gets
    none of our labels: a model can be scored on it as hostile or not, and never trained.

    Parameters
    ----------
    folder : Path
        The folder of the files.
    no_conflict : bool
        Give also the sentences without a conflict that name one of those countries, without a
        label of ours.
    """
    rows: list[dict[str, Any]] = []
    dropped: Counter[str] = Counter()
    for line in read_csv(folder / "ui_conflict_annotations4UI.csv", _COLUMNS):
        kind, target = line.cells[_KIND], line.cells[_TARGET]
        if kind and target not in _UNNAMED:
            rows.append(_row(line, target, kind))
            dropped["second target of a sentence"] += bool(line.cells["Target Country 2"])
        elif kind:
            dropped["conflict without a named target country"] += 1
        elif no_conflict:
            rows += _named(line)
        else:
            dropped[_NO_CONFLICT] += 1
    return loaded(rows, dropped)


def _named(line: Line) -> Iterator[dict[str, Any]]:
    for country, names in _NAMES.items():
        if names.search(line.cells[_TEXT]) and country != line.cells["Country Speaker"]:
            yield _row(line, country, _NO_CONFLICT)


def _row(line: Line, country: str, kind: str) -> dict[str, Any]:
    cells = line.cells
    if country not in _NAMES:
        raise line.error(_TARGET, " or ".join(_NAMES))
    named = _NAMES[country].search(cells[_TEXT])
    speech = cells[_SPEECH].removesuffix(".txt")
    return row(
        f"unscon/{speech}/{cells[_NUMBER]}/{country}",
        cells[_TEXT],
        country,
        Line(line.path, line.number, {_KIND: kind}).label(_KIND, _LABELS),
        native=kind,
        span=named.span() if named else NOT_NAMED,
        source=cells["Country Speaker"],
        document=f"unscon/{speech}",
        language="en",
        attributes={"date": _day(line), "second_target": cells["Target Country 2"]},
    )


def _day(line: Line) -> str:
    try:
        return datetime.strptime(line.cells[_DATE], "%d %B %Y").date().isoformat()
    except ValueError:
        raise line.error(_DATE, "a day such as 15 March 2014") from None


SPEC = DatasetSpec(
    name="unscon",
    description="a country named as the target of a conflict in the UN Security Council",
    task="verbal conflict",
    languages=("en",),
    labels=_LABELS,
    rows={"": 380},
    licence="CC-BY-SA-4.0",
    terms="open",
    citation="Zaczynska, Bourgonje & Stede 2024, How Diplomats Dispute: The UN Security Council "
    "Conflict Corpus, LREC-COLING",
    homepage="https://github.com/linatal/UNSCon",
    load=load,
    test=(),
    validation=(),
    options={"no_conflict": "also the sentences without a conflict that name a target country"},
)
