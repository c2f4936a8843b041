"""Parses the text of a page by lxml, in bounded time and depth, whatever its tags are like."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, TypeVar

from lxml import etree

from crawler.extraction.parsing.stray_ends import mend_ends

Result = TypeVar("Result")
LONG_TAG: Final = 64 * 1024
"""libxml2 compares each attribute of a tag with all others: 300,000 of them take two minutes."""

_LONG_TAG = re.compile(rf"<[A-Za-z][^<>]{{{LONG_TAG // 8},}}")
_STRIDE: Final = LONG_TAG // 16
"""Characters of which every long tag holds one run from a multiple on."""
_BLOCK_TAG = re.compile(
    r"</?(?:div|table|tbody|tr|td|th|section|article|main|ul|ol|dl|li|dd|dt|center|blockquote|p)\b[^<>]*>", re.I
)
_INLINE_TAG = re.compile(
    r"</?(?:span|font|b|i|u|em|strong|small|big|tt|code|sup|sub|ins|del|q|cite|label|s|strike)\b[^<>]*>", re.I
)


class TooDeep(Exception):
    """A page has more elements within one another than are read."""


def parse(text: str) -> etree._Element | None:
    """Return the page's ``html`` element, or None where there is nothing to read. Takes any text, quickly."""
    return _parse_bounded(text, _parse_whole)


def parse_into(text: str, make_target: Callable[[], Any], sent: bytes | None = None) -> Any:
    """Return what a target makes of a page, or None where there is nothing to read. Takes any text, quickly.

    ``sent`` is the text in UTF-8, where it is at hand.

    lxml's parser tells a target of elements and texts. One that raises TooDeep is given up, and a new one gets the page
    without its nesting.
    """

    def parse_whole(bounded: str) -> tuple[Any, bool]:
        encoded = _leave_nul_out(sent) if sent is not None and bounded is text else _encode(bounded)
        try:
            return etree.fromstring(encoded, _make_parser(make_target())), False
        except TooDeep:
            return None, True
        except (etree.XMLSyntaxError, ValueError, AssertionError):
            return None, False

    return _parse_bounded(text, parse_whole)


def _parse_bounded(text: str, parse_whole: Callable[[str], tuple[Result | None, bool]]) -> Result | None:
    """Return what parsing comes to, of a text in which nothing takes the parser long.

    ``parse_whole`` returns its result, and True if the page is nested too deep.
    """
    if not text or text.isspace():
        return None
    text = mend_ends(_shorten_tags(text))
    result, too_deep = parse_whole(text)
    if too_deep:
        # libxml2 gives up below 2,048 levels and everything after is lost: read such a page without its nesting.
        result, _ = parse_whole(_INLINE_TAG.sub("", _BLOCK_TAG.sub("<p>", text)))
    return result


def _shorten_tags(text: str) -> str:
    """Return a text with its long tags shortened."""
    shortened: list[str] = []
    end = 0
    for start in _find_long_tags(text) if len(text) > LONG_TAG else ():
        tag = _LONG_TAG.match(text, start) if start >= end else None
        if tag is not None:
            shortened += text[end:start], _shorten(tag)
            end = tag.end()
    return "".join([*shortened, text[end:]]) if shortened else text


def _find_long_tags(text: str) -> list[int]:
    """Return where long tags may begin in a text: many times as quick as to match every tag.

    A long tag covers a whole stride, in which nothing opens or closes, and what opened last before it is a tag.
    """
    places: list[int] = []
    was_plain = True
    for start in range(0, len(text), _STRIDE):
        is_plain = text.find(">", start, start + _STRIDE) < 0 and text.find("<", start, start + _STRIDE) < 0
        if is_plain and not was_plain:
            opened, closed = text.rfind("<", start - _STRIDE, start), text.rfind(">", start - _STRIDE, start)
            if opened > closed and text[opened + 1 : opened + 2].isalpha():
                places.append(opened)
        was_plain = is_plain
    return places


def _shorten(tag: re.Match[str]) -> str:
    """Return a tag without its attributes when it has hundreds of them."""
    text = tag[0]
    # One long attribute (an image in a data: address) is harmless; thousands are not.
    return text if len(text.split(None, 500)) <= 500 else text.split(None, 1)[0]


def _encode(text: str) -> bytes:
    """Return a text in UTF-8, without the NUL characters at which libxml2 would stop."""
    return _leave_nul_out(text.encode("utf-8", "replace"))


def _leave_nul_out(encoded: bytes) -> bytes:
    return encoded.replace(b"\x00", b"") if b"\x00" in encoded else encoded


def _make_parser(target: Any = None) -> etree.HTMLParser:
    return etree.HTMLParser(
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        huge_tree=True,
        no_network=True,
        recover=True,
        collect_ids=False,
        target=target,
    )


def _parse_whole(text: str) -> tuple[etree._Element | None, bool]:
    """Return the root element, None where there is none, and True if the page is nested too deep for libxml2."""
    parser = _make_parser()
    try:
        root = etree.fromstring(_encode(text), parser)
    except (etree.XMLSyntaxError, ValueError, AssertionError):
        root = None
    return root, any("depth" in entry.message.lower() for entry in parser.error_log.filter_from_fatals())
