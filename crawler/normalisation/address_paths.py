"""Normalises the path of an address: dot segments, escapes, sessions."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

SAFE_IN_PATH: Final = "-._~!$&'()*+,;=:@"
"""What a segment of a path may hold bare (RFC 3986, pchar), beside letters and figures."""
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ESCAPE = re.compile(rf"%([0-9A-Fa-f]{{2}})|%|[^A-Za-z0-9%{re.escape(SAFE_IN_PATH)}]+")
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;]*", re.IGNORECASE)
_NORMAL_PATH = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)+/?")
"""Most paths: there is nothing to escape and nothing to resolve."""


def normalise_path(path: str) -> str:
    """Return the path with dot segments resolved and its escapes as RFC 3986 normalises them.

    What must be escaped is escaped, what need never be is not (``%57`` is W). ``%3A`` and ``:`` stay two spellings: a
    server may tell them apart.
    """
    normalised: list[str] = []
    if _NORMAL_PATH.fullmatch(path):
        return path
    segments = _SESSION_IN_PATH.sub("", path).split("/")[1:]
    for position, segment in enumerate(segments):
        encoded = _ESCAPE.sub(_escape, segment)
        if encoded == "..":
            del normalised[-1:]
        elif encoded != ".":
            normalised.append(encoded)
            continue
        if position == len(segments) - 1:
            normalised.append("")
    return "/" + "/".join(normalised)


def _escape(escape: re.Match[str]) -> str:
    if escape[1] is None:
        return quote(escape[0], safe="")
    character = chr(int(escape[1], 16))
    return character if character in _UNRESERVED else escape[0].upper()
