"""Which engine somebody has chosen, and how many processes it has."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from crawler.engines.opening import EngineName


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineChoice:
    """An engine and where it works."""

    name: EngineName = "local"
    jobs: int | None = None
    """Processes of this machine; None means one a core."""
    scheduler: str | None = None
    work: Path | None = None
    """A folder that all processes reach, where results stay until they are used; None means a temporary one."""
    remote: str | None = None
    """The address of a folder that is none of this machine, in place of ``work``: ``s3://bucket/name``."""

    @property
    def job_count(self) -> int:
        """The number of processes of this machine."""
        return self.jobs or count_cores()


def count_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
