"""Turns a file that is a saved page into records; where the page was, the file tells, or the folders it lies in."""

from __future__ import annotations

import plistlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Final
from urllib.parse import quote
from xml.parsers.expat import ExpatError

from crawler.warc.foreign.dates import read_date
from crawler.warc.foreign.members import MAX_RECORD_SIZE
from crawler.warc.foreign.saved.har import HarDamaged, iter_har_answers
from crawler.warc.foreign.saved.kinds import OPENING, SavedKind, find_saved_kind
from crawler.warc.foreign.saved.mhtml import read_mhtml
from crawler.warc.foreign.saved.records import BEGINNING_OF_THE_WEB, SavedOrigin, SavedPage, make_record

FindOrigin = Callable[[bytes], SavedOrigin]
"""Returns where a page was, as its markup states it."""
MAX_SAVED_SIZES: Final[dict[SavedKind, int]] = {
    "html": MAX_RECORD_SIZE,
    "mhtml": 64_000_000,
    "webarchive": 64_000_000,
    "har": 128_000_000,
}
"""The most bytes of a saved page of each kind, pictures included: it is read into memory, MHTML several times over."""
_HOST: Final = re.compile(r"(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,63}(?:(?:[+_%]|%3A)\d{2,5})?", re.I)
"""A folder that mirroring tools name after a host, with its port."""
_ADJUSTED: Final = re.compile(r"([?@].*)\.html?$", re.I | re.S)
"""The ending that a tool puts behind a query, so that browsers show the file."""
_WINDOWS_QUERY: Final = re.compile(r"(\.(?:php\d?|aspx?|jsp|cgi|cfm|do|html?))@", re.I)
_ARCHIVE_NAME: Final = re.compile(r"\.(?:warc|arc|wet|wat)(?:\.(?:gz|zst))?$", re.I)
_MOMENT: Final = re.compile(r"(?:19|20)\d{12}")
_HOME_FILE: Final = "index.html"


class SavedPageDamaged(ValueError):
    """The file begins as a saved page and holds none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedFile:
    """A file that is a saved page: its kind, and its path or the names that lead to it within another file."""

    path: Path
    kind: SavedKind
    place: PurePath


def find_saved_file(path: Path, place: PurePath) -> SavedFile | None:
    """Return what saved page a file is, None for none; ``place`` holds the folders in which it lies."""
    with path.open("rb") as file:
        kind = find_saved_kind(file.read(OPENING))
    if _ARCHIVE_NAME.search(place.name):  # what is left of a page may stand before the first record
        return None
    return SavedFile(path=path, kind=kind, place=place) if kind is not None else None


def iter_saved_records(file: SavedFile, find_origin: FindOrigin) -> Iterator[bytes]:
    """Yield the records that a saved page comes to: one, or those of all answers in a HAR file.

    A page that tells neither its address nor lies in the folder of a host is a page of ``file:``. The day that a page
    does not tell is that of its file. Raises SavedPageDamaged, and OSError.
    """
    if file.path.stat().st_size > MAX_SAVED_SIZES[file.kind]:
        raise SavedPageDamaged("is a saved page that is larger than any that is read")
    content = file.path.read_bytes()
    if file.kind == "har":
        yield from _iter_har_records(content)
        return
    page = _read_page(file, content)
    origin = page[2]
    if origin.url is None:
        stated = find_origin(page[0])
        origin = SavedOrigin(url=stated.url, saved_at=origin.saved_at or stated.saved_at)
    if origin.url is None:
        mirrored = find_mirrored_origin(file.place)
        origin = SavedOrigin(url=mirrored.url, saved_at=origin.saved_at or mirrored.saved_at)
    url = origin.url or f"file:///{quote(file.place.name)}"
    modified_at = file.path.stat().st_mtime
    if origin.saved_at is not None or modified_at < BEGINNING_OF_THE_WEB:
        saved_at = origin.saved_at
    else:
        saved_at = datetime.fromtimestamp(modified_at, UTC)
    record = make_record(SavedPage(url=url, saved_at=saved_at, content=page[0], media_type=page[1]))
    if record is not None:
        yield record


def find_mirrored_origin(place: PurePath) -> SavedOrigin:
    """Return the address of a page by the folders in which a mirroring tool put it, where a host is among them.

    Tools that load mirrors from web archives put a folder named by a moment beneath the host.

    >>> find_mirrored_origin(PurePath("mirror/www.paper.example/inland/bridge.html")).url
    'https://www.paper.example/inland/bridge.html'
    >>> find_mirrored_origin(PurePath("www.paper.example/20060716111334/index.php?id=7.html")).url
    'https://www.paper.example/index.php?id=7'
    """
    folders, name = place.parts[:-1], place.name
    depth = next((depth for depth in range(len(folders) - 1, -1, -1) if _HOST.fullmatch(folders[depth])), None)
    if depth is None:
        return SavedOrigin()
    below = folders[depth + 1 :]
    moment = read_date(below[0]) if below and _MOMENT.fullmatch(below[0]) else None
    host = re.sub(r"(?:[+_%]|%3A)\d{2,5}$", "", folders[depth], flags=re.I)
    name = "" if name == _HOME_FILE else _ADJUSTED.sub(r"\1", _WINDOWS_QUERY.sub(r"\1?", name))
    path = "/".join((*(below if moment is None else below[1:]), name))
    return SavedOrigin(url=f"https://{host}/{quote(path, safe='/%?&=+,;:@!$()*~')}", saved_at=moment)


def _iter_har_records(content: bytes) -> Iterator[bytes]:
    try:
        for page in iter_har_answers(content):
            record = make_record(page)
            if record is not None:
                yield record
    except HarDamaged:
        raise SavedPageDamaged("begins as a HAR file and is no whole one") from None


def _read_page(file: SavedFile, content: bytes) -> tuple[bytes, str, SavedOrigin]:
    """Return the page in a file, its content type, and where the file says that it was."""
    if file.kind == "mhtml":
        page = read_mhtml(content)
    elif file.kind == "webarchive":
        page = _read_webarchive(content)
    else:
        page = content, "text/html", SavedOrigin()
    if page is None:
        raise SavedPageDamaged("begins as a saved page and holds none")
    return page


def _read_webarchive(content: bytes) -> tuple[bytes, str, SavedOrigin] | None:
    """Return the main page of a web archive of Safari; None where it is none."""
    try:
        archive = plistlib.loads(content, fmt=plistlib.FMT_BINARY)
        resource = archive["WebMainResource"]
        body, url = resource["WebResourceData"], resource.get("WebResourceURL")
    except (
        plistlib.InvalidFileException,
        ExpatError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        OverflowError,
        RecursionError,
        MemoryError,
    ):
        return None
    charset = resource.get("WebResourceTextEncodingName")
    media_type = f"text/html; charset={charset}" if isinstance(charset, str) and charset.isascii() else "text/html"
    is_web = isinstance(url, str) and url.lower().startswith(("http://", "https://"))
    return (body, media_type, SavedOrigin(url=url if is_web else None)) if isinstance(body, bytes) else None
