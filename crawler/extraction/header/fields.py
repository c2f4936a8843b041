"""What a header holds, and how a part of one of its lines is read: as date, update, kicker or byline."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from crawler.extraction.header.bylines import find_byline
from crawler.extraction.header.headline import is_teaser, names_site
from crawler.extraction.header.parts import BARS, is_listing_link, is_meaningless, is_prefix
from crawler.extraction.layout.clues import Clues
from crawler.extraction.layout.date_labels import (
    FreeDate,
    add_clock,
    agrees_with_day,
    has_unread_date,
    is_date_line,
    read_free_date,
)
from crawler.extraction.layout.labels import find_date, fold_label, is_own_name, is_share, reads_as_kicker
from crawler.extraction.layout.lines import TextLine
from crawler.extraction.parsing.markup import Hint
from crawler.items import Found
from crawler.normalisation.bylines.bare import is_bare_given_name
from crawler.normalisation.bylines.byline import is_byline, joins_names, names_agencies, names_authors, signs_alone
from crawler.normalisation.bylines.credits import is_listed_agency
from crawler.normalisation.bylines.labels import pick_labelled_writers
from crawler.normalisation.dates.date_words import UPDATED, find_role, strip_date_words
from crawler.normalisation.words.language_names import read_language_name
from crawler.normalisation.words.text import fold

_LINKED: Final = 0.6
_EDGES: Final = " \t|·•⋅»›,;:–—-/"


@dataclass(slots=True)
class Header:
    """The header of the article, and where lead and body begin."""

    headline: Found | None = None
    line: TextLine | None = None
    start: int = 0
    """Index of the first line after the headline and what belongs to it."""
    published: Found | None = None
    modified: Found | None = None
    """The date of an update, where the header says that it is one."""
    kicker: Found | None = None
    byline: Found | None = None
    byline_line: TextLine | None = None
    byline_end: int = -2
    """Index of the last line that belongs to the byline: the writer's name, or the office under it."""
    date_rank: tuple[int, bool, bool, int] = (-1, False, False, 0)
    date_index: int = -2
    """Index of the line of a date that no site declares."""
    lead: tuple[TextLine, ...] = ()
    """Prose printed between headline and byline."""
    first: int = 0
    """Index of the first line of the header."""
    below: tuple[int, ...] = ()
    """Indexes of its lines that stand below a short text."""


def take_date(part: TextLine, header: Header, clues: Clues, *, distance: int) -> bool:
    """Read a date and return True, when it is better than the header's: declared, with a time, nearer."""
    date = find_date(part.text, clues.labels, "header")
    if date is None:
        return _take_free_date(part, header, clues, distance=distance)
    printed, rest = date
    if find_role(part.text.partition(printed)[0]) == "updated":
        header.modified = header.modified or Found(value=printed, source=UPDATED)
        return True
    rank = (1, agrees_with_day(printed, clues.day), ":" in printed or "." in printed, -distance)
    if header.published is not None and rank <= header.date_rank:
        return False
    update = find_date(rest, clues.labels, "header") if rest and find_role(rest) == "updated" else None
    if update is not None and is_date_line(rest, clues.language):
        header.modified = header.modified or Found(value=update[0], source=UPDATED)
    elif rest and not _take_rest(rest, part, header, clues):
        return False
    source = "time" if part.hints & Hint.TIME else "anatomy:date"
    header.published, header.date_rank = Found(value=printed, source=source), rank
    return True


def take_update(part: TextLine, header: Header, clues: Clues) -> bool:
    """Read the date of an update above that of publication, and return True when the part is one and nothing else."""
    date = read_free_date(part.text, clues.language)
    if date is None or date.role != "updated" or date.rest:
        return False
    header.modified = Found(value=date.printed, source=UPDATED)
    return True


def _take_free_date(part: TextLine, header: Header, clues: Clues, *, distance: int) -> bool:
    """Read a date that is printed in words, or in a form that the site does not declare."""
    hinted = bool(part.hints & (Hint.DATE | Hint.TIME))
    date = read_free_date(part.text, clues.language)
    if date is None:
        text = part.text.strip(_EDGES)
        unread = hinted and len(text) <= 60 and any(character.isdigit() for character in text)
        unread = (unread and not is_date_line(text, clues.language)) or has_unread_date(text, clues.language)
        if not unread or header.published is not None:
            return False
        rank = (0, False, False, -distance)
        header.published, header.date_rank = Found(value=part.text, source="hint:date"), rank
        return True
    if part.heading and date.rest:
        return False
    if date.role == "updated":
        header.modified = header.modified or Found(value=date.printed, source=UPDATED)
    else:
        rank = (0, clues.day == date.day, hinted or date.role is not None, -distance)
        if header.published is not None and rank <= header.date_rank:
            return False
        source = "hint:date" if hinted else "anatomy:date"
        header.published, header.date_rank = Found(value=date.printed, source=source), rank
        header.date_index = part.index
        if date.updated is not None:
            header.modified = header.modified or Found(value=date.updated, source=UPDATED)
    if header.byline is None and date.rest:
        byline = _find_writer(part.text, date, clues)
        if byline is not None:
            header.byline = Found(value=byline, source="anatomy:byline")
    return True


def _find_writer(text: str, date: FreeDate, clues: Clues) -> str | None:
    """Return what of a line beside its date names who wrote, the surest first: stated, prefixed, a name, who signs."""
    labelled = pick_labelled_writers(text)
    if labelled != text and is_byline(labelled, clues.language):
        return labelled  # "Author: Ann Lee  Date: 12 May 2026"
    segments = [segment for segment in BARS.split(date.rest) if segment]
    whole = _cut_beside(text, date.printed)
    before = strip_date_words(text.partition(date.printed)[0].strip(_EDGES))
    tests: tuple[tuple[Sequence[str], Callable[[str], bool]], ...] = (
        (segments, lambda segment: _names_stated(segment, clues)),
        (segments, lambda segment: is_byline(segment, clues.language)),
        ((before,) if not clues.author_names else (), lambda names: _lists_names(names, clues)),
        (segments if not clues.author_names else (), lambda segment: is_bare_given_name(segment, clues.language)),
        ([whole, *segments] if whole else segments, lambda segment: signs_alone(segment, clues.language)),
    )
    return next((segment for texts, names_writer in tests for segment in texts if names_writer(segment)), None)


def _lists_names(text: str, clues: Clues) -> bool:
    """Do commas part bare names, of which the first begins with a known given name: "Ann Lee, Bo Ray"?"""
    first, comma, _ = text.partition(", ")
    return bool(comma) and is_bare_given_name(first, clues.language) and is_byline(text, clues.language, bare=True)


def _names_stated(text: str, clues: Clues) -> bool:
    """Does a text hold a writer's name that structured data states?"""
    return any(fold(name) in fold(text) for name in clues.author_names if len(name) > 3)


def _cut_beside(text: str, printed: str) -> str | None:
    """Return what stands before or behind the date of a line; None where something stands on both sides of it."""
    before, _, behind = text.partition(printed)
    sides = [side for side in (before.strip(_EDGES), behind.strip(_EDGES)) if side]
    return strip_date_words(sides[0]) if len(sides) == 1 else None


def _take_rest(rest: str, part: TextLine, header: Header, clues: Clues) -> bool:
    """Read the rest of a date line: byline, kicker, labels, the publication's name. Return False when it is prose."""
    segments = [strip_date_words(segment) for segment in BARS.split(rest) if segment]
    bylines = [segment for segment in segments if is_byline(segment, clues.language)]
    kickers = [
        segment
        for segment in segments
        if reads_as_kicker(segment, clues.labels) and not is_meaningless(segment, clues) and find_role(segment) is None
    ]
    other = [
        segment
        for segment in segments
        if segment not in bylines and segment not in kickers and not is_meaningless(segment, clues)
    ]
    # "Published on 03/11/2022, 09.45": a few words of prose, not a sentence.
    hinted = part.hints & (Hint.DATE | Hint.TIME) != 0
    if other and (len(other) > 1 or len(other[0]) > 40 or not (hinted or len(other[0].split()) <= 2)):
        return False
    if bylines and header.byline is None:
        header.byline = Found(value=bylines[0], source="anatomy:byline")
    if kickers and header.kicker is None:
        header.kicker = Found(value=kickers[0], source="anatomy:date line")
    return True


def take_kicker(part: TextLine, header: Header, clues: Clues, *, near: bool) -> bool:
    """Read a part as the kicker, and return True when it is one. ``near``: it stands beside the headline."""
    if header.kicker is not None or len(part.text) > 80 or is_own_name(part.text, clues.labels):
        return False
    if sum(part.text.count(mark) for mark in "/>›»") > 1:  # a path of sections
        return False
    if is_prefix(part.text, clues) or is_teaser(part, clues) or names_site(part, clues):
        return False
    if part.has_links and (
        read_language_name(part.text) is not None or any(_OF_READERS.search(href[:200]) for href, _ in part.links[:2])
    ):
        return False
    hinted = bool(part.hints & Hint.KICKER) and near
    confirmed = near and (fold_label(part.text) in clues.sections or is_listing_link(part, clues))
    if not (hinted or confirmed or reads_as_kicker(part.text, clues.labels)) or is_share(part, clues.labels):
        return False
    header.kicker = Found(value=part.text, source="hint:kicker" if hinted else "anatomy:kicker")
    return True


_OF_READERS: Final = re.compile(
    r"/(?:subscri(?:be|ption)s?|log-?in|sign-?(?:in|up)|register|newsletters?|donate|account|abo(?:nnement)?|suscripcion(?:es)?)"
    r"(?=[/?#.]|$)",
    re.I,
)
"""Addresses that ask something of readers, where no section stands."""


def take_byline(part: TextLine, header: Header, clues: Clues, *, bare: bool, is_dated: bool = False) -> bool:
    """Read a part as the byline, and return True when it is one. ``bare``: a name without a prefix may be one too."""
    if header.byline is None and (byline := find_byline(part, clues, bare=bare, is_dated=is_dated)) is not None:
        if byline.source == "anatomy:bare name" and _is_told_of(byline.value, header, clues):
            return False
        header.byline, header.byline_line, header.byline_end = byline, part, part.index
        return True
    return False


def _is_told_of(name: str, header: Header, clues: Clues) -> bool:
    """Does the headline begin with a name that nothing else calls a writer's: is the story about its bearer?"""
    headline = header.headline.value if header.headline is not None else ""
    return not clues.author_names and len(headline) > len(name) and fold(headline).startswith(fold(name))


def extend_date(line: TextLine, header: Header, clues: Clues) -> bool:
    """Add the time of day that stands in the line below the date and is all of it, and return True when the line is."""
    if header.published is None or line.index != header.date_index + 1:
        return False
    printed = add_clock(header.published.value, line.text, clues.language)
    if printed is None:
        return False
    header.published = Found(value=printed, source=header.published.source)
    return True


def extend_byline(line: TextLine, header: Header, clues: Clues) -> bool:
    """Add a further writer who stands in the next element of the same kind, and return True when the line is one.

    The office of the one before may stand between, as does that of each in a list of writers.
    """
    first = header.byline_line
    if header.byline is None or first is None or line.index != header.byline_end + 1:
        return False
    if line.block is first.block:
        return _continue_byline(first, line, header, clues)
    if first.link_share > _LINKED > line.link_share:
        return False  # one is a link to a writer's page, the other is not: a place
    is_row = (line.block.tag, line.block.name) == (first.block.tag, first.block.name)
    if not is_row or (line.block.tag == "p" and not line.hints & first.hints & Hint.BYLINE):
        return False
    further = find_byline(line, clues, bare=True)
    name = further.value if further is not None else line.text if names_agencies(line.text, clues.language) else None
    if name is None or name in header.byline.value:
        return False
    value = f"{header.byline.value.rstrip(' ,;')}, {name}"
    header.byline, header.byline_line = Found(value=value, source=header.byline.source), line
    header.byline_end = line.index
    return True


def _continue_byline(first: TextLine, line: TextLine, header: Header, clues: Clues) -> bool:
    """Add the line behind a line break where the byline goes on, and return True then.

    It goes on after a comma, with an agency, and before or behind "and".
    """
    if header.byline is None or not line.soft or len(line.text) > _LONGEST_END:
        return False
    value = header.byline.value
    if joins_names(line.text.split()[0]) or joins_names(value.split()[-1]):
        value = f"{value} {line.text}"
        if not joins_names(line.text) and not names_authors(value, clues.language):
            return False
        header.byline, header.byline_end = Found(value=value, source=header.byline.source), line.index
        return True
    if first.text[-1] not in ",،，、" and not is_listed_agency(line.text):
        return False
    value = f"{header.byline.value.rstrip(' ,،，、')}, {line.text}"
    if not names_authors(value, clues.language):
        return False
    header.byline, header.byline_end = Found(value=value, source=header.byline.source), line.index
    return True


_LONGEST_END: Final = 100
