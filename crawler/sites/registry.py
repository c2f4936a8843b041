"""The sites known: every file of the folder ``spiders`` is imported, its sites and page classes come out.

A file holds a :class:`~crawler.site.Site` as ``SITE``, and where its pages need them, page classes as ``PAGES``. Where
it holds a spider class, that names site and pages. Nothing has to be registered, and nothing here loads Scrapy.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawler.errors import BadAddress, UnknownSite
from crawler.site import Site

if TYPE_CHECKING:
    from crawler.extraction.page import ArticlePage

SHIPPED = "crawler.sites.shipped"
"""The package of the sites that come with seealso; importable wherever ``crawler`` is."""
FOLDER = "spiders"
"""The name under which a checkout offers the same folder at the top."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownSite:
    """A site, and how its pages are read."""

    site: Site
    pages: tuple[type[ArticlePage], ...] = ()
    """Its page classes; none where every page is read as any other site's."""
    module: str
    """Where it was found."""
    spider: type[Any] | None = None
    """The spider class of the module, where it holds one; else the crawl makes one from the values."""

    @property
    def name(self) -> str:
        return self.site.name


@cache
def load_known_sites() -> Mapping[str, KnownSite]:
    """Return what is known of each site, by its name, in alphabetical order.

    Raises whatever a broken file raises when it is imported, and ValueError when two sites have one name.
    """
    known: dict[str, KnownSite] = {}
    for module in load_modules():
        for found in _read_module(module):
            other = known.setdefault(found.name, found)
            if other is not found:
                raise ValueError(f"two sites are named {found.name!r}: in {other.module} and in {found.module}")
    return MappingProxyType(dict(sorted(known.items())))


def load_sites() -> tuple[Site, ...]:
    """Return the sites known, in the order of their names."""
    return tuple(known.site for known in load_known_sites().values())


def load_titles() -> dict[str, str]:
    """Return what people call the sites known, by the names of the sites."""
    return {site.name: site.title for site in load_sites()}


def find_site(name: str) -> Site:
    """Return the site of that name; raises UnknownSite, which names the ones there are."""
    return find_known_site(name).site


def find_known_site(name: str) -> KnownSite:
    """Return what is known of the site of that name; raises UnknownSite, which names the ones there are."""
    known = load_known_sites()
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name.lower(), known, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    raise UnknownSite(f"no site {name[:60]!r} is known.{hint} Known: {', '.join(known) or 'none'}")


def find_site_of_address(url: str) -> KnownSite | None:
    """Return the site among whose hosts an address is, or None; raises BadAddress when the address is malformed."""
    url = url.strip()
    try:
        host = (urlsplit(url if "//" in url else f"//{url}").hostname or "").rstrip(".").lower()
    except ValueError as problem:
        raise BadAddress(f"{url[:120]!a} is malformed: {problem}.") from None
    for known in load_known_sites().values():
        if any(host == domain or host.endswith(f".{domain}") for domain in known.site.domains):
            return known
    return None


def load_modules() -> Iterator[ModuleType]:
    """Import every module of the folder ``spiders`` beside this package, and of the folders in it, and yield them.

    The folder is the one of this installation, whatever other package of the name ``spiders`` Python would find.
    """
    package = importlib.import_module(find_package_name())
    yield package
    for entry in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(entry.name)


def find_package_name() -> str:
    """Return the name by which the folder is imported: ``spiders`` where that leads to it, else the package's own.

    In a checkout both do. One file is then imported once, and its site is one object, whoever imports it.
    """
    own = importlib.import_module(SHIPPED)
    try:
        spec = importlib.util.find_spec(FOLDER)
    except (ImportError, ValueError):
        return SHIPPED
    found = {Path(path).resolve() for path in (spec and spec.submodule_search_locations) or ()}
    return FOLDER if found == {Path(path).resolve() for path in own.__path__} else SHIPPED


def _read_module(module: ModuleType) -> Iterator[KnownSite]:
    """Yield the sites of a module: those of its spider classes, and ``SITE`` where no class is for it."""
    spiders = [value for value in vars(module).values() if _is_spider(value, module)]
    for spider in spiders:
        yield KnownSite(site=spider.site, pages=tuple(spider.pages), module=module.__name__, spider=spider)
    site = getattr(module, "SITE", None)
    if isinstance(site, Site) and all(spider.site is not site for spider in spiders):
        yield KnownSite(site=site, pages=tuple(getattr(module, "PAGES", ())), module=module.__name__)


def _is_spider(value: Any, module: ModuleType) -> bool:
    """Return True if a value is a class of this module that crawls a site; base classes have no site."""
    return (
        isinstance(value, type)
        and value.__module__ == module.__name__
        and isinstance(getattr(value, "site", None), Site)
        and bool(getattr(value, "name", None))
    )
