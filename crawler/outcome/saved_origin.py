"""Finds where a saved page was and when it was saved: in the comment of the tool that saved it, or in its head."""

from __future__ import annotations

import codecs
import re
from datetime import UTC, datetime
from typing import Final

from crawler.extraction.parsing.decoding import decode
from crawler.extraction.parsing.metatags import read_head
from crawler.extraction.parsing.tree import read_tree
from crawler.items import Capture
from crawler.normalisation.words.entities import unescape
from crawler.warc.foreign.dates import read_date
from crawler.warc.foreign.saved.records import SavedOrigin

_COMMENT_SPAN: Final = 16_384
"""Bytes at the beginning of a saved page in which the comment of the tool stands."""
_COMMENTS: Final = (
    re.compile(rb"<!--\s*saved from url=\(\d{1,5}\)(?P<url>\S{8,2000}?)\s*-->", re.I),
    re.compile(
        rb"<!--\s*(?:Page saved with|Archive processed by) SingleFile\s+url:\s*(?P<url>\S{8,2000})"
        rb"(?:\s+saved date:\s*(?P<date>[^\r\n]{10,80}))?",
        re.I,
    ),
    re.compile(rb"<!--\s*Mirrored from (?P<url>\S{4,2000}) by HTTrack[^,>]{0,100}, (?P<date>[^>]{10,60}?)\s*-->", re.I),
    re.compile(rb"<!--\s*Saved from (?P<url>https?://\S{4,2000}) at (?P<date>\S{10,40}) using monolith", re.I),
    re.compile(
        rb"<html\b[^<>]{0,2000}?\bdata-scrapbook-source=\"(?P<url>[^\"]{8,2000})\""
        rb"(?:[^<>]{0,2000}?\bdata-scrapbook-create=\"(?P<date>\d{14})\d{0,3}\")?",
        re.I,
    ),
)
"""Of Internet Explorer and Chrome, SingleFile, HTTrack, monolith and WebScrapBook."""
_WEB: Final = re.compile(r"https?://", re.I)
_BARE_HOST: Final = re.compile(r"[a-z0-9.-]+\.[a-z]{2,63}(?::\d{2,5})?/", re.I)


def find_saved_origin(content: bytes) -> SavedOrigin:
    """Return the address that a saved page states, in a tool's comment, as canonical, og:url or base, and its day."""
    opening = content[:_COMMENT_SPAN]
    if opening.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        opening = opening.decode("utf-16", "replace").encode("utf-8", "replace")
    saved_at = None
    for comment in _COMMENTS:
        match = comment.search(opening)
        if match is None:
            continue
        groups = {name: value.decode("utf-8", "replace") for name, value in match.groupdict().items() if value}
        saved_at = read_date(groups.get("date", ""))
        url = unescape(groups["url"])
        if _BARE_HOST.match(url):
            url = f"https://{url}"
        if _WEB.match(url):
            return SavedOrigin(url=url, saved_at=saved_at)
    stated = _read_stated_origin(content)
    return SavedOrigin(url=stated.url, saved_at=saved_at or stated.saved_at)


def _read_stated_origin(content: bytes) -> SavedOrigin:
    tree = read_tree(decode(Capture(url="", fetched_at=datetime.now(UTC), status=200, body=content)))
    if tree is None:
        return SavedOrigin()
    head = read_head(tree)
    saved_url, saved_date, og_url = map(head.find_meta, ("savepage-url", "savepage-date", "og:url"))
    addresses = (
        saved_url.value if saved_url else None,  # of Save Page WE
        head.canonical,
        og_url.value if og_url else None,
        head.base,
    )
    url = next((stated.strip() for stated in addresses if stated and _WEB.match(stated.strip())), None)
    return SavedOrigin(url=url, saved_at=read_date(saved_date.value) if saved_date else None)
