"""What an export was asked for in words, and what is printed of what it did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stancelab.cli import display
from stancelab.errors import StancelabError
from stancelab.export.abstaining import describe_answered
from stancelab.export.card.cost import shown_bytes
from stancelab.export.onnx.wanted import OnnxWanted
from stancelab.tracking.exportable import Registration
from stancelab.tracking.exporting import Exported

if TYPE_CHECKING:
    from stancelab.inference.engines import Precision


def conversion_of(
    precision: Precision | None, languages: str | None, files: Sequence[Path] | None
) -> OnnxWanted | None:
    """Give how the network shall be converted; None where nothing is said of it.

    Examples
    --------
    >>> conversion_of(None, "uk, en", None)
    OnnxWanted(precision='fp32', languages=('uk', 'en'), keep_tokens_of=(), frozen=True)
    """
    if precision is None and languages is None and not files:
        return None
    named = [one.strip() for one in (languages or "").split(",")]
    if languages is not None and not all(named):
        raise StancelabError(
            f"--languages {languages!r}: expected codes with commas between them, such as uk,en,ru"
        )
    chosen = tuple(dict.fromkeys(named)) if languages else ()
    return OnnxWanted(precision or "fp32", chosen, tuple(files or ()))


def registration_of(name: str | None, alias: str | None) -> Registration | None:
    """Give under what name the export is registered; None where it is not."""
    if name is None and alias is not None:
        raise StancelabError(f"--alias {alias} names a registered version; add --register NAME")
    return None if name is None else Registration(name, alias)


def print_exported(done: Exported, json: bool) -> None:
    """Print what an export did: for programs an object, for people lines, notes apart."""
    if json:
        display.print_json(described(done))
        return
    for line in _lines(done):
        display.console().print(line, markup=False, soft_wrap=True)
    for note in done.notes:
        display.notes().print(f"note: {note}", markup=False)


def described(done: Exported) -> dict[str, Any]:
    """Give what an export did for ``--json``."""
    known = asdict(done)
    named = {"run_id": "run", "refitted": "refit", "size": "bytes"}
    found = {named.get(key, key): value for key, value in known.items()}
    registered = done.registered
    return {
        **found,
        "folder": str(done.folder),
        "conversion": dict(done.conversion or {}),
        "registered": {**registered._asdict(), "uri": registered.uri} if registered else None,
    }


def _lines(done: Exported) -> Iterator[str]:
    trained = ", trained again on all rows" if done.refitted else ""
    precision = f" ({done.conversion['precision']})" if done.conversion else ""
    yield (
        f"{done.folder}: {done.model}{trained} as {done.format}{precision}, "
        f"{shown_bytes(done.size)}, {done.statements_per_second:,.0f} statements a second, "
        f"verified in a fresh process (largest difference {done.difference:.1g})"
    )
    if done.abstention is not None:
        yield what_it_gives(done.abstention)
    if done.registered is not None:
        one = done.registered
        yield f"registered as version {one.version} of {one.name}; load it as {one.uri}"


def what_it_gives(abstention: Mapping[str, Any]) -> str:
    """Say in one line when a bundle does not answer, and what that gives."""
    parts = {"validation": abstention["validation"], **abstention["test"]}
    tested = [name if name == "validation" else f"test on {name}" for name in parts]
    given = [
        f"{name} {describe_answered(part)}"
        for name, part in zip(tested, parts.values(), strict=True)
    ]
    return f"answers 'uncertain' below {abstention['threshold']:.4f}: {'; '.join(given)}"
