"""Counters and durations of the server, as Prometheus reads them."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the duration histogram, in seconds."""

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """What has happened since the start; one instance outlives the swaps of snapshots."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, int]] = Counter()
        self.events: Counter[tuple[str, str]] = Counter()
        self._durations: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (len(BUCKETS) + 1))
        self._sums: Counter[str] = Counter()

    def observe(self, route: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        self.requests[route, status] += 1
        self._durations[route][bisect_left(BUCKETS, seconds)] += 1
        self._sums[route] += seconds  # type: ignore[assignment]

    def count(self, kind: str, value: str) -> None:
        """Count an event, such as an answer found in the cache."""
        self.events[kind, value] += 1

    def dump(self) -> dict[str, Any]:
        """Return the counts as JSON has them, for `add`."""
        return {
            "requests": [[*key, number] for key, number in self.requests.items()],
            "events": [[*key, number] for key, number in self.events.items()],
            "durations": [[route, counts, self._sums[route]] for route, counts in self._durations.items()],
        }

    def add(self, dumped: Mapping[str, Any]) -> None:
        """Count what another process has counted."""
        for route, status, number in dumped["requests"]:
            self.requests[route, status] += number
        for kind, value, number in dumped["events"]:
            self.events[kind, value] += number
        for route, counts, seconds in dumped["durations"]:
            self._durations[route] = [one + other for one, other in zip(self._durations[route], counts, strict=True)]
            self._sums[route] += seconds

    def render(self, gauges: Iterable[tuple[str, str, float]], info: dict[str, str]) -> str:
        """Return the text; `gauges` are names, help texts and values, `info` the labels of the snapshot."""
        return "\n".join([*self._render(), *_render_gauges(gauges), *_render_info(info)]) + "\n"

    def _render(self) -> Iterator[str]:
        yield "# HELP ahg_graph_requests_total Requests answered, by route and status."
        yield "# TYPE ahg_graph_requests_total counter"
        for (route, status), number in sorted(self.requests.items()):
            yield f'ahg_graph_requests_total{{route="{route}",status="{status}"}} {number}'
        yield "# HELP ahg_graph_events_total Cached responses served, workers stopped and the like, by kind and cause."
        yield "# TYPE ahg_graph_events_total counter"
        for (kind, value), number in sorted(self.events.items()):
            yield f'ahg_graph_events_total{{kind="{kind}",cause="{value}"}} {number}'
        yield "# HELP ahg_graph_request_seconds Time from the request to the end of its reply."
        yield "# TYPE ahg_graph_request_seconds histogram"
        for route, counts in sorted(self._durations.items()):
            total = 0
            for bound, number in zip((*map(str, BUCKETS), "+Inf"), counts, strict=True):
                total += number
                yield f'ahg_graph_request_seconds_bucket{{route="{route}",le="{bound}"}} {total}'
            yield f'ahg_graph_request_seconds_sum{{route="{route}"}} {self._sums[route]}'
            yield f'ahg_graph_request_seconds_count{{route="{route}"}} {total}'


def _render_gauges(gauges: Iterable[tuple[str, str, float]]) -> Iterator[str]:
    for name, text, value in gauges:
        yield f"# HELP ahg_graph_{name} {text}"
        yield f"# TYPE ahg_graph_{name} gauge"
        yield f"ahg_graph_{name} {value:g}"


def _render_info(info: dict[str, str]) -> Iterator[str]:
    labels = ",".join(f'{name}="{value}"' for name, value in info.items())
    yield "# HELP ahg_graph_snapshot_info The current snapshot."
    yield "# TYPE ahg_graph_snapshot_info gauge"
    yield f"ahg_graph_snapshot_info{{{labels}}} 1"
