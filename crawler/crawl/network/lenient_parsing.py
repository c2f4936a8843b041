"""Parses answers that browsers read although they break a rule of HTTP: in the head, or in the framing of the body.

What can be understood in one way only is read so; the head is recorded as it came. Everything else is a
:exc:`~twisted.web._newclient.ParseError` that says in words what is wrong.
"""

from __future__ import annotations

import re
from typing import Final

from scrapy.core.downloader.handlers.http11 import _LenientHTTPClientParser
from twisted.web._newclient import STATUS, ParseError
from twisted.web.http import _ChunkedTransferDecoder

MAX_BLANK_LINES: Final = 8
"""Blank lines before the status line that are passed over."""
MAX_SIZE_LINE: Final = 1024
"""Bytes of the line that tells the size of a chunk."""
_TOKEN: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NO_CODING: Final = frozenset({b"", b"identity"})


class LenientChunkDecoder(_ChunkedTransferDecoder):
    """Undoes chunked framing; spaces around a size are passed over, and so is what stands behind it.

    A body is whole once its last chunk, that of size 0, has come, even if the empty line behind it has not.
    """

    def _dataReceived_CHUNK_LENGTH(self) -> bool:
        end = self._buffer.find(b"\r\n", self._start)
        if 0 < end <= MAX_SIZE_LINE:
            self._buffer[:end] = self._buffer[:end].partition(b";")[0].strip(b" \t")
        return super()._dataReceived_CHUNK_LENGTH()

    def noMoreData(self) -> None:
        if self.state != "TRAILER":
            super().noMoreData()


class LenientParser(_LenientHTTPClientParser):
    """Passes over blank lines before an answer and over fields whose name is none, and drops what says nothing."""

    _transferDecoders = {b"chunked": LenientChunkDecoder}  # noqa: RUF012 because Twisted declares it so
    _blank_lines = 0

    def lineReceived(self, line: bytes) -> None:
        line = line.removesuffix(b"\r")
        if self.state == STATUS and not line and self._blank_lines < MAX_BLANK_LINES:
            self._blank_lines += 1
            return
        if self.state != STATUS and line[:1] in (b" ", b"\t") and self._partialHeader is None:
            return  # it goes on with a field that has not begun
        super().lineReceived(line)

    def statusReceived(self, status: bytes) -> None:
        try:
            super().statusReceived(status)  # type: ignore[no-untyped-call]  # Twisted is typed in part
        except (ParseError, ValueError):
            raise _make_error(f"it begins with {_quote(status)}") from None

    def headerReceived(self, name: bytes, value: bytes) -> None:
        name = name.strip(b" \t")
        key = name.lower()
        if _TOKEN.fullmatch(name) is None or (key == b"content-length" and not value):
            return
        if key == b"transfer-encoding":
            codings = [coding for part in value.split(b",") if (coding := part.strip().lower()) not in _NO_CODING]
            if not codings:
                return
            if codings != [b"chunked"]:
                raise _make_error(f"the transfer encoding {_quote(value)} is not known")
        super().headerReceived(name, value)  # type: ignore[no-untyped-call]  # Twisted is typed in part


def _make_error(words: str) -> ParseError:
    return ParseError(words, b"")  # type: ignore[no-untyped-call]  # Twisted is typed in part


def _quote(value: bytes) -> str:
    return ascii(value[:60].decode("latin-1"))
