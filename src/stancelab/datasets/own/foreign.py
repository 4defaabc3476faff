"""The library `datasets` kept quiet, and its many errors as one clear line."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from stancelab.errors import DataError, MissingExtraError

_LOGGERS = ("datasets", "huggingface_hub")
_PARQUET = "refs/convert/parquet"
"""Branch of the hub with the Parquet files that it makes of most data sets."""

_MAX_SHOWN = 200


def library() -> ModuleType:
    """Import `datasets`.

    Raises
    ------
    MissingExtraError
        It is not installed.
    """
    try:
        import datasets
    except ModuleNotFoundError:
        raise MissingExtraError("datasets", "train") from None
    module: ModuleType = datasets
    return module


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the bars and messages of `datasets` back while standard error is no terminal."""
    if sys.stderr.isatty():
        yield
        return
    import datasets.utils
    import huggingface_hub.utils

    shown = [
        each
        for each in (datasets.utils, huggingface_hub.utils)
        if not each.are_progress_bars_disabled()
    ]
    loggers = [(logger, logger.level) for logger in map(logging.getLogger, _LOGGERS)]
    for bars in shown:
        bars.disable_progress_bars()
    for logger, _ in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for bars in shown:
            bars.enable_progress_bars()
        for logger, level in loggers:
            logger.setLevel(level)


@contextmanager
def told(name: str) -> Iterator[None]:
    """Turn what `datasets` raises about a data set into a `DataError` of one line."""
    from datasets.exceptions import DatasetNotFoundError, DatasetsError
    from yaml import YAMLError  # type: ignore[import-untyped]

    try:
        yield
    except DatasetNotFoundError as error:
        raise DataError(
            f"{name}: no such data set on the hub, or one that you may not read "
            f"({_line(error)}); check the name and the revision, or log in with: hf auth login"
        ) from None
    except ConnectionError as error:
        raise DataError(
            f"{name}: no folder of that name, and the hub cannot be reached ({_line(error)}); "
            "check the name and the network"
        ) from None
    except (DatasetsError, OSError, ValueError, RuntimeError, LookupError, YAMLError) as error:
        raise DataError(f"{name}: {_problem(error)}") from None


def _problem(error: Exception) -> str:
    line = _line(error)
    if "scripts are no longer supported" in line:
        return (
            f"needs a loading script, which 'datasets' does not run any more ({line}); the hub has "
            f'most such data sets as Parquet too: revision = "{_PARQUET}" under [data.hub] '
            f"(--revision {_PARQUET})"
        )
    return f"cannot be read by 'datasets' ({line})"


def _line(error: BaseException) -> str:
    """Put the first cause of an error on one line."""
    while error.__cause__ is not None and not isinstance(error, ConnectionError):
        error = error.__cause__
    line = " ".join(str(error).split()) or type(error).__name__
    return line if len(line) <= _MAX_SHOWN else line[: _MAX_SHOWN - 3] + "..."
