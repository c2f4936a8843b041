"""Mends JSON that is not quite JSON: what people, templates and scripts of pages write in its place.

A text that Python's reader refuses is cut into tokens and written again strictly: without comments and wrappings, with
the commas, quotes and brackets that are missing. Python's reader then reads it, so that what comes out is JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from crawler.normalisation.words.entities import unescape

MAX_DEPTH: Final = 100
MAX_VALUES: Final = 50
MAX_NAMED: Final = 2_000_000
"""Characters of one value that are written in the place of names."""
"""Values of one script that are read, where several follow each other."""

NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})

_BEGINNING: Final = re.compile(r"[\[{]")
_TYPOGRAPHIC: Final = re.compile("[“”„″]")
"""Quotation marks that a program for texts put in the place of those of JSON."""
_MARKED_SECTION: Final = re.compile(r"<!\[CDATA\[|\]\]>")
_SKIPPED: Final = r"""
    (?P<skipped>
        <!--[^{}\[\]"<>]{0,500}--> | (?://[^\S\n]*)?(?:<!--|-->)  # a comment of HTML, or its marks around the data
      | //[^\r\n]*+ | /\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)  # comments of JavaScript
    )
"""
_REST: Final = r"""
  | '(?P<single>[^'\\]*+(?:\\.[^'\\]*+)*+)(?:'|\\?\Z)
  | (?P<mark>[{}\[\],:;])
  | (?P<word>[^\s{}\[\],:;"'/<]++ | [/<])
"""
_TOKEN: Final = re.compile(_SKIPPED + r'| "(?P<double>[^"\\]*+(?:\\.[^"\\]*+)*+)(?:"|\\?\Z)' + _REST, re.S | re.X)
_TOKEN_WITH_QUOTES_INSIDE: Final = re.compile(
    _SKIPPED
    # A quotation mark ends the string only where the text goes on as JSON does.
    + r"""| "(?P<double>[^"\\]*+(?:(?:\\.|"(?!\s*+(?:[:}\]]|\Z|,\s*+(?:["{\[}\]]|-?\d|true|false|null|\Z))))[^"\\]*+)*+)
          (?:"|\\?\Z)"""
    + _REST,
    re.S | re.X,
)
_ESCAPE: Final = re.compile(
    r"""(?P<good>\\[\"\\/bfnrt]|\\u(?=[0-9A-Fa-f]{4}))|\\x(?P<code>[0-9A-Fa-f]{2})|\\(?P<other>.)|(?P<bare>\")""", re.S
)
_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WORDS: Final = {"true": "true", "false": "false", "null": "null", "True": "true", "False": "false"}
_CLOSERS: Final = {"{": "}", "[": "]"}


def mend_json(text: str, names: Mapping[str, str] = NO_NAMES, most: int = MAX_VALUES) -> list[Any]:
    """Return the objects and lists that a text holds, in order; what cannot be read is left out.

    ``names`` are words that stand for a value, each with the value as JSON: variables of a script. What stands behind
    the first ``most`` values is not looked at.
    """
    text = _MARKED_SECTION.sub("", text)
    if '"' not in text and "&quot;" in text:
        text = unescape(text)
    if '"' not in text and "“" in text:
        text = _TYPOGRAPHIC.sub('"', text)
    values: list[Any] = []
    decoder = json.JSONDecoder(strict=False)
    end = 0
    while len(values) < most and (beginning := _BEGINNING.search(text, end)):
        try:
            value, end = decoder.raw_decode(text, beginning.start())
        except (ValueError, RecursionError):
            break
        values.append(value)
    else:
        return values
    for token in (_TOKEN, _TOKEN_WITH_QUOTES_INSIDE):
        try:
            mended = [json.loads(written, strict=False) for written in _write_strictly(text[end:], token, names, most)]
        except (ValueError, RecursionError):
            continue
        return values + mended
    return values


def _write_strictly(text: str, token_pattern: re.Pattern[str], names: Mapping[str, str], most: int) -> Iterator[str]:
    """Yield each object or list of the text's top level as strict JSON; what stands outside of them is left out."""
    writer = _Writer(names)
    count = 0
    for token in token_pattern.finditer(text):
        if token["skipped"] is not None:
            continue
        mark = token["mark"]
        if mark is None:
            if writer.open_marks:
                writer.write_scalar(token)
        elif mark in "{[":
            writer.open(mark)
            if len(writer.open_marks) > MAX_DEPTH:
                return
        elif writer.open_marks:
            if mark in "}]":
                writer.close(mark)
            else:
                writer.separate(mark)
            if not writer.open_marks:
                yield "".join(writer.pieces)
                writer = _Writer(names)
                count += 1
                if count == most:
                    return
    if writer.open_marks:  # the text breaks off
        writer.close(_CLOSERS[writer.open_marks[0]], to=0)
        yield "".join(writer.pieces)


class _Writer:
    """Writes one object or list token by token, and puts in what is missing between them."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.pieces: list[str] = []
        self._names = names
        self._left = MAX_NAMED
        self.open_marks: list[str] = []
        self._last = ""
        """``{``, ``[``, ``,`` or ``:``, or ``value`` after a whole value or name."""

    def open(self, mark: str) -> None:
        """Begin an object or a list."""
        self._begin_value()
        self.pieces.append(mark)
        self.open_marks.append(mark)
        self._last = mark

    def close(self, mark: str, to: int | None = None) -> None:
        """End the innermost object or list that a mark can end, and all inside of it; a mark too many ends nothing."""
        if to is None:
            depth = len(self.open_marks)
            to = next((level for level in range(depth - 1, -1, -1) if _CLOSERS[self.open_marks[level]] == mark), depth)
        while len(self.open_marks) > to:
            if self._last == ":":
                self.pieces.append("null")
            self.pieces.append(_CLOSERS[self.open_marks.pop()])
            self._last = "value"

    def separate(self, mark: str) -> None:
        """Write a colon; remember a comma, which is written when a value follows."""
        if mark == ":":
            if self._last == "value":
                self.pieces.append(":")
                self._last = ":"
        elif self._last in ("value", ":"):
            if self._last == ":":
                self.pieces.append("null")
            self._last = ","

    def write_scalar(self, token: re.Match[str]) -> None:
        """Write a string, number or word. A string that breaks off is left out: half a value is none."""
        kind = token.lastgroup or ""
        text = token[kind]
        if kind != "word" and not _is_closed(token):
            return
        is_name = self.open_marks[-1] == "{" and self._last != ":"
        self._begin_value()
        if kind == "word" and not is_name:
            number = text if _NUMBER.fullmatch(text) else "null"
            named = self._names.get(text, number) if self._left > 0 else number
            self._left -= len(named)
            self.pieces.append(_WORDS.get(text) or named)
        elif kind == "word":
            self.pieces.append(json.dumps(text))
        else:
            self.pieces.append(f'"{_ESCAPE.sub(_mend_escape, text)}"')
        self._last = "value"

    def _begin_value(self) -> None:
        if self._last in (",", "value"):
            self.pieces.append(",")


def _is_closed(token: re.Match[str]) -> bool:
    quoted = token[0]
    return len(quoted) > 1 and quoted[-1] == quoted[0] and token.end(token.lastgroup or 0) < token.end()


def _mend_escape(escape: re.Match[str]) -> str:
    """Return an escape that JSON knows: for one of JavaScript, a backslash that escapes nothing, a bare quote."""
    kind = escape.lastgroup
    if kind == "good":
        return escape[0]
    if kind == "code":
        return rf"\u00{escape['code']}"
    if kind == "bare":
        return r"\""
    other = escape["other"]
    return "" if other in "\r\n" else r"\\u" if other == "u" else other
