"""Records the head of an answer, byte for byte, as it is parsed."""

from __future__ import annotations

from typing import Final

from twisted.web._newclient import ParseError

from crawler.crawl.network.lenient_parsing import LenientParser

MAX_HEAD: Final = 256_000
"""Bytes of all header lines of one answer."""


class RecordingParser(LenientParser):
    """Records the lines of a response head as they came, with spaces for tabs in the status line.

    Raises ParseError above :data:`MAX_HEAD` bytes.
    """

    head_lines: list[bytes]
    head_size: int

    def begin_recording(self) -> None:
        """Make ready for the first line."""
        self.head_lines = []
        self.head_size = 0

    def lineReceived(self, line: bytes) -> None:
        line = line.removesuffix(b"\r")
        if line or self.head_lines:  # a blank line before an answer is no part of it
            self.head_lines.append(line if self.head_lines else line.replace(b"\t", b" "))
        self.head_size += len(line)
        if self.head_size > MAX_HEAD:
            raise ParseError("the header lines are too long", b"")  # type: ignore[no-untyped-call]  # Twisted is typed in part
        super().lineReceived(line)

    def allHeadersReceived(self) -> None:
        self.response.raw_head = b"\r\n".join(self.head_lines) + b"\r\n"
        self.head_lines = []  # an interim answer (1xx) is followed by the real one
        super().allHeadersReceived()  # type: ignore[no-untyped-call]  # Twisted is typed in part


def read_fields(head: bytes) -> tuple[tuple[str, str], ...]:
    """Return the header fields of a head in order; folded lines are joined, lines without a colon left out."""
    fields: list[tuple[str, str]] = []
    for line in head.decode("latin-1").split("\r\n")[1:]:
        if line[:1] in (" ", "\t") and fields:
            fields[-1] = (fields[-1][0], f"{fields[-1][1]} {line.strip()}")
        elif ":" in line:
            name, _, value = line.partition(":")
            fields.append((name.strip(), value.strip()))
    return tuple(fields)
