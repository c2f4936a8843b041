"""Reads the heads of records: of WARC, with line ends of any kind, and of ARC 1 and 2 under the names that WARC has."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

MAX_HEAD_SIZE: Final = 64_000
BLANK: Final = b"\r\n\0 \t"
"""What stands between records, and is none."""

_VERSION: Final = rb"(?:WARC|warc)/\d{1,2}(?:\.\d{1,2}){0,2}[ \t]*\r?\n"
"""The line that begins a record, of versions that are still to come, too."""
_ARC_LINE: Final = (
    rb"(?P<url>(?:filedesc|https?|ftp|dns|whois|warcinfo):\S{1,4000}(?: \S{0,500}){0,20}?) "
    rb"(?:[0-9a-fA-F.:]{2,45}|-) "
    rb"(?P<date>\d{8,20}) (?P<kind>\S{0,300} )?(?:\S{0,300} ){0,8}(?P<length>[-+]?[0-9A-Za-z.,]{1,20})[ \t]*\r?\n"
)
"""Address, IP, date, content type, with version 2 some more, and length, which is then none where it is no number; an
address may hold spaces."""
SIGNATURE: Final = re.compile(_VERSION + rb"|(?:(?<=[\r\n\0])|\A)" + _ARC_LINE)
"""The first line of a record; that of an ARC record begins a line."""
_VERSION_LINE: Final = re.compile(_VERSION)
_ARC_HEAD: Final = re.compile(_ARC_LINE)
_BARE_RETURN: Final = re.compile(rb"[\r\n \t]{0,16}[^\r\n]{1,4000}\r(?=[^\r\n]|\r(?!\n))")
"""A first line that ends with a carriage return alone."""


class RecordHead(NamedTuple):
    """The header fields of a record, names in lower case, and the offset at which its block begins."""

    fields: dict[str, str]
    block_start: int


def split_head(content: bytes) -> RecordHead | None:
    """Return the head of the record that bytes begin with, blank lines before it passed over; None without one."""
    skipped = len(content) - len(content.lstrip(BLANK))
    if content.startswith((b"WARC/", b"warc/"), skipped):
        return _split_warc_head(content, skipped)
    return _split_arc_head(content, skipped)


def find_head_end(content: bytes, start: int = 0, end: int | None = None) -> tuple[int, int] | None:
    """Return where header lines end and where what follows them begins, whatever the line ends are; None without.

    Carriage returns alone end lines where the first line ends with one.
    """
    limit = len(content) if end is None else end
    if match := _BARE_RETURN.match(content, start, limit):
        place = content.find(b"\r\r", match.end() - 1, limit)
        return None if place < 0 else (place, place + (3 if content[place + 2 : place + 3] == b"\n" else 2))
    place = content.find(b"\n\r\n", start, limit)
    earlier = content.find(b"\n\n", start, limit if place < 0 else place + 1)
    behind = place + 3
    if earlier >= 0:
        place, behind = earlier, earlier + 2
    if place < 0:
        return None
    return (place - 1 if place > start and content[place - 1 : place] == b"\r" else place), behind


def _split_warc_head(content: bytes, skipped: int) -> RecordHead | None:
    version = _VERSION_LINE.match(content, skipped)
    if version is None:
        return None
    end = find_head_end(content, version.end() - 2, skipped + MAX_HEAD_SIZE)
    if end is None:
        return None
    fields: dict[str, str] = {}
    name = ""
    for line in content[version.end() : end[0]].decode("utf-8", "replace").split("\n"):
        line = line.rstrip("\r")
        if line[:1] in (" ", "\t") and name:  # a folded line
            fields[name] = f"{fields[name]} {line.strip()}".strip()
            continue
        name, colon, value = line.partition(":")
        name = name.strip().lower() if colon else ""
        if name and name not in fields:
            fields[name] = value.strip()
            continue
        if name == "content-length" and value.strip() != fields[name]:
            fields[name] = ""  # which of the two is true, only what follows tells
        name = ""
    if "warc-type" not in fields and "content-length" not in fields:
        return None
    return RecordHead(fields, end[1])


def _split_arc_head(content: bytes, skipped: int) -> RecordHead | None:
    match = _ARC_HEAD.match(content, skipped, skipped + MAX_HEAD_SIZE)
    if match is None:
        return None
    url = match["url"].decode("utf-8", "replace").strip()
    kind = (match["kind"] or b"").decode("latin-1").strip()
    fields = {
        "warc-type": "warcinfo" if url.startswith("filedesc:") else "response",
        "warc-target-uri": url,
        "warc-date": match["date"][:14].decode("ascii"),
        "content-type": kind if "/" in kind else "",
        "content-length": match["length"].decode("ascii"),
        "arc": "1",
    }
    return RecordHead(fields, match.end())
