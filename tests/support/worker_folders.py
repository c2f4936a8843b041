"""Folders of tests as workers of xdist collect them.

Each worker collects all files, and pytest compiles each with its assertions rewritten unless it finds it compiled: in a
fresh clone that takes five seconds. So each worker begins at another place, and finds what the others have compiled.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

import pytest


def count_workers() -> int:
    """Return how many workers collect as this process does; 0 where it is none of several."""
    return int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", 0))


class WorkerFolder(pytest.Dir):
    """A folder whose entries begin at another place for each worker."""

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        nodes = list(super().collect())
        number = int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw")) % count_workers()
        start = len(nodes) * number // count_workers()
        return nodes[start:] + nodes[:start]


def sort_as_collected(items: list[pytest.Item]) -> None:
    """Bring the tests of a worker into the order that they have without workers, in which all have to agree."""
    if count_workers():
        items.sort(key=lambda item: item.path.parts)
