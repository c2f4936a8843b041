"""Finds the writer's name where it is printed away from the headline: under the text, or in a box about the author."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from crawler.extraction.header.bylines import is_named_for_writer
from crawler.extraction.header.parts import BARS
from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.labels import PROSE, SHORT, ends_sentence, measure_prose
from crawler.extraction.layout.lines import TextLine
from crawler.extraction.parsing.markup import Hint
from crawler.items import Found
from crawler.normalisation.bylines.bare import is_bare_given_name
from crawler.normalisation.bylines.byline import is_byline, signs_alone, strip_prefix
from crawler.normalisation.bylines.offices import is_short_name
from crawler.normalisation.words.text import clean, fold

MAX_LINES: Final = 600
MAX_BYLINES: Final = 40
MAX_NAME: Final = 40
_LINES_TO_BIOGRAPHY: Final = 4
_LINES_OF_HEADER: Final = 6
_BRACKETED: Final = re.compile(r"[（(【［\[](?P<name>[^（）()【】［］\[\]]{2,40})[)）】］\]]\s*$")
_LINES_BEHIND: Final = 6
"""Lines behind the last of a text that hold none of it."""


def find_signature(lines: Sequence[TextLine], start: int, language: str | None) -> Found | None:
    """Return the byline that stands below the header, from line ``start`` on; None where more than one could be it.

    A line with a prefix is one when no other writer is named so (cards of other stories name theirs); a bare name when
    a text about the author begins with it, a few lines below, or when it is set in bold under the last paragraph. Such
    a text may also begin "Written by Ann Lee who …".
    """
    bylines: dict[str, str] = {}
    names: dict[str, str] = {}
    for line in lines[start : start + MAX_LINES]:
        if " " not in line.text or _leads_to_story(line) or line.hints & Hint.RELATED:
            continue
        if len(line.text) > SHORT or line.block.article is not None:
            if written_by := _read_beginning(line, language):
                names.setdefault(fold(strip_prefix(written_by, language)), written_by)
            if len(line.text) > SHORT:
                continue
        text = _cut_signature(line, language)
        if not line.hints & Hint.CHROME and is_byline(text, language) and not _is_of_readers(line.block):
            bylines.setdefault(fold(strip_prefix(text, language)), text)
        elif (
            line.index
            and _is_label(lines[line.index - 1].text, language)
            and is_byline(text, language, bare=True, is_marked=True)
        ):
            bylines.setdefault(fold(text), text)
        elif (_has_biography(lines, line, text, start) or _ends_text(lines, line, language)) and is_byline(
            text, language, bare=True, is_marked=_is_marked(line) or text != line.text
        ):
            names.setdefault(fold(text), text)
        elif (
            _ends_text(lines, line, language)
            and (alone := _NOTE.sub("", text)) != text
            and is_byline(alone, language, bare=True)
        ):
            names.setdefault(fold(alone), alone)
        elif _signs_part(lines, line, language):
            names.setdefault(fold(text), text)
            names.setdefault("", text)  # no signature of the whole
        if len(bylines) > MAX_BYLINES:
            return None
    for candidates, source in ((bylines, "anatomy:signature"), (names, "anatomy:author box")):
        if len(candidates) == 1:
            return Found(value=next(iter(candidates.values())), source=source)
        if candidates:
            return None
    return None


def is_signature(paragraph: str, name: str) -> bool:
    """Is a paragraph nothing but a name, a dash before it or a note in brackets behind it: "-- Ann Lee (AFP)"?"""
    bare = paragraph.lstrip(DASHES)
    return bare == name or _NOTE.sub("", bare) == name


_NOTE: Final = re.compile(r"\s?[(（][^()（）]{2,40}[)）]$")


def _cut_signature(line: TextLine, language: str | None) -> str:
    """Return a line's byline without what else stands behind it: "Posted by Ann Lee at 9:14 | TrackBack", its labels.

    The whole line where it begins with no prefix, or no part of it is a byline.
    """
    text = line.text.strip(_SIGNS)
    if len(line.pieces) < 2 or strip_prefix(text, language) == text or is_byline(text, language):
        return text
    first, *others = BARS.split(text, 1)
    if others and is_byline(first, language):
        return first
    for count in range(min(len(line.pieces) - 1, _PIECES_OF_SIGNATURE), 1, -1):
        begun = clean("".join([piece.text for piece in line.pieces[:count]])).strip(_SIGNS)
        if is_byline(begun, language):
            return begun
    return text


_SIGNS: Final = " |·•»›–—-,/"
_PIECES_OF_SIGNATURE: Final = 8


def _is_of_readers(block: Block | None) -> bool:
    """Does a block stand in one that is named for what readers wrote?"""
    for _ in range(_MOST_AROUND):
        if block is None or block.tag in ("body", "html", "main"):
            return False
        if _COMMENTS.search(block.name.lower()) is not None:
            return True
        block = block.parent
    return False


_MOST_AROUND: Final = 8
_COMMENTS: Final = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|disqus|kommentare|commentaires|comentarios)(?:[\s_-]|$)"
)


def _read_beginning(line: TextLine, language: str | None) -> str | None:
    """Return a byline that a sentence about the writer begins with, the name set apart: "Written by Ann Lee who …"."""
    if len(line.pieces) < 2 or len(line.pieces[0].text) > MAX_NAME or len(line.pieces[1].text) > MAX_NAME:
        return None
    prefix, name = line.pieces[0].text.strip(), line.pieces[1].text.strip()
    is_prefixed = line.pieces[1].owner != line.pieces[0].owner and strip_prefix(f"{prefix} X", language) == "X"
    return f"{prefix} {name}" if is_prefixed and is_byline(name, language, bare=True) else None


def find_writer_in_text(paragraphs: Sequence[str], language: str | None) -> Found | None:
    """Return the byline in the text itself: in brackets at its end, or in its dateline."""
    return _find_bracketed_signature(paragraphs, language) or _find_opening_writer(paragraphs, language)


def _find_bracketed_signature(paragraphs: Sequence[str], language: str | None) -> Found | None:
    """Return the writer's name in brackets at the end of a text, as papers in Japanese and Chinese print it."""
    for paragraph in reversed(paragraphs[-3:]):
        bracket = _BRACKETED.search(paragraph[-80:])
        if bracket is None:
            continue
        name = bracket["name"].strip()
        if is_byline(name, language) or (language == "ja" and is_short_name(name) and len(name) > 2):
            return Found(value=bracket[0].strip(), source="anatomy:signature")
    return None


def _find_opening_writer(paragraphs: Sequence[str], language: str | None) -> Found | None:
    """Return the byline in the dateline of a text, as East Asian papers print it: "（记者李伟）".

    It stays where it is; the text is not cut.
    """
    beginning = paragraphs[0][:_LONGEST_OPENING] if paragraphs else ""
    for opening in _OPENINGS:
        match = opening.search(beginning)
        name = match["name"].strip() if match is not None else ""
        if name and (is_byline(name, language) or (language == "ja" and is_short_name(name))):
            return Found(value=name, source="anatomy:opening")
    return None


_LONGEST_OPENING: Final = 100
_OPENINGS: Final = (
    re.compile(
        r"[（(【〔\[](?P<name>(?:本[报報台社]|特[约約]|[\u4e00-\u9fff]{2,4}社)?(?:记者|記者)(?![会會節节團团協协站招們们])"
        r"[^（）()【】〔〕\[\]。，]{2,40})[)）】〕\]]"
    ),
    re.compile(r"^[\[(【][^\[\]()【】]{1,30}[\])】]\s?(?P<name>[\uac00-\ud7a3 ·,]{2,40}(?:기자|특파원|통신원))\s?="),
    re.compile(r"^【[^【】=＝・]{1,15}[=＝・](?P<name>[\u4e00-\u9fff々ヶ]{2,5})】"),
)
"""A byline in brackets, one behind them, and a bare name behind its place."""


def _leads_to_story(line: TextLine) -> bool:
    """Is a line nothing but links, one of which has an address of several words, as other stories have?"""
    return line.link_share > _LINKED and any(_STORY.search(href[:300]) for href, _ in line.links[:5])


_LINKED: Final = 0.8
_STORY: Final = re.compile(r"/[^/?#]*\w-\w+-\w+-\w+[^/?#]*/?(?:[?#]|$)")


def _is_label(text: str, language: str | None) -> bool:
    """Is a line nothing but what stands before a writer's name: "Author"?"""
    return len(text) <= _LONGEST_LABEL and strip_prefix(f"{text.rstrip(' :：')}: X", language) == "X"


_LONGEST_LABEL: Final = 20


def is_formed_as_signature(line: TextLine, above: TextLine, language: str | None) -> bool:
    """Is a short line under a paragraph signed in a form of its own: "— Ann Lee, Oxley", "(Ann Lee)", "Ann Lee (AP)"?

    Under a quotation a dash and a name say whose words it has.
    """
    text = line.text
    if len(text) > MAX_NAME + PLACE or " " not in text or text[-1] in ".!?…:;" or measure_prose(above.text) < PROSE:
        return False
    if text[0] in "—–―" or text[:2] == "--":
        is_quoted = above.text[0] in _QUOTES and above.text.rstrip(". ")[-1] in _QUOTES
        return not is_quoted and is_byline(text.lstrip(_SIGNS), language, bare=True, is_marked=True)
    if text[0] == "(" and text[-1] == ")":
        return is_bare_given_name(text[1:-1], language)
    return text[0].isupper() and text.count(" ") < _WORDS_OF_SIGNATURE and signs_alone(text, language)


PLACE: Final = 20
_WORDS_OF_SIGNATURE: Final = 4
"""A name of three words at most, and its agency; a place may stand before more."""
_QUOTES: Final = "\"“”„«»‘’'"


def _ends_text(lines: Sequence[TextLine], line: TextLine, language: str | None) -> bool:
    """Does a line set apart from the text, in bold or as an author's, stand directly under it and end it?"""
    is_marked = line.hints & (Hint.EMPHASIS | Hint.BYLINE) or is_named_for_writer(line)
    is_flush_right = bool(line.index and line.hints & ~lines[line.index - 1].hints & Hint.RIGHT)
    is_marked = is_marked or is_flush_right or is_bare_given_name(line.text, None)
    if not line.index or line.heading or line.has_links:
        return False
    if not is_marked and not is_formed_as_signature(line, lines[line.index - 1], language):
        return False
    if not _stands_under_text(lines, line):
        return False
    following = lines[line.index + 1 : line.index + 1 + _LINES_BEHIND]
    return not any(
        measure_prose(other.unlinked) >= PROSE and _are_sisters(other.block, line.block) for other in following
    )


DASHES: Final = "-–—― "
"""What stands before the writer's name under a text: "-- Ann Lee"."""


def _is_marked(line: TextLine) -> bool:
    """Does the markup, or bold capitals in other letters than English ones, say that a line is a writer's name?"""
    is_in_capitals = line.hints & Hint.EMPHASIS and line.text.isupper() and not line.text.isascii()
    return bool(line.hints & Hint.BYLINE) or is_named_for_writer(line) or bool(is_in_capitals)


def _stands_under_text(lines: Sequence[TextLine], line: TextLine) -> bool:
    last = lines[line.index - 1]
    container = last.block.parent
    is_behind = container is not None and container.parent is line.block.parent  # under the element of the text
    is_paragraph = measure_prose(last.text) >= (PROSE // 2 if ends_sentence(last.text) else PROSE)
    is_below = is_behind or line.block.parent is last.block or _are_sisters(last.block, line.block)
    return is_paragraph and is_below


def _signs_part(lines: Sequence[TextLine], line: TextLine, language: str | None) -> bool:
    """Is a line a bare name in bold under a paragraph, wherever that stands: of one of several letters?"""
    if not line.index or not line.hints & Hint.EMPHASIS or len(line.text) > MAX_NAME:
        return False
    return _stands_under_text(lines, line) and is_byline(line.text, language, bare=True)


def _are_sisters(first: Block, second: Block) -> bool:
    return first is second or first.parent is second.parent


def _has_biography(lines: Sequence[TextLine], line: TextLine, name: str, start: int) -> bool:
    """Return True if a line goes on from the name: "Ann Lee is a reporter who covers rivers".

    It is one of the next lines; for a name directly below the header, any line.
    """
    if len(name) > MAX_NAME or not name[:1].isupper() or line.heading == 1:
        return False
    reach = MAX_LINES if line.index < start + _LINES_OF_HEADER and line.heading == 0 else _LINES_TO_BIOGRAPHY
    beginning = f"{name} "
    texts = [other.text for other in lines[line.index + 1 : line.index + 1 + reach]]
    following = [text for text in texts if text.startswith(beginning)]
    return any(len(text) > len(beginning) + 20 and text[len(beginning)].islower() for text in following)
