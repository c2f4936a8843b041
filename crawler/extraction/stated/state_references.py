"""Puts what a state refers to in the place of the reference, in the formats in which frameworks and stores write one.

- A list in which the first item says which others its values are: Nuxt 3 and SvelteKit (``[{"title":1},"The mill"]``),
  React Router, which refers to names, too (``[{"_1":2},"title","The mill"]``).
- A store of GraphQL, in which objects have names: Apollo (``{"__ref":"Author:5"}``), Relay (``{"__refs":[…]}``).
- A document of JSON:API, whose objects have ``attributes`` and ``relationships``, the rest being ``included``.
- The properties of an island of Astro, each with its type before it (``{"title":[0,"The mill"]}``).
"""

from __future__ import annotations

from typing import Any, Final

_MAX_DEPTH: Final = 60
_MAX_FOLLOWED: Final = 3
"""References within one another that are followed in a store."""
_MAX_WRITTEN: Final = 200_000
_WRAPPINGS: Final = frozenset(("Reactive", "ShallowReactive", "Ref", "ShallowRef", "Date", "Set", "P", "D", "EmptyRef"))
_LARGEST_TYPE: Final = 11
"""Of the types of Astro's properties."""


def resolve_references(value: Any) -> Any:
    """Return an object or list with what it refers to put in; one that refers to nothing as it is."""
    if isinstance(value, list):
        return _FlatList(value).read(0, 0) if _is_flat(value) else value
    if not isinstance(value, dict):
        return value
    if "ROOT_QUERY" in value or "client:root" in value:
        return _Store(value).list_objects()
    data = value.get("data")
    if "included" in value or (isinstance(data, dict) and "attributes" in data and "type" in data):
        return _Document(value).list_objects()
    return _read_typed(value, 0) if _is_typed(value) else value


# A list whose items are the values of others.


def _is_flat(value: list[Any]) -> bool:
    first = value[0] if len(value) > 2 else None
    if isinstance(first, dict):
        places = list(first.values())
    elif isinstance(first, list) and first and isinstance(first[0], str) and first[0] in _WRAPPINGS:
        places = first[1:]
    else:
        return False
    is_places = bool(places) and all(type(place) is int and place < len(value) for place in places)
    return is_places and any(isinstance(item, str) for item in value)


class _FlatList:
    """Reads a list whose items refer to each other by their place; a place below nothing is no value."""

    def __init__(self, items: list[Any]) -> None:
        self._items = items
        self._values: dict[int, Any] = {}

    def read(self, place: Any, depth: int) -> Any:
        """Return what stands at a place; None for an item within itself."""
        if type(place) is not int or not 0 <= place < len(self._items) or depth > _MAX_DEPTH:
            return None
        if place not in self._values:
            self._values[place] = None
            self._values[place] = self._write(self._items[place], depth + 1)
        return self._values[place]

    def _write(self, item: Any, depth: int) -> Any:
        if isinstance(item, dict):
            return {self._name(key): self.read(place, depth) for key, place in item.items()}
        if not isinstance(item, list):
            return item
        if len(item) == 2 and isinstance(item[0], str) and item[0] in _WRAPPINGS:
            return self.read(item[1], depth) if item[0] not in ("D", "Date") else item[1]
        return [self.read(place, depth) for place in item]

    def _name(self, key: str) -> str:
        place = key[1:]
        if key[:1] == "_" and place.isdecimal() and int(place) < len(self._items):
            name = self._items[int(place)]
            return name if isinstance(name, str) else key
        return key


# A store of GraphQL.


class _Store:
    """Reads a store in which objects refer to each other by name, a few references deep."""

    def __init__(self, objects: dict[str, Any]) -> None:
        self._objects = objects
        self._left = _MAX_WRITTEN

    def list_objects(self) -> list[Any]:
        """Return the objects, what they refer to in its place."""
        return [
            self._write(value, 0, (name,))
            for name, value in self._objects.items()
            if isinstance(value, dict) and name not in ("ROOT_QUERY", "client:root")
        ] + [self._write(self._objects.get(name), 0, (name,)) for name in ("ROOT_QUERY", "client:root")]

    def _write(self, value: Any, depth: int, names: tuple[str, ...]) -> Any:
        self._left -= 1
        if depth > _MAX_DEPTH or self._left < 0:
            return None
        if isinstance(value, list):
            return [self._write(child, depth + 1, names) for child in value]
        if not isinstance(value, dict):
            return value
        name = value.get("__ref") or (value.get("id") if value.get("type") == "id" else None)
        if isinstance(name, str) and name in self._objects:
            return self._follow(name, depth, names)
        if isinstance(several := value.get("__refs"), list):
            return [self._follow(name, depth, names) for name in several if isinstance(name, str)]
        return {key.partition("(")[0]: self._write(child, depth + 1, names) for key, child in value.items()}

    def _follow(self, name: str, depth: int, names: tuple[str, ...]) -> Any:
        if name in names or len(names) > _MAX_FOLLOWED:
            return None
        return self._write(self._objects.get(name), depth + 1, (*names, name))


# A document of JSON:API.


class _Document:
    """Reads a document whose objects have their properties and relations under names of their own."""

    def __init__(self, document: dict[str, Any]) -> None:
        data, included = document.get("data"), document.get("included")
        self._own = data if isinstance(data, list) else [data]
        others = [item for item in included if isinstance(item, dict)] if isinstance(included, list) else []
        self._others = {(str(item.get("type")), str(item.get("id"))): item for item in others}

    def list_objects(self) -> list[Any]:
        """Return the objects that the document is about."""
        return [self._write(item, 0) for item in self._own]

    def _write(self, item: Any, depth: int) -> Any:
        if not isinstance(item, dict) or not isinstance(attributes := item.get("attributes"), dict):
            return item
        written = {name: item[name] for name in ("id", "type") if name in item} | attributes
        relations = item.get("relationships")
        for name, relation in relations.items() if isinstance(relations, dict) and depth < _MAX_FOLLOWED else ():
            related = relation.get("data") if isinstance(relation, dict) else None
            several = related if isinstance(related, list) else [related]
            keys = [
                (str(other.get("type")), str(other.get("id"))) for other in several[:200] if isinstance(other, dict)
            ]
            objects = [self._write(self._others[key], depth + 1) for key in keys if key in self._others]
            if objects and name not in written:
                written[name] = objects
        return written


# The properties of an island.


def _is_typed(value: dict[str, Any]) -> bool:
    return bool(value) and all(
        isinstance(child, list) and 0 < len(child) < 3 and type(child[0]) is int and 0 <= child[0] <= _LARGEST_TYPE
        for child in value.values()
    )


def _read_typed(value: Any, depth: int) -> Any:
    """Return the value of properties that have their types before them, as far down as they have."""
    if not isinstance(value, dict) or not _is_typed(value) or depth > _MAX_DEPTH:
        return value
    return {key: _read_pair(child, depth + 1) for key, child in value.items()}


def _read_pair(pair: Any, depth: int) -> Any:
    if not isinstance(pair, list) or len(pair) != 2 or depth > _MAX_DEPTH:
        return None
    kind, value = pair
    if kind == 1 and isinstance(value, list):
        return [_read_pair(child, depth + 1) for child in value]
    return _read_typed(value, depth + 1)
