"""Imports the names of a package when they are first used (PEP 562), so that one does not load what another needs."""

import importlib
import sys
from collections.abc import Callable, Mapping
from typing import Any


def attach_names(package: str, modules: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return the ``__getattr__`` and ``__dir__`` of a package whose names come from modules.

    ``package`` is its ``__name__``, ``modules`` tells for each name the module that defines it: with a dot in front,
    one of the package.
    """

    def get_name(name: str) -> Any:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(modules[name], package), name)
        setattr(sys.modules[package], name, value)
        return value

    def list_names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *modules})

    return get_name, list_names
