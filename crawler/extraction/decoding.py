"""Decodes the bytes of a page, whatever charset they are in, and parses the text in bounded time and depth."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, to_unicode

from crawler.errors import NotAnArticle
from crawler.extraction.page_limits import truncate_page
from crawler.items import Capture
from crawler.normalisation.scripts import CJK, HANGUL

LONG_TAG: Final = 64 * 1024
"""libxml2 compares each attribute of a tag with all others: 300,000 of them take two minutes."""

_HEAD: Final = 4096
"""Bytes of a page in which its charset is looked for."""
_EAST_ASIAN_LETTER = re.compile(f"[{CJK}{HANGUL}]")
_BINARY = (b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"\x1f\x8b")
_FEED = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,500}?-->\s*)*<(?:rss|feed|urlset|sitemapindex|rdf:RDF)\b", re.S
)
_HTML_TYPE = re.compile(
    r"text/html|application/xhtml|text/plain|application/octet-stream|application/xml|text/xml", re.I
)

_CHARSETS: Final = frozenset(
    (
        *(
            "utf-8",
            "utf-16",
            "utf-16-le",
            "utf-16-be",
            "gb18030",
            "big5hkscs",
            "cp932",
            "euc_jp",
            "iso2022_jp",
            "cp949",
        ),
        *(f"cp{page}" for page in (866, 874, *range(1250, 1259))),
        *(f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
        *("koi8-r", "koi8-u", "mac-roman", "mac-cyrillic"),
    )
)
"""Codecs of the charsets that browsers know (https://encoding.spec.whatwg.org/#names-and-labels). Python has others,
which no page means: some are no charsets (zip, rot13, idna), some make markup of harmless text (unicode_escape)."""
_EAST_ASIAN: Final = frozenset(("gb18030", "big5hkscs", "cp932", "euc_jp", "cp949", "iso2022_jp"))

# Labels that browsers or makers of pages use and Python does not know → a label that Python knows.
_LABELS: Final[dict[str, str]] = {
    label: python_label
    for python_label, labels in {
        "utf-8": "unicode-1-1-utf-8 x-unicode20utf8",
        "gb18030": "gb_2312 windows-936 x-gbk hz-gb-2312",
        "big5": "cn-big5 x-x-big5",
        "shift_jis": "xsjis",
        "euc-jp": "x-euc-jp",
        "euc-kr": "ks_c_5601-1989 windows-949",
        "iso-8859-6": "iso88596 iso-8859-6-i iso-8859-6-e",
        "iso-8859-8": "iso88598 iso-8859-8-i iso-8859-8-e logical visual",
        "windows-874": "dos-874 iso885911",
        "koi8-r": "koi koi8",
        "koi8-u": "koi8-ru",
        "macintosh": "mac x-mac-roman",
        "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
        **{f"cp{page}": f"windows{page} x-cp{page}" for page in range(1250, 1259)},
        **{f"iso-8859-{part}": f"iso8859{part}" for part in (1, 2, 3, 4, 5, 7, 9, 10, 13, 14, 15, 16)},
    }.items()
    for label in labels.split()
}
_LABEL = re.compile(r"(?<=[=\"'\s])(?:" + "|".join(map(re.escape, _LABELS)) + r")(?![\w-])", re.I)
_CHARSET_TAG = re.compile(
    rb"<meta\s+(?:http-equiv\s*=\s*[\"']?content-type[\"']?\s+content\s*=\s*[\"'][^\"'<>]{0,100})?"
)
_UTF8_LABEL = re.compile(rb"charset\s*=\s*[\"']?utf-8[\"'\s/>;]")
_NO_LABEL = re.compile(r"[\w-]{41,}")
"""Longer than any label; Python would keep each in memory once it is looked up."""


def decode(capture: Capture, language: str | None = None) -> str:
    """Return the page's text, in the charset that its bytes are in.

    A byte order mark decides, then valid UTF-8 (text of another charset hardly ever is), then what the header or the
    page declares, then what the language makes likely. Bytes that fit nothing become U+FFFD; nothing raises.
    """
    body = truncate_page(capture.body)
    encoding, mark = read_bom(body)
    if encoding is not None and mark is not None:
        return body[len(mark) :].decode(encoding, "replace")
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
        if declared not in _EAST_ASIAN or _EAST_ASIAN_LETTER.search(text):
            return text
    likely = "gb18030" if language == "zh" else "cp1252"
    for codec in (declared, likely, "cp1252"):
        if codec == "utf-8":
            continue
        try:
            return body.decode(codec)
        except UnicodeDecodeError:
            text = to_unicode(body, codec)
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
    """Raise :class:`NotAnArticle` for a capture that is no web page: an error response, a feed, a file."""
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
    """Return the codec of the charset that header or page declares, the first that is in _CHARSETS; else UTF-8."""
    codec = http_content_type_encoding(_prepare_labels(capture.header("content-type") or ""))
    if codec not in _CHARSETS:
        head = body[:_HEAD]
        if _declares_utf8_plainly(head):
            return "utf-8"
        codec = html_body_declared_encoding(_prepare_labels(head.decode("latin-1")))
    if codec not in _CHARSETS:
        return "utf-8"
    return "utf-16-le" if codec == "utf-16" else str(codec)


def _declares_utf8_plainly(head: bytes) -> bool:
    """Return True if the first charset of a page is UTF-8, in a meta tag of it, with no comment or XML before.

    That is how most pages begin; w3lib would find the same, a hundred times slower.
    """
    head = head.lower()
    start = head.find(b"charset")
    if start < 0:
        return b"encoding" not in head
    before = head[:start]
    if b"<!--" in before or b"<?xml" in before or _CHARSET_TAG.fullmatch(before, before.rfind(b"<")) is None:
        return False
    return _UTF8_LABEL.match(head, start) is not None


def _prepare_labels(text: str) -> str:
    """Return a header or the head of a page with its charset labels replaced by those that Python knows."""
    return _LABEL.sub(lambda label: _LABELS[label[0].lower()], _NO_LABEL.sub("", text[:_HEAD]))


def _is_mostly_utf8(damaged: str) -> bool:
    """Are the bad bytes few beside the good characters beyond ASCII?"""
    bad = damaged.count("\ufffd")
    good = sum(1 for character in damaged if character > "\x7f") - bad
    return bad * 4 <= good or (bad <= 2 and good >= bad)


def _shorten(tag: re.Match[str]) -> str:
    """Return a tag without its attributes when it has hundreds of them."""
    text = tag[0]
    # One long attribute (an image in a data: address) is harmless; thousands are not.
    return text if len(text.split(None, 500)) <= 500 else text.split(None, 1)[0]


def _parse(text: str) -> tuple[etree._Element | None, bool]:
    """Return the root element, None where there is none, and True if the page is nested too deep for libxml2."""
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, no_network=True, recover=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError, AssertionError):
        root = None
    return root, any("depth" in entry.message.lower() for entry in parser.error_log.filter_from_fatals())
