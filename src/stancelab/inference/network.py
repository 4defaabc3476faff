"""A network in a file: opened when it is first asked, in the runtime that was chosen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from stancelab.errors import DamagedBundleError, StancelabError
from stancelab.inference.batching import Batch, ahead
from stancelab.inference.engines import (
    Engine,
    EngineName,
    Precision,
    describe,
    fastest,
    open_engine,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    from stancelab.predictors.runtime import Runtime

GRAPH, TOKENIZER = "encoder.onnx", "tokenizer.json"
"""What the files of a network are called in a bundle."""

_MAX_SHOWN = 160


@dataclass(frozen=True, eq=False)
class Network:
    """An ONNX file and the tokenizer of its inputs.

    Parameters
    ----------
    graph, tokenizer : Path
        The files.
    precision : {"fp32", "int8"}
        What the weights are.
    runtime : {"auto", "openvino", "onnxruntime"}
        What computes it; ``"auto"`` is the fastest that is installed.
    """

    graph: Path
    tokenizer: Path
    precision: Precision
    runtime: Runtime = "auto"

    @property
    def files(self) -> dict[str, Path]:
        """Give the files by their name in a bundle."""
        return {GRAPH: self.graph, TOKENIZER: self.tokenizer}

    @property
    def engine(self) -> EngineName:
        """Name the runtime that computes it."""
        return fastest() if self.runtime == "auto" else self.runtime

    def with_runtime(self, runtime: Runtime) -> Network:
        """Give the same network for another runtime."""
        return replace(self, runtime=runtime)

    def describe(self) -> str:
        """Say what computes it."""
        return describe(self.engine)

    def answer(self, batches: Iterator[Batch], n_rows: int, size: int) -> NDArray[np.float64]:
        """Compute batches and put the outputs back into the order of their rows.

        Parameters
        ----------
        batches : iterator of Batch
            Made while others are computed.
        n_rows, size : int
            Rows of all batches together, and the length of an output.

        Returns
        -------
        numpy.ndarray, shape (n_rows, size)
        """
        found = np.empty((n_rows, size))
        with self._telling():
            made = ahead(batches)
            for places, output in self._engine.answer(made):
                if output.shape != (len(places), size) or not np.isfinite(output).all():
                    raise ValueError(f"it gives no {size} finite numbers a row")
                found[places] = output
        return found

    def open_tokenizer(self) -> Tokenizer:
        """Open the tokenizer.

        Raises
        ------
        DamagedBundleError
            The file holds none.
        """
        from tokenizers import Tokenizer

        with self._telling(self.tokenizer):
            found = Tokenizer.from_file(str(self.tokenizer))
            found.encode("a", "a")  # what does not fit together in it shows when it is used
            return found

    @cached_property
    def _engine(self) -> Engine:
        return open_engine(self.engine, self.graph)

    def _telling(self, file: Path | None = None) -> _Telling:
        return _Telling(file or self.graph)


class _Telling:
    """Turns what a runtime raises, which is of many kinds, into one line."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        """Raise our own error where another one came."""
        ours = isinstance(error, StancelabError)
        panic = type(error).__name__ == "PanicException"  # of Rust, and no Exception
        if (isinstance(error, Exception) or panic) and not ours:
            line = " ".join(str(error).split()) or type(error).__name__
            shown = line if len(line) <= _MAX_SHOWN else line[: _MAX_SHOWN - 3] + "..."
            problem = f"{self.file.name} cannot be used ({shown})"
            raise DamagedBundleError(self.file.parent, problem) from None
