"""Tells what the hosts of a site mean: one host, one for each language, or sections with articles of their own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crawler.site import AddressForm
from crawler.sitekit.address_shapes import write_choice, write_literal
from crawler.sitekit.given_pages import GivenPage, is_same_host
from crawler.sitekit.languages import LanguageScheme


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteHosts:
    """The hosts of a site, and how a form of addresses names them."""

    main: str
    others: tuple[str, ...] = ()
    pattern: str | None = None
    """Pattern of all hosts; None where the site has one."""
    folders: Mapping[str, str] = field(default_factory=dict)
    """What the group ``folder`` of the pattern matches → language."""
    scheme: str = "https"
    series: str | None = None
    """Put before the keys of articles, where two hosts may use one path for two articles."""

    @property
    def homes(self) -> list[str]:
        """The home pages of the other hosts."""
        return [f"{self.scheme}://{host}/" for host in self.others]

    def name_hosts(self, form: AddressForm) -> dict[str, object]:
        """Return the values by which a form that is written for one host names them all."""
        if self.pattern is None:
            return {}
        values: dict[str, object] = {"host": self.pattern}
        if self.folders:
            values["folders"] = dict(self.folders)
        if self.series is not None and form.kind == "article":
            values["series"] = self.series
        return values


def infer_hosts(pages: Sequence[GivenPage], scheme: LanguageScheme) -> SiteHosts:
    """Return the hosts of the pages of one site and of their translations."""
    counts = Counter(page.host for page in pages)
    main = choose_host(pages)
    schemes = {parts.scheme for page in pages for parts in (page.parts, page.stated_address)}
    web = "http" if schemes == {"http"} else "https"
    if scheme.place == "host":
        others = sorted(host for host in scheme.hosts if not is_same_host(host, main))
        names, tail = split_hosts([*scheme.hosts])
        folders = {names[host]: code for host, code in sorted(scheme.hosts.items())}
        return SiteHosts(
            main=main,
            others=tuple(others),
            pattern=_write_pattern("folder", folders, tail),
            folders=folders,
            scheme=web,
        )
    others = sorted(host for host in counts if not is_same_host(host, main))
    if not others:
        return SiteHosts(main=main, scheme=web)
    names, tail = split_hosts([main, *others])
    pattern = _write_pattern("section", sorted(names.values()), tail)
    return SiteHosts(main=main, others=tuple(others), pattern=pattern, series="{section}", scheme=web)


def choose_host(pages: Sequence[GivenPage]) -> str:
    """Return the host of most pages, the first in the alphabet of equals."""
    counts = Counter(page.host for page in pages)
    return min(counts, key=lambda host: (-counts[host], host))


def split_hosts(hosts: Sequence[str]) -> tuple[dict[str, str], str]:
    """Return host → what it begins with, and what all of them end with, its point included.

    >>> split_hosts(["de.paper.example", "www.paper.example"])
    ({'de.paper.example': 'de', 'www.paper.example': 'www'}, '.paper.example')
    """
    labels = [host.split(".") for host in hosts]
    common = 0
    while common < min(map(len, labels)) - 1 and len({tuple(row[-common - 1 :]) for row in labels}) == 1:
        common += 1
    tail = "." + ".".join(labels[0][-common:]) if common else ""
    return {host: host[: len(host) - len(tail)] for host in hosts}, tail


def _write_pattern(group: str, names: Sequence[str] | Mapping[str, str], tail: str) -> str:
    choice = write_choice([write_literal(name) for name in sorted(names)])
    inner = choice.removeprefix("(?:").removesuffix(")") if choice.startswith("(?:") else choice
    return f"(?P<{group}>{inner}){re.escape(tail)}"
