"""How large an exported classifier is, and how fast on this machine."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from stancelab.inference.engines import threads
from stancelab.predictors.base import Predictor, predictor_class
from stancelab.predictors.runtime import runtime_of

if TYPE_CHECKING:
    import pyarrow as pa

_WARM_UP, _AT_ONCE = 16, 512
_SECONDS = 1.5
_CPUINFO = Path("/proc/cpuinfo")


@dataclass(frozen=True, slots=True)
class Speed:
    """How many statements a second were tagged, and where.

    Attributes
    ----------
    statements_per_second : float
        Of different (statement, actor) pairs, in batches.
    rows : int
        How many pairs were tagged for it.
    processor : str
        Its name as the system gives it.
    threads : int
        How many may be computed on.
    runtime : str
        What computed the network; "" where there is none.
    """

    statements_per_second: float
    rows: int
    processor: str
    threads: int
    runtime: str = ""


def measure_speed(predictor: Predictor, table: pa.Table, seconds: float = _SECONDS) -> Speed:
    """Tag rows for some time, after a few that open what is opened when it is first asked.

    Parameters
    ----------
    predictor : Predictor
        Made anew before it is asked, so that no memory of its training helps it.
    table : pyarrow.Table
        A statement table of at least one row.
    seconds : float
        When to stop, at the end of a batch.
    """
    fresh = predictor_class(predictor.kind).from_state(predictor.state())
    fresh.predict_proba(table.slice(0, _WARM_UP))
    done, taken = _repeat(
        lambda at: fresh.predict_proba(table.slice(at, _AT_ONCE)), len(table), seconds
    )
    name = processor()
    return Speed(done / max(taken, 1e-9), done, name, threads(), runtime_of(fresh) or "")


def _repeat(ask: Callable[[int], Any], rows: int, seconds: float) -> tuple[int, float]:
    """Ask batch after batch; give how many rows that were and the seconds that they took."""
    begin, done = time.perf_counter(), 0
    for at in range(0, rows, _AT_ONCE):
        ask(at)
        done = min(at + _AT_ONCE, rows)
        if time.perf_counter() - begin >= seconds:
            break
    return done, time.perf_counter() - begin


def processor() -> str:
    """Give the name of the processor; nothing that tells one machine from another of its kind."""
    try:
        lines = _CPUINFO.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    found = next((line for line in lines if line.startswith("model name")), "")
    name = found.partition(":")[2].strip()
    return " ".join(name.split()) or platform.machine() or "unknown"


def count_parameters(predictor: Predictor) -> int:
    """Count the trained numbers of a predictor: those of its arrays, and of its ONNX files.

    Examples
    --------
    >>> from stancelab.predictors.priors import ConstantPredictor
    >>> count_parameters(ConstantPredictor(np.array([0.2, 0.3, 0.5])))
    3
    """
    state = predictor.state()
    floats = [one for one in state.arrays.values() if np.issubdtype(one.dtype, np.floating)]
    graphs = [path for name, path in state.files.items() if name.endswith(".onnx")]
    return sum(int(array.size) for array in floats) + sum(map(_in_graph, graphs))


def _in_graph(path: Path) -> int:
    """Count the weights of an ONNX file, be they rounded or not."""
    import onnx

    kinds = onnx.TensorProto
    weights = (kinds.FLOAT, kinds.FLOAT16, kinds.INT8, kinds.UINT8)
    graph = onnx.load(str(path), load_external_data=False).graph
    return sum(prod(one.dims) for one in graph.initializer if one.data_type in weights)


def size_of(folder: Path) -> int:
    """Add up the bytes of all files of a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
