r"""Reads the rows that a server of React pages sends to the scripts of a page: ``self.__next_f.push([1,"5:[…]\n"])``.

A row has a number and a value: JSON, in which ``"$5"`` stands for the value of row 5 and ``["$","p",null,{…}]`` for an
element, or a text of so many bytes. A row may go on from one script to the next.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

_PUSH: Final = re.compile(r'\b__next_f\.push\(\s*\[\s*1\s*,\s*("(?:[^"\\]|\\.)*+")')
_ROW: Final = re.compile(rb"\s*([0-9a-f]{1,6}):(?:T([0-9a-f]{1,6}),)?")
_REFERENCE: Final = re.compile(r"\$[L@]?([0-9a-f]{1,6})((?::[^:]{1,60}){0,20})")
_MAX_ROWS: Final = 5_000
_MAX_LENGTH: Final = 4_000_000
_MAX_DEPTH: Final = 100
_MAX_NODES: Final = 100_000


def read_rows(scripts: Iterable[str]) -> Iterator[Any]:
    """Yield the rows of a page's scripts that no other refers to, as :class:`_Rows` writes them."""
    pieces: list[str] = []
    for script in scripts:
        if "__next_f" not in script:
            continue
        for match in _PUSH.finditer(script):
            try:
                pieces.append(json.loads(match[1], strict=False))
            except ValueError:
                continue
    if pieces:
        rows = _Rows(_split_rows("".join(pieces)[:_MAX_LENGTH].encode("utf-8", "replace")))
        values = {number: rows.read(number) for number in rows.values}
        yield from (value for number, value in values.items() if number not in rows.referred)


def _split_rows(sent: bytes) -> dict[str, Any]:
    """Return the value of each row by its number; a row that is neither text nor JSON is left out."""
    values: dict[str, Any] = {}
    place = 0
    while len(values) < _MAX_ROWS and (row := _ROW.match(sent, place)):
        number = row[1].decode()
        if row[2] is not None:
            place = row.end() + int(row[2], 16)
            values[number] = sent[row.end() : place].decode("utf-8", "replace")
            continue
        end = sent.find(b"\n", row.end())
        place = len(sent) if end < 0 else end + 1
        try:
            values[number] = json.loads(sent[row.end() : place], strict=False)
        except (ValueError, RecursionError):
            continue
    return values


class _Rows:
    """Writes rows as plain values: an element is an object with its tag as ``type``, and what it is told.

    An element with an ``h1`` in it has its words as ``headline``, and the first time in it as ``datePublished``.
    """

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values
        self.referred: set[str] = set()
        """The numbers of the rows that others refer to."""
        self._read: dict[str, Any] = {}
        self._left = _MAX_NODES

    def read(self, number: str, depth: int = 0) -> Any:
        """Return the value of a row; None within itself, and where there is none."""
        if number not in self._read:
            self._read[number] = None
            self._read[number] = self._write(self.values.get(number), depth, is_text=True)
        return self._read[number]

    def _write(self, value: Any, depth: int, *, is_text: bool = False) -> Any:
        self._left -= 1
        if depth > _MAX_DEPTH or self._left < 0:
            return None
        if isinstance(value, str):
            return value if is_text else self._write_text(value, depth)
        if isinstance(value, dict):
            return {key: self._write(child, depth + 1) for key, child in value.items()}
        if not isinstance(value, list):
            return value
        if len(value) >= 4 and value[0] == "$" and isinstance(value[1], str):
            return self._write_element(value[1], value[3], depth)
        return [self._write(child, depth + 1) for child in value]

    def _write_text(self, text: str, depth: int) -> Any:
        if text[:1] != "$":
            return text
        if text[1:2] == "$":
            return text[1:]
        if text[1:2] == "D":
            return text[2:]
        reference = _REFERENCE.fullmatch(text)
        if reference is None:
            return None
        self.referred.add(reference[1])
        value = self.read(reference[1], depth + 1)
        for name in reference[2].split(":")[1:]:
            if isinstance(value, list) and name.isdecimal() and int(name) < len(value):
                value = value[int(name)]
            else:
                value = value.get(name) if isinstance(value, dict) else None
        return value

    def _write_element(self, tag: str, stated: Any, depth: int) -> Any:
        properties = self._write(stated, depth + 1)
        if not isinstance(properties, dict):
            return properties
        element = properties if tag[0:1] == "$" else {**properties, "type": tag}
        if tag == "h1":
            return {**element, "headline": "".join(_iter_words(element.get("children")))}
        if tag == "time":
            return {**element, "datePublished": element.get("dateTime")}
        return {**_find_statements(element.get("children")), **element}


def _find_statements(children: Any) -> dict[str, Any]:
    """Return the headline and the date that children of an element have found in themselves, the first of each."""
    statements: dict[str, Any] = {}
    for child in children if isinstance(children, list) else [children]:
        inner = child if isinstance(child, dict) else _find_statements(child) if isinstance(child, list) else {}
        for name in ("headline", "datePublished"):
            if inner.get(name):
                statements.setdefault(name, inner[name])
    return statements


def _iter_words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _iter_words(item)
    elif isinstance(value, dict):
        yield from _iter_words(value.get("children"))
