"""What happens beside the steps of a training: budgets, figures, and checkpoints in between."""

from __future__ import annotations

from time import monotonic
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from transformers.trainer_callback import ExportableState

from stancelab.monitor import Monitor
from stancelab.parallel import agreed


class TimeBudget(TrainerCallback, ExportableState):
    """Stops a training when its seconds are used up, those before an interruption included.

    Parameters
    ----------
    max_seconds : float or None
        The budget; None for no end.
    used : float
        Seconds that earlier parts of the training took.
    """

    def __init__(self, max_seconds: float | None, used: float = 0.0) -> None:
        self.max_seconds, self.used = max_seconds, used
        self._started = monotonic()

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Start the clock."""
        self._started = monotonic()

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Look at the clock."""
        if self.max_seconds is not None and agreed(self.seconds >= self.max_seconds):
            control.should_training_stop = True

    @property
    def seconds(self) -> float:
        """Give the seconds used so far."""
        return self.used + monotonic() - self._started

    def state(self) -> dict[str, Any]:
        """Give what a checkpoint keeps."""
        return {"args": {"max_seconds": self.max_seconds, "used": self.seconds}, "attributes": {}}


class SaveEvery(TrainerCallback):
    """Asks for a checkpoint every so many seconds, so that little is lost of a long epoch.

    Not at the end of an epoch or of the training: the checkpoint that is due then comes after
    the epoch is scored, and one before would let a resumed training leave the scoring out.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._last = monotonic()

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Look at the clock."""
        ends = control.should_training_stop or float(state.epoch or 0).is_integer()
        if agreed(monotonic() - self._last >= self.seconds) and not ends:
            control.should_save = True

    def on_save(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Begin to count anew."""
        self._last = monotonic()


class Throughput(TrainerCallback):
    """Counts statements, tokens and the time of the steps, and tells the monitor.

    Attributes
    ----------
    statements, tokens : int
        Learnt from so far in this process, padding not counted.
    busy : float
        Seconds spent in steps.
    """

    def __init__(self, monitor: Monitor) -> None:
        self.monitor = monitor
        self.statements = self.tokens = 0
        self.busy = 0.0
        self._step_began = self._began = monotonic()

    def count(self, statements: int, tokens: int) -> None:
        """Add a batch."""
        self.statements += statements
        self.tokens += tokens

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Start the clock."""
        self._began = monotonic()
        self.monitor.advance(state.global_step, state.max_steps)

    def on_step_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Start a step's clock."""
        self._step_began = monotonic()

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Add the step's time and tell how far it is."""
        self.busy += monotonic() - self._step_began
        self.monitor.advance(state.global_step, state.max_steps)

    def rates(self) -> dict[str, float]:
        """Give the figures as they are logged; time of evaluation and saving is not counted."""
        seconds = max(self.busy, 1e-9)
        return {
            "throughput/statements_per_second": self.statements / seconds,
            "throughput/tokens_per_second": self.tokens / seconds,
            "throughput/share_in_steps": self.busy / max(monotonic() - self._began, 1e-9),
        }
