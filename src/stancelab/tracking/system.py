"""What a run takes of the machine, as MLflow samples it: processor, memory, disk, GPU."""

from __future__ import annotations

import logging
from typing import Any


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
        self._watches: dict[str, Any] = {}

    def start(self, run_id: str, *, resumed: bool = False) -> None:
        """Begin to sample into a run, or go on after what an earlier process sampled."""
        from mlflow.system_metrics.system_metrics_monitor import SystemMetricsMonitor

        logging.getLogger("mlflow.system_metrics").setLevel(logging.ERROR)
        watch: Any = SystemMetricsMonitor  # its functions have no types
        watch = watch(run_id, resume_logging=resumed, tracking_uri=self._uri)
        watch.start()
        self._watches[run_id] = watch

    def stop(self, run_id: str) -> None:
        """Write what was sampled; does nothing for a run that was not started."""
        watch = self._watches.pop(run_id, None)
        if watch is not None:
            watch.finish()

    def stop_all(self) -> None:
        """Stop for every run."""
        for run_id in list(self._watches):
            self.stop(run_id)
