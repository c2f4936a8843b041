"""Reads addresses from header fields (``Location``, ``Refresh``), whose bytes HTTP leaves without a charset."""

from __future__ import annotations

import re
from typing import Final

_NOT_ASCII: Final = re.compile(rb"[\x80-\xff]")
_AROUND: Final = ' \t\r\n<>"'
"""Blanks and marks of quotation, with which no address begins or ends."""
_PATH: Final = re.compile(r"[^?#]*")


def read_header_address(value: str) -> str:
    r"""Return the address in a field value, which holds each byte as a letter of Latin-1, without what is around it.

    Bytes that are UTF-8 are read so. Others are escaped as they came, because nobody knows which letters they mean: a
    server compares bytes. A backslash before the query is a slash, as browsers have it.

    >>> read_header_address("/caf\xc3\xa9"), read_header_address("/caf\xe9"), read_header_address(r"\en\story?a=\b")
    ('/café', '/caf%E9', '/en/story?a=\\b')
    """
    try:
        content = value.strip(_AROUND).encode("latin-1")
    except UnicodeEncodeError:  # it was decoded otherwise
        return value.strip(_AROUND)
    try:
        address = content.decode("utf-8")
    except UnicodeDecodeError:
        address = _NOT_ASCII.sub(lambda match: b"%%%02X" % match[0][0], content).decode("ascii")
    return _PATH.sub(lambda match: match[0].replace("\\", "/"), address, count=1)
