"""Resolves references of pages and headers as they are meant: with slashes too many, or with their scheme escaped."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote, urljoin, urlsplit

_HOST: Final = r"(?=[^/\\?#.\s][^/\\?#\s]*\.[a-z]{2,}\.?(?:[/\\?#:]|$))"
"""What reads as a host follows: slashes in front of anything else begin a path."""
_SCHEME_AND_SLASHES: Final = re.compile(rf"(https?):(?:[/\\]|[/\\]{{3,}})?{_HOST}", re.IGNORECASE)
_SLASHES: Final = re.compile(rf"[/\\]{{3,}}{_HOST}", re.IGNORECASE)
_SCHEMES: Final = re.compile(
    rf"(?:(?:view-source|feed|url)\s{{0,3}}:(?=\s{{0,3}}(?:https?:)?//)\s{{0,3}}|https?[:;]?/{{1,3}}(?=https?[:;]?//{_HOST}))+",
    re.IGNORECASE,
)
"""What stands before an address by mistake: a scheme of programs, or a scheme that was there already."""
_ODD_SCHEME: Final = re.compile(rf"(?:ht?|t)?tp(s?)[:;]?//{_HOST}", re.IGNORECASE)
"""A scheme that lost a letter or its colon."""
_ESCAPED_SCHEME: Final = re.compile(r"(https?)%3A(?:/|%2F){2}", re.IGNORECASE)
_PLAIN: Final = re.compile(r"https?://(?!https?[:;]?/)[a-z0-9]|/(?![/\\])|[?#.]")
"""The beginning of most references: there is nothing to mend."""
_FIRST_LETTERS: Final = frozenset("htvfu")


def mend_reference(reference: str) -> str:
    """Return a reference with two slashes before its host and its scheme unescaped; any other as it is.

    Browsers read any number of slashes before a host as two (https://url.spec.whatwg.org/, the states about slashes).

    >>> mend_reference("///a.example/b"), mend_reference("https:/a.example/b"), mend_reference("///2024/b")
    ('//a.example/b', 'https://a.example/b', '///2024/b')
    >>> mend_reference("https%3A%2F%2Fa.example%2Fb"), mend_reference("https%3A//a.example/b%2Fc")
    ('https://a.example/b', 'https://a.example/b%2Fc')
    >>> mend_reference("http://https://a.example/b"), mend_reference("ttps://a.example/b"), mend_reference("https//b")
    ('https://a.example/b', 'https://a.example/b', 'https//b')
    """
    if _PLAIN.match(reference):
        return reference
    if reference[:1].lower() in _FIRST_LETTERS:
        reference = _ODD_SCHEME.sub(r"http\1://", _SCHEMES.sub("", reference, count=1), count=1)
    escaped = _ESCAPED_SCHEME.match(reference)
    if escaped is not None:
        rest = reference[escaped.end() :]
        return f"{escaped[1]}://{rest if '/' in rest else unquote(rest)}"
    if reference[:1] in ("/", "\\"):
        return _SLASHES.sub("//", reference, count=1) if reference[2:3] in ("/", "\\") else reference
    return _SCHEME_AND_SLASHES.sub(r"\1://", reference, count=1) if reference[:4].lower() == "http" else reference


def resolve_reference(base: str, reference: str) -> str:
    """Return the absolute address of a reference on the page ``base``. Raises ValueError for what is no address.

    A reference that begins with the host of the page, without a scheme, means that host.

    >>> resolve_reference("https://a.example/b/c", "a.example/d"), resolve_reference("https://a.example/b/c", "d")
    ('https://a.example/d', 'https://a.example/b/d')
    """
    reference = mend_reference(reference)
    parts = urlsplit(base)
    if parts.netloc and reference[: len(parts.netloc) + 1].lower() == f"{parts.netloc}/".lower():
        reference = f"//{reference}"
    return urljoin(base, reference)
