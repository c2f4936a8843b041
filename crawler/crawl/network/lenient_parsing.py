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
"""Blank lines before a status line, or before the size of a chunk, that are passed over."""
MAX_SIZE_LINE: Final = 1024
"""Bytes of the line that tells the size of a chunk."""
MAX_HEADER_LINE: Final = 65_536
"""Bytes of one header line: lists of what a page may load have been longer than the 16 kB that Twisted allows."""
_STATUS_LINE: Final = re.compile(rb"HTTP(?:/(\d)(?:\.(\d))?)?[ \t]+([1-5]\d\d)(?!\d)[ \t]*(.*)", re.I | re.S)
_TOKEN: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NO_CODING: Final = frozenset({b"", b"identity"})
_LENGTHS: Final = re.compile(rb"[ \t]*\d+(?:[ \t]*,[ \t]*\d+)*[ \t]*")
_HEX_MARK: Final = re.compile(rb"\A0[xX](?=[0-9a-fA-F])")


class LenientChunkDecoder(_ChunkedTransferDecoder):
    """Undoes chunked framing; spaces and ``0x`` before a size are passed over, and so is what stands behind it.

    Lines may end with a line feed alone, and empty ones stand before a size. A body is whole once its last chunk, that
    of size 0, has come, even if the empty line behind it has not.
    """

    _blank_lines = 0

    def _dataReceived_CHUNK_LENGTH(self) -> bool:
        end = self._buffer.find(b"\n", self._start)
        if 0 <= end <= MAX_SIZE_LINE:
            line = bytes(self._buffer[:end]).strip(b" \t\r").partition(b";")
            if not any(line) and self._blank_lines < MAX_BLANK_LINES:
                self._blank_lines += 1
                del self._buffer[: end + 1]
                self._start = 0
                return True
            self._blank_lines = 0
            self._buffer[: end + 1] = _HEX_MARK.sub(b"", line[0].rstrip(b" \t")) + b"\r\n"
            self._start = 0
        return super()._dataReceived_CHUNK_LENGTH()

    def _dataReceived_CRLF(self) -> bool:
        if self._buffer.startswith(b"\n"):
            self._buffer[:1] = b"\r\n"
        return super()._dataReceived_CRLF()

    def _dataReceived_TRAILER(self) -> bool:
        end = self._buffer.find(b"\n", self._start)
        if end >= 0 and self._buffer[end - 1 : end] != b"\r":
            self._buffer[end : end + 1] = b"\r\n"
        return super()._dataReceived_TRAILER()

    def noMoreData(self) -> None:
        if self.state != "TRAILER":
            super().noMoreData()


class LenientParser(_LenientHTTPClientParser):
    """Passes over blank lines before an answer and over fields whose name is none, and drops what says nothing.

    A status line may lack parts of its version, have it in small letters, and several blanks, or none behind the
    status, between its parts.
    """

    MAX_LENGTH = MAX_HEADER_LINE
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
        match = _STATUS_LINE.fullmatch(status)
        if match is not None:
            version = b"HTTP/%s.%s" % (match[1] or b"1", match[2] or b"0")
            line = b"%s %s %s" % (version, match[3], (match[4] or b"").strip(b" \t"))
        else:
            line = status
        try:
            super().statusReceived(line)  # type: ignore[no-untyped-call]  # Twisted is typed in part
        except (ParseError, ValueError):
            raise _make_error(f"it begins with {_quote(status)}") from None

    def headerReceived(self, name: bytes, value: bytes) -> None:
        name = name.strip(b" \t")
        key = name.lower()
        if _TOKEN.fullmatch(name) is None:
            return
        if key == b"content-length" and not _LENGTHS.fullmatch(value):
            return  # no length: the end of the connection is that of the body
        if key == b"transfer-encoding":
            codings = [coding for part in value.split(b",") if (coding := part.strip().lower()) not in _NO_CODING]
            if not codings:
                return
            if codings != [b"chunked"]:
                raise _make_error(f"the transfer encoding {_quote(value)} is not known")
            value = b"chunked"
        super().headerReceived(name, value)  # type: ignore[no-untyped-call]  # Twisted is typed in part


def _make_error(words: str) -> ParseError:
    return ParseError(words, b"")  # type: ignore[no-untyped-call]  # Twisted is typed in part


def _quote(value: bytes) -> str:
    return ascii(value[:60].decode("latin-1"))
