"""What is known of a model's bias: in all, and by actor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

PREFIX = "bias"
"""The metrics of a run begin with it."""


class Measured(NamedTuple):
    """A figure with its 95 % interval over documents."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ActorBias:
    """What a model makes of one actor; None where nothing was asked.

    Attributes
    ----------
    actor : str
        Its canonical name.
    replaced : int
        Answers to rows in which another name stands for it.
    changed : Measured or None
        The share of them with another label.
    put_in : int
        Answers to rows in which it stands for another.
    put_in_changed : Measured or None
        The share of these with another label.
    shift : Measured or None
        By how much its name moves p(cooperative) - p(hostile), on average: -2 to 2. Below 0 the
        model takes the actor for more hostile a target than those whose place it takes.
    alone : float or None
        p(cooperative) - p(hostile) for texts that say nothing but its name, -1 to 1.
    alone_label : str
        The label of these texts by their mean probabilities.
    """

    actor: str
    replaced: int = 0
    changed: Measured | None = None
    put_in: int = 0
    put_in_changed: Measured | None = None
    shift: Measured | None = None
    alone: float | None = None
    alone_label: str = ""


@dataclass(frozen=True, slots=True)
class BiasReport:
    """Whether another actor's name in the same text changes what a model answers.

    Attributes
    ----------
    rows : int
        Rows that were looked at.
    not_tested : mapping of str to int
        How many of them could not be tested, by reason.
    tested : int
        Rows that were asked with other names: fewer than could be where a model is slow.
    answers : int
        Answers with other names.
    changed : Measured or None
        The share of these answers that have another label than the row has with its own name.
    moved : Measured or None
        How far p(cooperative) - p(hostile) moves, up or down, on average.
    alone_neutral : float or None
        The share of the texts that say nothing but a name to which the answer is neutral.
    alone_spread : float or None
        Standard deviation over actors of p(cooperative) - p(hostile) for these texts.
    actors : tuple of ActorBias
        Those of whom most was asked first.
    """

    rows: int = 0
    not_tested: Mapping[str, int] = field(default_factory=dict)
    tested: int = 0
    answers: int = 0
    changed: Measured | None = None
    moved: Measured | None = None
    alone_neutral: float | None = None
    alone_spread: float | None = None
    actors: tuple[ActorBias, ...] = ()

    def metrics(self) -> dict[str, float]:
        """Give the figures of the whole under their names in MLflow.

        Examples
        --------
        >>> BiasReport(3, {"no_mention": 1}, 2, 9, Measured(0.1, 0.0, 0.3)).metrics()
        {'bias/rows': 3.0, 'bias/tested': 2.0, 'bias/answers': 9.0, 'bias/not_tested/no_mention': \
1.0, 'bias/changed': 0.1, 'bias/changed_low': 0.0, 'bias/changed_high': 0.3}
        """
        found = {key: float(getattr(self, key)) for key in ("rows", "tested", "answers")}
        found |= {f"not_tested/{reason}": float(rows) for reason, rows in self.not_tested.items()}
        for key in ("changed", "moved"):
            measured: Measured | None = getattr(self, key)
            if measured is not None:
                found |= {key: measured.value}
                found |= {f"{key}_low": measured.low, f"{key}_high": measured.high}
        for key in ("alone_neutral", "alone_spread"):
            value: float | None = getattr(self, key)
            found |= {} if value is None else {key.replace("_", "/"): value}
        return {f"{PREFIX}/{key}": value for key, value in found.items()}

    def as_dict(self) -> dict[str, Any]:
        """Give it for JSON."""
        return asdict(self)


def restored(content: Mapping[str, Any]) -> BiasReport:
    """Make a report again from what `BiasReport.as_dict` gave.

    Examples
    --------
    >>> report = BiasReport(2, {}, 1, 5, Measured(0.2, 0.1, 0.3), actors=(ActorBias("Oslo", 2),))
    >>> restored(report.as_dict()) == report
    True
    """
    actors = tuple(ActorBias(**_measured(one)) for one in content["actors"])
    return BiasReport(**{**_measured(content), "actors": actors})


def _measured(content: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(content)
    for key in ("changed", "moved", "put_in_changed", "shift"):
        if found.get(key) is not None:
            found[key] = Measured(*found[key])
    return found
