"""Bytes → text → tree: which charset a page is really in, and a parse that no page can make slow or deep."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from crawler.errors import NotAnArticle
from crawler.extraction.page_limits import truncate_page
from crawler.items import Capture

LONG_TAG: Final = 64 * 1024
"""libxml2 compares each attribute of a tag with all others: 300,000 of them take two minutes."""

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I)
_META_CHARSET = re.compile(rb"<(?:meta|\?xml)\b[^>]{0,300}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I)
_BINARY = (b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"\x1f\x8b")
_FEED = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,500}?-->\s*)*<(?:rss|feed|urlset|sitemapindex|rdf:RDF)\b", re.S
)
_HTML_TYPE = re.compile(
    r"text/html|application/xhtml|text/plain|application/octet-stream|application/xml|text/xml", re.I
)

# Labels that say less than they mean, as browsers read them. Codecs that are no charsets (zip, idna…) are not here.
_CODECS: Final[dict[str, str]] = {
    "utf8": "utf-8",
    "unicode11utf8": "utf-8",
    "ascii": "cp1252",
    "usascii": "cp1252",
    "latin1": "cp1252",
    "iso88591": "cp1252",
    "windows1252": "cp1252",
    "cp1252": "cp1252",
    "iso885915": "iso8859-15",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "xgbk": "gb18030",
    "hzgb2312": "gb18030",
    "big5": "big5hkscs",
    "big5hkscs": "big5hkscs",
    "xxbig5": "big5hkscs",
    "shiftjis": "cp932",
    "sjis": "cp932",
    "xsjis": "cp932",
    "eucjp": "euc_jp",
    "iso2022jp": "iso2022_jp",
    "euckr": "cp949",
    "koi8r": "koi8-r",
    "koi8u": "koi8-u",
    "macintosh": "mac-roman",
    "utf16": "utf-16-le",
    "utf16le": "utf-16-le",
    "utf16be": "utf-16-be",
    **{f"windows{page}": f"cp{page}" for page in range(1250, 1259)},
    **{f"iso8859{part}": f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 16)},
}
_EAST_ASIAN = frozenset(("gb18030", "big5hkscs", "cp932", "euc_jp", "cp949", "iso2022_jp"))


def decode(capture: Capture, language: str | None = None) -> str:
    """Return the page's text, in the charset that its bytes are in.

    A byte order mark decides, then valid UTF-8 (text of another charset hardly ever is), then what the header or the
    page declares, then what the language makes likely. Bytes that fit nothing become U+FFFD; nothing raises.
    """
    body = truncate_page(capture.body)
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, "replace")
    if body.isascii() and b"\x1b$" not in body:
        return body.decode("ascii")
    declared = _find_declared_charset(capture, body)
    if declared.startswith("utf-16"):
        return body.decode(declared if b"\x00" in body[:64] else "utf-8", "replace")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        # A cut in the middle of a character, or one stray byte, is not another charset.
        damaged = body.decode("utf-8", "replace")
        if error.start >= len(body) - 4 or (declared == "utf-8" and _is_mostly_utf8(damaged)):
            return damaged
    else:
        if declared not in _EAST_ASIAN or any("\u3000" <= character <= "\u9fff" for character in text):
            return text
    likely = "gb18030" if language == "zh" else "cp1252"
    for codec in (declared, likely, "cp1252"):
        if codec == "utf-8":
            continue
        try:
            return body.decode(codec)
        except UnicodeDecodeError:
            text = body.decode(codec, "replace")
            if text.count("\ufffd") <= max(3, len(text) // 1000):
                return text
    return body.decode("latin-1")


def parse(text: str) -> etree._Element | None:
    """Return the page's ``html`` element, or None where there is nothing to read. Takes any text, quickly."""
    text = text.replace("\x00", "")
    if not text.strip():
        return None
    if len(text) > LONG_TAG:
        text = _LONG_TAG.sub(_shorten, text)
    root, too_deep = _parse(text)
    if too_deep:
        # libxml2 gives up below 2,048 levels and everything after is lost: read such a page without its nesting.
        root, _ = _parse(_INLINE_TAG.sub("", _BLOCK_TAG.sub("<p>", text)))
    return root


def refuse_other_types(capture: Capture) -> None:
    """Raise :class:`NotAnArticle` for what is no web page: an error answer, a feed, a file."""
    if capture.status >= 400:
        raise NotAnArticle(f"answered with status {capture.status}")
    kind = capture.header("content-type")
    if kind and not _HTML_TYPE.match(kind.strip()):
        raise NotAnArticle(f"not a web page but {kind.split(';')[0].strip()[:60]}")
    if not capture.body.strip():
        raise NotAnArticle("the page is empty")
    if capture.body.startswith(_BINARY):
        raise NotAnArticle("not a web page but a file")
    if _FEED.match(capture.body[:4096]):
        raise NotAnArticle("not a web page but a feed")


_LONG_TAG = re.compile(rf"<[A-Za-z][^<>]{{{LONG_TAG // 8},}}")
_BLOCK_TAG = re.compile(
    r"</?(?:div|table|tbody|tr|td|th|section|article|main|ul|ol|dl|li|dd|dt|center|blockquote|p)\b[^>]*>", re.I
)
_INLINE_TAG = re.compile(
    r"</?(?:span|font|b|i|u|em|strong|small|big|tt|code|sup|sub|ins|del|q|cite|label|s|strike)\b[^>]*>", re.I
)


def _find_declared_charset(capture: Capture, body: bytes) -> str:
    header = _HEADER_CHARSET.search(capture.header("content-type") or "")
    meta = _META_CHARSET.search(body[:4096])
    for label in (header and header[1], meta and meta[1].decode("ascii", "replace")):
        if label and (codec := _CODECS.get(re.sub(r"[^a-z0-9]", "", label.lower()))):
            return codec
    return "utf-8"


def _is_mostly_utf8(damaged: str) -> bool:
    """Are the bad bytes few beside the good characters beyond ASCII?"""
    bad = damaged.count("\ufffd")
    good = sum(1 for character in damaged if character > "\x7f") - bad
    return bad * 4 <= good or (bad <= 2 and good >= bad)


def _shorten(tag: re.Match[str]) -> str:
    printed = tag[0]
    # One long attribute (an image in a data: address) is harmless; thousands are not.
    return printed if len(printed.split(None, 500)) <= 500 else printed.split(None, 1)[0]


def _parse(text: str) -> tuple[etree._Element | None, bool]:
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, no_network=True, recover=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError, AssertionError):
        root = None
    return root, any("depth" in entry.message.lower() for entry in parser.error_log.filter_from_fatals())
