"""A site as plain values and back: what a TOML or JSON file of a site holds.

Keys are the fields of :class:`~crawler.site.Site` and its parts; their types are read from the dataclasses, so that a
new field needs nothing here.
"""

from __future__ import annotations

import difflib
import math
import re
import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from functools import cache
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from crawler.errors import BadSiteFile
from crawler.site import Site

MAX_SHOWN: Final = 60
"""Characters of a wrong value that a message shows."""
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_NAMES: Final[Mapping[Any, str]] = {str: "a text", bool: "true or false", int: "a whole number", float: "a number"}


def read_values(values: Mapping[str, object]) -> Site:
    """Return the site that plain values describe: texts, numbers, booleans, and lists and mappings of them.

    Nothing is converted and nothing ignored. Raises BadSiteFile, which tells all faults at once: a key that is unknown
    or missing, a value of another type.
    """
    faults: list[str] = []
    site = _Reader(faults).read_record(Site, values, "")
    if site is None or faults:
        raise BadSiteFile(faults)
    assert isinstance(site, Site)
    return site


def make_values(site: Site) -> dict[str, Any]:
    """Return the values of a site that differ from the defaults, in the order of the fields.

    They consist of texts, numbers, booleans, lists and dicts only, as TOML and JSON hold them.
    """
    return _make_record(site)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads plain values as the types of dataclass fields, and gathers what is wrong."""

    faults: list[str]

    def read_record(self, record: Any, values: object, path: str) -> Any:
        """Return the dataclass that a mapping describes, or None after a fault."""
        if not isinstance(values, Mapping):
            return self._refuse(path, f"must be a table, not {_show(values)}")
        count = len(self.faults)
        fields_by_name = {field.name: field for field in fields(record)}
        for name in values:
            if name not in fields_by_name:
                self._refuse(_join(path, str(name)), f"is no key that is known here{_suggest(name, fields_by_name)}")
        types_by_name = _find_types(record)
        arguments: dict[str, Any] = {}
        for name, field in fields_by_name.items():
            if name in values:
                arguments[name] = self._read(types_by_name[name], values[name], _join(path, name))
            elif _is_required(field):
                self._refuse(_join(path, name), "is missing")
        return record(**arguments) if len(self.faults) == count else None

    def _read(self, kind: Any, value: object, path: str) -> Any:
        if is_dataclass(kind):
            return self.read_record(kind, value, path)
        origin, parts = get_origin(kind), get_args(kind)
        if origin in (types.UnionType, Union):
            [kind] = [part for part in parts if part is not type(None)]  # a value that may be None is left out
            return self._read(kind, value, path)
        if origin is Literal:
            if value in parts:
                return value
            return self._refuse(path, f"must be one of {', '.join(parts)}, not {_show(value)}{_suggest(value, parts)}")
        if origin is tuple:
            return self._read_list(parts[0], value, path)
        if origin is Mapping:
            return self._read_mapping(parts[1], value, path)
        return self._read_plain(kind, value, path)

    def _read_list(self, kind: Any, value: object, path: str) -> Any:
        if not isinstance(value, list | tuple):
            return self._refuse(path, f"must be a list, not {_show(value)}")
        return tuple(self._read(kind, entry, f"{path}[{position}]") for position, entry in enumerate(value))

    def _read_mapping(self, kind: Any, value: object, path: str) -> Any:
        if not isinstance(value, Mapping):
            return self._refuse(path, f"must be a table, not {_show(value)}")
        entries = {name: self._read(kind, entry, _join(path, str(name))) for name, entry in value.items()}
        return types.MappingProxyType(entries)

    def _read_plain(self, kind: Any, value: object, path: str) -> Any:
        if kind is float and type(value) is int:
            return float(value)
        if type(value) is not kind or (isinstance(value, float) and not math.isfinite(value)):  # True is no number
            return self._refuse(path, f"must be {_NAMES[kind]}, not {_show(value)}")
        if isinstance(value, str) and _CONTROLS.search(value):
            return self._refuse(path, "holds control characters")
        return value

    def _refuse(self, path: str, reason: str) -> None:
        self.faults.append(f"{path}: {reason}" if path else reason)


@cache
def _find_types(record: Any) -> dict[str, Any]:
    return get_type_hints(record)


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _join(path: str, name: str) -> str:
    name = name if name.isidentifier() else _show(name)
    return f"{path}.{name}" if path else name


def _suggest(name: object, names: Any) -> str:
    close_names = difflib.get_close_matches(str(name)[:MAX_SHOWN], names, n=1)
    return f"; did you mean {close_names[0]}?" if close_names else ""


def _show(value: object) -> str:
    """Return a value for a message: short and in ASCII, so that it cannot control the terminal."""
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list"
    text = ascii(value)
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


def _make_record(record: Any) -> dict[str, Any]:
    return {name: _make_plain(value) for name, value in _iter_stated(record)}


def _iter_stated(record: Any) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a record, and what they hold, that differ from their defaults."""
    for field in fields(record):
        value = getattr(record, field.name)
        if field.default is not MISSING and value == field.default:
            continue
        if field.default_factory is not MISSING and value == field.default_factory():
            continue
        yield field.name, value


def _make_plain(value: Any) -> Any:
    if is_dataclass(value):
        return _make_record(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple | list):
        return [_make_plain(entry) for entry in value]
    return value
