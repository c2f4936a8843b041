"""What the manifest of a shard of pages notes of its part, besides counts."""

from __future__ import annotations

from typing import Final

import msgspec

MOST_HOSTS: Final = 10_000
"""Hosts of unknown sites that are told apart; pages of further ones are counted together."""


class PartNotes(msgspec.Struct, kw_only=True):
    """What the manifest notes of a part, besides counts."""

    name: str
    """The name of the file."""
    unusable: str | None = None
    """Why the file cannot be read, for people: what is said behind its path."""
    is_divisible: bool = True
    """False for a range of a file that has to be read whole."""
    first_offset: int | None = None
    next_offset: int | None = None
    """Where reading of a range began and would have gone on, as :class:`~crawler.warc.foreign.Findings` has it."""
    unknown_hosts: dict[str, int] = msgspec.field(default_factory=dict)
    """Host → pages of unknown sites; the empty name stands for all hosts beyond the first thousands."""


def count_host(counts: dict[str, int], host: str, number: int = 1) -> None:
    """Add pages to the count of a host, as long as there are not too many hosts."""
    if host not in counts and len(counts) >= MOST_HOSTS:
        host = ""
    counts[host] = counts.get(host, 0) + number
