"""Reads the entries of a sitemap: XML strictly while it is well-formed, else tag by tag, or lines of plain text.

What is compressed is unpacked as it is read, so that a document needs the memory of its entries and not of its markup.
The bounds are those of the protocol (sitemaps.org): 50 MB unpacked, 50,000 addresses.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final, Literal

import lxml.etree

from crawler.discovery.html_text import resolve_references, strip_html
from crawler.extraction.parsing.decoding import read_text
from crawler.items import Capture
from crawler.warc.compression import GZIP_MAGIC, GZIP_WINDOW, BadStream, ZlibDecompressor

MAX_UNPACKED: Final = 52_428_800
"""The most bytes of a document that are read, once unpacked."""
MAX_ENTRIES: Final = 50_000
"""The most addresses of a document that are read."""

DocumentKind = Literal["urlset", "index", "feed", "text"]

_STEP: Final = 1 << 16
_MOST_LAYERS: Final = 2
"""The most gzip files within one another, the outermost not counted."""
_BEFORE_GZIP: Final = re.compile(rb"(?:\xef\xbb\xbf|[ \t\r\n]){1,16}(?=\x1f\x8b\x08)")
_CHECKSUM: Final = 8
"""Bytes at the end of a gzip file, which hold its checksum and its length."""
_HEAD: Final = 32_768
"""Bytes in which the first tag stands: long comments of plugins may be before it."""
_LONGEST_ENTRY: Final = 500_000
"""Characters of the longest entry, where the markup is read by its tags."""
_ROOT: Final = re.compile(r"<(?:[\w.-]{1,40}:)?(urlset|sitemapindex|rss|feed|rdf)(?=[\s>/])", re.I)
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.S)
_HTML: Final = re.compile(r"<(?:html|head|body)(?=[\s>/])|<!doctype\s+html", re.I)
_LINE: Final = re.compile(
    r"(?:\s*\"?(?:url|loc|address|link|page)s?\"?(?:[,;\t][\w \"]{0,60}){0,12}[\r\n]+)?(?:\s*#[^\r\n]*[\r\n])*\s*\"?https?://[^\s<>\"]{1,4000}(?:\"?[,;\t][^\r\n<>]{0,500}|\"?\s*)(?:\n|\r|\Z)"
)
_CELL: Final = re.compile(
    r"\"?(https?://[^\s\",;]*"
    r"(?:[,;](?!\"?\d{4}-|[01]\.\d|always|hourly|daily|weekly|monthly|yearly|never|[\s\"]|$)[^\s\",;]*)*)"
)
"""An address as the first cell of a line of a table."""
_ENTRY_TAG: Final = re.compile(r"<(?:([\w.-]{1,40}):)?(?:url|sitemap)(?=[\s>/])[^<>]*>", re.I)
_FIELD: Final = re.compile(
    r"<(?:([\w.-]{1,40}):)?(loc|lastmod|publication_date|title|language)(?:\s[^<>]*)?>\s*"
    r"(?:<!\[CDATA\[(.{0,4000}?)\]\]>|([^<]*))",
    re.I | re.S,
)
_KINDS: Final[dict[str, DocumentKind]] = {"urlset": "urlset", "sitemapindex": "index"}


@dataclass(frozen=True, kw_only=True, slots=True)
class SitemapEntry:
    """One entry of a sitemap, as printed; an empty field is missing."""

    loc: str
    lastmod: str = ""
    published: str = ""
    """``news:publication_date``."""
    title: str = ""
    language: str = ""


@dataclass(slots=True)
class SitemapDocument:
    """The entries of a document, and what is wrong with it in words."""

    kind: DocumentKind
    entries: list[SitemapEntry] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)


class NoSitemap(ValueError):
    """The document is no sitemap."""


def find_document_kind(body: bytes) -> DocumentKind | None:
    """Return what a body is by its first bytes, unpacked where it is compressed; None for what is none of these."""
    head = next(_Unpacking(body).iter_chunks(_HEAD), b"")
    text = _COMMENT.sub("", _read_head(head))
    root = _ROOT.search(text)
    page = _HTML.search(text)
    if root is not None and (page is None or root.start() < page.start()):
        return _KINDS.get(root[1].lower(), "feed")
    return "text" if _LINE.match(text) else None


def unpack(capture: Capture) -> Capture:
    """Return a capture whose body is a gzip file with the body unpacked, as much as is read; another as it is."""
    if not capture.body.startswith(GZIP_MAGIC):
        return capture
    return replace(capture, body=b"".join(_Unpacking(capture.body).iter_chunks()))


def read_document(capture: Capture) -> SitemapDocument:
    """Return the entries of a sitemap in its order, as far as it can be read. Raises NoSitemap for what is none."""
    kind = find_document_kind(capture.body)
    if kind is None or kind == "feed":
        raise NoSitemap
    document = SitemapDocument(kind=kind)
    unpacking = _Unpacking(capture.body)
    if kind == "text":
        _read_lines(document, _decode(capture, unpacking))
    else:
        try:
            _read_strictly(document, unpacking)
        except lxml.etree.XMLSyntaxError as error:
            document.entries.clear()
            unpacking = _Unpacking(capture.body)
            _read_tags(document, _decode(capture, unpacking))
            document.mistakes.append(f"the XML is broken, and was read tag by tag: {error}")
        if not document.entries:  # its tags may be in capitals
            unpacking = _Unpacking(capture.body)
            _read_tags(document, _decode(capture, unpacking))
    if unpacking.mistake is not None:
        document.mistakes.append(unpacking.mistake)
    return document


class _Unpacking:
    """Yields the bytes of a body, unpacked where it is a gzip file; ``mistake`` says afterwards what was left out.

    Blanks may stand before a gzip file, and another one in it.
    """

    def __init__(self, body: bytes) -> None:
        self._body = body
        self.mistake: str | None = None

    def iter_chunks(self, size: int = _STEP) -> Iterator[bytes]:
        for _ in range(_MOST_LAYERS):
            blank = _BEFORE_GZIP.match(self._body)
            self._body = self._body[blank.end() :] if blank is not None else self._body
            if not self._body.startswith(GZIP_MAGIC):
                break
            if not next(self._iter_bounded(_STEP), b"").startswith(GZIP_MAGIC):
                break
            self._body = b"".join(self._iter_bounded(_STEP))
        yield from self._iter_bounded(size)

    def _iter_bounded(self, size: int) -> Iterator[bytes]:
        count = 0
        for chunk in self._iter_members(size) if self._body.startswith(GZIP_MAGIC) else self._iter_plain(size):
            if count + len(chunk) > MAX_UNPACKED:
                self.mistake = f"of the document only the first {MAX_UNPACKED:,} bytes were read"
                yield chunk[: MAX_UNPACKED - count]
                return
            count += len(chunk)
            yield chunk

    def _iter_plain(self, size: int) -> Iterator[bytes]:
        for start in range(0, len(self._body), size):
            yield self._body[start : start + size]

    def _iter_members(self, size: int) -> Iterator[bytes]:
        remainder = self._body
        while remainder.startswith(GZIP_MAGIC):
            stream = ZlibDecompressor(GZIP_WINDOW)
            position = 0
            while not stream.eof:
                data = b""
                if stream.needs_input:
                    # The checksum comes alone: where it is wrong, all that it is of has been unpacked.
                    end = min(position + size, max(position + 1, len(remainder) - _CHECKSUM))
                    data = remainder[position:end]
                    position += len(data)
                    if not data:
                        self.mistake = "the gzip file breaks off"
                        return
                try:
                    chunk = stream.decompress(data, size)
                except BadStream as problem:
                    self.mistake = f"the gzip file is damaged ({problem})"
                    return
                if chunk:
                    yield chunk
            remainder = stream.unused_data + remainder[position:]


def _read_head(head: bytes) -> str:
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return head.decode("utf-16" if wide else "utf-8-sig", "replace").lstrip("\ufeff \t\r\n\x00")


def _decode(capture: Capture, unpacking: _Unpacking) -> Iterator[str]:
    """Yield the text, decoded by the charset that its beginning is in."""
    chunks = unpacking.iter_chunks()
    first = next(chunks, b"")
    codec = read_text(replace(capture, body=first)).codec
    # What follows may hold more letters than the beginning: plain ASCII says nothing about them.
    decoder = codecs.getincrementaldecoder("utf-8" if codec == "ascii" else codec)("replace")
    yield decoder.decode(first).lstrip("\ufeff")
    yield from (decoder.decode(chunk) for chunk in chunks)
    yield decoder.decode(b"", final=True)


def _read_lines(document: SitemapDocument, chunks: Iterator[str]) -> None:
    line = ""
    for chunk in chunks:
        *lines, line = (line + chunk).splitlines() or [""]
        line = line[:_LONGEST_ENTRY] + ("\n" if chunk.endswith(("\n", "\r")) else "")
        for text in lines:
            if not _add(document, SitemapEntry(loc=_read_cell(text))):
                return
    _add(document, SitemapEntry(loc=_read_cell(line)))


def _read_cell(line: str) -> str:
    """Return the address of a line, behind which other cells may stand."""
    match = _CELL.match(line.strip())
    return match[1] if match is not None else line.strip()


def _add(document: SitemapDocument, entry: SitemapEntry) -> bool:
    """Add an entry that has an address; return False once the document has as many as are read."""
    if len(document.entries) >= MAX_ENTRIES:
        document.mistakes.append(f"of the document only the first {MAX_ENTRIES:,} addresses were read")
        return False
    if entry.loc and not (document.kind == "text" and entry.loc.startswith("#")):  # a remark
        document.entries.append(entry)
    return True


# XML that is well-formed.


def _read_strictly(document: SitemapDocument, unpacking: _Unpacking) -> None:
    parser = lxml.etree.XMLPullParser(
        events=("end",),
        tag=("{*}url", "{*}sitemap"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    is_first = True
    for chunk in unpacking.iter_chunks():
        parser.feed(chunk.removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n\x00") if is_first else chunk)
        is_first = False
        if not _take_elements(document, parser):
            return
    if unpacking.mistake is None:
        parser.close()
    _take_elements(document, parser)


def _take_elements(document: SitemapDocument, parser: lxml.etree.XMLPullParser) -> bool:
    for event in parser.read_events():
        element = event[1]
        assert isinstance(element, lxml.etree._Element)
        if not _add(document, _read_element(element)):
            return False
        element.clear()
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]
    return True


def _read_element(element: lxml.etree._Element) -> SitemapEntry:
    texts: dict[str, str] = {}
    for child in element:
        name = _find_local_name(child)
        if name in ("loc", "lastmod"):
            texts.setdefault(name, _read_element_text(child))
        elif name == "news":
            for part in child.iter("{*}publication_date", "{*}title", "{*}language"):
                texts.setdefault(_find_local_name(part), _read_element_text(part))
        elif name in ("publication_date", "title") and "/sitemap-news/" in str(
            child.tag
        ):  # the element around it is missing
            texts.setdefault(name, _read_element_text(child))
    if not len(element):  # the address stands in the entry itself
        texts["loc"] = _read_element_text(element)
    return _make_entry(texts)


def _find_local_name(element: lxml.etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _read_element_text(element: lxml.etree._Element) -> str:
    return "".join(map(str, element.itertext())).strip()


def _make_entry(texts: dict[str, str]) -> SitemapEntry:
    return SitemapEntry(
        loc="".join(map(str.strip, texts.get("loc", "").splitlines())).strip("\"'"),
        lastmod=texts.get("lastmod", "")[:200],
        published=texts.get("publication_date", "")[:200],
        title=strip_html(texts.get("title", "")[:5_000]),
        language=texts.get("language", "")[:20],
    )


# XML that is not.


def _read_tags(document: SitemapDocument, chunks: Iterator[str]) -> None:
    buffer = ""
    for chunk in chunks:
        buffer += chunk
        tags = list(_ENTRY_TAG.finditer(buffer))
        for tag, following in pairwise(tags):
            if not _add(document, _read_markup(buffer[tag.end() : following.start()], tag[1])):
                return
        if tags:
            buffer = buffer[tags[-1].start() :]
        if len(buffer) > _LONGEST_ENTRY:
            buffer = buffer[-_STEP:]
    last_tag = _ENTRY_TAG.match(buffer)
    if last_tag is not None:
        _add(document, _read_markup(buffer[last_tag.end() :], last_tag[1]))


def _read_markup(markup: str, prefix: str | None) -> SitemapEntry:
    """Return the entry that the markup between two tags holds; pictures and films have addresses and titles too."""
    texts: dict[str, str] = {}
    for match in _FIELD.finditer(markup):
        name = match[2].lower()
        is_of_entry = name in ("loc", "lastmod") and match[1] == prefix
        is_of_news = name not in ("loc", "lastmod") and (match[1] or "").lower() in ("news", "n")
        if is_of_entry or is_of_news:
            text = match[3] if match[3] is not None else resolve_references(match[4])
            texts.setdefault(name, text.strip())
    return _make_entry(texts)
