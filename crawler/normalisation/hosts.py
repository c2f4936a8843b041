"""Reads the names of hosts: a name in Unicode and the same in ASCII are one host."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

MAX_LENGTH = 253
"""Characters of the longest name that DNS has."""
_PUBLIC_NAME: Final = re.compile(
    r"(?:[a-z0-9_-]{1,63}\.)+(?!(?:local|localhost|internal|lan|home|arpa)\.?$)(?=[a-z0-9-]*[a-z])(?!0x)[a-z0-9-]{2,63}\.?",
    re.I,
)


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


def is_public_name(host: str) -> bool:
    """Return True if a host has a name that may lead to the public internet: several labels, and no private ending.

    >>> is_public_name("cdn.example.org"), is_public_name("printer.local"), is_public_name("10.0.0.1")
    (True, False, False)
    """
    return _PUBLIC_NAME.fullmatch(host) is not None
