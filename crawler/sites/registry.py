"""The registry of sites: imports every file of the folder ``spiders``, and returns its sites and page classes.

A file holds a :class:`~crawler.site.Site` as ``SITE``, and page classes as ``PAGES`` where its pages need them. A
spider class in it names site and pages instead. Nothing has to be registered, and this module does not load Scrapy.
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

from crawler.errors import UnknownSite
from crawler.normalisation.hosts import list_sites_of_address, read_host
from crawler.site import Site

if TYPE_CHECKING:
    from crawler.extraction.page import ArticlePage

SHIPPED = "crawler.sites.shipped"
"""The package of the sites that come with seealso; importable wherever ``crawler`` is."""
FOLDER = "spiders"
"""The name of the same folder at the top of a checkout."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownSite:
    """A site, its page classes and where they were found."""

    site: Site
    pages: tuple[type[ArticlePage], ...] = ()
    """Its page classes; empty where the general one serves."""
    module: str
    """The name of the module that it was found in."""
    spider: type[Any] | None = None
    """The spider class of the module, where it holds one; otherwise the crawl makes one from the values."""

    @property
    def name(self) -> str:
        return self.site.name


@cache
def load_known_sites() -> Mapping[str, KnownSite]:
    """Return name → known site, in alphabetical order.

    Raises any error that the import of a broken file raises, and ValueError when two sites have one name.
    """
    known_sites: dict[str, KnownSite] = {}
    for module in load_modules():
        for known_site in _read_module(module):
            first = known_sites.setdefault(known_site.name, known_site)
            if first is not known_site:
                raise ValueError(
                    f"two sites are named {known_site.name!r}: in {first.module} and in {known_site.module}"
                )
    return MappingProxyType(dict(sorted(known_sites.items())))


def load_sites() -> tuple[Site, ...]:
    """Return the known sites in the order of their names."""
    return tuple(known_site.site for known_site in load_known_sites().values())


def load_titles() -> dict[str, str]:
    """Return name → title of the known sites."""
    return {site.name: site.title for site in load_sites()}


def find_site(name: str) -> Site:
    """Return the site of that name. Raises UnknownSite, whose message lists the known names."""
    return find_known_site(name).site


def find_known_site(name: str) -> KnownSite:
    """Return the known site of that name. Raises UnknownSite, whose message lists the known names."""
    known_sites = load_known_sites()
    if name in known_sites:
        return known_sites[name]
    close_names = difflib.get_close_matches(name.lower(), known_sites, n=1)
    hint = f" Did you mean {close_names[0]}?" if close_names else ""
    raise UnknownSite(f"no site {name[:60]!r} is known.{hint} Known: {', '.join(known_sites) or 'none'}")


def find_site_of_address(url: str) -> KnownSite | None:
    """Return the known site that the host of an address belongs to, or None. Raises BadAddress for a malformed one."""
    known_sites = load_known_sites()
    read_host(url)
    sites = list_sites_of_address(url, tuple(known_site.site for known_site in known_sites.values()))
    return known_sites[sites[0].name] if sites else None


def load_modules() -> Iterator[ModuleType]:
    """Import and yield every module of the folder ``spiders`` of this installation, and of the folders in it.

    Another package named ``spiders`` that comes first on Python's path is not imported.
    """
    package = importlib.import_module(find_package_name())
    yield package
    for entry in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(entry.name)


def find_package_name() -> str:
    """Return the name to import the folder by: ``spiders`` where that name leads to it, else the package's own.

    In a checkout both names lead to it. Using one of them, each file is imported once, and its site is one object.
    """
    package = importlib.import_module(SHIPPED)
    try:
        spec = importlib.util.find_spec(FOLDER)
    except (ImportError, ValueError):
        return SHIPPED
    locations = {Path(path).resolve() for path in (spec and spec.submodule_search_locations) or ()}
    return FOLDER if locations == {Path(path).resolve() for path in package.__path__} else SHIPPED


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
