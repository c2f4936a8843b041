"""How far work has come, for people who wait for it: what was done before an interruption counts as well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkProgress:
    """Numbers of what has been read, and of all there is."""

    files: int
    all_files: int
    bytes: int
    all_bytes: int
    pages: int
    """Pages in what has been read."""


ReportWork = Callable[[WorkProgress], None]
