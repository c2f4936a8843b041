"""Prepares texts for files: replaces what a format cannot hold, never drops it in silence, and disarms formulas."""

from __future__ import annotations

import hashlib
import re
from typing import Final

REPLACEMENT: Final = "\ufffd"
"""Stands for a character that the format cannot hold (Unicode 16, section 5.22)."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
_INNER_FORMULA = re.compile(r"([;\t\r\n][\s\"]*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")
_PLAIN_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def replace_surrogates(text: str) -> str:
    """Return text that UTF-8 can hold: halves of surrogate pairs become U+FFFD."""
    return text if text.isascii() else _SURROGATE.sub(REPLACEMENT, text)


def replace_non_xml(text: str) -> str:
    r"""Return text of the characters that XML 1.0 allows (production 2); every other one becomes U+FFFD.

    >>> replace_non_xml("bell\x07")
    'bell\ufffd'
    """
    return _NOT_XML.sub(REPLACEMENT, text)


def escape_formula(text: str) -> str:
    """Return a cell in which no spreadsheet finds a formula: one that begins like one gets an apostrophe before it.

    The rule is OWASP's on CSV injection: ``= + - @``, tab and line breaks at the beginning, full-width forms too. A
    program set to another separator begins a cell in the middle of ours: there the apostrophe stands as well.

    >>> escape_formula("=1+1"), escape_formula("a;=1+1")
    ("'=1+1", "a;'=1+1")
    """
    text = _INNER_FORMULA.sub(r"\1'", text)
    return f"'{text}" if _FORMULA.match(text) else text


def make_name_part(text: str) -> str:
    """Return a part of a file name, the same for the same text and different for different ones, on every system.

    Small letters, digits and hyphens stay as they are; anything else (slashes, dots, capitals that some systems take
    for small ones, very long keys) becomes ``x_`` and the beginning of its SHA-256.

    >>> make_name_part("55334")
    '55334'
    >>> make_name_part("../etc/passwd").startswith("x_")
    True
    """
    if _PLAIN_NAME.fullmatch(text):
        return text
    return "x_" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
