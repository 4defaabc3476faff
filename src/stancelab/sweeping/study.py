"""The trials of a sweep as Optuna keeps them, in a file of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from stancelab.errors import MissingExtraError, StancelabError, StoreError
from stancelab.parallel import processes

if TYPE_CHECKING:
    from optuna import Study as OptunaStudy
    from optuna import Trial as OptunaTrial
    from optuna.trial import FrozenTrial

    from stancelab.sweeping.space import SweepConfig

_REASON = "reason"
"""Under which a failed trial keeps why; one that was cut off has none."""

_SECONDS = 60
"""How long SQLite waits for another process that writes."""


def check_can_sweep() -> None:
    """Refuse a sweep before any work where it cannot be made.

    Raises
    ------
    MissingExtraError
        Optuna is not installed.
    StancelabError
        Several processes were started together.
    """
    try:
        import optuna  # noqa: F401
    except ImportError:
        raise MissingExtraError("optuna", "sweep") from None
    if processes() > 1:
        raise StancelabError(
            f"a sweep is made by one process, and {processes()} were started together; run it "
            "without 'accelerate launch', and what it found with it: [model.…] without [sweep]"
        )


class Study:
    """The trials of one search, in which it goes on where it was interrupted.

    What comes next depends on the finished trials alone, so that an interrupted search and one
    that was not try the same combinations.

    Parameters
    ----------
    study : optuna.Study
        As it is kept.
    sweep : SweepConfig
        What is searched.
    """

    def __init__(self, study: OptunaStudy, sweep: SweepConfig) -> None:
        self._study, self._sweep = study, sweep
        self._space = {name: domain.distribution() for name, domain in sweep.space.items()}
        self.name = study.study_name

    @property
    def tried(self) -> list[FrozenTrial]:
        """List the trials that came to an end, be it early or by an error."""
        return [one for one in self._trials() if not self._is_cut_off(one)]

    @property
    def pruned(self) -> int:
        """Count the trials that were ended early."""
        return sum(one.state.name == "PRUNED" for one in self.tried)

    @property
    def best(self) -> FrozenTrial | None:
        """The trial with the highest score, the earlier of equal ones."""
        whole = [one for one in self.tried if one.state.name == "COMPLETE"]
        return max(whole, key=lambda one: (one.value, -one.number), default=None)

    @property
    def reasons(self) -> list[str]:
        """Say why trials failed."""
        return [one.user_attrs[_REASON] for one in self.tried if _REASON in one.user_attrs]

    def is_over(self) -> bool:
        """Say whether all trials are tried, or their time is used up; one is always tried."""
        tried, timeout = self.tried, self._sweep.timeout
        seconds = sum(one.duration.total_seconds() for one in tried if one.duration)
        late = timeout is not None and seconds >= timeout
        return len(tried) >= self._sweep.trials or bool(tried and late)

    def ask(self, first: Mapping[str, object]) -> OptunaTrial:
        """Begin the next trial.

        Parameters
        ----------
        first : mapping of str to value
            What the first trial tries; the sampler chooses whatever is not given.
        """
        from optuna.samplers import TPESampler

        number = len(self.tried)
        waits = any(one.state.name == "WAITING" for one in self._trials())
        if number == 0 and not waits:
            self._study.enqueue_trial(dict(first))
        seed = np.random.SeedSequence([self._sweep.seed, number]).generate_state(1)[0]
        self._study.sampler = TPESampler(seed=int(seed))
        return self._study.ask(self._space)

    def tell(self, trial: OptunaTrial, value: float) -> None:
        """End a trial with its score."""
        self._study.tell(trial, value)

    def prune(self, trial: OptunaTrial) -> None:
        """End a trial early."""
        from optuna.trial import TrialState

        self._study.tell(trial, state=TrialState.PRUNED)

    def fail(self, trial: OptunaTrial, reason: str) -> None:
        """End a trial that could not be trained; it is not tried again."""
        from optuna.trial import TrialState

        trial.set_user_attr(_REASON, reason)
        self._study.tell(trial, state=TrialState.FAIL)

    def forget_cut_off(self) -> None:
        """Close the trials that an interruption left open; they are tried anew."""
        from optuna.trial import TrialState

        for one in self._trials():
            if one.state.name == "RUNNING":
                self._study.tell(one.number, state=TrialState.FAIL)

    def _trials(self) -> Sequence[FrozenTrial]:
        return self._study.get_trials(deepcopy=False)

    @staticmethod
    def _is_cut_off(trial: FrozenTrial) -> bool:
        failed = trial.state.name == "FAIL" and _REASON not in trial.user_attrs
        return failed or not trial.state.is_finished()


@contextmanager
def open_study(
    file: Path, name: str, sweep: SweepConfig, *, fresh: bool = False
) -> Iterator[Study]:
    """Open a study for this process alone, making it where it does not exist.

    Parameters
    ----------
    file : Path
        Optuna's SQLite file.
    name : str
        Of the study.
    sweep : SweepConfig
        What is searched.
    fresh : bool
        Whether to begin anew.

    Raises
    ------
    StoreError
        The file cannot be used, or another process has the study open.
    """
    from filelock import FileLock, Timeout
    from optuna.exceptions import StorageInternalError
    from sqlalchemy.exc import SQLAlchemyError

    lock = FileLock(f"{file}.{name}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise StoreError(f"another process is making the sweep {name}; wait for it") from None
    except OSError as error:
        raise _unusable(file, error) from None
    try:
        study = Study(_study(file, name, pruning=sweep.pruning, fresh=fresh), sweep)
        study.forget_cut_off()
        yield study
    except (SQLAlchemyError, StorageInternalError) as error:
        raise _unusable(file, error) from None
    finally:
        lock.release()
        Path(lock.lock_file).unlink(missing_ok=True)


def _study(file: Path, name: str, *, pruning: bool, fresh: bool) -> OptunaStudy:
    """Load or make a study, its tables under a lock: two processes at once would crash."""
    import optuna
    from filelock import FileLock

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    waiting: dict[str, Any] = {"connect_args": {"timeout": _SECONDS}}
    with FileLock(f"{file}.lock"):
        try:
            storage = optuna.storages.RDBStorage(f"sqlite:///{file}", engine_kwargs=waiting)
        except RuntimeError as error:  # of another version
            raise _unusable(file, error) from None
        if fresh and name in optuna.get_all_study_names(storage):
            optuna.delete_study(study_name=name, storage=storage)
        return optuna.create_study(
            storage=storage,
            study_name=name,
            direction="maximize",
            pruner=optuna.pruners.MedianPruner() if pruning else optuna.pruners.NopPruner(),
            load_if_exists=True,
        )


def _unusable(file: Path, error: Exception) -> StoreError:
    first = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return StoreError(f"{file}: Optuna cannot use it: {first}; move it away, or mend its folder")
