"""HTML pages that need nothing else: made of templates, and written whole or not at all."""

from __future__ import annotations

import os
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

from stancelab.errors import DataError, MissingExtraError

if TYPE_CHECKING:
    from jinja2 import Environment

_READABLE = 0o644


def environment(extra: str, *packages: str) -> Environment:
    """Make what fills the templates of some packages in; whatever they are given is escaped.

    Parameters
    ----------
    extra : str
        The extra that brings `jinja2`.
    *packages : str
        Those whose folder ``templates`` is looked through, in this order.

    Raises
    ------
    MissingExtraError
        `jinja2` is not installed.
    """
    try:
        from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
    except ImportError:
        raise MissingExtraError("jinja2", extra) from None
    # The texts are anybody's: whatever is in them must come out as text.
    made = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in packages]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    compact: dict[str, Any] = {"ensure_ascii": False, "separators": (",", ":")}
    made.policies["json.dumps_kwargs"] = compact
    return made


def template_text(package: str, name: str) -> str:
    """Read a style sheet or a script from the templates of a package."""
    return files(package).joinpath("templates", name).read_text(encoding="utf-8")


def policy(style: str, script: str) -> str:
    """Forbid a page to load or run anything but its own style sheet and script.

    Each is named by its digest (Content Security Policy Level 3, section 2.3.1).
    """
    return (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(content: str) -> str:
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"


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
