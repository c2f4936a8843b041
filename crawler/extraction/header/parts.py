"""Parts the lines of a header where bars or inline elements set dates, bylines and labels apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from crawler.extraction.layout.clues import Clues
from crawler.extraction.layout.date_labels import has_date, is_clock, is_date_line, read_free_date
from crawler.extraction.layout.labels import (
    PROSE,
    SHORT,
    ends_sentence,
    find_date,
    fold_label,
    is_country_line,
    is_litter,
    is_own_name,
    is_share,
    measure_prose,
    reads_as_kicker,
    reads_as_stub,
    starts_with_dateline,
)
from crawler.extraction.layout.line_parts import make_part_line, split_pieces
from crawler.extraction.layout.lines import Piece, TextLine, make_inside_test
from crawler.extraction.parsing.markup import Hint
from crawler.items import Found
from crawler.normalisation.bylines.bare import names_office
from crawler.normalisation.bylines.byline import is_byline
from crawler.normalisation.bylines.prefixes import strip_prefix
from crawler.normalisation.dates.date_words import find_role, is_known
from crawler.normalisation.words.scripts import HANGUL

LINES_OF_HEADER: Final = 14
_LINES_TO_DATE: Final = 4
_MARKS_OF_DATE: Final = " |·•»›,;-–—()[]"
BARS: Final = re.compile(r"\s*[|·•⋅»]\s*")
CLOCK: Final = re.compile(r"\d{1,2}[:.]\d{2}")
_WORDS: Final = re.compile(r"[\s/／|｜]+")
_KOREAN: Final = re.compile(f"[{HANGUL}]")
_LONGEST_ROLE: Final = 30
_BAR: Final = re.compile(r"[|·•⋅»]")
"""A bar of a text as the page has it, which may have any number of spaces before anything else."""


def split_parts(line: TextLine, clues: Clues) -> tuple[TextLine, ...]:
    """Return a header line, or its parts where bars or inline elements set date, byline or labels apart."""
    if len(line.text) > SHORT * 2:
        return (line,)
    if not clues.labels.dates and _is_date_with_time(line, clues):
        return (line,)  # the date of publication and that of an update are told apart where they are read
    if _BAR.search(line.text):
        barred = _join_clocks(line, _split_at_bars(line), clues)
        if len(barred) > 1 and any(
            _is_dated(part, clues) or is_date_line(part.text, clues.language) or is_litter(part) for part in barred
        ):
            return barred
        if len(barred) == 2 and clues.labels.is_declared and reads_as_kicker(barred[1].text, clues.labels):
            return barred if is_byline(barred[0].text[:SHORT], clues.language) else (line,)
    parts = split_pieces(line)
    if len(parts) == 1:
        return (line,)
    groups: list[list[Piece]] = []
    is_label = [_is_label(part, clues) for part in parts]
    # "4 May by <a>Ann Lee</a>": the name goes with what stands before it.
    is_cut_in_byline = any(
        is_a_label and _ends_with_prefix(part.text, clues)
        for is_a_label, part in zip(is_label, parts[:-1], strict=False)
    )
    if (
        not any(is_label)
        or is_cut_in_byline
        or (is_byline(line.text[:SHORT], clues.language) and not any(_is_dated(part, clues) for part in parts))
    ):
        return (line,)
    # "by <a rel=author>X</a>" is one byline: what is no label by itself stays together, and "Updated:" with its date.
    for index, part in enumerate(parts):
        is_alone = index + 1 < len(parts) and _stands_before_date(part.text, parts[index + 1], clues)
        is_joined = not is_alone and not is_label[index] and not is_label[index - 1]
        if index and is_joined:
            groups[-1].extend(part.pieces)
        elif index and (count := _count_words_before_date(groups[-1], part, clues)):
            groups.append([*groups[-1][-count:], *part.pieces])
            del groups[-2][-count:]
        else:
            groups.append(list(part.pieces))
    return tuple(make_part_line(line, group) for group in groups if group)


def _count_words_before_date(pieces: Sequence[Piece], part: TextLine, clues: Clues) -> int:
    """Return how many of the last pieces before a date are only what says what happened then: "Last updated", "on"."""
    for count in range(min(len(pieces), _PIECES_OF_ROLE), 0, -1):
        if _stands_before_date(" ".join(piece.text.strip() for piece in pieces[-count:]).strip(), part, clues):
            return count
    return 0


_PIECES_OF_ROLE: Final = 5


def _is_date_with_time(line: TextLine, clues: Clues) -> bool:
    """Is a line nothing but a date of publication, its time and perhaps an update, whatever elements they stand in?"""
    date = read_free_date(line.text, clues.language)
    return date is not None and not date.rest and date.role != "updated"


def _split_at_bars(line: TextLine) -> tuple[TextLine, ...]:
    """Return the parts of a line between bars and bullets, those with text."""
    groups: list[list[Piece]] = [[]]
    for piece in line.pieces:
        first, *rest = _BAR.split(piece.text)
        groups[-1].append(Piece(first, piece.hints, piece.href, piece.owner))
        groups.extend([Piece(text, piece.hints, piece.href, piece.owner)] for text in rest)
    return tuple(part for group in groups if (part := make_part_line(line, group)).text)


def _join_clocks(line: TextLine, parts: Sequence[TextLine], clues: Clues) -> tuple[TextLine, ...]:
    """Return the parts with the time of day behind the date that it stands beside: ``14.05.2024 | 21:10``."""
    joined: list[TextLine] = []
    for part in parts:
        if joined and is_clock(part.text, clues.language) and _is_dated(joined[-1], clues):
            joined[-1] = make_part_line(line, [*joined[-1].pieces, Piece(" | ", 0, None), *part.pieces])
        else:
            joined.append(part)
    return tuple(joined)


def find_clock_beside(lines: Sequence[TextLine], index: int, printed: str, language: str | None) -> str | None:
    """Return the time of day that stands in an element of its own behind a date without one; None where none does.

    ``index`` is the line that begins the search; the date stands in it or in one of the few lines after it.
    """
    texts = [part.text for line in lines[index : index + LINES_OF_HEADER] for part in split_pieces(line)]
    for text, following in pairwise(texts):
        if text.strip(_MARKS_OF_DATE).endswith(printed) and is_clock(following.strip(_MARKS_OF_DATE), language):
            return following.strip(_MARKS_OF_DATE)
    return None


def is_stub(line: TextLine, clues: Clues) -> bool:
    """Is a line of a site that says what it prints too short for a lead, and no sentence: "Details"?"""
    return clues.labels.is_declared and reads_as_stub(line.text) and not (line.heading or line.hints & Hint.LEAD)


def stands_above_dateline(lines: Sequence[TextLine], index: int, clues: Clues) -> bool:
    """Does the text begin with its dateline in the next line?"""
    return any(starts_with_dateline(line.text, clues.labels) for line in lines[index + 1 : index + 2])


def stands_as_kicker(lines: Sequence[TextLine], index: int, start: int, clues: Clues) -> bool:
    """May a line below the lead be the kicker, on a page of a site that says what it prints?

    It stands on top of the dateline, or below the line of the header that ends before ``start``; there a line in
    capitals could be the first heading of a digest, which others follow.
    """
    if not clues.labels.is_declared:
        return False
    if stands_above_dateline(lines, index, clues):
        return True
    following = lines[index + 1 : index + LINES_OF_HEADER]
    if fold_label(lines[index].text) in clues.labels.sections:
        return index == start
    return index == start and not any(is_country_line(line.text) for line in following)


def is_followed_by_date(lines: Sequence[TextLine], line: TextLine, clues: Clues) -> bool:
    """Return True if a date is one of the next two lines, as under a name that follows a subtitle.

    The writer's office and address of mail may stand between.
    """
    following_lines = lines[line.index + 1 : line.index + 1 + _LINES_TO_DATE]
    nearest = [
        following for following in following_lines if "@" not in following.text and not names_office(following.text)
    ]
    return any(
        len(following.text) <= SHORT
        and (
            find_date(following.text, clues.labels, "header") is not None
            or read_free_date(following.text, clues.language) is not None
        )
        for following in nearest[:2]
    )


def mark_writer_above_paper(lines: Sequence[TextLine], line: TextLine) -> None:
    """Mark a name in bold or capitals as the writer's where the line goes on, behind a break, with the paper."""
    is_set_as_name = line.hints & Hint.EMPHASIS or line.text.isupper()
    if is_set_as_name and 1 < len(line.text.split()) <= _WORDS_OF_NAME and _is_followed_by_paper(lines, line):
        line.hints |= Hint.BYLINE


_WORDS_OF_NAME: Final = 4


def _is_followed_by_paper(lines: Sequence[TextLine], line: TextLine) -> bool:
    """Does a line go on, behind a break, with a few small words as those for a writer's paper: "of the Valley Post"?"""
    if line.index + 1 >= len(lines):
        return False
    following = lines[line.index + 1]
    if not following.soft or following.block is not line.block or len(following.text) > SHORT // 2:
        return False
    words = following.text.split()
    is_small_word = words[0].islower() and len(words[0]) < _LONGEST_SMALL_WORD and any(map(str.istitle, words[1:]))
    return is_small_word and len(words) <= _WORDS_OF_PAPER and not ends_sentence(following.text)


_LONGEST_SMALL_WORD: Final = 6
_WORDS_OF_PAPER: Final = 10


def trust_element_of_headline(lines: Sequence[TextLine], headline: TextLine) -> None:
    """Take the mark of a menu from the lines of the ``<nav>`` or ``<aside>`` that holds headline and text.

    One that holds only the headline stays what it is: what else stands there is a menu.
    """
    block = headline.block
    while block.parent is not None and block.parent.hints & Hint.CHROME:
        block = block.parent
    stands_inside = make_inside_test(block)
    inside = [line for line in lines[headline.index :] if stands_inside(line)]
    if sum(measure_prose(line.unlinked) >= PROSE for line in inside) >= 2:
        for line in inside:
            if not line.hints & Hint.CAPTION:
                line.hints &= ~Hint.CHROME


def _stands_before_date(before: str, part: TextLine, clues: Clues) -> bool:
    """Is a part a date, and what stands before it only the words that say what happened then: "Updated:"?"""
    if len(before) > _LONGEST_ROLE or find_role(before) is None or has_date(before, clues.language):
        return False
    return fold_label(before) != "stand" and is_known(before, ()) and _is_dated(part, clues)


def _is_dated(part: TextLine, clues: Clues) -> bool:
    return find_date(part.text, clues.labels, "header") is not None or has_date(part.text, clues.language)


def _is_label(part: TextLine, clues: Clues) -> bool:
    """Is the part a date, a kicker or a share label? A prefix of a byline in Chinese could be taken for a kicker."""
    if _is_dated(part, clues) or is_share(part, clues.labels) or is_date_line(part.text, clues.language):
        return True
    kicker = bool(part.hints & Hint.KICKER) or reads_as_kicker(part.text, clues.labels)
    return kicker and not part.hints & Hint.BYLINE and not is_prefix(part.text, clues)


def is_prefix(text: str, clues: Clues) -> bool:
    """Is the text only what stands before the name in a byline?"""
    return strip_prefix(f"{text} X", clues.language) == "X"


def _ends_with_prefix(text: str, clues: Clues) -> bool:
    """Does a text end with what stands before the name in a byline: "11 March, by", "海港日報 / 記者"?"""
    *_, last = _WORDS.split(text.rstrip())
    return is_prefix(last, clues)


def is_place_of_dateline(line: TextLine, following: Sequence[TextLine]) -> bool:
    """Is a line nothing but the place in capitals with which the text below begins?"""
    text = line.text
    if len(text) > _LONGEST_ROLE or not text.isupper():
        return False
    return any(
        re.search(rf"(?<!\w){re.escape(text)}(?=[\s,.]+[\d(–—-])", other.text[:60])
        for other in following[:LINES_OF_HEADER]
    )


def take_calendar_leaf(lines: Sequence[TextLine], index: int, language: str | None) -> Found | None:
    """Return the date beside a headline whose day, month and year stand in a block each; its lines are no text then."""
    for start in range(max(0, index - _LINES_OF_LEAF), min(len(lines) - 2, index + _LINES_OF_LEAF)):
        leaf = lines[start : start + 3]
        texts = [line.text for line in leaf]
        if max(map(len, texts)) > _LONGEST_OF_LEAF or sum(map(str.isdecimal, texts)) != 2:
            continue
        date = read_free_date(" ".join(texts), language)
        if date is not None and not date.rest:
            for line in leaf:
                line.hints |= Hint.CHROME
            return Found(value=date.printed, source="anatomy:date")
    return None


_LINES_OF_LEAF: Final = 6
_LONGEST_OF_LEAF: Final = 12


def is_listing_link(part: TextLine, clues: Clues) -> bool:
    """Is the part nothing but a link to the listing of a country or theme?"""
    return (
        len(part.text) <= 40
        and part.link_share > 0.9
        and all(clues.leads_to_listing(href) for href, _ in part.links[:2])
    )


def is_meaningless(segment: str, clues: Clues) -> bool:
    """Is a part of a line the publication's name or a label for sharing?"""
    return is_own_name(segment, clues.labels) or fold_label(segment) in clues.labels.share


def measure_syllables(text: str) -> int:
    """Return the measure of a text in which a syllable of Korean says as much as two letters."""
    return measure_prose(text) + (0 if text.isascii() else len(_KOREAN.findall(text)))


def speaks_again(part: TextLine, lines: Sequence[TextLine]) -> bool:
    """Is a short line printed three times above a paragraph, as the name of somebody who speaks in turn with others?"""
    names = [line.index for line in lines[part.index : -1] if line.text == part.text]
    return len(names) >= TURNS and sum(measure_prose(lines[index + 1].text) >= PROSE for index in names) >= TURNS


TURNS: Final = 3


def is_speaker(part: TextLine, lines: Sequence[TextLine]) -> bool:
    """Is a line in capitals printed twice or more, each time above a sentence, as who speaks in a transcript?"""
    if part.has_links or len(part.text) > PROSE // 2 or not part.text.isupper():
        return False
    below = [lines[line.index + 1] for line in lines[part.index : -1] if line.text == part.text]
    return sum(line.block.tag == part.block.tag and ends_sentence(line.text) for line in below) > 1
