"""The predictor of a language model: it asks a service, so that no bundle can hold it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from stancelab.llm.prompt import Example, Prompt, shown
from stancelab.llm.service import Service
from stancelab.llm.settings import LlmSettings
from stancelab.monitor import Monitor, SilentMonitor
from stancelab.predictors.base import State
from stancelab.predictors.checked import array, known_labels, setting
from stancelab.schema import LABELS

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray


class LlmPredictor:
    """Asks a language model for the label of each row.

    Parameters
    ----------
    settings : LlmSettings
        What is asked, and how often.
    known : sequence of int
        The labels that are possible; others have probability 0.
    weights : numpy.ndarray, shape (3,)
        Of the labels, by which their probabilities are multiplied.
    examples : sequence of (str, str)
        Statements as they are shown, and their labels.
    monitor : Monitor
        Is told how far it is, and what was asked: each time all that was since the beginning.

    Attributes
    ----------
    service : Service
        Counts the requests of all calls.
    """

    kind: ClassVar[str] = "llm"

    def __init__(
        self,
        settings: LlmSettings,
        known: Sequence[int],
        weights: NDArray[np.float64],
        examples: Sequence[Example] = (),
        monitor: Monitor | None = None,
    ) -> None:
        self.settings, self.known, self.weights = settings, tuple(known), weights
        self.monitor = monitor or SilentMonitor()
        labels = [LABELS[code] for code in self.known]
        prompt = Prompt(labels, settings.probabilities, tuple(examples))
        self.service = Service(settings, prompt, self.monitor.advance)
        self._calls = 0

    def predict_proba(self, table: pa.Table) -> NDArray[np.float64]:
        """Ask for each row; one without a valid answer gets the labels in equal shares.

        Raises
        ------
        ServiceError
            The service cannot be asked, or leaves too many rows without a valid answer.
        """
        labels = self.service.prompt.labels
        found = np.zeros((len(table), len(LABELS)))
        if len(labels) == 1:
            found[:, self.known] = 1
            return found
        try:
            answers = self.service.ask(shown(table))
        finally:
            self._tell()
        equal = np.full(len(labels), 1 / len(labels))
        for row, answer in enumerate(answers):
            found[row, self.known] = equal if answer is None else answer.shares(labels)
        found *= self.weights
        shares: NDArray[np.float64] = found / found.sum(axis=1, keepdims=True)
        return shares

    @property
    def microseconds(self) -> float:
        """Give what a row takes, when it is asked alone; nan where none was asked."""
        return self.service.usage.microseconds

    def _tell(self) -> None:
        usage, sent = self.service.usage, self.service.budget.sent
        self.monitor.measure(usage.measures(sent, self.settings.prices), self._calls)
        self._calls += 1

    def state(self) -> State:
        """Give the settings and the examples; the key is not among them."""
        own = {
            "service": self.settings.to_dict(),
            "known": list(self.known),
            "examples": [list(one) for one in self.service.prompt.examples],
        }
        return State(own, {"weights": self.weights})

    @classmethod
    def from_state(cls, state: State) -> Self:
        """Make the predictor again; its requests are counted anew."""
        examples = [(text, label) for text, label in setting(state.settings, "examples", list)]
        return cls(
            LlmSettings(**setting(state.settings, "service", dict)),
            known_labels(state.settings),
            array(state, "weights", (len(LABELS),)),
            examples,
        )
