"""Callables that an experiment file names, in a package or in a file beside it."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from importlib import import_module
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

_FORM = "'package.module:callable' or 'FILE.py:callable'"


def call_named(named: str, params: Mapping[str, Any]) -> Any:
    """Call what is named.

    Parameters
    ----------
    named : str
        ``package.module:callable`` or ``FILE.py:callable``.
    params : mapping
        Its arguments.

    Raises
    ------
    ValueError
        It cannot be found, or fails; says why and what to do.

    Examples
    --------
    >>> call_named("fractions:Fraction", {"numerator": 3, "denominator": 4})
    Fraction(3, 4)
    >>> call_named("fractions:Fractoin", {})
    Traceback (most recent call last):
    ValueError: 'fractions' has no callable 'Fractoin'; did you mean 'Fraction'?
    """
    found = _find(named)
    try:
        return found(**params)
    except Exception as error:  # whatever the user's code raises
        raise ValueError(
            f"{named!r} with params {dict(params)!r} fails ({type(error).__name__}: {error})"
        ) from error


def source_digest(named: str) -> list[str]:
    """Digest the file that a callable is in, without running it; nothing where there is none."""
    module, _, _ = named.rpartition(":")
    try:
        path = module if module.endswith(".py") else (found := find_spec(module)) and found.origin
        return [hashlib.sha256(Path(path or "").read_bytes()).hexdigest()]
    except (ImportError, OSError, ValueError):
        return []


def _find(named: str) -> Callable[..., Any]:
    module_name, _, name = named.rpartition(":")
    if not module_name or not name:
        raise ValueError(f"found {named!r}, expected {_FORM}")
    try:
        of_file = module_name.endswith(".py")
        module = _module_of(Path(module_name)) if of_file else import_module(module_name)
    except Exception as error:  # a module runs the user's code
        raise ValueError(
            f"{module_name!r} cannot be imported ({type(error).__name__}: {error}); expected "
            f"{_FORM}, the file beside the experiment file, the package installed"
        ) from error
    found = getattr(module, name, None)
    if not callable(found):
        close = get_close_matches(name, vars(module), n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"{module_name!r} has no callable {name!r}{hint}")
    made: Callable[..., Any] = found
    return made


def _module_of(path: Path) -> ModuleType:
    """Run a file as a module; one that has not changed since is not run again."""
    content = path.read_bytes()
    name = f"_stancelab_{path.stem}_{hashlib.sha256(content).hexdigest()[:12]}"
    if name in sys.modules:
        return sys.modules[name]
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python file")
    module = sys.modules[name] = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
