"""Reads the names of hosts: a name in Unicode and the same in ASCII are one host."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

MAX_LENGTH = 253
"""Characters of the longest name that DNS has."""


@lru_cache(maxsize=1_024)
def spell_host(host: str) -> str | None:
    """Return the name of a host in ASCII and small letters, as browsers ask for it; None for what can be none.

    Names in Unicode are mapped as UTS #46 says, without its transitional mappings.

    >>> spell_host("WWW.Hafen-Blättchen.example."), spell_host("www.xn--hafen-blttchen-dib.example")
    ('www.xn--hafen-blttchen-dib.example', 'www.xn--hafen-blttchen-dib.example')
    """
    host = host.rstrip(".").lower()
    if len(host) > MAX_LENGTH:
        return None
    if host.isascii():
        return host if all(0 < len(label) < 64 for label in host.split(".")) else None
    import idna  # a tenth of what a command takes to begin, and hosts in Unicode are rare

    try:
        return idna.encode(host, uts46=True).decode("ascii").rstrip(".").lower()
    except (idna.IDNAError, UnicodeError):
        return None


def is_under_domains(host: str, domains: Iterable[str]) -> bool:
    """Return True if a host is one of these domains or lies under one, however either is spelled."""
    name = spell_host(host)
    if not name:
        return False
    names = map(spell_host, domains)
    return any(domain is not None and (name == domain or name.endswith(f".{domain}")) for domain in names)
