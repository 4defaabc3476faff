"""What a run takes of the machine, as MLflow samples it: processor, memory, disk, GPU."""

from __future__ import annotations

import logging
from threading import Timer
from typing import Any

_PATIENCE = 1.0
"""Seconds after which a run is worth sampling: most trainings of small models are over by then."""


class SystemWatch:
    """Samples the machine every ten seconds into the runs that are open.

    ``MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL`` names another interval. A run that ends before its
    first sample has none.

    Parameters
    ----------
    tracking_uri : str
        The store.
    """

    def __init__(self, tracking_uri: str) -> None:
        self._uri = tracking_uri
        self._waiting: dict[str, Timer] = {}
        self._watches: dict[str, Any] = {}

    def start(self, run_id: str, *, resumed: bool = False) -> None:
        """Begin to sample into a run, or go on after what an earlier process sampled."""
        from mlflow.system_metrics.system_metrics_monitor import SystemMetricsMonitor

        logging.getLogger("mlflow.system_metrics").setLevel(logging.ERROR)
        kind: Any = SystemMetricsMonitor  # its functions have no types
        watch = kind(run_id, resume_logging=resumed, tracking_uri=self._uri)
        watch.start()
        self._watches[run_id] = watch

    def start_later(self, run_id: str) -> None:
        """Begin to sample into a run if it is still open after a second."""
        timer = self._waiting[run_id] = Timer(_PATIENCE, self.start, [run_id])
        timer.daemon = True
        timer.start()

    def stop(self, run_id: str) -> None:
        """Write what was sampled; does nothing for a run that was not started."""
        timer = self._waiting.pop(run_id, None)
        if timer is not None:
            timer.cancel()
            timer.join()  # it may be starting at this moment
        watch = self._watches.pop(run_id, None)
        if watch is not None:
            watch.finish()

    def stop_all(self) -> None:
        """Stop for every run."""
        for run_id in [*self._waiting, *self._watches]:
            self.stop(run_id)
