"""A report as one HTML page that needs nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import TYPE_CHECKING

from stancelab.checks.summary import sections
from stancelab.errors import MissingExtraError

if TYPE_CHECKING:
    from stancelab.checks.report import CheckReport

_TEMPLATE = "page.html.j2"


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
