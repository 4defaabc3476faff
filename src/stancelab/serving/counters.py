"""Plain counters of a service, in the text format of Prometheus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

ROUTES = ("/", "/ping", "/health", "/version", "/invocations", "/explain", "/metrics")
"""What is counted by its path; whatever else somebody asks for is counted together."""

_OTHER = "other"
_LINES = {
    "requests_total": ("counter", "Requests that were answered, by path and status."),
    "request_seconds_total": ("counter", "Seconds until their answers, by path."),
    "rows_total": ("counter", "Rows that were tagged, words left out to explain among them."),
    "waiting": ("gauge", "Requests that wait for their turn."),
    "held_bytes": ("gauge", "Bytes of bodies that are held."),
}


class Counters:
    """Counts what became of requests; to be used in the event loop alone."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, int]] = Counter()
        self._seconds: Counter[str] = Counter()

    def add(self, path: str, status: int, seconds: float) -> None:
        """Count an answer."""
        route = path if path in ROUTES else _OTHER
        self._requests[route, status] += 1
        self._seconds[route] += seconds  # type: ignore[assignment]

    def text(self, gauges: Mapping[str, float]) -> str:
        """Write the counters.

        Parameters
        ----------
        gauges : mapping of str to float
            ``rows_total``, ``waiting`` and ``held_bytes``, which others know.

        Examples
        --------
        >>> counters = Counters()
        >>> counters.add("/ping", 200, 0.001)
        >>> made = counters.text({"rows_total": 0, "waiting": 0, "held_bytes": 0})
        >>> made.splitlines()[2]
        'stancelab_requests_total{path="/ping",status="200"} 1'
        """
        return "".join(f"{line}\n" for line in self._lines(gauges))

    def _lines(self, gauges: Mapping[str, float]) -> Iterator[str]:
        values: dict[str, dict[str, float]] = {
            "requests_total": {
                f'{{path="{route}",status="{status}"}}': count
                for (route, status), count in sorted(self._requests.items())
            },
            "request_seconds_total": {
                f'{{path="{route}"}}': round(seconds, 6)
                for route, seconds in sorted(self._seconds.items())
            },
            **{name: {"": value} for name, value in gauges.items()},
        }
        for name, (kind, about) in _LINES.items():
            yield f"# HELP stancelab_{name} {about}"
            yield f"# TYPE stancelab_{name} {kind}"
            yield from (
                f"stancelab_{name}{labels} {value}" for labels, value in values[name].items()
            )
