"""Reads the names of hosts: a name in Unicode and the same in ASCII are one host; tells which hosts are a site's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from crawler.errors import BadAddress
from crawler.site import Site

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


def read_host(url: str) -> str:
    """Return the printed name of the host of an address, empty without one. Raises BadAddress for a malformed one."""
    url = url.strip()
    try:
        return urlsplit(url if "//" in url else f"//{url}").hostname or ""
    except ValueError as problem:
        raise BadAddress(f"{url[:120]!a} is malformed: {problem}.") from None


def list_sites_of_address(url: str, sites: tuple[Site, ...]) -> tuple[Site, ...]:
    """Return the sites that the host of an address belongs to, none for a malformed one.

    Those that name the host stand before those under whose domains it lies.
    """
    try:
        return _list_sites_of_host(read_host(url), sites)
    except BadAddress:
        return ()


@lru_cache(maxsize=4_096)
def _list_sites_of_host(host: str, sites: tuple[Site, ...]) -> tuple[Site, ...]:
    own_sites = [site for site in sites if is_site_host(host, site)]
    return tuple(sorted(own_sites, key=lambda site: not _is_named(host, site)))


@lru_cache(maxsize=4_096)
def is_alias(host: str, site: Site) -> bool:
    """Return True if the addresses of a host are cited and fetched at the site's origin.

    That is so for the origin's own host, with ``www.`` and without, for the site's aliases, and for every host of its
    domains.
    """
    return spell_host(host) in _list_aliases(site) or is_under_domains(host, site.domains)


@lru_cache(maxsize=4_096)
def is_site_host(host: str, site: Site) -> bool:
    """Return True if something of a site is fetched from a host: aliases, and hosts of address forms and entry points.

    Any other host is not the site, though its name may end alike: sister sites have such names.
    """
    return _is_named(host, site) or is_under_domains(host, site.domains)


@lru_cache(maxsize=256)
def list_own_hosts(site: Site) -> tuple[str, ...]:
    """Return the hosts that a site names in full: its origin's, with ``www.`` and without, and its aliases."""
    host = spell_host(urlsplit(site.origin).hostname or "") or ""
    bare = host.removeprefix("www.")
    return tuple(dict.fromkeys(name for name in (host, bare, f"www.{bare}", *map(spell_host, site.aliases)) if name))


def is_web_address(text: str) -> bool:
    """Return True for a text that begins as an http or https address does."""
    return text.lower().startswith(("http://", "https://"))


def _is_named(host: str, site: Site) -> bool:
    """Return True if a site names a host: in full, by the pattern of an address form, or in an entry point."""
    name = spell_host(host)
    if name is None:
        return False
    patterns = dict.fromkeys(form.host for form in site.addresses if form.host is not None)
    return (
        name in _list_aliases(site)
        or name in _list_entry_hosts(site)
        or any(re.fullmatch(pattern, name, re.IGNORECASE) for pattern in patterns)
    )


@lru_cache(maxsize=256)
def _list_aliases(site: Site) -> frozenset[str]:
    return frozenset(list_own_hosts(site))


@lru_cache(maxsize=256)
def _list_entry_hosts(site: Site) -> frozenset[str]:
    """Return the hosts of entry points that are whole addresses."""
    hosts = (urlsplit(point).hostname for point in site.entry_points if not point.startswith("/"))
    return frozenset(name for name in (spell_host(host) for host in hosts if host) if name)
