"""Tells by its first bytes whether a file is a saved page, and of which kind."""

from __future__ import annotations

import re
from typing import Final, Literal

SavedKind = Literal["html", "mhtml", "har", "webarchive"]

OPENING: Final = 8_192
"""Bytes at the beginning of a file that tell its kind."""
_MARK: Final = rb"(?:\xef\xbb\xbf)?[\s\0]{0,500}"
_HTML: Final = re.compile(
    _MARK + rb"(?:<\?xml[^>]{0,200}>\s*)?(?>(?:<!--.*?-->\s*){0,20})"
    rb"<(?:!doctype\s+(?:html|\"?-//w3c)|html|head|body|title|meta|script|link)(?=[\s>/\"])",
    re.I | re.S,
)
_HAR: Final = re.compile(_MARK + rb"\{\s*\"log\"\s*:\s*\{")
_FIELD: Final = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n]*[A-Za-z][A-Za-z0-9-]{0,60}:[ \t]*[^\r\n]*\r?\n")
_OF_MHTML: Final = re.compile(
    rb"^(?:content-type:\s*multipart/related|(?:snapshot-)?content-location:|x-mimeole:)", re.I | re.M
)
_WIDE_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_BINARY_PLIST: Final = b"bplist00"


def find_saved_kind(opening: bytes) -> SavedKind | None:
    """Return the kind of the saved page that a file begins as; None for any other file.

    >>> find_saved_kind(b"<!DOCTYPE html><title>A</title>"), find_saved_kind(b"WARC/1.0")
    ('html', None)
    """
    opening = opening[:OPENING]
    if opening.startswith(_BINARY_PLIST):
        return "webarchive"
    narrow = opening.replace(b"\0", b"")[2:] if opening.startswith(_WIDE_MARKS) else opening
    if _HTML.match(narrow) is not None:
        return "html"
    if _HAR.match(opening) is not None:
        return "har"
    is_mail = _FIELD.match(opening) is not None and _OF_MHTML.search(opening) is not None
    return "mhtml" if is_mail else None
