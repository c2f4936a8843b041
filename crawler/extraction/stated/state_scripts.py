"""Reads the JSON in the scripts of a page, however a framework wrote it there.

Whole scripts, what is assigned or handed to a function, objects as scripts write them, JSON in a string that is encoded
once more, and the rows that a server of React pages sends piece by piece.
"""

from __future__ import annotations

import binascii
import json
import re
from base64 import b64decode
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final
from urllib.parse import unquote

from crawler.extraction.parsing.json_mending import mend_json
from crawler.extraction.stated.react_rows import read_rows
from crawler.normalisation.words.entities import unescape

LEAST_PROSE: Final = 500
"""Letters in paragraphs that an object, or a string, must have to be an article."""
_MAX_LENGTH: Final = 2_000_000
"""Characters of one script that are read as JSON."""
_MAX_MENDED: Final = 500_000
"""Characters of a script whose objects are read as a script's: names without quotation marks, variables for values."""
_MAX_VALUES: Final = 40
_STATE: Final = re.compile(
    r"\b__[A-Z_]{3,30}__\b|\b__sveltekit_\w{1,20}|\b(?:window|self|globalThis)\.\w{0,30}[sS]tate\b"
)
"""How frameworks name what they assign the state to: ``window.__NUXT__``, ``window.__INITIAL_STATE__``."""
_BEFORE_STATE: Final = 3_000
"""Characters between that name and the object: a function's variables may stand there."""
_SCRIPT: Final = re.compile("<[sS][cC][rR][iI][pP][tT]")
_END_OF_SCRIPT: Final = re.compile("</[sS][cC][rR][iI][pP][tT]")
"""Spelt out: a pattern without regard to case would look at every character."""
_STATE_IN_ATTRIBUTE: Final = re.compile(
    r"""data-(?<=\sdata-)(?:page|props|state|initial-state|react-props|component-props|article|story)\s?=\s?"""
    r"""(?:"([^"]{500,})"|'([^']{500,})')"""
)
"""Where systems that put the state beside an element leave it: ``data-page``, ``data-react-props``. A search jumps to
what a pattern begins with."""
_STATE_OF_ISLAND: Final = re.compile(r"""<astro-island\b[^>]{0,2000}?\sprops=(?:"([^"]{500,})"|'([^']{500,})')""")
_ATTRIBUTE: Final = re.compile(
    r"""\s[:@\w.-]{1,60}=(?:"(?=\s*[\[{])([^"]{500,2000000})"|'(?=\s*[\[{])([^']{500,2000000})')"""
)
_ASSIGNED: Final = re.compile(
    r"=\s*(?=[\[{])|\bJSON\.parse\(\s*(?=\")|\breturn\s*(?=\{)|\(\s*(?=\{\s*\")|\bdata:\s*(?=\[\s*[{n])"
)
_ENCODED: Final = re.compile(
    r"(?P<mark>[\"'])(?P<text>(?:%7[bB]|%5[bB]|eyJ|W3s|WyJ|JTdC|\\x7[bB]|\\u007[bB]|\\x5[bB]|[\[{](?=\\?[\"\[{]))"
    r"(?:[^\"'\\\n]|\\.|(?!(?P=mark))[\"'])*+)(?P=mark)"
)
"""A string of a script in which the beginning of JSON stands, as it is, escaped, or in the letters of base64."""
_ESCAPE: Final = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}|(\r?\n)|(.))", re.S)
_CONTROLS: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_PARAMETERS: Final = re.compile(r"\bfunction\s*\(([\w$,\s]{1,2000})\)\s*\{\s*$")
_DATE: Final = re.compile(r"\bnew Date\(\s*(-?\d{1,15}|\"[^\"]{0,60}\"|'[^']{0,60}')?\s*\)")
_VOID: Final = re.compile(r"\bvoid 0\b")
_OF_ANGULAR: Final = re.compile(r"\s*[\[{]&q;")
_ANGULAR: Final = {"&q;": '"', "&s;": "'", "&l;": "<", "&g;": ">", "&a;": "&"}


def iter_scripts(source: str) -> Iterator[str]:
    """Yield the text of each script of a page, JSON-LD's left out."""
    end = 0
    while begin := _SCRIPT.search(source, end):
        closing = _END_OF_SCRIPT.search(source, begin.end())
        end = len(source) if closing is None else closing.start()
        attributes, _, script = source[begin.start() : end].partition(">")
        if "ld+json" not in attributes.lower():
            yield _undo_angular(script) if _OF_ANGULAR.match(script) else script
    for pattern in (_STATE_IN_ATTRIBUTE, _STATE_OF_ISLAND):
        for match in pattern.finditer(source):
            yield unescape(match[1] or match[2])


def iter_state_values(source: str) -> Iterator[Any]:
    """Yield the JSON in the scripts of a page, at most so many values."""
    yield from islice(_iter_values(source), _MAX_VALUES)
    yield from read_rows(iter_scripts(source))


def iter_attribute_values(source: str) -> Iterator[Any]:
    """Yield the JSON that attributes hold, of the elements that applications define."""
    for match in islice(_ATTRIBUTE.finditer(source), _MAX_VALUES):
        try:
            yield json.loads(unescape(match[1] or match[2]), strict=False)
        except (ValueError, RecursionError):
            continue


def _iter_values(source: str) -> Iterator[Any]:
    decoder = json.JSONDecoder(strict=False)
    count = 0
    for script in iter_scripts(source):
        if not LEAST_PROSE <= len(script) <= _MAX_LENGTH:
            continue
        start = len(script) - len(script.lstrip())
        is_whole = script[start : start + 1] in ("{", "[")
        place: int | None = start if is_whole else _find_assigned(script, 0)
        while place is not None and count < _MAX_VALUES:
            count += 1
            try:
                value, end = decoder.raw_decode(script, place)
                if isinstance(value, str):
                    value = json.loads(value, strict=False)
            except (ValueError, RecursionError):
                end, is_whole = place + 1, False  # a script may begin with a block
                if _STATE.search(script, max(0, place - _BEFORE_STATE), place) and len(script) <= _MAX_MENDED:
                    yield from _mend(script, place)
            else:
                yield value
            place = None if is_whole else _find_assigned(script, end)
        if not is_whole:
            yield from _iter_encoded(script)


def _find_assigned(script: str, start: int) -> int | None:
    match = _ASSIGNED.search(script, start)
    return None if match is None else match.end()


def _mend(script: str, place: int) -> list[Any]:
    """Return the object that a script writes at a place, what it calls by the names of its parameters put in."""
    text = _DATE.sub(lambda date: date[1] or "null", script[place:])
    parameters = _PARAMETERS.search(script[max(0, place - _BEFORE_STATE) : place].removesuffix("return ").rstrip())
    names: dict[str, str] = {}
    if parameters is not None and (call := text.rfind("}(")) >= 0:
        values = mend_json("[" + _VOID.sub("null", text[call + 2 :]).partition("));")[0].rstrip("); \n") + "]")
        if len(values) == 1 and isinstance(values[0], list):
            parts = (name.strip() for name in parameters[1].split(","))
            names = {name: json.dumps(value) for name, value in zip(parts, values[0], strict=False)}
    return mend_json(text, names, most=1)


def _iter_encoded(script: str) -> Iterator[Any]:
    """Yield the JSON that strings of a script hold: ``JSON.parse('…')``, ``decodeURIComponent("%7B…")``, base64."""
    for match in _ENCODED.finditer(script):
        if len(match["text"]) < LEAST_PROSE:
            continue
        text = _ESCAPE.sub(_undo_escape, match["text"])
        try:
            if text[0] not in "{[%":
                text = b64decode(text, validate=True).decode()
            if text[0] == "%":
                text = unquote(text)
            yield json.JSONDecoder(strict=False).raw_decode(text)[0]
        except (ValueError, RecursionError, binascii.Error, IndexError):
            continue


def _undo_escape(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2] or escape[3]
    if code is not None:
        return chr(min(int(code, 16), 0x10FFFF))
    return "" if escape[4] is not None else _CONTROLS.get(escape[5], escape[5])


def _undo_angular(script: str) -> str:
    """Return the state as JSON, in which Angular wrote marks of HTML in ways of its own until its version 15."""
    return re.sub("&[qslga];", lambda mark: _ANGULAR[mark[0]], script)
