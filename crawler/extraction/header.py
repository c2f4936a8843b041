"""Reads the header of the article from the lines of a page: headline, date, kicker and byline, in any order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from crawler.extraction.date_labels import (
    agrees_with_day,
    has_date,
    is_date_line,
    is_fragment,
    may_stand_above_date,
    read_free_date,
)
from crawler.extraction.header_bylines import find_byline
from crawler.extraction.header_parts import (
    BARS,
    CLOCK,
    find_clock_beside,
    is_followed_by_date,
    is_listing_link,
    is_meaningless,
    is_prefix,
    is_stub,
    split_parts,
    stands_above_dateline,
    stands_as_kicker,
    trust_element_of_headline,
)
from crawler.extraction.headline import Clues, find_headline, is_boilerplate, is_teaser, names_site
from crawler.extraction.headline_parts import cut_after_stated, space_parts, split_at_stated
from crawler.extraction.labels import (
    PROSE,
    SHORT,
    ends_sentence,
    find_date,
    fold_label,
    is_listing_row,
    is_litter,
    is_own_name,
    is_see_also,
    is_share,
    measure_prose,
    reads_as_kicker,
    starts_with_dateline,
)
from crawler.extraction.lines import Piece, TextLine, make_part_line, split_pieces
from crawler.extraction.markup import Hint
from crawler.items import Found
from crawler.normalisation.bylines import find_dates_beside_names, is_byline
from crawler.normalisation.date_words import UPDATED, find_role, strip_date_words
from crawler.normalisation.language_names import read_language_name
from crawler.normalisation.text import fold

MAX_LINES_BEFORE: Final = 14
"""Lines before the headline that may belong to the header."""
MAX_LINES_AFTER: Final = 8
"""Lines after the headline that may belong to the header, until the first that is body."""

LINES_BELOW: Final = 12
"""Lines below a byline or a date in which the text begins, where it is not above them."""


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
    date_rank: tuple[int, bool, bool, int] = (-1, False, False, 0)
    lead: tuple[TextLine, ...] = ()
    """Prose printed between headline and byline."""
    first: int = 0
    """Index of the first line of the header."""
    below: tuple[int, ...] = ()
    """Indexes of its lines that stand below a short text."""


def read_header(lines: Sequence[TextLine], clues: Clues) -> Header:
    """Return the header; ``line`` is None when no headline is printed."""
    header = Header()
    spot = find_headline(lines, clues)
    if spot is None:
        return header
    first, last, header.headline = spot
    header.line = lines[first]
    if header.line.hints & Hint.CHROME:
        trust_element_of_headline(lines, header.line)
    clues.doubt &= ~header.line.hints  # what the headline stands in too is no boilerplate: a form around the whole page
    header.first, header.start = first, last + 1
    _split_kicker_from_headline(header, clues)
    _read_before(lines, first, header, clues)
    _read_after(lines, last + 1, header, clues)
    if header.published is not None and clues.labels.is_declared and not CLOCK.search(header.published.value):
        clock = find_clock_beside(lines, header.first, header.published.value)
        if clock is not None:
            header.published = replace(header.published, value=f"{header.published.value} {clock}")
            header.start += any(line.text == clock for line in lines[header.start : header.start + 1])
    return header


def _split_kicker_from_headline(header: Header, clues: Clues) -> None:
    """Take a kicker out of the headline's element: ``<h1><span>INDIA</span> The bell of two banks</h1>``."""
    if header.line is None or header.headline is None or header.headline.value != header.line.text:
        return
    parted = split_at_stated(header.line, clues) or _split_capitals(header.line, clues)
    if parted is not None:
        kicker, remaining = parted
        header.kicker = Found(value=kicker, source="headline:kicker")
        header.headline = Found(value=remaining, source=header.headline.source)
    else:
        value = cut_after_stated(header.line, clues) or space_parts(header.line, clues)
        header.headline = Found(value=value, source=header.headline.source)


def _split_capitals(line: TextLine, clues: Clues) -> tuple[str, str] | None:
    """Return a kicker that its capitals or its place among the sections tell, and the rest of the line."""
    first, *rest = split_pieces(line)
    if rest and reads_as_kicker(first.text, clues.labels) and not reads_as_kicker(line.text, clues.labels):
        remaining = make_part_line(line, [piece for part in rest for piece in part.pieces]).text.lstrip(" :|–—-")
        if remaining:
            return first.text.rstrip(" :|–—-"), remaining
    return None


def _read_before(lines: Sequence[TextLine], end: int, header: Header, clues: Clues) -> None:
    """Read date, kicker and byline above the headline, from the nearest line up."""
    labels = clues.labels
    waiting: list[TextLine] = []
    for line in reversed(lines[max(0, end - MAX_LINES_BEFORE) : end]):
        if len(line.text) > SHORT * 2:
            break
        if is_boilerplate(line, clues):
            if not line.hints & Hint.CHROME:  # a class name may lie of a date; what else stands there is left alone
                _take_date(line, header, clues, distance=end - line.index + MAX_LINES_BEFORE)
            continue
        # A date that is set apart inside a sentence tells of something else: an earlier version, another story.
        is_prose = measure_prose(line.text) > 3 * PROSE // 2 and ends_sentence(line.text)
        for part in reversed((line,) if is_prose else split_parts(line, clues)):
            if header.published is None and _take_date(part, header, clues, distance=end - line.index):
                header.first = line.index
                # Between date and headline everything short in upper case is the kicker.
                for candidate in waiting:
                    _take_kicker(candidate, header, clues, near=True)
            elif is_share(part, labels) or is_litter(part):
                continue
            elif _take_byline(part, header, clues, bare=False):
                header.first = line.index
            else:
                waiting.append(part)
                if header.published is not None and header.first - line.index <= 1:
                    _take_kicker(part, header, clues, near=False)
    for candidate in waiting[:2]:  # no date above: only what stands directly on top of the headline
        _take_kicker(candidate, header, clues, near=header.published is None)


def _read_after(lines: Sequence[TextLine], start: int, header: Header, clues: Clues) -> None:
    """Read date, kicker and byline below the headline, until a line that can only be lead or body."""
    labels = clues.labels
    prose: list[TextLine] = []
    waiting: TextLine | None = None
    index = start
    for line in lines[start : start + MAX_LINES_AFTER * 4]:
        if index - start > MAX_LINES_AFTER and not is_boilerplate(line, clues):
            break
        if is_boilerplate(line, clues) and not line.hints & Hint.BYLINE:
            if line.hints & Hint.CHROME:
                if index - start <= 1 and header.published is None and is_date_line(line.text, clues.language):
                    _take_date(line, header, clues, distance=line.index - start + MAX_LINES_BEFORE)
                continue
            if measure_prose(line.unlinked) >= PROSE:
                break  # so much text in a box named as boilerplate: perhaps the name lies
            _take_date(line, header, clues, distance=index - start + MAX_LINES_BEFORE)
            continue
        if is_see_also(line, labels) or is_teaser(line, clues) or line.hints & Hint.QUOTED:
            break
        if is_listing_row(line.text) and not has_date(line.text, clues.language) and (prose or index > start):
            break
        is_header = False
        if waiting is not None:  # "by" on one line, the name on the next
            line = make_part_line(waiting, [*waiting.pieces, Piece(" ", 0, None), *line.pieces])
            line.index += 1
            waiting = None
        elif header.byline is None and len(line.text) <= 20 and is_prefix(line.text, clues):
            waiting = line
            continue
        for part in split_parts(line, clues):
            is_dated = header.byline is None and len(prose) < 2 and is_followed_by_date(lines, line, clues)
            bare = not prose or (len(prose) == 1 and (is_dated or _is_subtitle(prose[0])))
            bare |= len(prose) == 1 and stands_above_dateline(lines, line.index, clues)
            if is_dated and _take_byline(part, header, clues, bare=True, is_dated=True):
                is_header = True
                continue
            is_below = stands_as_kicker(lines, line.index, header.start, clues)
            distance = line.index - start + 1
            is_header |= _take_header_part(part, header, clues, prose, distance, bare=bare, is_below=is_below)
        if is_header:
            signed_below = any(starts_with_dateline(paragraph.text, labels) for paragraph in prose) or (
                _holds_prose(prose) and not _holds_prose(lines[line.index + 1 : line.index + 1 + LINES_BELOW])
            )
            if signed_below:  # byline and date stand under a short body, which begins above them
                header.below = (*header.below, line.index)
            else:
                header.start = line.index + 1
            if prose and not header.lead and not signed_below:
                header.lead = tuple(paragraph for paragraph in prose if not is_stub(paragraph, clues))
        elif (
            is_share(line, labels)
            or is_litter(line)
            or _is_repetition(line, header)
            or is_date_line(line.text, clues.language)
            or is_fragment(line.text)
        ):
            if not prose:
                header.start = line.index + 1
        else:
            prose.append(line)
            if len(prose) > 3 or sum(len(paragraph.text) for paragraph in prose) > 1500:
                break
        index += 1


def _take_header_part(
    part: TextLine, header: Header, clues: Clues, prose: list[TextLine], distance: int, *, bare: bool, is_below: bool
) -> bool:
    """Read a part below the headline as date, byline or kicker, and return True when it is one.

    ``is_below``: it stands where a kicker may, though it stands below the lead.
    """
    if may_stand_above_date(prose, part, clues.language) and _take_date(part, header, clues, distance=distance):
        _take_byline(part, header, clues, bare=False)  # "By Ann Lee - January 5, 2024"
        _take_bare_name_above(prose, header, clues)
        return True
    if header.byline is None and _take_byline(part, header, clues, bare=bare):
        _take_date_beside_names(part, header, clues, distance=distance)
        return True
    has_text = any(not is_stub(line, clues) for line in prose)
    if has_text and not is_below:
        return False
    return header.kicker is None and _take_kicker(part, header, clues, near=not is_below)


def _holds_prose(lines: Sequence[TextLine]) -> bool:
    return any(measure_prose(line.unlinked) >= PROSE and not line.hints & Hint.CHROME for line in lines)


def _is_subtitle(line: TextLine) -> bool:
    """Does its markup say that a line under the headline is a lead?"""
    return bool(line.heading or line.hints & Hint.LEAD)


def _take_date_beside_names(part: TextLine, header: Header, clues: Clues, *, distance: int) -> None:
    """Read the date that stands on the byline's own line."""
    if header.published is not None:
        return
    for printed in find_dates_beside_names(part.text, clues.language):
        date = read_free_date(printed, clues.language)
        if date is not None:
            header.published, header.date_rank = (
                Found(value=date.printed, source="anatomy:byline"),
                (0, False, False, -distance),
            )
            return


def _is_repetition(line: TextLine, header: Header) -> bool:
    """Is the line the headline or the date once more?"""
    return (header.headline is not None and line.text == header.headline.value) or (
        header.published is not None and line.text == header.published.value
    )


def _take_bare_name_above(prose: list[TextLine], header: Header, clues: Clues) -> None:
    """Take a name without a prefix that stands under a subtitle and on top of the date for the byline."""
    if len(prose) < 2 or len(prose[-1].text) > PROSE // 2:
        return
    if header.byline is None and is_byline(prose[-1].text, clues.language, bare=True):
        header.byline = Found(value=prose[-1].text, source="anatomy:bare name")
        prose.pop()


def _take_date(part: TextLine, header: Header, clues: Clues, *, distance: int) -> bool:
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


def _take_free_date(part: TextLine, header: Header, clues: Clues, *, distance: int) -> bool:
    """Read a date that is printed in words, or in a form that the site does not declare."""
    hinted = bool(part.hints & (Hint.DATE | Hint.TIME))
    date = read_free_date(part.text, clues.language)
    if date is None:
        unread = hinted and len(part.text) <= 60 and any(character.isdigit() for character in part.text)
        if not unread or header.published is not None or is_date_line(part.text, clues.language):
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
        if date.updated is not None:
            header.modified = header.modified or Found(value=date.updated, source=UPDATED)
    if header.byline is None:
        for segment in BARS.split(date.rest):
            names_author = any(fold(name) in fold(segment) for name in clues.author_names if len(name) > 3)
            if segment and (names_author or is_byline(segment, clues.language)):
                header.byline = Found(value=segment, source="anatomy:byline")
                break
    return True


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


def _take_kicker(part: TextLine, header: Header, clues: Clues, *, near: bool) -> bool:
    """Read a part as the kicker, and return True when it is one. ``near``: it stands beside the headline."""
    if header.kicker is not None or len(part.text) > 80 or is_own_name(part.text, clues.labels):
        return False
    if is_prefix(part.text, clues) or is_teaser(part, clues) or names_site(part, clues):
        return False
    if part.has_links and read_language_name(part.text) is not None:
        return False
    hinted = bool(part.hints & Hint.KICKER) and near
    confirmed = near and (fold_label(part.text) in clues.sections or is_listing_link(part, clues))
    if not (hinted or confirmed or reads_as_kicker(part.text, clues.labels)) or is_share(part, clues.labels):
        return False
    header.kicker = Found(value=part.text, source="hint:kicker" if hinted else "anatomy:kicker")
    return True


def _take_byline(part: TextLine, header: Header, clues: Clues, *, bare: bool, is_dated: bool = False) -> bool:
    """Read a part as the byline, and return True when it is one. ``bare``: a name without a prefix may be one too."""
    if header.byline is None and (byline := find_byline(part, clues, bare=bare, is_dated=is_dated)) is not None:
        header.byline = byline
        return True
    return False
