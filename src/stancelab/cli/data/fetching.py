"""``stancelab data fetch``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stancelab.cli import display
from stancelab.errors import StancelabError

if TYPE_CHECKING:
    from stancelab.datasets.base import DatasetSpec
    from stancelab.datasets.checksums import CorpusFile
    from stancelab.datasets.fetching.download import Fetched

_KILOBYTE = 1000
_SHOWN = 34
"""Letters of what is being done that leave room for the bar in 80 columns."""
_CLOSED = {
    "unstated": "its authors state no licence",
    "non-commercial": "its licence allows non-commercial use only",
}
"""What stands against using a corpus, by its terms."""


def fetch(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Corpora to fetch.")],
    accept_licence: Annotated[
        bool,
        typer.Option(
            "--accept-licence", help="You may use corpora of no or of a non-commercial licence."
        ),
    ] = False,
    mirror: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Instead of GitHub; STANCELAB_MIRROR says it for good."),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Overwrite files that are not the published ones.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print a list for programs.")] = False,
) -> None:
    """Fetch the original files of corpora, each verified; what is there is not fetched again."""
    from stancelab.datasets.fetching.download import mirror_address
    from stancelab.datasets.registry import find_spec

    mirror = mirror_address(mirror)
    specs = [find_spec(name) for name in dict.fromkeys(names)]
    for spec in specs:
        _check_terms(spec, accept_licence)
    done = []
    for spec in specs:
        if not json:
            _print_terms(spec)
        fetched = _fetch(spec, mirror, replace)
        done.append(_summary(spec, fetched))
        if not json:
            _print_outcome(spec, fetched)
    if json:
        display.print_json(done)


def _check_terms(spec: DatasetSpec, accepted: bool) -> None:
    """Refuse what is not open to everybody, unless the user says that they may use it."""
    if accepted or spec.terms not in _CLOSED:
        return
    reason = f"{spec.name}: {_CLOSED[spec.terms]} ({spec.licence})"
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise StancelabError(
            f"{reason}; nothing was fetched; where you may use it, say so with --accept-licence"
        )
    if not _confirms(f"{reason}. Fetch it all the same?"):
        raise StancelabError(f"{spec.name}: not accepted; nothing was fetched")


def _confirms(question: str) -> bool:
    from rich.prompt import Confirm
    from rich.text import Text

    try:
        return Confirm.ask(Text(question), console=display.notes(), default=False)
    except EOFError:  # Ctrl-D
        return False


def _fetch(spec: DatasetSpec, mirror: str, replace: bool) -> Fetched:
    from stancelab.datasets.checksums import files_of
    from stancelab.datasets.fetching import download

    with display.progress_bar() as bar:
        return download.fetch_files(
            files_of(spec.name),
            spec.folder,
            mirror=mirror,
            replace=replace,
            patience=download.PATIENCE,
            progress=lambda done, total, what: bar.step(
                f"{_shortened(what)} (kB)", done // _KILOBYTE, total // _KILOBYTE
            ),
        )


def _shortened(what: str) -> str:
    """Keep the end, which names the file or says why it waits."""
    from rich.markup import escape

    return escape(what if len(what) <= _SHOWN else f"…{what[1 - _SHOWN :]}")


def _summary(spec: DatasetSpec, done: Fetched) -> dict[str, Any]:
    return {
        "name": spec.name,
        "folder": str(done.folder),
        "fetched": [file.path for file in done.fetched],
        "present": [file.path for file in done.present],
        "bytes": sum(file.size for file in (*done.fetched, *done.present)),
        "licence": spec.licence,
        "citation": spec.citation,
    }


def _print_terms(spec: DatasetSpec) -> None:
    lines = f"{spec.name}\n  licence: {spec.licence}\n  citation: {spec.citation}"
    display.console().print(lines, markup=False, soft_wrap=True)


def _print_outcome(spec: DatasetSpec, done: Fetched) -> None:
    if done.fetched or done.present:
        outcome = (
            f"fetched {_counted(done.fetched)}, there already {_counted(done.present)}; "
            f"in {done.folder}"
        )
    else:
        outcome = "comes with the package; there is nothing to fetch"
    display.console().print(f"  {outcome}", markup=False, soft_wrap=True)


def _counted(files: Sequence[CorpusFile]) -> str:
    """Count files and their size.

    Examples
    --------
    >>> _counted([])
    '0 files'
    """
    size = sum(file.size for file in files) / _KILOBYTE
    count = f"{len(files)} {'file' if len(files) == 1 else 'files'}"
    return f"{count} ({size:,.0f} kB)" if files else count
