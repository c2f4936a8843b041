"""Decodes the bytes of a page, whatever charset they are in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from w3lib.encoding import read_bom

from crawler.errors import NotAnArticle
from crawler.extraction.parsing.charsets import EAST_ASIAN, decode_leniently, find_codec, guess_codec
from crawler.extraction.parsing.letter_shapes import read_shapes
from crawler.extraction.parsing.misdeclared import find_true_codec
from crawler.extraction.parsing.mixed_bytes import join_references, join_surrogates, read_mixed
from crawler.extraction.parsing.page_limits import truncate_page
from crawler.extraction.parsing.twice_encoded import decode_again, may_be_encoded_twice
from crawler.extraction.parsing.visual_hebrew import VISUAL_CHARSETS, turn_visual_hebrew
from crawler.items import Capture, Problem
from crawler.normalisation.words.scripts import CJK, HANGUL

_HEAD: Final = 4096
"""Bytes of a page in which its charset is looked for, as w3lib does."""
_WHOLE_HEAD: Final = 100_000
"""Bytes in which it is looked for where the text is not UTF-8: browsers obey a declaration below long scripts too."""
_EAST_ASIAN_LETTER = re.compile(f"[{CJK}{HANGUL}]")
_IN_WORD = re.compile(r"[A-Za-z][\u00c0-\u024f]|[\u00c0-\u024f][A-Za-z]")
_BINARY = (b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"\x1f\x8b")
_FEED = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,500}?-->\s*)*<(?:rss|feed|urlset|sitemapindex|rdf:RDF)\b", re.S
)
_HTML_TYPE = re.compile(
    r"text/html|application/(?:vnd\.wap\.)?xhtml|text/plain|application/octet-stream|application/xml|text/xml", re.I
)
_NO_TYPE = re.compile(r"(?:[^/]*|\*/\*|(?:application|unknown)/unknown)", re.I)
"""What states no type of the web: browsers then look at what came (https://mimesniff.spec.whatwg.org/, section 7)."""

_CHARSET_TAG = re.compile(
    rb"<meta\s+(?:http-equiv\s*=\s*[\"']?content-type[\"']?\s+content\s*=\s*[\"'][^\"'<>]{0,100})?"
)
_UTF8_LABEL = re.compile(rb"charset\s*=\s*[\"']?utf-8[\"'\s/>;]")
_DECLARATION = re.compile(
    rb"<!--.*?(?:-->|\Z)|<\?xml\s(?P<xml>[^<>]{0,400})|<meta(?=[\s/])(?P<meta>(?:[^<>\"']|\"[^\"]{0,400}\"|'[^']{0,400}'){0,400})"
    rb"|<(?P<body>body)\b",
    re.I | re.S,
)
_XML_LABEL = re.compile(rb"(?<![\w-])encoding\s*=\s*[\"']?\s*([^\s\"'<>?]{1,60})", re.I)
_META_LABEL = re.compile(rb"(?<![\w-])charset\s*=\s*[\"']?\s*([^\s\"'<>;,/]{1,60})", re.I)
_LANGUAGE = re.compile(rb"<html[^<>]{0,400}?\slang\s*=\s*[\"']?([A-Za-z]{2})(?![A-Za-z])", re.I)
_OTHER_LETTERS = re.compile(rb"[\xc0-\xff]{4,}")
_HTTP_EQUIV = re.compile(rb"http[-_]?equiv", re.I)
_SEVEN_BITS: Final = frozenset(("iso2022_jp", "iso2022_kr", "hz"))
"""Charsets whose text is ASCII to the eye of a program, so that it is valid UTF-8 as well."""
_ESCAPE: Final = b"\x1b"
"""One byte is looked for many times as quickly as two."""
_HEADER_LABEL = re.compile(r"(?:^|[;,\s])charset\s*=\s*[\"']?\s*([^\s\"';,]{1,60})", re.I)


@dataclass(frozen=True, kw_only=True, slots=True)
class DecodedText:
    """The text of a capture, and how its bytes were read."""

    text: str
    codec: str
    """The name that Python has for the charset."""
    unknown_label: str | None = None
    """The charset that is declared, is not known, and whose place a guess took; None where nothing was guessed so."""
    wrong_label: str | None = None
    """The charset that is declared, where the bytes are surely in another one."""
    encoded_twice: str | None = None
    """The first characters that the publisher had encoded twice, as they were sent; None where none were."""
    mixed: str | None = None
    """The first letters of which some were in Latin, in a page that is in UTF-8; None where none were."""
    sent: bytes | None = None
    """The text in UTF-8, where it was sent so: the parser need not be given it anew."""

    def find_problem(self, url: str) -> Problem | None:
        """Return what a person should know of how a page at an address was read; None where nothing is odd.

        That is a declared charset that is not known or not the true one, characters that were encoded twice, or two
        charsets in one page.
        """
        if self.encoded_twice is not None:
            reason = "the publisher encoded some characters twice; they are read as the ones they were"
            return Problem(url=url, field="charset", value=self.encoded_twice, reason=reason)
        if self.mixed is not None:
            reason = "some of the page is in Latin and the rest in UTF-8; each is read as what it is"
            return Problem(url=url, field="charset", value=self.mixed, reason=reason)
        if self.wrong_label is not None:
            reason = f"the page declares another charset than its bytes are in, and was read as {self.codec}"
            return Problem(url=url, field="charset", value=self.wrong_label, reason=reason)
        if self.unknown_label is None:
            return None
        reason = f"the page declares a charset that is not known, and was read as {self.codec}"
        return Problem(url=url, field="charset", value=self.unknown_label, reason=reason)


def decode(capture: Capture, language: str | None = None) -> str:
    """Return the text of a capture, in the charset that its bytes are in; see :func:`read_text`.

    What was plain UTF-8, whatever the language, is kept for the next who reads the same capture.
    """
    decoded = read_text(capture, language)
    _KEPT.clear()
    if decoded.sent is not None:
        _KEPT[id(capture.body)] = capture, decoded
    return decoded.text


_KEPT: Final[dict[int, tuple[Capture, DecodedText]]] = {}
"""The text of one capture, until it is read again: what stands in front of a page is asked before it is read."""


def read_text(capture: Capture, language: str | None = None) -> DecodedText:
    """Return the text of a page, listing or feed, in the charset that its bytes are in.

    A byte order mark decides, then valid UTF-8 (text of another charset hardly ever is), then what the header or the
    page declares, unless the bytes are surely in another charset, then what they and the language make likely. Bytes
    that fit nothing become U+FFFD; nothing raises. Hebrew in visual order is turned into the order of reading.
    """
    kept, decoded = _KEPT.pop(id(capture.body), (None, None)) if _KEPT else (None, None)
    if kept is not None and decoded is not None and kept.headers == capture.headers:
        return decoded
    body = join_references(truncate_page(capture.body))
    encoding, mark = read_bom(body)
    if encoding is not None and mark is not None:
        return DecodedText(text=body[len(mark) :].decode(encoding, "replace"), codec=encoding)
    if wide := _find_wide_codec(body):
        return DecodedText(text=body.decode(wide, "replace"), codec=wide)
    is_ascii = body.isascii()
    if is_ascii and not (_ESCAPE in body and b"\x1b$" in body) and b"~{" not in body:
        return DecodedText(text=body.decode("ascii"), codec="ascii", sent=body)
    declared, unknown_label = _find_declared_codec(capture, body)
    if declared is not None and declared.startswith("utf-16"):
        codec = declared if b"\x00" in body[:64] else "utf-8"
        return DecodedText(text=body.decode(codec, "replace"), codec=codec)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        # A cut in the middle of a character, or stray bytes, are not another charset.
        joined = join_surrogates(body)
        damaged = joined.decode("utf-8", "replace")
        if error.start >= len(body) - 4 or _is_mostly_utf8(damaged, declared, body):
            text, stray = read_mixed(joined, damaged, language or _find_stated_language(body))
            return DecodedText(text=text, codec="utf-8", mixed=stray)
    else:
        escaped = (declared in _SEVEN_BITS or is_ascii) and (is_ascii or b"\x1b$" in body)
        is_east_asian = declared in EAST_ASIAN and declared not in _SEVEN_BITS
        if not escaped and (not is_east_asian or _is_surely_utf8(text)):
            if b"\xef" in body and b"\xef\xba\x8e" in body and (letters := read_shapes(text)) != text:
                return DecodedText(text=letters, codec="utf-8")
            if not may_be_encoded_twice(body):
                return DecodedText(text=text, codec="utf-8", sent=body)
            text, encoded_twice = decode_again(text, body)
            return DecodedText(text=text, codec="utf-8", encoded_twice=encoded_twice)
    if declared is not None and declared != "utf-8":
        true_codec = find_true_codec(body, declared, language or _find_stated_language(body))
        text = decode_leniently(body, true_codec or declared)
        if (true_codec or declared) in VISUAL_CHARSETS:
            text = turn_visual_hebrew(text)
        if _is_read(text):
            return DecodedText(text=text, codec=true_codec or declared, wrong_label=declared if true_codec else None)
    for codec in (guess_codec(body, language or _find_stated_language(body)), "cp1252"):
        text = decode_leniently(body, codec)
        if _is_read(text):
            return DecodedText(text=text, codec=codec, unknown_label=unknown_label)
    return DecodedText(text=body.decode("latin-1"), codec="latin-1", unknown_label=unknown_label)


def refuse_other_types(capture: Capture) -> None:
    """Raise :class:`NotAnArticle` for a capture that is no web page: an error response, a feed, a file."""
    if capture.status >= 400:
        raise NotAnArticle(f"answered with status {capture.status}")
    kind = (capture.header("content-type") or "").partition(";")[0].strip()
    if not _NO_TYPE.fullmatch(kind) and not _HTML_TYPE.match(kind):
        raise NotAnArticle(f"not a web page but {kind[:60]}")
    if not capture.body.strip():
        raise NotAnArticle("the page is empty")
    if capture.body.startswith(_BINARY):
        raise NotAnArticle("not a web page but a file")
    if _FEED.match(capture.body[:4096]):
        raise NotAnArticle("not a web page but a feed")


def _find_declared_codec(capture: Capture, body: bytes) -> tuple[str | None, str | None]:
    """Return the codec of the first known charset that header or page declares, and the first unknown label."""
    unknown_label = None
    header = _HEADER_LABEL.search(capture.header("content-type") or "")
    if header is not None:
        codec = find_codec(header[1])
        # Servers state Latin for whatever they send: no text in it has runs of letters that ASCII lacks.
        if codec == "cp1252" and len(_OTHER_LETTERS.findall(body, 0, _WHOLE_HEAD)) >= 20:
            stated, _ = _find_stated_codec(body, None)
            return stated or codec, None
        if codec is not None:
            return codec, None
        unknown_label = header[1]
    return _find_stated_codec(body, unknown_label)


def _find_stated_codec(body: bytes, unknown_label: str | None) -> tuple[str | None, str | None]:
    """Return the codec of the first known charset that the page itself declares, and the first unknown label."""
    if _declares_utf8_plainly(body[:_HEAD]):
        return "utf-8", unknown_label
    for declaration in _DECLARATION.finditer(body[:_WHOLE_HEAD]):
        if declaration["body"] is not None:
            break
        markup = declaration["xml"] or declaration["meta"] or b""
        label = (_XML_LABEL if declaration["xml"] else _META_LABEL).search(markup)
        if label is not None and (declaration["xml"] or _is_charset_tag(markup, label)):
            printed = label[1].decode("latin-1")
            if codec := find_codec(printed):
                # A page that was read so far is not in a charset of two bytes: browsers take UTF-8.
                return "utf-8" if codec.startswith("utf-16") and b"\x00" not in body[:64] else codec, unknown_label
            unknown_label = unknown_label or printed
    return None, unknown_label


def _is_charset_tag(markup: bytes, label: re.Match[bytes]) -> bool:
    """Return True if a meta tag declares a charset: as its attribute, or in the content of a content type."""
    before = markup[: label.start()]
    return before.count(b'"') % 2 == 0 == before.count(b"'") % 2 or _HTTP_EQUIV.search(markup) is not None


def _find_wide_codec(body: bytes) -> str | None:
    """Return the codec of markup in UTF-16 or UTF-32 without a mark, recognised by its first characters; else None."""
    beginning = body[:4]
    if beginning in (b"<\x00\x00\x00", b"\x00\x00\x00<"):
        return "utf-32-le" if beginning.startswith(b"<") else "utf-32-be"
    if beginning[:1] == b"<" and beginning[1:2] == b"\x00" == beginning[3:4]:
        return "utf-16-le"
    return "utf-16-be" if beginning[:2] == b"\x00<" and beginning[2:3] == b"\x00" else None


def _find_stated_language(body: bytes) -> str | None:
    match = _LANGUAGE.search(body, 0, _HEAD)
    return match[1].decode("ascii") if match else None


def _declares_utf8_plainly(head: bytes) -> bool:
    """Return True if the first charset of a page is UTF-8, in a meta tag of it, with no comment or XML before.

    That is how most pages begin; w3lib would find the same, a hundred times slower.
    """
    head = head.lower()
    start = head.find(b"charset")
    if start < 0:
        return False
    before = head[:start]
    if b"<!--" in before or b"<?xml" in before or _CHARSET_TAG.fullmatch(before, before.rfind(b"<")) is None:
        return False
    return _UTF8_LABEL.match(head, start) is not None


def _is_surely_utf8(text: str) -> bool:
    """Is text that was read as UTF-8 in it, although its page declares a charset of East Asia?

    One character in eight of those charsets is valid UTF-8 by chance, so that several different ones tell; so do
    letters with accents beside others, which they would make characters of China.
    """
    if _EAST_ASIAN_LETTER.search(text) or len(_IN_WORD.findall(text)) >= _FEW_WORDS:
        return True
    return len({character for character in text if not character.isascii()}) >= _DIFFERENT


_FEW_WORDS: Final = 3
_DIFFERENT: Final = 6


def _is_mostly_utf8(damaged: str, declared: str | None, body: bytes) -> bool:
    """Are the bad bytes few beside the good characters beyond ASCII?

    Texts of other charsets hold some of these by chance: a fifth of what is beyond ASCII in those of East Asia, next to
    none in those of one byte, so that a page that declares one of these is told by many. A page that declares UTF-8 is
    told by a letter of it amid a word, where a footer in Latin holds more signs than the text has accents.
    """
    bad = damaged.count("\ufffd")
    good = _count_beyond_ascii(damaged) - bad
    if declared in ("utf-8", None):
        is_in_word = declared is not None and bad > good and _LETTER_IN_WORD.search(body) is not None
        return bad <= good or (is_in_word and _RUN_BEYOND_ASCII.search(body) is None)
    return declared not in EAST_ASIAN and declared != "cp874" and good >= _FEWEST_GOOD and bad * 10 <= good


_LETTER_IN_WORD: Final = re.compile(rb"[a-z]\xc3[\x80-\xbf]")
"""A small letter and what is a letter of Latin in UTF-8; in Latin it would be a capital and a sign."""
_RUN_BEYOND_ASCII: Final = re.compile(rb"[\x80-\xff]{9}")
"""As words of other letters than Latin ones have."""
_FEWEST_GOOD: Final = 20


def _is_read(text: str) -> bool:
    """Are characters beyond ASCII at least ten times as many as those that could not be read?"""
    wrong = text.count("\ufffd")
    return wrong <= 3 or wrong * 11 <= _count_beyond_ascii(text)


def _count_beyond_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))
