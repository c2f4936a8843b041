"""Reads the header of the article from the lines of a page: headline, date, kicker and byline, in any order."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from crawler.extraction.header.fields import Header as Header
from crawler.extraction.header.fields import (
    extend_byline,
    extend_date,
    take_byline,
    take_date,
    take_kicker,
    take_update,
)
from crawler.extraction.header.headline import find_headline, is_teaser
from crawler.extraction.header.headline_parts import cut_after_headline, space_parts, split_at_stated, split_capitals
from crawler.extraction.header.mastheads import is_day_of_masthead
from crawler.extraction.header.parts import (
    CLOCK,
    find_clock_beside,
    is_followed_by_date,
    is_place_of_dateline,
    is_prefix,
    is_speaker,
    is_stub,
    mark_writer_above_paper,
    measure_syllables,
    speaks_again,
    split_parts,
    stands_above_dateline,
    stands_as_kicker,
    take_calendar_leaf,
    trust_element_of_headline,
)
from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.clues import Clues, is_boilerplate
from crawler.extraction.layout.date_labels import (
    has_date,
    is_date_line,
    is_fragment,
    is_label_of_date,
    may_stand_above_date,
    read_free_date,
)
from crawler.extraction.layout.labels import (
    PROSE,
    SHORT,
    ends_sentence,
    is_listing_row,
    is_litter,
    is_see_also,
    is_share,
    measure_prose,
    starts_with_dateline,
)
from crawler.extraction.layout.line_parts import make_part_line
from crawler.extraction.layout.lines import Piece, TextLine
from crawler.extraction.layout.picture_captions import is_set_as_caption
from crawler.extraction.layout.picture_credits import ends_with_credit, is_credited
from crawler.extraction.parsing.markup import Hint
from crawler.items import Found
from crawler.normalisation.bylines.bare import names_office
from crawler.normalisation.bylines.byline import find_dates_beside_names, is_byline
from crawler.normalisation.bylines.labels import names_role

MAX_LINES_BEFORE: Final = 14
"""Lines before the headline that may belong to the header."""
MAX_LINES_AFTER: Final = 8
"""Lines after the headline that may belong to the header, until the first that is body."""

LINES_BELOW: Final = 12
"""Lines below a byline or a date in which the text begins, where it is not above them."""


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
    leaf = take_calendar_leaf(lines, first, clues.language)
    behind = _split_headline(header, clues)
    _read_before(lines, first, header, clues)
    if behind is not None:
        _read_behind(behind, header, clues)
    _read_after(lines, last + 1, header, clues)
    header.published = header.published or leaf
    if header.published is not None and clues.labels.is_declared and not CLOCK.search(header.published.value):
        clock = find_clock_beside(lines, header.first, header.published.value, clues.language)
        if clock is not None:
            header.published = replace(header.published, value=f"{header.published.value} {clock}")
            header.start += any(line.text == clock for line in lines[header.start : header.start + 1])
    return header


def _split_headline(header: Header, clues: Clues) -> TextLine | None:
    """Take a kicker out of the headline's element: ``<h1><span>INDIA</span> The bell of two banks</h1>``.

    Return what stands behind the headline in it.
    """
    if header.line is None or header.headline is None or header.headline.value != header.line.text:
        return None
    parted = split_at_stated(header.line, clues) or split_capitals(header.line, clues)
    if parted is not None:
        kicker, remaining = parted
        header.kicker = Found(value=kicker, source="headline:kicker")
        header.headline = Found(value=remaining, source=header.headline.source)
        return None
    cut = cut_after_headline(header.line, clues)
    value = cut[0] if cut is not None else space_parts(header.line, clues)
    header.headline = Found(value=value, source=header.headline.source)
    return cut[1] if cut is not None else None


def _read_behind(behind: TextLine, header: Header, clues: Clues) -> None:
    """Read what stands behind the headline in its element: date, byline, else a subtitle, if it is as long as one."""
    for part in split_parts(behind, clues):
        if not take_date(part, header, clues, distance=0) and not (
            header.byline is None and take_byline(part, header, clues, bare=False)
        ):
            is_subtitle = measure_prose(part.text) >= PROSE // 2 and not is_share(part, clues.labels)
            header.lead = (*header.lead, part) if is_subtitle else header.lead


def _read_before(lines: Sequence[TextLine], end: int, header: Header, clues: Clues) -> None:
    """Read date, kicker and byline above the headline, from the nearest line up."""
    labels = clues.labels
    waiting: list[TextLine] = []
    for line in reversed(lines[max(0, end - MAX_LINES_BEFORE) : end]):
        if len(line.text) > SHORT * 2:
            break
        if is_boilerplate(line, clues):
            if not line.hints & Hint.CHROME:  # a class name may lie of a date; what else stands there is left alone
                _take_date_in_parts(line, header, clues, distance=end - line.index + 2 * MAX_LINES_BEFORE)
                _drop_day_of_masthead(line, lines, end, header, clues)
            continue
        # A date that is set apart inside a sentence tells of something else: an earlier version, another story.
        is_prose = measure_prose(line.text) > 3 * PROSE // 2 and ends_sentence(line.text)
        for part in reversed((line,) if is_prose else split_parts(line, clues)):
            # A day above the headline may be the masthead's: one below it goes before, but for an element of time.
            distance = end - line.index + (0 if part.hints & Hint.TIME else MAX_LINES_BEFORE)
            if header.published is None and take_date(part, header, clues, distance=distance):
                if _drop_day_of_masthead(line, lines, end, header, clues):
                    continue
                header.first = line.index
                # Between date and headline everything short in upper case is the kicker.
                for candidate in waiting:
                    take_kicker(candidate, header, clues, near=True)
            elif header.modified is None and take_update(part, header, clues):
                header.first = line.index
            elif is_share(part, labels) or is_litter(part) or is_date_line(line.text, clues.language):
                continue
            elif take_byline(part, header, clues, bare=False):
                header.first = line.index
            else:
                waiting.append(part)
                if header.published is not None and header.first - line.index <= 1:
                    take_kicker(part, header, clues, near=False)
    for candidate in waiting[:2]:  # no date above: only what stands directly on top of the headline
        take_kicker(candidate, header, clues, near=header.published is None)


def _take_date_in_parts(line: TextLine, header: Header, clues: Clues, *, distance: int) -> None:
    """Read the first part of a line that is a date."""
    for part in split_parts(line, clues):
        if take_date(part, header, clues, distance=distance):
            return


def _drop_day_of_masthead(line: TextLine, lines: Sequence[TextLine], end: int, header: Header, clues: Clues) -> bool:
    """Take a day above the headline back where it is that of the masthead, and return True then."""
    is_unconfirmed = header.published is not None and header.date_index == line.index and not header.date_rank[1]
    if not is_unconfirmed or not is_day_of_masthead(line, lines, end):
        return False
    header.published, header.date_rank, header.date_index = None, (-1, False, False, 0), -2
    return True


def _read_after(lines: Sequence[TextLine], start: int, header: Header, clues: Clues) -> None:
    """Read date, kicker and byline below the headline, until a line that can only be lead or body."""
    labels = clues.labels
    prose: list[TextLine] = []
    waiting: TextLine | None = None
    index = start
    for line in lines[start : start + MAX_LINES_AFTER * 4]:
        if index - start > MAX_LINES_AFTER and not is_boilerplate(line, clues):
            break
        if len(prose) > 1 and _stands_in_comments(line):
            break
        if is_boilerplate(line, clues) and not line.hints & Hint.BYLINE:
            if line.hints & Hint.CHROME:
                if index - start <= 1 and header.published is None and is_date_line(line.text, clues.language):
                    take_date(line, header, clues, distance=line.index - start + MAX_LINES_BEFORE)
                continue
            if measure_prose(line.unlinked) >= PROSE:
                break  # so much text in a box named as boilerplate: perhaps the name lies
            _take_date_in_parts(line, header, clues, distance=index - start + MAX_LINES_BEFORE)
            continue
        if is_see_also(line, labels) or is_teaser(line, clues) or line.hints & Hint.QUOTED:
            break
        if is_listing_row(line.text) and not has_date(line.text, clues.language) and (prose or index > start):
            break
        is_header = False
        is_paragraph = measure_prose(line.unlinked) >= PROSE and ends_sentence(line.text)
        if waiting is not None:  # "by" on one line, the name on the next
            line = make_part_line(waiting, [*waiting.pieces, Piece(" ", 0, None), *line.pieces])
            line.index += 1
            waiting = None
        elif (header.byline is None and len(line.text) <= 20 and is_prefix(line.text, clues)) or (
            line.index + 1 < len(lines) and is_label_of_date(line.text, lines[line.index + 1].text, clues.language)
        ):
            waiting = line
            continue
        elif _is_short_property(lines, line):
            continue
        if extend_byline(line, header, clues) or extend_date(line, header, clues):
            header.start = line.index + 1
            continue
        mark_writer_above_paper(lines, line)
        for part in split_parts(line, clues):
            is_dated = header.byline is None and len(prose) < 2 and _is_beside_date(lines, line, part, clues)
            bare = not prose or (len(prose) == 1 and (is_dated or _is_subtitle(prose[0])))
            bare = bare or (
                header.byline is None and len(prose) == 1 and stands_above_dateline(lines, line.index, clues)
            )
            bare = bare and not speaks_again(part, lines)
            if is_dated and take_byline(part, header, clues, bare=True, is_dated=True):
                is_header = True
                continue
            may_be_kicker = not is_paragraph and not part.hints & Hint.BYLINE and not is_speaker(part, lines)
            is_below = partial(stands_as_kicker, lines, line.index, header.start, clues)
            distance = line.index - start + 1
            is_header |= _take_header_part(
                part, header, clues, prose, distance, bare=bare, is_below=is_below, may_be_kicker=may_be_kicker
            )
        if is_header:
            signed_below = any(starts_with_dateline(paragraph.text, labels) for paragraph in prose) or (
                _holds_prose(prose) and not _holds_prose(lines[line.index + 1 : line.index + 1 + LINES_BELOW])
            )
            if signed_below:  # byline and date stand under a short body, which begins above them
                header.below = (*header.below, line.index)
            else:
                header.start = line.index + 1
            if prose and not header.lead and not signed_below:
                header.lead = tuple(
                    paragraph
                    for paragraph in prose
                    if paragraph.text[-1] not in ":："
                    and not (is_stub(paragraph, clues) or is_place_of_dateline(paragraph, lines[line.index :]))
                    and not _is_caption(paragraph, clues, is_alone=len(prose) == 1)
                )
        elif (
            is_share(line, labels)
            or is_litter(line)
            or _is_repetition(line, header)
            or is_date_line(line.text, clues.language)
            or is_fragment(line.text)
            or (not clues.labels.is_declared and _stands_under_writer(line, header))
            or (header.byline is not None and not prose and names_office(line.text))
            or names_role(line.text)
        ):
            if not prose or line.index == header.start:
                header.start = line.index + 1
            if line.index == header.byline_end + 1 and names_office(line.text):
                header.byline_end = line.index
        else:
            prose.append(line)
            if len(prose) > 3 or sum(len(paragraph.text) for paragraph in prose) > 1500:
                break
        index += 1


def _stands_in_comments(line: TextLine) -> bool:
    """Is an element around a line named for what readers wrote?"""
    block: Block | None = line.block
    while block is not None and block.tag not in ("body", "main", "article"):
        if _COMMENTS.search(block.name):
            return True
        block = block.parent
    return False


_COMMENTS: Final = re.compile(r"(?:^|[\s_-])comments?(?:$|[\s_-]?(?:list|section|area|thread|body|wrapper|\d))", re.I)


def _is_caption(line: TextLine, clues: Clues, *, is_alone: bool) -> bool:
    """Is a line above byline or date what a picture shows? ``is_alone``: no other stands there."""
    if not clues.labels.is_declared and is_set_as_caption(line, {}):
        return True
    return ends_with_credit(line.text) if is_alone else is_credited(line.text)


def _take_header_part(
    part: TextLine,
    header: Header,
    clues: Clues,
    prose: list[TextLine],
    distance: int,
    *,
    bare: bool,
    is_below: Callable[[], bool],
    may_be_kicker: bool,
) -> bool:
    """Read a part below the headline as date, byline or kicker, and return True when it is one.

    ``is_below``: does it stand where a kicker may, though it stands below the lead? ``may_be_kicker``: it stands in no
    line of prose, whose first word in capitals is no kicker.
    """
    if may_stand_above_date(prose, part, clues.language) and take_date(part, header, clues, distance=distance):
        take_byline(part, header, clues, bare=False)  # "By Ann Lee - January 5, 2024"
        _take_bare_name_above(prose, header, clues)
        return True
    if header.byline is None and take_byline(part, header, clues, bare=bare):
        _take_date_beside_names(part, header, clues, distance=distance)
        return True
    if header.kicker is not None or not may_be_kicker:
        return False
    stands_below = is_below()
    if not stands_below and any(not is_stub(line, clues) for line in prose):
        return False
    return take_kicker(part, header, clues, near=not stands_below)


def _stands_under_writer(line: TextLine, header: Header) -> bool:
    """Is a line a few words in the element of the writer's name, parted from it by a line break: an office, a paper?"""
    writer = header.byline_line
    if writer is None or line.index != writer.index + 1 or not line.soft or line.block is not writer.block:
        return False
    return len(line.text) <= PROSE // 2 and not ends_sentence(line.text) and line.text[0].isupper()


def _is_short_property(lines: Sequence[TextLine], line: TextLine) -> bool:
    """Is a line a label or its value in a list of properties of the page: ``<dt>From:</dt><dd>Ministry</dd>``?"""
    if len(line.text) > PROSE // 2 or ends_sentence(line.text):
        return False
    tag, above = line.block.tag, lines[line.index - 1].block.tag if line.index else ""
    label = line if tag == "dt" else lines[line.index - 1] if tag == "dd" and above == "dt" else None
    return label is not None and label.text[-1] in ":：" and not (tag == "dd" and any(map(str.isdigit, line.text)))


def _holds_prose(lines: Sequence[TextLine]) -> bool:
    return any(measure_syllables(line.unlinked) >= PROSE and not line.hints & Hint.CHROME for line in lines)


def _is_subtitle(line: TextLine) -> bool:
    """Does its markup say that a line under the headline is a lead?"""
    return bool(line.heading or line.hints & Hint.LEAD)


def _is_beside_date(lines: Sequence[TextLine], line: TextLine, part: TextLine, clues: Clues) -> bool:
    """Return True if a date stands in the part's line, or is one of the next two, as under a name below a subtitle."""
    if part is not line and has_date(line.text, clues.language) and not has_date(part.text, clues.language):
        return True
    return is_followed_by_date(lines, line, clues)


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
