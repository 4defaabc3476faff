"""The runtimes that compute a network: OpenVINO where it is installed, ONNX Runtime otherwise."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

from stancelab.errors import MissingExtraError
from stancelab.inference.batching import Batch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Answer = tuple[NDArray[np.int64], NDArray[np.float32]]

Precision = Literal["fp32", "int8"]
EngineName = Literal["openvino", "onnxruntime"]
ENGINES: tuple[EngineName, ...] = ("openvino", "onnxruntime")
"""The fastest first."""

_KEPT_SHAPES = 64
"""Shapes of batches that OpenVINO keeps code for; by default so many that memory grows for long."""

_FIRST_LOOK = Lock()
"""Held while pyopenvino looks NumPy up, which it does once: two threads that make it do so at the
same moment wait for each other for ever, one with Python's lock and one with pyopenvino's."""

_TITLES = {"openvino": "OpenVINO", "onnxruntime": "ONNX Runtime"}


class Engine(Protocol):
    """Computes batches of one network."""

    def answer(self, batches: Iterable[Batch]) -> Iterator[Answer]:
        """Give the places and the network's output of each batch, in any order."""


def installed() -> tuple[EngineName, ...]:
    """List the runtimes that are installed, the fastest first."""
    return tuple(name for name in ENGINES if find_spec(name))


def fastest() -> EngineName:
    """Name the fastest runtime that is installed."""
    return next(iter(installed()), "onnxruntime")


def describe(name: EngineName) -> str:
    """Say which runtime computes, and on how many threads.

    Examples
    --------
    >>> describe("onnxruntime").startswith("ONNX Runtime 1.")
    True
    """
    return f"{_TITLES[name]} {version(name).split('-')[0]}, {_plural(threads())}"


def threads() -> int:
    """Count the threads to compute on: the cores that we may use, or what ``OMP_NUM_THREADS`` says.

    Two processes on one machine share it best by the latter.
    """
    wanted = os.environ.get("OMP_NUM_THREADS", "")
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(int(wanted), usable or 1)) if wanted.isdecimal() else usable or 1


def open_engine(name: EngineName, graph: Path) -> Engine:
    """Open a network in a runtime.

    Parameters
    ----------
    name : {"openvino", "onnxruntime"}
        The runtime.
    graph : Path
        The ONNX file.

    Raises
    ------
    MissingExtraError
        The runtime is not installed.
    """
    if name == "onnxruntime":
        return OnnxRuntime(graph)
    try:
        return OpenVino(graph)
    except ModuleNotFoundError:
        raise MissingExtraError(name, "fast") from None


class OnnxRuntime:
    """ONNX Runtime on the processor.

    Parameters
    ----------
    graph : Path
        The ONNX file.
    """

    def __init__(self, graph: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads()
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(graph), options, providers=["CPUExecutionProvider"]
        )

    def answer(self, batches: Iterable[Batch]) -> Iterator[Answer]:
        """Compute one batch after the other, each on all threads."""
        for places, feed in batches:
            yield places, self._session.run(None, dict(feed))[0]


class OpenVino:
    """OpenVINO on the processor.

    It is kept from computing in bfloat16, as it does by itself where the processor can: what an
    int8 file leaves in single precision is what its labels hang on.

    Parameters
    ----------
    graph : Path
        The ONNX file.
    """

    def __init__(self, graph: Path) -> None:
        import openvino

        with _FIRST_LOOK:
            openvino.Tensor(np.zeros(1, dtype=np.int64)).data.sum()
            core = _core()
        count = threads()
        options: dict[str, Any] = {"INFERENCE_NUM_THREADS": count, "NUM_STREAMS": count}
        options["CPU_RUNTIME_CACHE_CAPACITY"] = _KEPT_SHAPES
        options["INFERENCE_PRECISION_HINT"] = "f32"
        self._network = core.compile_model(core.read_model(graph), "CPU", options)
        self._idle: SimpleQueue[Any] = SimpleQueue()  # shared by all threads that ask
        for _ in range(count + 1):
            self._idle.put(self._network.create_infer_request())

    def answer(self, batches: Iterable[Batch]) -> Iterator[Answer]:
        """Compute as many batches at once as there are threads, each on one of them.

        Requests are waited for in turn: with callbacks, which run in the runtime's own threads,
        taking the network down can wait for a thread that waits for Python.
        """
        running: deque[tuple[NDArray[np.int64], Any]] = deque()
        try:
            for places, feed in batches:
                while (request := self._take(wait=not running)) is None:
                    yield self._finish(running)
                running.append((places, request))
                request.start_async(dict(feed))
            while running:
                yield self._finish(running)
        finally:
            for _, request in running:  # whoever asked has stopped in the middle
                with suppress(RuntimeError):
                    request.wait()
                self._idle.put(request)

    def _take(self, *, wait: bool) -> Any | None:
        try:
            return self._idle.get(block=wait)
        except Empty:
            return None

    def _finish(self, running: deque[tuple[NDArray[np.int64], Any]]) -> Answer:
        places, request = running[0]
        request.wait()
        found = places, request.get_output_tensor(0).data.copy()
        running.popleft()
        self._idle.put(request)
        return found


@cache
def _core() -> Any:
    """Give the one OpenVINO core of this process, which is never taken down.

    A core puts in place the stack that handlers of signals run on, and puts the one before back
    when it goes. Of two that overlap, the second puts back what the first has freed, and the next
    signal is a segmentation fault.
    """
    import openvino

    return openvino.Core()


def _plural(count: int) -> str:
    return f"{count} thread" if count == 1 else f"{count} threads"
