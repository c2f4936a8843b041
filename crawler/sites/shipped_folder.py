"""Reads the sites that come with seealso: the folder ``spiders`` of this installation."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Final

from crawler.sites.known_site import BrokenSource, KnownSite
from crawler.sites.site_folder import ModuleFile, list_value_files, load_file, read_files

SHIPPED: Final = "crawler.sites.shipped"
"""The package of the sites that come with seealso; importable wherever ``crawler`` is."""
FOLDER: Final = "spiders"
"""The name of the same folder at the top of a checkout."""


@dataclass(frozen=True, slots=True)
class ShippedSource:
    """The sites that come with seealso."""

    package: str
    """The name that its folder is imported by."""

    def read(self) -> Iterator[KnownSite | BrokenSource]:
        """Yield the sites of the folder and of the folders in it."""
        value_files = list_value_files(path for folder in list_folders(self.package) for path in folder.iterdir())
        yield from read_files(list_module_files(self.package), value_files, "shipped")


@cache
def find_package_name() -> str:
    """Return the name to import the folder by: ``spiders`` where that name leads to it, else the package's own.

    In a checkout both names lead to it. Using one of them, each file is imported once, and its site is one object.
    Another package named ``spiders`` that comes first on Python's path is not imported.
    """
    try:
        spec = importlib.util.find_spec(FOLDER)
    except (ImportError, ValueError):
        return SHIPPED
    locations = {Path(path).resolve() for path in (spec and spec.submodule_search_locations) or ()}
    return FOLDER if locations == set(list_folders(SHIPPED)) else SHIPPED


@cache
def list_folders(package: str) -> tuple[Path, ...]:
    """Return the folders that a package lies in."""
    return tuple(Path(path).resolve() for path in importlib.import_module(package).__path__)


def list_module_files(package: str) -> dict[str, ModuleFile]:
    """Return name → Python file of a package and of the packages in it; the names are those after the package's own."""
    paths = importlib.import_module(package).__path__
    names = [entry.name for entry in pkgutil.walk_packages(paths, f"{package}.", onerror=lambda name: None)]
    return {
        name.removeprefix(f"{package}."): ModuleFile(_find_file(name), _make_import(name)) for name in (package, *names)
    }


def load_shipped_modules() -> Iterator[ModuleType]:
    """Import and yield every module of the folder; a broken one is left out, as its site is."""
    for name, file in list_module_files(find_package_name()).items():
        module = load_file(name, file, "shipped")
        if isinstance(module, ModuleType):
            yield module


def _find_file(name: str) -> str:
    """Return the path of a module's file; the name of the module where it has none."""
    try:
        spec = importlib.util.find_spec(name)
    except Exception:  # the package that it lies in is broken
        return name
    return spec.origin if spec is not None and spec.origin is not None else name


def _make_import(name: str) -> Callable[[], ModuleType]:
    return lambda: importlib.import_module(name)
