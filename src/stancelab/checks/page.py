"""A report as one HTML page that needs nothing else."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from stancelab.checks.summary import sections
from stancelab.errors import DataError, MissingExtraError

if TYPE_CHECKING:
    from stancelab.checks.report import CheckReport

_TEMPLATE = "page.html.j2"
_READABLE = 0o644


def check_place(path: Path) -> None:
    """Refuse a place that no page can be written to, before any work is done.

    Raises
    ------
    DataError
        The folder is missing, or the path is a folder.
    """
    if path.is_dir():
        raise DataError(f"{path}: is a folder; expected the name of a file to write")
    if not path.parent.is_dir():
        raise DataError(f"{path}: the folder {path.parent} does not exist; make it first")


def page(report: CheckReport, names: Sequence[str], examples: int = 5) -> str:
    """Give a report as HTML.

    Parameters
    ----------
    report : CheckReport
        What the checks found.
    names : sequence of str
        What was checked, for the title.
    examples : int
        How many examples of each section.

    Raises
    ------
    MissingExtraError
        `jinja2` is not installed.
    """
    try:
        from jinja2 import Environment, StrictUndefined
    except ImportError:
        raise MissingExtraError("jinja2", "check") from None
    # The texts are anybody's: whatever is in them must come out as text.
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    source = files("stancelab.checks").joinpath(_TEMPLATE).read_text(encoding="utf-8")
    return environment.from_string(source).render(
        names=names, leaking=report.leaking, sections=sections(report, examples)
    )


def write_page(path: Path, content: str) -> None:
    """Write a page whole or not at all."""
    encoded = content.encode("utf-8", "replace")  # a text may hold half a surrogate pair
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            file.write(encoded)
            file.close()
            os.chmod(file.name, _READABLE)
            os.replace(file.name, path)
        except OSError:
            Path(file.name).unlink(missing_ok=True)
            raise
