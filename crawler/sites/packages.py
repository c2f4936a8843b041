"""Reads the sites of installed packages, which offer them as entry points of the group ``seealso.sites``.

The value of an entry point is a spider class, a :class:`~crawler.site.Site`, or a module or package: of a package, the
files that lie in it are read as those of a folder are.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from crawler.site import Site
from crawler.sites.known_site import BrokenSource, KnownSite
from crawler.sites.site_folder import (
    ModuleFile,
    describe_error,
    is_spider,
    list_value_files,
    make_spider_site,
    read_files,
    read_module,
    read_pages,
)

GROUP: Final = "seealso.sites"


@dataclass(frozen=True, slots=True)
class PackageSource:
    """The installed packages that offer sites."""

    def read(self) -> Iterator[KnownSite | BrokenSource]:
        """Yield the sites of all entry points, in the order of their names."""
        points = {(point.name, point.value): point for point in entry_points(group=GROUP)}
        for _, point in sorted(points.items()):
            yield from _read_entry_point(point)


def _read_entry_point(point: EntryPoint) -> Iterator[KnownSite | BrokenSource]:
    """Yield the sites of one entry point, or why it cannot be used."""
    distribution = point.dist.name if point.dist is not None else None
    try:
        value = point.load()
        sites = list(_read_value(point, value))
    except (Exception, SystemExit) as error:  # a broken package may raise anything
        sites = [_report(point, distribution, describe_error(error, _find_file(point)))]
    if not sites:
        sites = [_report(point, distribution, "it leads to no site, spider class or package of sites")]
    yield from sites


def _read_value(point: EntryPoint, value: Any) -> Iterator[KnownSite | BrokenSource]:
    if isinstance(value, Site):
        module = sys.modules[point.module]
        pages = read_pages(module) if getattr(module, "SITE", None) is value else ()
        yield KnownSite(site=value, pages=pages, module=point.module, source="package", place=point.value)
    elif isinstance(value, ModuleType):
        yield from read_module(value, "package", point.value)
        if hasattr(value, "__path__"):
            yield from _read_package(value)
    elif isinstance(value, type) and is_spider(value, sys.modules[value.__module__]):
        yield make_spider_site(value, "package", point.value)


def _read_package(package: ModuleType) -> Iterator[KnownSite | BrokenSource]:
    """Yield the sites of the files that lie in a package, whose Python files are imported by their names."""
    modules = {
        entry.name: ModuleFile(f"{package.__name__}.{entry.name}", _make_import(f"{package.__name__}.{entry.name}"))
        for entry in pkgutil.iter_modules(package.__path__)
        if not entry.ispkg and not entry.name.startswith("_")
    }
    paths = [path for folder in package.__path__ if Path(folder).is_dir() for path in Path(folder).iterdir()]
    yield from read_files(modules, list_value_files(paths), "package")


def _make_import(name: str) -> Callable[[], ModuleType]:
    return lambda: importlib.import_module(name)


def _find_file(point: EntryPoint) -> Path:
    """Return the path of the module of an entry point, or the name of the module where it cannot be found."""
    file = getattr(sys.modules.get(point.module), "__file__", None)
    return Path(file or point.module)


def _report(point: EntryPoint, distribution: str | None, reason: str) -> BrokenSource:
    name = distribution or "the package that offers it"
    return BrokenSource(
        names=frozenset({point.name}),
        source="package",
        place=f"{point.name} = {point.value} of {name}",
        reason=reason,
        remedy=f"install a newer {name}, or uninstall it",
    )
