"""A fault in the values of a site, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SiteFault:
    """What is wrong with one value of a site."""

    key: str
    """Where it stands: ``addresses[1].path``."""
    reason: str
    remedy: str
    is_error: bool = True
    """False for what works, but is likely to be a mistake."""
