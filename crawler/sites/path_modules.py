"""Loads Python files by their paths, as modules that no other name leads to.

Neither the folder of a file nor its name is searched for anything: a file ``json.py`` hides no ``json``. Nothing is
written beside the file. A process that unpickles a class of such a module loads the file first (:func:`load_modules`).
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from threading import RLock
from types import ModuleType
from typing import Final, NamedTuple

from crawler.errors import CrawlerError

PACKAGE: Final = "seealso_sites"
"""The package that the modules are in; it has no folder."""
_lock = RLock()
_digests: dict[str, str] = {}
"""Name of a module → the SHA-256 of its file when it was loaded."""


class LoadedModule(NamedTuple):
    """A file that was loaded: the name of its module, its path, and the SHA-256 of what it was then."""

    name: str
    path: str
    digest: str


class ModuleChanged(CrawlerError):
    """A file differs from the one that another process has loaded."""


class _ReadOnlyLoader(SourceFileLoader):
    """Python's loader, which writes no bytecode into other people's folders."""

    def set_data(self, path: str, data: object, *, _mode: int = 0o666) -> None:
        """Write nothing."""


def load_module(path: Path) -> ModuleType:
    """Return the module of a file, run once in a process: ``seealso_sites.<stem>``.

    A second file of that stem gets a number behind its name. Raises whatever the file raises, and then keeps nothing.
    """
    path = path.resolve()
    with _lock:
        stem = path.stem.replace(".", "_")
        name, number = f"{PACKAGE}.{stem}", 1
        while (module := sys.modules.get(name)) is not None:
            if module.__file__ == str(path):
                return module
            number += 1
            name = f"{PACKAGE}.{stem}_{number}"
        return _run_file(name, path)


def list_modules() -> tuple[LoadedModule, ...]:
    """Return the files loaded in this process that are still there: no other process could load another one."""
    with _lock:
        return tuple(
            LoadedModule(name, str(module.__file__), _digests.get(name, ""))
            for name, module in list(sys.modules.items())
            if name.startswith(f"{PACKAGE}.") and module.__file__ and Path(module.__file__).is_file()
        )


def load_modules(modules: Iterable[LoadedModule]) -> None:
    """Load the files of another process under the names that they have there, also where an older state is loaded.

    Raises ModuleChanged for a file that is not what it was there, and whatever a file raises.
    """
    with _lock:
        for name, path, digest in modules:
            if name not in sys.modules or _digests.get(name) != digest:
                _run_file(name, Path(path))
                if _digests[name] != digest:
                    raise ModuleChanged(f"{path} is not what it was where the command was given")


def _run_file(name: str, path: Path) -> ModuleType:
    if PACKAGE not in sys.modules:
        package = ModuleType(PACKAGE, "Files of sites, each loaded by its path.")
        package.__path__ = []
        sys.modules[PACKAGE] = package
    spec = spec_from_file_location(name, path, loader=_ReadOnlyLoader(name, str(path)))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    _digests[name] = digest
    return module
