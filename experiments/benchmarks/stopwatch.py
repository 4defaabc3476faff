"""A stopwatch for trainings: seconds by what they were spent on, and what was learnt from."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any


@dataclass
class Watch:
    """Adds up seconds by what they were spent on, and counts what was learnt from."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    steps: int = 0
    statements: int = 0
    places: int = 0
    tokens: Any = 0

    @contextlib.contextmanager
    def on(self, what: str) -> Iterator[None]:
        """Add the seconds of a block."""
        began = perf_counter()
        try:
            yield
        finally:
            self.seconds[what] += perf_counter() - began

    def timing(self, what: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Give the function that adds its seconds."""

        def timed(*given: Any, **named: Any) -> Any:
            with self.on(what):
                return function(*given, **named)

        return timed

    def count(self, inputs: Mapping[str, Any]) -> None:
        """Add a batch; a GPU is not waited for."""
        mask = inputs["attention" if "attention" in inputs else "attention_mask"]
        self.steps += 1
        self.statements += len(mask)
        self.places += mask.numel()
        self.tokens = self.tokens + mask.sum()

    def rates(self, seconds: float) -> dict[str, float]:
        """Give what was counted, by time and by place."""
        tokens = int(self.tokens)
        return {
            "steps": self.steps,
            "statements_per_second": self.statements / seconds,
            "tokens_per_second": tokens / seconds,
            "padding_share": 1 - tokens / self.places,
        }


def watched(kind: Any, watch: Watch) -> Any:
    """Give the same kind of Trainer under a stopwatch."""

    class Watched(kind):  # type: ignore[misc]
        """Times its steps, its evaluations and its checkpoints."""

        def training_step(self, model: Any, inputs: Any, *more: Any) -> Any:
            """Time forward and backward."""
            watch.count(inputs)
            with watch.on("computing"):
                return super().training_step(model, inputs, *more)

        def create_optimizer(self, *given: Any) -> Any:
            """Time its steps."""
            made = super().create_optimizer(*given)
            timers: list[Any] = []

            def begin(*_: Any) -> None:
                timers.append(watch.on("computing"))
                timers[-1].__enter__()

            made.register_step_pre_hook(begin)
            made.register_step_post_hook(lambda *_: timers.pop().__exit__(None, None, None))
            return made

        def evaluate(self, *given: Any, **named: Any) -> Any:
            """Time an evaluation."""
            with watch.on("evaluating"):
                return super().evaluate(*given, **named)

        def _save_checkpoint(self, *given: Any, **named: Any) -> Any:
            with watch.on("saving"):
                return super()._save_checkpoint(*given, **named)

    return Watched


@contextlib.contextmanager
def kernels(wanted: bool) -> Iterator[list[float]]:
    """Give, once the block has ended, the seconds in which the GPU ran a kernel."""
    found: list[float] = []
    if not wanted:
        yield found
        return
    from torch.autograd import DeviceType
    from torch.profiler import ProfilerActivity, profile

    with profile(activities=[ProfilerActivity.CUDA]) as traced:
        yield found
    events = traced.profiler.kineto_results.events()
    spans = sorted((e.start_ns(), e.end_ns()) for e in events if e.device_type() == DeviceType.CUDA)
    found.append(covered(spans) / 1e9)


def covered(spans: Sequence[tuple[int, int]]) -> int:
    """Give the length that sorted spans cover, each stretch counted once.

    Examples
    --------
    >>> covered([(0, 4), (1, 2), (3, 6), (8, 9)])
    7
    """
    total, reached = 0, 0
    for first, last in spans:
        total += max(0, last - max(first, reached))
        reached = max(reached, last)
    return total
