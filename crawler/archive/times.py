"""Instants as the archive writes them: ISO 8601, UTC, seconds and ``Z``; they sort as text."""

from __future__ import annotations

from datetime import UTC, datetime


def instant(moment: datetime) -> str:
    """Write an aware datetime; a naive one is an error, because nobody knows what it means."""
    if moment.tzinfo is None:
        raise ValueError(f"a time without a zone: {moment!r}")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
