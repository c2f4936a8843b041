"""Finds the printed headline: by what structured data or the title states, else by headings and order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from crawler.extraction.header.headline_words import HeadlineWords, begins_above, rate_line, read_words, split_title
from crawler.extraction.header.labelled_headline import find_labelled_headline
from crawler.extraction.header.mastheads import find_headline_below, leads_home
from crawler.extraction.layout.clues import Clues, is_boilerplate
from crawler.extraction.layout.labels import (
    PROSE,
    SHORT,
    CompiledLabels,
    ends_body,
    ends_sentence,
    find_date,
    fold_label,
    is_listing_row,
    is_litter,
    is_own_name,
    is_see_also,
    is_share,
    is_sure_kicker,
    match_free_date,
    measure_prose,
    reads_as_kicker,
)
from crawler.extraction.layout.lines import TextLine
from crawler.extraction.parsing.markup import Hint
from crawler.items import Found
from crawler.normalisation.bylines.byline import is_byline
from crawler.normalisation.words.text import fold

MAX_LINES_SEARCHED: Final = 5_000
"""Lines in which the headline is looked for."""
LONGEST_HEADLINE: Final = 1000
MAX_LINES_ABOVE_DATE: Final = 60
"""Lines in which the first line of a date is looked for, where nothing is set as a headline."""
_LINES_ABOVE: Final = 6
"""Lines between a headline that is no heading and the text: kicker, date, byline, labels."""

_AFTER_HEADLINE: Final = ("-", "|", "\u00b7", "\u2022", "/")
"""What parts a headline in a title from what stands behind it."""
_LONGEST_LARGE_KICKER: Final = 7
_WORDS_IN_CAPITALS: Final = 4
"""Words from which a heading in capitals is no kicker, where nothing else is the headline."""


def find_headline(lines: Sequence[TextLine], clues: Clues) -> tuple[int, int, Found] | None:
    """Return the indexes of the first and last line of the headline, and the headline; None when none is printed."""
    spot = _find_headline(lines, clues)
    if spot is None or spot[2].value[-1] not in _PERMALINKS or len(lines[spot[1]].pieces) < 2:
        return spot
    first, last, headline = spot
    return first, last, replace(headline, value=headline.value.rstrip(_PERMALINKS))


_PERMALINKS: Final = " #¶§\U0001f517"
"""What stands behind a heading as a link to it."""


def _find_headline(lines: Sequence[TextLine], clues: Clues) -> tuple[int, int, Found] | None:
    readable = [line for line in lines[:MAX_LINES_SEARCHED] if len(line.text) <= LONGEST_HEADLINE]
    visible = _strip_end([line for line in readable if not line.hints & Hint.CHROME])
    spot = _find_stated(lines, visible, clues) or _find_by_words(visible, clues)
    if spot is not None and (above := _find_above_heading_of_body(lines[spot[0]], visible, spot[2].value, clues)):
        return _make_headline(above)
    if spot is not None:
        below = find_headline_below(lines[spot[0]], lines, clues.leads_up)
        return _make_headline(below) if below is not None else spot
    chrome = [line for line in readable if line.heading in (1, 2) and line.hints & Hint.CHROME]
    spot = _find_stated(lines, chrome, clues) or _find_by_words([line for line in chrome if line.heading == 1], clues)
    if spot is not None:
        return spot
    candidates = [line for line in visible if not (is_boilerplate(line, clues) or ends_body(line, clues.labels))]
    headings = sorted((line for line in candidates if 0 < line.heading <= 3), key=lambda line: line.heading)
    if not headings or headings[0].heading > 1:
        only = [line for line in readable if line.heading == 1]
        headings[:0] = only if len(only) == 1 else ()  # the page's only h1, whatever it stands in
    for line in headings:
        if _may_be_headline(line, clues):
            return line.index, line.index, Found(value=line.text, source=f"h{line.heading}")
    for line in candidates:
        if line.hints & Hint.HEADLINE and _may_be_headline(line, clues):
            return line.index, line.index, Found(value=line.text, source="hint:headline")
    return (
        find_labelled_headline(candidates)
        or _find_after_date(candidates, clues)
        or _find_above_text(candidates, clues)
        or _find_in_capitals(headings, clues)
        or _find_beside_free_date(candidates, clues)
    )


def _strip_end(visible: Sequence[TextLine]) -> list[TextLine]:
    """Return the lines up to the last that is prose, and headings after it; all lines where none is prose.

    What stands under all text is a footer, which may repeat the title of the page.
    """
    end = next(
        (
            place
            for place in range(len(visible), 0, -1)
            if len(visible[place - 1].text) * 4 >= PROSE and measure_prose(visible[place - 1].unlinked) >= PROSE
        ),
        len(visible),
    )
    return [*visible[:end], *(line for line in visible[end:] if line.heading)]


def _find_stated(
    lines: Sequence[TextLine], candidates: Sequence[TextLine], clues: Clues
) -> tuple[int, int, Found] | None:
    """Return the line that is a stated headline, or is one but for a kicker or the site's name."""
    for anchor in clues.anchors:
        stated = _fold_for_matching(anchor.value)
        if len(stated) < 2:
            continue
        best: tuple[int, int, int, str] | None = None
        longest = len(stated) * 2 + 40
        for line in candidates:
            if len(line.text) > longest or not _may_share_end(line.text, stated):
                continue
            if line.hints & Hint.BYLINE and not line.heading:
                continue  # "The Last Boat | Ann Lee": the writer's name may end a title
            score = _rate_match(line, stated)
            if score and not is_teaser(line, clues) and not names_site(line, clues):
                rank = score + (
                    20 - line.heading if line.heading else 5 if line.hints & (Hint.HEADLINE | Hint.EMPHASIS) else 0
                )
                rank -= 10 if is_boilerplate(line, clues) else 0
                if best is None or rank > best[0]:
                    best = (rank, line.index, line.index, line.text)
        if best is None or begins_above(lines, lines[best[1]], stated):
            best = _match_two_lines(lines, candidates, stated) or best
        if best is not None:
            line = lines[best[1]]
            line = _find_before_name(line, candidates, stated) or line
            if line.index != best[1]:
                return line.index, line.index, Found(value=line.text, source=f"h{line.heading}+{anchor.source}")
            element = f"h{line.heading}" if line.heading else "line"
            return best[1], best[2], Found(value=best[3], source=f"{element}+{anchor.source}")
    return None


def _find_before_name(heading_line: TextLine, candidates: Sequence[TextLine], stated: str) -> TextLine | None:
    """Return the heading that a title begins with, where the one that was found is the few words that it ends with.

    The latter is the name of the paper or of a series: ``<h1>Valmare Post</h1>``, ``<h2>Pier shuts for a year</h2>``.
    """
    name = heading_line.matched
    if not name or len(name.split()) > _WORDS_OF_NAME or stated == name or not stated.endswith(f" {name}"):
        return None
    before = stated[: -len(name)].rstrip()
    if before[-1:] not in _BEFORE_NAME or len(before.split()) <= len(name.split()):
        return None
    for line in candidates:
        if 0 < line.heading <= 3 and line is not heading_line and before.rstrip(_SIGNS_OF_TITLE) == line.matched:
            return line
    return None


_WORDS_OF_NAME: Final = 4
_BEFORE_NAME: Final = ("-", "|", "\u2013", "\u2014", "\u00b7", "\u2022", ":", "/")
_SIGNS_OF_TITLE: Final = " -|\u2013\u2014\u00b7\u2022:/"


def _find_above_heading_of_body(
    heading_line: TextLine, candidates: Sequence[TextLine], stated: str, clues: Clues
) -> TextLine | None:
    """Return the only h1 above a lower heading between paragraphs, where it has words in common with the latter.

    A heading of the text may repeat word for word what the page states for lists of results.
    """
    if heading_line.heading < 2:
        return None
    headings = [line for line in candidates if line.heading == 1]
    if len(headings) != 1 or headings[0].index > heading_line.index or not _may_be_headline(headings[0], clues):
        return None
    between = (line for line in candidates if headings[0].index < line.index < heading_line.index)
    prose = sum(measure_prose(line.unlinked) >= PROSE for line in between)
    common = {word for word in read_words(headings[0].text) & read_words(stated) if len(word) > 3}
    return headings[0] if prose >= 2 and len(common) >= 2 else None


def _find_by_words(candidates: Sequence[TextLine], clues: Clues) -> tuple[int, int, Found] | None:
    """Return the line that shares its words with a stated headline or with the page's address."""
    stated = [
        HeadlineWords(words, anchor.source)
        for anchor in clues.anchors[:4]
        for words in map(read_words, split_title(anchor.value))
    ]
    best: tuple[float, TextLine, str] | None = None
    for line in candidates:
        hinted = line.heading in (1, 2, 3) or line.hints & (Hint.HEADLINE | Hint.EMPHASIS)
        if not (hinted or 20 <= len(line.text) <= 200) or (line.has_links and line.heading != 1) or line.index > 1000:
            continue
        if is_teaser(line, clues):
            continue
        score, source = rate_line(line.text, stated, clues.slug, line.heading)
        if not score or clues.site_names.names_site(line.text) or is_own_name(line.text, clues.labels):
            continue
        rank = score + (2 if line.heading == 1 else 1 - line.heading / 10 if line.heading else 0.2 if hinted else 0)
        if best is None or rank > best[0]:
            best = (rank, line, source)
    if best is None:
        return None
    _, line, source = best
    element = f"h{line.heading}" if line.heading else "line"
    return line.index, line.index, Found(value=line.text, source=f"{element}+{source}")


def _rate_match(line: TextLine, stated: str) -> int:
    """Return how well a line that is not much longer fits a stated headline: 0 not at all, to 40 word for word."""
    text = line.matched
    if not text:
        return 0
    if text == stated:
        return 40
    if text.replace(" ", "") == stated.replace(" ", ""):
        return 35  # set in two elements with no space between
    whole = len(text) * 2 >= len(stated)
    if stated.endswith(text):
        before = stated[: -len(text)]
        # "CHINA - JAPAN Japan says…": kicker and headline in one title
        if (whole or len(text) >= 20) and before[-1] in " :|-":
            return 30
        if line.heading and len(text) >= 8 and before.rstrip()[-1] in ":|-":
            return 30
    if len(text) >= 15 and stated.startswith(text):
        following = stated[len(text) :].lstrip()[:1]
        # What stands before a colon is a kicker, unless it is set as the page's headline.
        if following in _AFTER_HEADLINE or (following == ":" and line.heading == 1):
            return 25
    if line.heading == 1 and len(text) >= 4 and stated.startswith(text):
        return 25 if stated[len(text) :].lstrip()[:1] in ("|", "\u00b7", "\u2022") else 0
    stem = stated.rstrip(".\u2026 ")
    if stem != stated and len(stem) >= 15 and text.startswith(stem):
        return 25
    if line.heading and len(line.pieces) > 1 and len(stated) >= 10 and text.endswith(stated):
        return 20  # kicker and headline in one element
    return 0


def _may_share_end(text: str, stated: str) -> bool:
    """Return False where a line surely has neither the first nor the last letter of a stated headline.

    Cheaper than to fold the line.
    """
    return not text.isascii() or text[0].lower() == stated[0] or text[-1].lower() == stated[-1] or "`" in text


def _match_two_lines(
    lines: Sequence[TextLine], candidates: Sequence[TextLine], stated: str
) -> tuple[int, int, int, str] | None:
    """Return rank, first and last index and text of two to four lines that are the stated headline together."""
    for line in candidates:
        joined, last = line.text, line.index
        if len(line.text) < 3 or not _may_share_end(line.text, stated) or not stated.startswith(line.matched):
            continue
        for follower in lines[line.index + 1 : line.index + 4]:
            if follower.block is not line.block and not (follower.heading and follower.heading == line.heading):
                break
            joined, last = f"{joined} {follower.text}", follower.index
            if _fold_for_matching(joined) == stated:
                return 1, line.index, last, joined
    return None


def _fold_for_matching(text: str) -> str:
    return " ".join(fold(text).split())


def names_site(line: TextLine, clues: Clues) -> bool:
    """Is the line the name of the site, or nothing but a link to its home page, as a masthead is?"""
    return leads_home(line) or clues.site_names.names_site(line.text)


def is_teaser(line: TextLine, clues: Clues) -> bool:
    """Is the line a teaser of another article?"""
    return line.link_share > 0.6 and any(clues.leads_to_other_article(href) for href, _ in line.links[:3])


def _may_be_headline(line: TextLine, clues: Clues) -> bool:
    labels = clues.labels
    if names_site(line, clues):
        return False
    if is_own_name(line.text, labels) or is_see_also(line, labels) or is_share(line, labels) or is_teaser(line, clues):
        return False
    if line.hints & Hint.RELATED or find_date(line.text, labels, "header") or fold_label(line.text) in labels.lists:
        return False
    # Ideographs in a large type are no kicker where they are many.
    is_large = line.hints & Hint.LARGE and len(line.text) > _LONGEST_LARGE_KICKER and not line.text.isupper()
    if is_sure_kicker(line.text, labels) or (not (line.heading or is_large) and reads_as_kicker(line.text, labels)):
        return False
    if not line.heading:  # without a heading's word for it: no byline, and no sentence of a lead
        long = len(line.text) > 250 or (measure_prose(line.text) >= PROSE and line.text[-1] in ".。")
        if long or is_byline(line.text[:SHORT], clues.language):
            return False
    return not (line.link_share > 0.9 and line.heading != 1 and any(not href.startswith("#") for href, _ in line.links))


def _find_after_date(candidates: Sequence[TextLine], clues: Clues) -> tuple[int, int, Found] | None:
    """Return the first line after the header's date that is no kicker, label or byline, as the headline."""
    labels = clues.labels
    date_index = next(
        (
            index
            for index, line in enumerate(candidates)
            if (date := find_date(line.text, labels, "header")) and _is_only_kicker(date[1], labels)
        ),
        None,
    )
    if date_index is None:
        return None
    doubtful: TextLine | None = None
    has_kicker = False
    for line in candidates[date_index + 1 : date_index + 8]:
        if is_share(line, labels) or is_litter(line) or is_listing_row(line.text):
            continue
        signed = is_byline(line.text[:SHORT], clues.language)
        if doubtful is not None and (signed or measure_prose(line.text) >= PROSE or ends_sentence(line.text)):
            return _make_headline(doubtful)  # what follows is no headline, so that this one was it and no kicker
        if signed:
            continue
        if reads_as_kicker(line.text, labels):
            # Four characters of Chinese under the kicker of the page are its headline.
            is_second = has_kicker and not line.text.isascii() and fold_label(line.text) not in labels.sections
            doubtful = None if is_sure_kicker(line.text, labels) and not is_second else line
            has_kicker = True
            continue
        if not _may_be_headline(line, clues) or len(line.text) > 300:
            return None
        return _make_headline(line)
    return None


def _find_beside_free_date(candidates: Sequence[TextLine], clues: Clues) -> tuple[int, int, Found] | None:
    """Return the line under or over the first line that is nothing but a date, where a text follows in a few lines."""
    for place, line in enumerate(candidates[:MAX_LINES_ABOVE_DATE]):
        if measure_prose(line.unlinked) >= 2 * PROSE:
            return None
        if match_free_date(line.text, clues.language) is None:
            continue
        following = candidates[place + 1 : place + 1 + _LINES_ABOVE]
        if not any(measure_prose(follower.unlinked) >= PROSE for follower in following):
            continue
        for near in (*following[:1], *candidates[max(0, place - 1) : place]):
            is_title = 12 <= measure_prose(near.text) <= SHORT and not is_litter(near)
            if is_title and not near.has_links and not ends_sentence(near.text) and _may_be_headline(near, clues):
                return _make_headline(near)
        return None
    return None


def _find_above_text(candidates: Sequence[TextLine], clues: Clues) -> tuple[int, int, Found] | None:
    """Return the nearest emphasised line above the first two paragraphs that follow each other, as the headline.

    Pages of tables have no heading: their headline is only set in bold or a larger type.
    """
    above: list[TextLine] = []
    for line, follower in pairwise(candidates):
        if measure_prose(line.unlinked) < PROSE:
            above.append(line)
        elif follower.index - line.index <= 2 and measure_prose(follower.unlinked) >= PROSE:
            break
    emphasised = [line for line in above[-_LINES_ABOVE:] if _is_emphasised_headline(line, clues)]
    # A sentence in bold under another such line is the lead of that headline.
    titles = [line for line in emphasised if not ends_sentence(line.text)] or emphasised
    if large := [line for line in titles if line.hints & Hint.LARGE]:
        titles = [line for line in large if not any(other.index == line.index - 1 for other in large)]
    return _make_headline(titles[-1]) if titles else None


def _is_emphasised_headline(line: TextLine, clues: Clues) -> bool:
    if not line.hints & Hint.EMPHASIS or line.has_links or len(line.text) > 200:
        return False
    return not is_byline(line.text[:SHORT], clues.language) and _may_be_headline(line, clues)


def _find_in_capitals(headings: Sequence[TextLine], clues: Clues) -> tuple[int, int, Found] | None:
    """Return the only heading of its level, where it is set in capitals as kickers are and is too long for one."""
    if not headings or sum(line.heading == headings[0].heading for line in headings) > 1:
        return None
    line = headings[0]
    is_kicker = fold_label(line.text) in clues.labels.sections or len(line.text.split()) < _WORDS_IN_CAPITALS
    return None if is_kicker or line.has_links or is_own_name(line.text, clues.labels) else _make_headline(line)


def _make_headline(line: TextLine) -> tuple[int, int, Found]:
    return line.index, line.index, Found(value=line.text, source="anatomy:headline")


def _is_only_kicker(rest: str, labels: CompiledLabels) -> bool:
    return not rest or reads_as_kicker(rest, labels) or fold_label(rest) in labels.share
