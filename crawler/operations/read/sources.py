"""Finds the pages to read: those of a saved file, of a WARC, ARC or WACZ file, or of an address, which is fetched."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crawler.errors import BadAddress, CrawlerError, SiteRefused, SiteUnreachable, WarcDamaged
from crawler.items import Capture
from crawler.normalisation.addresses.document_addresses import names_robots_file
from crawler.outcome.answer import REFUSED_STATUSES
from crawler.outcome.payload import decode_payload
from crawler.outcome.saved_origin import find_saved_origin
from crawler.warc.content_encoding import MAX_CONTENT_SIZE
from crawler.warc.foreign import Findings, RecordEntry, iter_file_entries, read_message
from crawler.warc.foreign.saved.kinds import OPENING, find_saved_kind

if TYPE_CHECKING:
    from crawler.crawl.network.one_page import Exchange

_MAGIC: Final = (b"WARC", b"filedesc:", b"\x1f\x8b", b"PK\x03\x04", b"\x28\xb5\x2f\xfd", b"\x5d\x2a\x4d\x18")
"""The beginnings of WARC, ARC, gzip, WACZ and Zstandard files."""
_SUFFIXES: Final = (".warc", ".arc", ".wacz", ".warc.gz", ".arc.gz", ".warc.zst")
_BARE_TYPES: Final = frozenset({"", "text/plain", "text/html", "application/xhtml+xml"})


class PageUnavailable(CrawlerError):
    """There is no page to read: the file cannot be read, or the server answered with an error."""


def is_address(text: str) -> bool:
    """Return True if an argument is a web address, not the name of a file."""
    return re.match(r"https?://", text.strip(), re.I) is not None


def read_file(path: Path, url: str | None) -> Iterator[Capture]:
    """Yield the pages of a file: of a saved page one, of a WARC, ARC, WACZ, MHTML or HAR file all pages of status 200.

    ``url`` is the address of a saved page; of a WARC file only the pages of that address are read. Raises
    PageUnavailable, BadAddress where nothing tells the address of a saved page, and WarcDamaged.
    """
    try:
        with path.open("rb") as file:
            if _is_web_archive(path, file.read(OPENING)):
                content = None
            else:
                file.seek(0)
                content = file.read(MAX_CONTENT_SIZE + 1)
                modified_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError as problem:
        raise PageUnavailable(f"{path} cannot be read: {problem.strerror or problem}") from None
    if content is None:
        yield from _read_warc(path, url)
        return
    if len(content) > MAX_CONTENT_SIZE:
        raise PageUnavailable(f"{path} is larger than {MAX_CONTENT_SIZE:,} bytes: no page")
    origin = find_saved_origin(content)
    own_url = url or origin.url
    if own_url is None:
        raise BadAddress(f"{path} does not state its own address: give it with --url")
    yield Capture(url=own_url, fetched_at=origin.saved_at or modified_at, status=200, body=content, headers=())


def is_web_archive(path: Path) -> bool:
    """Return True if a file is read as records (WARC, ARC, WACZ, MHTML, HAR), False for a page.

    Raises PageUnavailable.
    """
    try:
        with path.open("rb") as file:
            return _is_web_archive(path, file.read(OPENING))
    except OSError as problem:
        raise PageUnavailable(f"{path} cannot be read: {problem.strerror or problem}") from None


def _is_web_archive(path: Path, opening: bytes) -> bool:
    is_archive = opening.startswith(_MAGIC) or path.name.lower().endswith(_SUFFIXES)
    return is_archive or find_saved_kind(opening) not in (None, "html")


def _read_warc(path: Path, url: str | None) -> Iterator[Capture]:
    wanted = url.rstrip("/") if url is not None else None
    findings = Findings(damaged=[])
    pages = damaged = 0
    with tempfile.TemporaryDirectory(prefix="seealso-") as folder:
        for record in iter_file_entries(path, Path(folder), findings, find_saved_origin):
            address = record.entry.url
            if not is_address(address) or (wanted is not None and address.rstrip("/") != wanted):
                continue
            try:
                capture = read_entry(record.entry)
            except WarcDamaged:
                damaged += 1
                continue
            if capture is not None:
                pages += 1
                yield capture
    damaged += len(findings.damaged)
    if damaged:
        records = "1 damaged record was" if damaged == 1 else f"{damaged} damaged records were"
        raise WarcDamaged(f"{path}: {records} passed over")
    if not pages:
        raise PageUnavailable(f"{path} holds no page{f' of {url}' if url else ''}")


def read_entry(entry: RecordEntry) -> Capture | None:
    """Return the page of a record; None for all that is no page: revisits, errors, redirects, pictures, robots.txt.

    Raises WarcDamaged.
    """
    if entry.kind == "revisit" or entry.status not in (None, 200):
        return None
    if entry.media_type and "html" not in entry.media_type and entry.kind == "response":
        return None
    if entry.media_type not in _BARE_TYPES and "html" not in entry.media_type:
        return None
    message = read_message(entry.path, entry.offset)
    lines = message.head.decode("latin-1").split("\r\n")
    words = lines[0].split()
    if len(words) < 2 or words[1] != "200":
        return None
    if entry.date is None:
        raise WarcDamaged("the record has no date")
    fields = (line.partition(":") for line in lines[1:])
    headers = tuple((name.strip(), value.strip()) for name, colon, value in fields if colon)
    payload = decode_payload(message.body, headers, cut_off=bool(message.truncated))
    return Capture(
        url=entry.url, fetched_at=entry.date, status=200, headers=headers, body=payload.body, damage=payload.damage
    )


def fetch_page(url: str, *, contact: str | None = None, keep: Path | None = None) -> Capture:
    """Fetch the page of an address politely, and return it; ``keep`` is the WARC file that is written, if any.

    Raises BadAddress, SiteRefused, SiteUnreachable, and PageUnavailable for a status that brings no page and for a file
    that cannot be written.
    """
    [page] = fetch_pages([url], contact=contact, keep=keep).pages
    return page


@dataclass(frozen=True, slots=True)
class FetchedPages:
    """Pages that were fetched, and the rules of their hosts."""

    pages: tuple[Capture, ...]
    rules: tuple[Capture, ...]
    """The answers for ``robots.txt``."""


def fetch_pages(urls: Sequence[str], *, contact: str | None = None, keep: Path | None = None) -> FetchedPages:
    """Fetch the pages of addresses politely, one after the other; ``keep`` is the WARC file for all, if any.

    Raises what :func:`fetch_page` raises, for the first page that does not come; what came is in the file.
    """
    from crawler.crawl.network.one_page import PageFetcher  # it loads parts of Scrapy, which a file needs not
    from crawler.crawl.options import CrawlOptions

    exchanges: list[Exchange] = []
    user_agent = CrawlOptions(site="", contact=contact).user_agent
    if keep is not None and keep.exists():
        raise PageUnavailable(f"{keep} exists already: name another file")
    fetcher = PageFetcher(user_agent, exchanges.append)
    try:
        pages = tuple(_read_exchange(fetcher.fetch(url)) for url in urls)
    finally:
        if keep is not None and exchanges:
            _write_warc(keep, exchanges, user_agent)
    rules = [exchange for exchange in exchanges if names_robots_file(exchange.url)]
    return FetchedPages(pages, tuple(_read_exchange(exchange) for exchange in rules if exchange.status == 200))


def _read_exchange(exchange: Exchange) -> Capture:
    """Return the page of an answer. Raises SiteRefused, SiteUnreachable and PageUnavailable where it brings none."""
    if exchange.status in REFUSED_STATUSES:
        raise SiteRefused(f"{exchange.url[:200]} was refused with status {exchange.status}")
    if exchange.status >= 500:
        raise SiteUnreachable(f"{exchange.url[:200]} answered with status {exchange.status}: try again later")
    if not 200 <= exchange.status < 300:
        raise PageUnavailable(f"{exchange.url[:200]} answered with status {exchange.status}: there is no page")
    payload = decode_payload(exchange.body, exchange.headers, cut_off=exchange.cut_off)
    if payload.error:
        raise PageUnavailable(f"{exchange.url[:200]}: {payload.error}")
    return Capture(
        url=exchange.url,
        fetched_at=exchange.fetched_at,
        status=exchange.status,
        headers=exchange.headers,
        body=payload.body,
        damage=payload.damage,
    )


def _write_warc(path: Path, exchanges: Sequence[Exchange], user_agent: str) -> None:
    from crawler import __version__
    from crawler.warc.records import AnswerRecord
    from crawler.warc.writer import WarcWriter

    info = {
        "software": f"seealso/{__version__}",
        "http-header-user-agent": user_agent,
        "robots": "classic",
        "description": "One page",
    }
    try:
        with tempfile.TemporaryDirectory(prefix=".seealso-", dir=path.parent) as folder:
            writer = WarcWriter(Path(folder), "page", started_at=exchanges[0].fetched_at, info=info)
            try:
                for exchange in exchanges:
                    answer = AnswerRecord(
                        url=exchange.url,
                        fetched_at=exchange.fetched_at,
                        response_head=exchange.response_head,
                        body=exchange.body,
                        truncated="disconnect" if exchange.cut_off else None,
                    )
                    location = writer.write(answer, exchange.request_head)
            finally:
                writer.close()
            (Path(folder) / location.file).rename(path)
    except OSError as problem:
        raise PageUnavailable(f"{path} cannot be written: {problem.strerror or problem}") from None
