"""Reads the files of sites that lie in one folder or package: one broken file stops none of the others.

``NAME.toml`` holds the values of a site, ``NAME.py`` beside it only the page classes that read its pages (``PAGES``).
A Python file alone holds its values too, as ``SITE``.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from crawler.errors import BadSiteFile
from crawler.site import Site
from crawler.sites.known_site import BrokenSource, KnownSite, SourceKind
from crawler.sites.path_modules import load_module
from crawler.sites.site_file import load_site_file

FILE_REMEDY: Final = "mend it, or take it out of the folder"
MAX_FILES: Final = 2_000
"""The most files of a folder that are looked at."""
_STATED_NAME: Final = re.compile(r"""^\s*name\s*=\s*["']([^"']{1,60})["']""", re.M)
_MAX_STATED: Final = 100_000
"""Bytes of a broken file in which the name of its site is looked for."""


@dataclass(frozen=True, slots=True)
class ModuleFile:
    """A Python file of a source, and how it is loaded there."""

    place: str
    """The path, for people."""
    load: Callable[[], ModuleType]


def read_folder(folder: Path, source: SourceKind) -> Iterator[KnownSite | BrokenSource]:
    """Yield the sites of a folder, in the order of the names of its files; Python files are loaded by their paths."""
    try:
        paths = sorted(path for path in folder.iterdir() if _is_site_file(path))
    except OSError as error:
        yield _report_folder(folder, source, f"the folder cannot be read ({error.strerror or error})")
        return
    if len(paths) > MAX_FILES:
        yield _report_folder(folder, source, f"it holds {len(paths)} files, and {MAX_FILES} at most are looked at")
        return
    modules = {path.stem: _make_module_file(path) for path in paths if path.suffix == ".py"}
    yield from read_files(modules, list_value_files(paths), source)


def list_value_files(paths: Iterable[Path]) -> dict[str, Path]:
    """Return name → TOML file, of those among some files."""
    return {
        path.stem: path for path in sorted(paths) if path.suffix == ".toml" and not path.name.startswith(("_", "."))
    }


def read_files(
    modules: Mapping[str, ModuleFile], value_files: Mapping[str, Path], source: SourceKind
) -> Iterator[KnownSite | BrokenSource]:
    """Yield the sites of some files, in the order of their names.

    ``modules`` are name → Python file, ``value_files`` name → TOML file; two of one name are one site. Values whose
    page classes are broken are not used: another class might read their pages wrongly, and that would be archived.
    """
    for name in sorted({*modules, *value_files}):
        file, values_path = modules.get(name), value_files.get(name)
        module = load_file(name, file, source) if file is not None else None
        if values_path is not None:
            yield _read_values_file(name, values_path, module, source)
        if isinstance(module, BrokenSource):
            if values_path is None:
                yield module
        elif file is not None and module is not None:
            yield from read_module(module, source, file.place)


def _read_values_file(
    name: str, path: Path, module: ModuleType | BrokenSource | None, source: SourceKind
) -> KnownSite | BrokenSource:
    """Return the site of a TOML file with the page classes of the module beside it, or why it cannot be used."""
    module_name: str | None = None
    pages: tuple[type[Any], ...] = ()
    if isinstance(module, BrokenSource):
        return _report_file(name, path, source, f"its page classes in {module.place}: {module.reason}")
    try:
        if module is not None:
            module_name, pages = module.__name__, read_pages(module)
        site = load_site_file(path)
    except BadSiteFile as problem:
        return _report_file(name, path, source, str(problem).removeprefix(f"{path.name}: ").rstrip("."))
    except TypeError as problem:
        return _report_file(name, path, source, str(problem))
    return KnownSite(site=site, pages=pages, module=module_name, source=source, place=str(path))


def load_file(name: str, file: ModuleFile, source: SourceKind) -> ModuleType | BrokenSource:
    """Return the module of a Python file, or why it cannot be loaded."""
    try:
        return file.load()
    except (Exception, SystemExit) as error:  # a broken file may raise anything
        path = Path(file.place)
        return _report_file(name, path, source, describe_error(error, path))


def read_module(module: ModuleType, source: SourceKind, place: str) -> Iterator[KnownSite | BrokenSource]:
    """Yield the sites of a module: those of its spider classes, and ``SITE`` where no class is for it."""
    spiders = [value for value in vars(module).values() if is_spider(value, module)]
    for spider in spiders:
        yield make_spider_site(spider, source, place)
    site = getattr(module, "SITE", None)
    if isinstance(site, Site) and all(spider.site is not site for spider in spiders):
        try:
            pages = read_pages(module)
        except TypeError as error:
            yield BrokenSource(
                names=frozenset({site.name}), source=source, place=place, reason=str(error), remedy=FILE_REMEDY
            )
            return
        yield KnownSite(site=site, pages=pages, module=module.__name__, source=source, place=place)


def make_spider_site(spider: Any, source: SourceKind, place: str) -> KnownSite:
    """Return the site that a spider class crawls."""
    return KnownSite(
        site=spider.site, pages=tuple(spider.pages), module=spider.__module__, spider=spider, source=source, place=place
    )


def read_pages(module: ModuleType) -> tuple[type[Any], ...]:
    """Return the page classes of a module. Raises TypeError where ``PAGES`` are something else."""
    pages = getattr(module, "PAGES", ())
    if not isinstance(pages, tuple | list) or not all(isinstance(page, type) for page in pages):
        raise TypeError("PAGES is no tuple of page classes")
    return tuple(pages)


def is_spider(value: Any, module: ModuleType) -> bool:
    """Return True if a value is a class of this module that crawls a site; base classes have no site."""
    return (
        isinstance(value, type)
        and value.__module__ == module.__name__
        and isinstance(getattr(value, "site", None), Site)
        and bool(getattr(value, "name", None))
    )


def describe_error(error: BaseException, path: Path) -> str:
    """Return one line on an error that the loading of a file raised, with the last line of that file that it passed."""
    message = error.msg if isinstance(error, SyntaxError) else str(error)
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    line = error.lineno if isinstance(error, SyntaxError) else next(reversed(lines), None)
    text = " ".join(f"{type(error).__name__}: {message}".split())[:300].rstrip(" .;:")
    return f"{text} (line {line})" if line else text


def find_stated_name(path: Path) -> tuple[str, ...]:
    """Return the name that a file states for its site, looked up in its text: the file itself is broken."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            stated = _STATED_NAME.search(file.read(_MAX_STATED))
    except OSError:
        return ()
    return (stated[1],) if stated else ()


def _is_site_file(path: Path) -> bool:
    """Return True for the name of a site's file, unless it is a pipe or a device, which would be waited for."""
    if path.suffix not in (".py", ".toml") or path.name.startswith(("_", ".")):
        return False
    return path.is_file() or path.is_dir() or not path.exists()


def _make_module_file(path: Path) -> ModuleFile:
    return ModuleFile(str(path), lambda: load_module(path))


def _report_file(name: str, path: Path, source: SourceKind, reason: str) -> BrokenSource:
    names = frozenset({name, *find_stated_name(path)})
    return BrokenSource(names=names, source=source, place=str(path), reason=reason, remedy=FILE_REMEDY)


def _report_folder(folder: Path, source: SourceKind, reason: str) -> BrokenSource:
    return BrokenSource(
        names=frozenset(), source=source, place=str(folder), reason=reason, remedy="name another folder of sites"
    )
