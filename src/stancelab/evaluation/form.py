"""Whether a model answers the same however a text is typed: its spaces, quotes, case, Unicode."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from itertools import cycle
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from stancelab.arrow import column
from stancelab.evaluation.few import spread
from stancelab.evaluation.metrics import decide
from stancelab.schema import NO_SPAN, SCHEMA

if TYPE_CHECKING:
    from numpy.typing import NDArray

MIN_ROWS, MAX_ROWS = 25, 400
"""How many rows are asked at least, however slow a model is, and at most."""

_QUOTES = {"“": "«", "”": "»", "„": "«", "«": "“", "»": "”", "‘": "‹", "‹": "‘", "›": "’"}
_STRAIGHT = {'"': "«»", "'": "‘’", "’": "''"}
_APOSTROPHES = {"'": "’", "’": "ʼ", "ʼ": "'", "`": "’"}
_SPACES = ("  ", "\u00a0")


class Typed(NamedTuple):
    """A text, and where it names its actor; -1 and -1 where it does not."""

    text: str
    start: int
    end: int


Form = Callable[[str, str], list[str]]
"""Takes a text and its language, and gives what becomes of each of its characters."""


def _white_space(text: str, language: str) -> list[str]:
    """Double every second space, make the others non-breaking, and end with a new line."""
    spaces = cycle(_SPACES)
    pieces = [next(spaces) if char == " " else char for char in text]
    return [*pieces, "\n"]


def _quotation_marks(text: str, language: str) -> list[str]:
    """Swap quotation marks, and apostrophes inside words, for those of another style."""
    around = zip(" " + text, text, text[1:] + " ", strict=False)
    return [_quote(before, char, after) for before, char, after in around]


def _quote(before: str, char: str, after: str) -> str:
    """Give another mark for one, by what stands around it."""
    if char in _APOSTROPHES and before.isalnum() and (after.isalnum() or char == "ʼ"):
        return _APOSTROPHES[char]
    opens = before.isspace() or (after.isalnum() and not before.isalnum())
    if char in _STRAIGHT:
        return _STRAIGHT[char][0 if opens else 1]
    if char == "“" and not opens and not after.isalnum():
        return "»"  # German and Ukrainian end a quotation with what begins an English one
    return _QUOTES.get(char, char)


def _case(text: str, language: str) -> list[str]:
    """Write in capitals; Turkish and Azerbaijani have one for the dotted i."""
    dotted = language.partition("-")[0] in ("tr", "az")
    return ["İ" if dotted and char == "i" else char.upper() for char in text]


def _unicode_form(text: str, language: str) -> list[str]:
    """Decompose letters into a base and its marks (NFD), as some systems store them."""
    return [unicodedata.normalize("NFD", char) for char in text]


FORMS: Mapping[str, Form] = {
    "white_space": _white_space,
    "quotation_marks": _quotation_marks,
    "case": _case,
    "unicode_form": _unicode_form,
}
"""Changes of how a text is typed that must not change its label."""


def retyped(text: str, start: int, end: int, language: str, form: str) -> Typed:
    """Type a text in another way, and find its mention again.

    Parameters
    ----------
    text : str
        The statement.
    start, end : int
        Span of the mention; -1 and -1 where there is none.
    language : str
        BCP 47 tag.
    form : str
        One of `FORMS`.

    Examples
    --------
    >>> retyped("Straße: «Київ»", 9, 13, "de", "case")
    Typed(text='STRASSE: «КИЇВ»', start=10, end=14)
    """
    pieces = FORMS[form](text, language)
    changed = "".join(pieces)
    if start == NO_SPAN:
        return Typed(changed, NO_SPAN, NO_SPAN)
    begin = sum(map(len, pieces[:start]))
    return Typed(changed, begin, begin + sum(map(len, pieces[start:end])))


def retyped_table(table: pa.Table, form: str) -> pa.Table:
    """Type every text of a statement table in another way; actors keep their names.

    The span says where the actor stands, so that nobody has to find it by its name.
    """
    names = ("text", "mention_start", "mention_end", "language")
    rows = zip(*(table.column(name).to_pylist() for name in names), strict=True)
    typed = [retyped(text, start, end, language, form) for text, start, end, language in rows]
    for place, name in enumerate(names[:3]):
        at = SCHEMA.get_field_index(name)
        values = column([one[place] for one in typed], SCHEMA.field(at).type)
        table = table.set_column(table.column_names.index(name), SCHEMA.field(at), values)
    return table


def form_scores(
    predict_proba: Callable[[pa.Table], NDArray[np.float64]],
    table: pa.Table,
    labels: Sequence[int],
    *,
    microseconds: float,
    seconds: float = 5.0,
) -> dict[str, float]:
    """Measure how often the way in which a text is typed changes its label.

    Every row is asked as it is and in each form, so that a slow model is asked on fewer rows: as
    many as fit into the seconds, at least 25 and at most 400, evenly spread over the sorted ids.

    Parameters
    ----------
    predict_proba : callable
        Answers a statement table with probabilities, shape (n_rows, 3).
    table : pyarrow.Table
        A statement table; no labels are needed.
    labels : sequence of int
        The labels of the corpus, among which the most probable is chosen.
    microseconds : float
        What a row takes to predict.
    seconds : float
        How long all of it may take.

    Returns
    -------
    dict
        ``form/NAME/changed``: of the rows whose text has another form, the share whose label
        changes, 0 to 1 (not there if no text has); ``form/changed``: the same for any of the
        forms.
    """
    fit = seconds / ((1 + len(FORMS)) * max(microseconds, 1e-3) * 1e-6)
    asked = spread(table, int(np.clip(fit, MIN_ROWS, MAX_ROWS)))
    if not len(asked):
        return {}
    texts = np.array(asked.column("text").to_pylist(), dtype=object)
    plain = decide(predict_proba(asked), labels)
    found: dict[str, float] = {}
    any_differs = np.zeros(len(asked), dtype=bool)
    any_form = np.zeros(len(asked), dtype=bool)
    for form in FORMS:
        other = retyped_table(asked, form)
        rows = np.flatnonzero(texts != np.array(other.column("text").to_pylist(), dtype=object))
        if len(rows):
            differs = decide(predict_proba(other.take(rows)), labels) != plain[rows]
            found[f"form/{form}/changed"] = float(differs.mean())
            any_differs[rows] |= differs
            any_form[rows] = True
    return {**found, "form/changed": float(any_differs[any_form].mean())}
