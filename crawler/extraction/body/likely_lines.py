"""Chooses the lines of lead and body by their chances: what is likely, what goes with it, nothing beside it.

A chance is that of one line. What a text is made of is more: the rows of its tables, the items of its lists, the
paragraphs beside one another. And what is likely by itself may be another story's, a box's, or a teaser's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from crawler.extraction.body.appeals import find_appeal
from crawler.extraction.body.biographies import find_biography, leave_biography_above, list_writers
from crawler.extraction.body.comments import find_comments
from crawler.extraction.body.insertions import leave_insertions
from crawler.extraction.body.last_lines import leave_end
from crawler.extraction.body.list_entries import add_entries
from crawler.extraction.body.repeated_lines import leave_pull_quotes, leave_repeated
from crawler.extraction.body.row_labels import add_row_labels, stands_above
from crawler.extraction.body.signed_comments import find_signed_comments
from crawler.extraction.body.text_beginnings import leave_dates_above
from crawler.extraction.body.text_ends import is_button
from crawler.extraction.header.header import Header
from crawler.extraction.header.headline import names_site
from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.clues import Clues
from crawler.extraction.layout.date_labels import is_date_beside
from crawler.extraction.layout.labels import PROSE, ends_sentence, fold_label, is_related_label, measure_prose
from crawler.extraction.layout.lines import TextLine
from crawler.extraction.layout.litter import heads_column
from crawler.extraction.layout.paragraphs import find_paragraph_block
from crawler.extraction.links.related_regions import heads_topic
from crawler.extraction.parsing.markup import Hint

BODY_CHANCE: Final = 0.5
"""The chance from which a line is body."""
SISTER_CHANCE: Final = 0.2
"""The chance from which a paragraph of sentences goes on with the one before it, in whose row it stands."""
LEAST_SENTENCE: Final = 20
"""Letters of a short sentence that goes on with the paragraph before it."""
_LEVELS_OF_SISTERS: Final = 4
ROW_CHANCE: Final = 0.35
"""The chance from which any other line goes on with the one before it, in whose row it stands."""
SURE_CHANCE: Final = 0.9
"""The chance from which a line is surely body."""
LINES_TO_LEAD: Final = 4
"""Lines between the header and a lead under it: labels, counters."""
LEAST_WORDS_OF_LEAD: Final = 5
ROWS_OF_TABLE: Final = 4
"""Lines that a table has at least."""
TEASERS: Final = 3
"""So many blocks of one row that each begin with a link to another article are teasers."""
LEAST_LEFT: Final = 500
"""Letters of prose that a page has beside its teasers where they are no part of the text."""
MOST_LABELS: Final = 5
"""Labels, the last of a text, under which other stories are looked for."""
TITLE: Final = 25
"""Letters of a link that is a title."""
LINKED: Final = 0.9
"""The share of link text of a heading that is a link."""
OWN_SHARE: Final = 0.25
"""The share of the text that the headline's own ``article`` must hold before other articles are other stories."""
BOXED_SHARE: Final = 0.25
"""The share of a text from which lines in boxes named as boilerplate are no box."""


def choose_likely(
    lines: Sequence[TextLine],
    chances: Sequence[float],
    header: Header,
    clues: Clues,
    is_beside: Callable[[TextLine], bool],
    least: float,
) -> list[TextLine]:
    """Return the lines of the page that are body, in order.

    ``chances`` are those of the lines, ``least`` the chance from which a line is likely. ``is_beside`` tells lines that
    are none of the text, whatever their chance: those of the header, share labels, links.
    """
    likely: list[bool] = []
    for line, chance in zip(lines, chances, strict=True):
        may_follow = chance >= SISTER_CHANCE and bool(likely) and likely[-1]
        goes_on = may_follow and _goes_on(lines[line.index - 1], line, chance)
        likely.append(
            chance >= least or goes_on or (chance >= SISTER_CHANCE and _goes_on_in_report(line, lines, likely))
        )
    _add_marked_lead(lines, likely, header)
    _add_linked_headings(lines, likely, clues)
    add_row_labels(lines, chances, likely)
    add_entries(lines, chances, likely, clues)
    _add_tables(lines, likely)
    _leave_masthead(lines, likely, header, clues)
    _leave_teasers(lines, likely, clues)
    chosen = [line for line in lines if likely[line.index] and not is_beside(line)]
    chosen = [line for line in chosen if not is_button(line.text) or heads_column(line)]
    chosen = [line for line in chosen if not _heads_links(line, lines, clues)]
    chosen = _leave_boxes(_leave_other_stories(chosen, header), clues, chances)
    chosen = leave_pull_quotes(leave_repeated(chosen, lines))
    chosen = leave_insertions(chosen, lines, chances, header) if chosen else chosen
    if not chosen:
        return chosen
    chosen = chosen[: min(find_comments(chosen, lines), _find_further_stories(chosen, lines, clues))]
    chosen = chosen[: find_signed_comments(chosen, lines, clues)]
    names = list_writers(header, clues)
    chosen = leave_biography_above(chosen, lines, header, names, clues)
    chosen = chosen[: find_biography(chosen, lines, names, clues)]
    return leave_end(leave_dates_above(chosen[: find_appeal(chosen)], lines, clues), names, clues)


def _heads_links(line: TextLine, lines: Sequence[TextLine], clues: Clues) -> bool:
    """Is a line the label of a box of links that begins under it: "See also", and then a linked title?"""
    following = lines[line.index + 1] if line.index + 1 < len(lines) else None
    if following is None or not following.has_links or line.has_links:
        return False
    if following.link_share <= LINKED and not is_date_beside(following.unlinked):
        return False
    is_short = len(line.text) <= TITLE and not line.heading
    is_label = is_related_label(line, clues.labels) or heads_topic(line)
    return is_label or (is_short and fold_label(line.text) in clues.labels.generous)


def _find_further_stories(chosen: Sequence[TextLine], lines: Sequence[TextLine], clues: Clues) -> int:
    """Return the index of the label under which only other stories follow, each a linked title and its first words."""
    labels = [
        index
        for index, line in enumerate(chosen)
        if index > 1 and len(line.text) <= TITLE and not line.has_links and _labels_stories(line, clues)
    ]
    for index in labels[-MOST_LABELS:][::-1]:
        following = [other for other in chosen[index + 1 :] if measure_prose(other.text) >= PROSE]
        if following and all(_stands_under_title(other, lines, clues) for other in following):
            return index
    return len(chosen)


def _labels_stories(line: TextLine, clues: Clues) -> bool:
    """Is a line a label of the table over related links, or over a list of the section?"""
    folded = fold_label(line.text)
    return any(folded in labels for labels in (clues.labels.related, clues.labels.generous, clues.labels.lists))


def _stands_under_title(line: TextLine, lines: Sequence[TextLine], clues: Clues) -> bool:
    above = lines[max(0, line.index - 2) : line.index]
    return any(
        other.link_share >= LINKED and any(clues.leads_to_related(href) for href, _ in other.links) for other in above
    )


def _goes_on(line: TextLine, following: TextLine, chance: float) -> bool:
    """Does a line go on with the one before it, which is body, and beside which it stands in blocks of one kind?

    Its chance is at least :data:`SISTER_CHANCE`.
    """
    first, second = line.block, following.block
    is_sister = first.parent is second.parent and (first.tag, first.name) == (second.tag, second.name)
    if chance >= ROW_CHANCE and is_sister and not line.heading and following.link_share < 0.95:
        return True
    if following.link_share > 0.3:
        return False
    if not ends_sentence(following.text):
        return False
    if measure_prose(following.text) < PROSE:
        is_sentence = measure_prose(following.text) >= LEAST_SENTENCE and following.text[-1] not in ":;："
        is_paragraph = not line.heading and measure_prose(line.text) >= PROSE
        return is_sentence and is_paragraph and _are_sisters(first, second)
    return first is second or (is_sister and line.heading == 0)


def _goes_on_in_report(line: TextLine, lines: Sequence[TextLine], likely: Sequence[bool]) -> bool:
    """Is a short sentence the next part of a report, behind its minute: "61'", and set as the part before it is?"""
    if line.index < 2 or likely[-1] or not likely[-2] or line.heading or line.link_share > 0.3:
        return False
    minute, before = lines[line.index - 1], lines[line.index - 2]
    if len(minute.text) > _LONGEST_MINUTE or not any(map(str.isdigit, minute.text)) or before.heading:
        return False
    is_sentence = measure_prose(line.text) >= LEAST_SENTENCE and ends_sentence(line.text)
    return is_sentence and _are_sisters(before.block, line.block)


_LONGEST_MINUTE: Final = 10


def _are_sisters(first: Block, second: Block) -> bool:
    """Do two blocks of one kind stand beside one another, or each alone in such blocks?"""
    above, beside = first, second
    for _ in range(_LEVELS_OF_SISTERS):
        if (above.tag, above.name) != (beside.tag, beside.name):
            return False
        if above.parent is beside.parent:
            return True
        if above.parent is None or beside.parent is None:
            return False
        above, beside = above.parent, beside.parent
    return False


def _add_marked_lead(lines: Sequence[TextLine], likely: list[bool], header: Header) -> None:
    """Make the line likely that is named as the lead and stands between the header and a text that is not."""
    if header.line is None or header.lead:
        return
    for line in lines[header.start : header.start + LINES_TO_LEAD]:
        if likely[line.index]:
            return
        is_named = line.hints & Hint.LEAD and not line.hints & (Hint.CHROME | Hint.SHARE | Hint.FORM)
        if is_named and not line.has_links and len(line.text.split()) >= LEAST_WORDS_OF_LEAD:
            following = next((other for other in lines[line.index + 1 :] if likely[other.index]), None)
            likely[line.index] = following is not None and not following.hints & Hint.LEAD
            return


def _add_linked_headings(lines: Sequence[TextLine], likely: list[bool], clues: Clues) -> None:
    """Make headings likely that lead away from the site and stand on top of a line of the text, where they are several.

    A list of meetings, tools or shops names each in a heading that leads to it. A heading may also lead to itself.
    """
    headings = [
        line.index
        for line, following in pairwise(lines)
        if line.heading
        and not likely[line.index]
        and likely[following.index]
        and not following.heading
        and line.link_share >= LINKED
        and stands_above(line, following)
        and not any(clues.leads_to_related(href) for href, _ in line.links)
    ]
    for index in headings:
        if len(headings) >= TEASERS or all(href.startswith("#") for href, _ in lines[index].links):
            likely[index] = True


def _add_tables(lines: Sequence[TextLine], likely: list[bool]) -> None:
    """Make all lines of a table likely that stands under a line of the text and is no frame of prose or links."""
    tables: dict[Block, list[TextLine]] = defaultdict(list)
    for line in lines:
        if (table := line.block.table) is not None:
            tables[table].append(line)
    if not tables:
        return
    homes = {find_paragraph_block(line) for line in lines if likely[line.index] and measure_prose(line.text) >= PROSE}
    for table, rows in tables.items():
        if len(rows) < ROWS_OF_TABLE or not rows[0].index or not likely[rows[0].index - 1]:
            continue
        if _is_frame(rows):
            continue
        letters, linked = (sum(len(line.text) for line in rows), sum(line.link_share * len(line.text) for line in rows))
        around = (table.parent, table.parent.parent if table.parent is not None else None)
        is_at_home = any(block in homes for block in around)  # in a box of its own perhaps, which scrolls
        if linked * 2 <= letters and (is_at_home or any(likely[line.index] for line in rows)):
            for line in rows:
                likely[line.index] = True


def _is_frame(rows: Sequence[TextLine]) -> bool:
    """Do the lines of a table hold a text of their own: a long paragraph, or two in one cell?"""
    cells: set[Block | None] = set()
    for line in rows:
        letters = measure_prose(line.text)
        if letters >= 2 * PROSE:
            return True
        if letters >= PROSE:
            cell: Block | None = line.block
            while cell is not None and cell.tag not in ("td", "th"):
                cell = cell.parent
            if cell in cells:
                return True
            cells.add(cell)
    return False


def _leave_masthead(lines: Sequence[TextLine], likely: list[bool], header: Header, clues: Clues) -> None:
    """Make what stands above the header unlikely where a text stands below it: teasers, what a blog says of itself.

    A teaser links to another story; the blog's words stand beside its name.
    """
    if header.line is None or not any(likely[: header.first]):
        return
    below = sum(measure_prose(line.text) for line in lines[header.start :] if likely[line.index])
    if below < PROSE * 2:
        return
    above = [line for line in lines[: header.first] if line.link_share >= LINKED]
    teasers = {
        id(line.block)
        for line in above
        if below >= LEAST_LEFT and any(clues.leads_to_related(href) for href, _ in line.links)
    }
    mastheads = {line.block.parent for line in above if names_site(line, clues)}
    for line in lines[: header.first]:
        is_beside = id(line.block) in teasers or line.block.parent in mastheads
        likely[line.index] = likely[line.index] and not is_beside


def _leave_teasers(lines: Sequence[TextLine], likely: list[bool], clues: Clues) -> None:
    """Make lines unlikely that announce other articles, a linked title before its first words, row by row.

    Where little text is left without them, the page is a round of news, and they are its text.
    """
    rows: dict[tuple[Block | None, str, str], list[TextLine]] = defaultdict(list)
    for line in lines:
        if not likely[line.index] or not line.has_links or line.link_share < 0.15:
            continue
        href, title = line.links[0]
        if len(title) >= TITLE and line.text.startswith(title) and clues.leads_to_related(href):
            rows[line.block.parent, line.block.tag, line.block.name].append(line)
    teasers = {line.index for row in rows.values() if len(row) >= TEASERS for line in row}
    left = sum(measure_prose(line.text) for line in lines if likely[line.index] and line.index not in teasers)
    if teasers and left >= LEAST_LEFT:
        for index in teasers:
            likely[index] = False


def _leave_boxes(chosen: list[TextLine], clues: Clues, chances: Sequence[float]) -> list[TextLine]:
    """Return the lines without those in boxes named as boilerplate, unless these hold much of the text: names lie."""
    boxed = [bool(line.hints & clues.doubt) for line in chosen]
    mass = sum(len(line.text) for line in chosen)
    boxed_mass = sum(len(line.text) for line, is_boxed in zip(chosen, boxed, strict=True) if is_boxed)
    if boxed_mass > BOXED_SHARE * mass:
        return chosen
    return [
        line for line, is_boxed in zip(chosen, boxed, strict=True) if not is_boxed or chances[line.index] >= SURE_CHANCE
    ]


def _leave_other_stories(chosen: list[TextLine], header: Header) -> list[TextLine]:
    """Return the lines without those of other ``article`` elements than the headline's, where that one has a text."""
    own = header.line.block.article if header.line is not None else None
    if own is None:
        return chosen
    articles = [line.block.article for line in chosen]
    mass = sum(len(line.text) for line in chosen)
    own_mass = sum(len(line.text) for line, article in zip(chosen, articles, strict=True) if article is own)
    if own_mass < OWN_SHARE * mass:
        return chosen
    return [line for line, article in zip(chosen, articles, strict=True) if article is None or article is own]
