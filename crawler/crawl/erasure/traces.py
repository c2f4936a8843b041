"""Finds traces of articles in WARC files: their own records, and captures of other pages that print their words.

A page mentions an article when it links to one of its addresses, or when five words of it stand in a row there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from crawler.comparison.word_runs import WordRun, find_word_runs, iter_unescaped
from crawler.discovery.sitemap_entries import find_document_kind, unpack
from crawler.errors import BadAddress
from crawler.extraction.parsing.decoding import decode
from crawler.items import Address, Capture
from crawler.normalisation.addresses.urls import read_address
from crawler.site import Site
from crawler.warc.scanning import ScannedRecord, scan_records

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LINK: Final = re.compile(
    r"(?:href|src|content|value|url|resource|about)\s*=\s*[\"']?([^\"'<>\s]{1,2000})"
    r"|<(?:link|guid|id|loc)>\s*([^<\s]{1,2000})"
    r"|(https?://[^\s\"'<>]{4,2000})"
    r"|\"(/[^\"\s<>]{1,2000})\"",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """A record of an article, or one that mentions it."""

    offset: int
    length: int
    url: str
    fetched_at: str
    keys: frozenset[str] = frozenset()
    """Identities that it is about or links to."""
    is_own: bool
    """True for a record of the article itself; False for a capture of another page."""


@dataclass(slots=True)
class TraceFinder:
    """Looks for traces of articles, one file after the other in the order of time."""

    sites: Iterable[Site]
    is_target: Callable[[str], bool]
    """Return True for the identity of an address of the articles that are looked for."""
    runs: set[WordRun] = field(default_factory=set)
    """Their words, as runs of five; none when their texts are erased already."""
    is_telling: Callable[[WordRun], bool] = lambda run: True
    """Return True if no other article holds such a run."""
    hints: tuple[str, ...] | None = None
    """Texts of which one stands in every page that links to them; None when that is not known."""
    _keys: dict[str, str | None] = field(default_factory=dict)
    _telling: dict[WordRun, bool] = field(default_factory=dict)
    _mentions: dict[str, frozenset[str]] = field(default_factory=dict)

    def iter_traces(self, path: Path) -> Iterator[Trace]:
        """Yield the traces in one WARC file. Raises OSError."""
        own_ids: set[str] = set()
        for record in scan_records(path):
            if record.is_damaged or record.is_erased or record.fields is None:
                continue
            fields, url = record.fields, record.url
            key = self.find_key(url) if url else None
            is_own = (key is not None and self.is_target(key)) or fields.get("warc-concurrent-to") in own_ids
            if is_own:
                own_ids.add(fields.get("warc-record-id", ""))
                keys = frozenset((key,)) if key is not None else frozenset()
            else:
                mentioned_keys = self._find_mentions(record)
                if mentioned_keys is None:
                    continue
                keys = mentioned_keys
            yield Trace(
                offset=record.offset,
                length=record.length,
                url=url,
                fetched_at=fields.get("warc-date", ""),
                keys=keys,
                is_own=is_own,
            )

    def find_key(self, url: str) -> str | None:
        """Return the identity of an address; None where it is none of a known site."""
        if url not in self._keys:
            self._keys[url] = next((address.url_key for address in self._iter_addresses(url, None)), None)
        return self._keys[url]

    def is_own_url(self, url: str) -> bool:
        """Return True if an address leads to one of the articles."""
        key = self.find_key(url)
        return key is not None and self.is_target(key)

    def is_mention(self, text: str, base: str | None = None) -> bool:
        """Return True if a text links to one of the articles or holds words of it."""
        return self.has_words(text) or bool(self._may_link(text) and self.find_links(text, base))

    def has_words(self, text: str) -> bool:
        """Return True if a run of five words that no other article holds stands in a text."""
        return any(self._check_run(run) for run in sorted(find_word_runs(text, self.runs)))

    def find_links(self, text: str, base: str | None = None) -> frozenset[str]:
        """Return the identities of those articles to which a text links."""
        keys: set[str] = set()
        urls = {url for level in iter_unescaped(text) for groups in _LINK.findall(level) for url in groups if url}
        for url in urls:
            keys.update(
                address.url_key for address in self._iter_addresses(url, base) if self.is_target(address.url_key)
            )
        return frozenset(keys)

    def _iter_addresses(self, url: str, base: str | None) -> Iterator[Address]:
        for site in self.sites:
            try:
                yield read_address(url, site, base)
            except (BadAddress, ValueError):
                continue

    def _find_mentions(self, record: ScannedRecord) -> frozenset[str] | None:
        """Return the identities to which another page's record links; None if it mentions none of the articles."""
        fields = record.fields or {}
        record_id = fields.get("warc-record-id", "")
        if fields.get("warc-refers-to") in self._mentions:  # the same payload, kept once
            return self._mentions[fields["warc-refers-to"]]
        if record.kind not in ("response", "revisit", "request"):
            return None
        message = record.split_message()
        capture = Capture(url=record.url, fetched_at=_EPOCH, status=200, headers=message.headers, body=message.body)
        fields_text = record.content[: record.block_start].decode("utf-8", "replace")
        text = f"{fields_text}\n{message.head.decode('utf-8', 'replace')}\n{_read_whole_text(capture)}"
        keys: frozenset[str] = frozenset()
        if self._may_link(text):
            keys = self.find_links(_list_locations(message.headers) + text, record.url)
        if not keys and not self.has_words(text):
            return None
        self._mentions[record_id] = keys
        return keys

    def _may_link(self, text: str) -> bool:
        return self.hints is None or any(hint in text for hint in self.hints)

    def _check_run(self, run: WordRun) -> bool:
        if run not in self._telling:
            self._telling[run] = self.is_telling(run)
        return self._telling[run]


def _read_whole_text(capture: Capture) -> str:
    """Return the text of an answer, unpacked where it is a gzip file: a sitemap holds more than a page."""
    is_sitemap = find_document_kind(capture.body) in ("urlset", "index", "text")
    unpacked = unpack(capture)
    return unpacked.body.decode("utf-8", "replace") if is_sitemap else decode(unpacked)


def _list_locations(headers: tuple[tuple[str, str], ...]) -> str:
    """Return the address that a redirect leads to as a link, so that it is found like one."""
    return "".join(f'<a href="{value}"> ' for name, value in headers if name.lower() == "location")
