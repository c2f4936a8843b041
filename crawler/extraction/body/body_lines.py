"""Chooses the lines that are lead and body from the lines after the header, and finds where the body ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from crawler.extraction.body.likely_lines import BODY_CHANCE, SURE_CHANCE, choose_likely
from crawler.extraction.body.line_features import is_short_link
from crawler.extraction.body.next_story import find_next_story
from crawler.extraction.body.sister_stories import find_sister_above
from crawler.extraction.body.text_beginnings import dates_part
from crawler.extraction.header.header import Header
from crawler.extraction.header.headline import is_teaser
from crawler.extraction.layout.blocks import Block, find_common_block
from crawler.extraction.layout.clues import Clues, is_boilerplate
from crawler.extraction.layout.date_labels import is_date_beside, is_date_line
from crawler.extraction.layout.labels import (
    PROSE,
    CompiledLabels,
    ends_body,
    ends_sentence,
    find_date,
    fold_label,
    heads_related,
    is_country_line,
    is_listing_row,
    is_litter,
    is_see_also,
    is_share,
    is_share_label,
    measure_prose,
    starts_with_dateline,
)
from crawler.extraction.layout.lines import TextLine, make_inside_test
from crawler.extraction.layout.litter import heads_column
from crawler.extraction.layout.paragraphs import find_paragraph_block
from crawler.extraction.layout.picture_captions import add_captions
from crawler.extraction.links.related_regions import is_labelled_link
from crawler.extraction.parsing.markup import Hint
from crawler.normalisation.bylines.byline import is_byline

LEAD_CHANCE: Final = 0.35
"""The chance from which prose of the header is the lead."""
HALF_CHANCE: Final = 0.2
"""The chance from which a line is body on a page where no line is likelier and rules find no text."""
LEAST_MISSED: Final = 1_200
"""Letters of sure body that the rules must have left out before the model takes over from them."""
_LINES_TO_ENTRY: Final = 3
"""Lines under a label of the table in which the first link stands."""
_LOOK_AHEAD: Final = 400
"""Lines after a label that are searched for the rest of the body."""


@dataclass(slots=True)
class BodyLines:
    """The lines of lead and body, in order, and how many teasers stand among them."""

    lines: list[TextLine] = field(default_factory=list)
    teasers: int = 0
    """Lines that only link to other articles, rows that only listings print, and short lines with a date or byline."""
    teasers_between: int = 0
    """The teasers that text follows."""


def choose_lines(
    lines: Sequence[TextLine], header: Header, clues: Clues, find_chances: Callable[[], Sequence[float]]
) -> BodyLines:
    """Return the lines of lead and body.

    They are those the page class selects; else, for a site that declares its labels, those from the header to the
    body's end; else, and where those leave out more than they hold of what is surely body, those that the model
    chooses. ``find_chances`` returns the lines' chances as :meth:`BodyModel.find_chances` does; it is called only where
    they count.
    """
    body = BodyLines()
    lines = lines[: find_next_story(lines, header, clues)]
    selected = [line for line in lines if line.hints & Hint.CHOSEN]
    if selected:
        body.lines = [line for line in selected if not _is_noise(line, header, clues, body)]
        return body
    if clues.labels.is_declared:
        _collect_lines(lines, header, clues, body)
        if not _leaves_out(body.lines, lines, find_chances):
            return body
    chances = find_chances()[: len(lines)]
    likely = _choose_likely(lines, header, clues, chances)
    if likely or clues.labels.is_declared:
        body.lines = likely or body.lines
    else:  # no line is likely, as where a menu's element stands around the whole page
        _collect_lines(lines, header, clues, body)
        if not _is_mostly_prose(body.lines):
            body.lines = _choose_likely(lines, header, clues, chances, HALF_CHANCE)
    if not clues.labels.is_declared:
        body.lines = add_captions(body.lines, lines, header.start)
    return body


def _is_mostly_prose(lines: Sequence[TextLine]) -> bool:
    """Are most letters of the lines in sentences, outside of links?"""
    prose = sum(len(line.text) for line in lines if measure_prose(line.unlinked) >= PROSE and ends_sentence(line.text))
    return prose * 2 > sum(len(line.text) for line in lines)


def _choose_likely(
    lines: Sequence[TextLine], header: Header, clues: Clues, chances: Sequence[float], least: float = BODY_CHANCE
) -> list[TextLine]:
    """Return the lines that are likely body, none of the header's and none that only stands beside the text."""
    apart = {line.index for line in header.lead}.union(range(find_sister_above(lines, header, clues)))

    def is_beside(line: TextLine) -> bool:
        if line.index in apart or _is_of_header(line, header, clues):
            return True
        return _is_noise(line, header, clues) and not dates_part(line, lines, header, clues)

    return choose_likely(lines, chances, header, clues, is_beside, least)


def _is_of_header(line: TextLine, header: Header, clues: Clues) -> bool:
    """Is the line the headline, or a short one or one of dates in the header or above the headline?"""
    if header.line is None or line.index >= header.start:
        return line.index in header.below
    is_short = measure_prose(line.text) < PROSE
    return line.index == header.line.index or is_short or is_date_line(line.text, clues.language)


def _leaves_out(
    chosen: Sequence[TextLine], lines: Sequence[TextLine], find_chances: Callable[[], Sequence[float]]
) -> bool:
    """Do the chosen lines hold much less text than is surely body elsewhere?"""
    most = max(LEAST_MISSED, 2 * sum(measure_prose(line.text) for line in chosen))
    kept = {line.index for line in chosen}
    others = [line for line in lines if line.index not in kept and not is_short_link(line)]
    if sum(measure_prose(line.text) for line in others) <= most:
        return False  # whatever the model says of them
    chances = find_chances()
    return sum(measure_prose(line.text) for line in others if chances[line.index] >= SURE_CHANCE) > most


def _collect_lines(lines: Sequence[TextLine], header: Header, clues: Clues, body: BodyLines) -> None:
    """Add the lines after the header to the body, until it ends."""
    start = header.start
    scope = _find_article_block(lines, start, header, clues)
    in_scope = make_inside_test(scope) if scope is not None else None
    stop = _find_article_body_end(lines, start)
    home: Block | None = None
    index = start
    while index < len(lines):
        line = lines[index]
        if index >= stop or (body.lines and in_scope is not None and not in_scope(line)):
            return
        heads_links = _heads_links(lines, index, clues)
        if body.lines and _is_body_end(lines, index, home, clues, heads_links=heads_links):
            box = _find_inner_box(lines, index, body.lines, clues) if ends_body(line, clues.labels) else None
            if box is None:
                return
            while body.lines and box(body.lines[-1]):
                body.lines.pop()
            while index < len(lines) and box(lines[index]):
                index += 1
            continue
        if heads_links and line.has_links and is_see_also(line, clues.labels):
            pass  # the label, and behind it in the same line what is to be seen
        elif heads_links:
            index = _find_related_end(lines, index, home)
        elif is_boilerplate(line, clues):
            pass
        elif _is_noise(line, header, clues, body):
            last = body.lines[-1] if body.lines else None
            if last is not None and last.index == line.index - 1 and _is_teaser_heading(last, line, clues):
                body.lines.pop()
        else:
            body.lines.append(line)
            if measure_prose(line.text) >= PROSE:
                body.teasers_between = body.teasers
            if len(body.lines) > 1 or starts_with_dateline(line.text, clues.labels):
                home = find_paragraph_block(line)
        index += 1


def _is_teaser_heading(line: TextLine, teaser: TextLine, clues: Clues) -> bool:
    """Is a line of the body the heading of a box of links: "Related", above a link to another article?"""
    if len(line.text) > 40 or line.has_links or line.text[-1] in ".!?…。！？":
        return False
    if is_country_line(line.text) and fold_label(line.text) not in clues.labels.lists:
        return False
    return bool(teaser.links) and _has_only_links_away(teaser, clues)


def _has_only_links_away(line: TextLine, clues: Clues) -> bool:
    """Do all links of a line lead to other articles or listings of the site?"""
    return all(clues.leads_away(href) for href, _ in line.links[:5])


def _find_inner_box(
    lines: Sequence[TextLine], index: int, body_lines: Sequence[TextLine], clues: Clues
) -> Callable[[TextLine], bool] | None:
    """Return a test for the box inside the body that a line stands in; None where the body does not go on after it.

    A newsletter box between two paragraphs is a block among theirs; under the body it is none, or nothing follows.
    """
    homes = [find_paragraph_block(line) for line in reversed(body_lines) if measure_prose(line.text) >= PROSE][:1]
    if body_lines:
        homes.append(find_paragraph_block(body_lines[-1]))  # a short line of the text above the box
    if lines[index].heading:
        return None
    return next((box for home in homes if (box := _find_box_in(lines, index, home, clues)) is not None), None)


def _find_box_in(lines: Sequence[TextLine], index: int, home: Block, clues: Clues) -> Callable[[TextLine], bool] | None:
    block = lines[index].block
    if block is home:
        return None
    while block.parent is not None and block.parent is not home:
        block = block.parent
    if block.parent is not home or block.tag == "p":
        return None
    box = make_inside_test(block)
    for line in lines[index + 1 : index + _LOOK_AHEAD]:
        if box(line) or is_boilerplate(line, clues):
            continue
        if is_see_also(line, clues.labels) or is_share_label(line, clues.labels) or ends_body(line, clues.labels):
            return None
        if measure_prose(line.unlinked) >= PROSE:
            return box if find_paragraph_block(line) is home else None
    return None


def _find_article_block(lines: Sequence[TextLine], start: int, header: Header, clues: Clues) -> Block | None:
    """Return the block that holds headline and body, None where none is found: what lies outside is not the article."""
    if header.line is None:
        return None
    prose_lines: list[TextLine] = []
    for line in lines[start : start + 200]:
        if prose_lines and (is_see_also(line, clues.labels) or ends_body(line, clues.labels)):
            break
        if not is_boilerplate(line, clues) and measure_prose(line.unlinked) >= PROSE:
            prose_lines.append(line)
    if not prose_lines:
        return None
    # The lead may stand with the headline, and the body elsewhere: the longest paragraph is hardly the lead.
    return find_common_block(header.line.block, max(prose_lines[:12], key=lambda line: measure_prose(line.text)).block)


def _find_article_body_end(lines: Sequence[TextLine], start: int) -> int:
    """Return the index after the last line marked as ``articleBody``, or of the page's end where no text is marked."""
    marked = [line for line in lines if line.hints & Hint.ARTICLE_BODY]
    if any(line.index >= start and measure_prose(line.unlinked) >= PROSE // 2 for line in marked):
        return marked[-1].index + 1
    return len(lines)


def _is_noise(line: TextLine, header: Header, clues: Clues, body: BodyLines | None = None) -> bool:
    """Is the line none of the body's: share labels, litter, a teaser, the header once more?

    The teasers are counted in ``body``, where they count.
    """
    labels = clues.labels
    if (not heads_column(line) and (is_share(line, labels) or is_litter(line))) or (
        line.hints & Hint.RELATED and clues.doubt and line.link_share > 0.3
    ):
        return True
    if not line.has_links and (heads_related(line, labels) or _is_caption(line, labels)):
        return True
    if is_listing_row(line.text):
        _count_teaser(body)
        return True
    if body is not None and len(line.text) < PROSE and _is_dated_or_signed(line, clues):
        _count_teaser(body)  # the line stays all the same: a chronicle may print dates in lines of their own
    unlinked = len(line.text) < PROSE * 2 and line.has_links and line.unlinked
    if unlinked and len(unlinked) <= 25 and unlinked[-1] in ":：" and _has_only_links_away(line, clues):
        _count_teaser(body)  # "Read also: …"
        return True
    if unlinked and find_date(unlinked, labels, "see_also") and _has_only_links_away(line, clues):
        _count_teaser(body)  # a See also entry under a label that is not known
        return True
    if line.link_share > 0.85 and not starts_with_dateline(line.text, labels):
        if _has_only_links_away(line, clues):
            _count_teaser(body)
            return True
        return (
            all(href.startswith("#") or href.lower().startswith("javascript:") for href, _ in line.links)
            and len(line.text) < PROSE
            and not line.heading
        )
    if labels.usual_see_also and line.has_links and line.link_share > 0.5 and is_labelled_link(line, labels):
        return True  # "Read more: The bridge opens"
    if unlinked and len(unlinked) <= 40 and labels.usual_see_also:
        if fold_label(unlinked) in labels.related:
            return True  # the same before a short title
        if is_date_beside(unlinked) and all(clues.leads_to_related(href) for href, _ in line.links[:5]):
            return True
    if line.soft or len(line.text) > 300:
        return False
    header_texts = (
        header.byline and header.byline.value,
        header.published and header.published.value,
        header.headline and header.headline.value,
    )
    return line.text in header_texts or line.text in clues.author_names


def _is_caption(line: TextLine, labels: CompiledLabels) -> bool:
    """Is a line below a picture in one block with it a few words and no sentence?

    Only on pages of a site that says what it prints: elsewhere such lines are items of illustrated lists as often.
    """
    if not (labels.is_declared and line.hints & Hint.PICTURED) or line.heading:
        return False
    if line.block.tag in ("li", "dt", "dd", "th"):
        return False
    is_brief = measure_prose(line.text) < PROSE and not ends_sentence(line.text)
    return is_brief and not is_country_line(line.text) and not starts_with_dateline(line.text, labels)


def _is_dated_or_signed(line: TextLine, clues: Clues) -> bool:
    return find_date(line.text, clues.labels, "listing") is not None or is_byline(line.text, clues.language)


def _count_teaser(body: BodyLines | None) -> None:
    if body is not None:
        body.teasers += 1


def _is_body_end(lines: Sequence[TextLine], index: int, home: Block | None, clues: Clues, *, heads_links: bool) -> bool:
    """Does the body end before this line, of which is known whether it heads links?"""
    line, labels = lines[index], clues.labels
    if ends_body(line, labels):
        return True
    if line.hints & Hint.CHROME or is_boilerplate(line, clues):
        return False
    if heads_links or is_share_label(line, labels):
        return not _continues_after(lines, index, home, clues)
    if line.heading and home is not None and not make_inside_test(home)(line):
        following = [follower for follower in lines[index + 1 : index + 7] if not is_boilerplate(follower, clues)]
        entries = [
            follower
            for follower in following
            if follower.link_share > 0.6
            or find_date(follower.text, labels, "see_also")
            or is_listing_row(follower.text)
        ]
        return len(entries) * 2 >= len(following)
    return False


def _heads_links(lines: Sequence[TextLine], index: int, clues: Clues) -> bool:
    """Is a line the label of the site's over related links, or one of the table with such a link under it?"""
    line = lines[index]
    if is_see_also(line, clues.labels):
        return True
    if line.has_links or not heads_related(line, clues.labels):
        return False
    return any(is_teaser(follower, clues) for follower in lines[index + 1 : index + 1 + _LINES_TO_ENTRY])


def _continues_after(lines: Sequence[TextLine], index: int, home: Block | None, clues: Clues) -> bool:
    """Does the body go on after this label, because it was only a box in its middle, or stood between lead and body?"""
    only_lead = home is None
    for line in lines[index + 1 : index + _LOOK_AHEAD]:
        if ends_body(line, clues.labels):
            return False
        if only_lead and is_see_also(line, clues.labels):
            return False
        if is_boilerplate(line, clues) or line.link_share > 0.5 or is_share(line, clues.labels):
            continue
        if (measure_prose(line.unlinked) >= PROSE or starts_with_dateline(line.text, clues.labels)) and (
            only_lead or (home is not None and find_paragraph_block(line) is home)
        ):
            return True
    return False


def _find_related_end(lines: Sequence[TextLine], index: int, home: Block | None) -> int:
    """Return the index of the last line of a related box inside the body."""
    for line in lines[index + 1 :]:
        if measure_prose(line.unlinked) >= PROSE and (home is None or find_paragraph_block(line) is home):
            return line.index - 1
    return len(lines)
