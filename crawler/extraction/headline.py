"""Lines in, the printed headline out: where structured data or the title says to look, else by headings and order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from crawler.extraction.labels import (
    PROSE,
    SHORT,
    CompiledLabels,
    ends_sentence,
    find_date,
    fold_label,
    is_listing_row,
    is_litter,
    is_own_name,
    is_see_also,
    is_share,
    is_sure_kicker,
    measure_prose,
    reads_as_kicker,
)
from crawler.extraction.lines import TextLine
from crawler.extraction.markup import DOUBTFUL_HINTS, Hint
from crawler.items import Found
from crawler.normalisation.bylines import is_byline
from crawler.normalisation.text import fold

MAX_LINES_SEARCHED: Final = 5_000
"""The headline is looked for in so many lines."""
LONGEST_HEADLINE: Final = 1000


@dataclass(frozen=True, slots=True)
class StatedHeadline:
    """A text that structured data gives for the headline: where to look for the printed one."""

    value: str
    source: str


@dataclass(slots=True)
class Clues:
    """What else is known when the header is read."""

    words: CompiledLabels
    language: str | None
    anchors: tuple[StatedHeadline, ...]
    author_names: tuple[str, ...]
    day: str | None
    """The day of publication as structured data states it, ``2022-03-11``."""
    sections: tuple[str, ...]
    is_elsewhere: Callable[[str], bool]
    """Does this href lead to another article of the site?"""
    is_listing: Callable[[str], bool]
    """Does this href lead to a listing of the site?"""
    leads_on: Callable[[str], bool]
    """Does this href lead to another article, a listing or a home page of the site?"""
    doubt: int = DOUBTFUL_HINTS
    """The hints that are believed to part boilerplate from the article; 0 when class names have been found lying."""


def is_boilerplate(line: TextLine, clues: Clues) -> bool:
    """Is the line outside of any article: menus, captions, advertisements?"""
    return bool(line.hints & (Hint.CHROME | clues.doubt))


def find_headline(lines: Sequence[TextLine], clues: Clues) -> tuple[int, int, Found] | None:
    """Return the first and last line of the headline, and the headline; None when none is printed."""
    visible = [
        line
        for line in lines[:MAX_LINES_SEARCHED]
        if len(line.text) <= LONGEST_HEADLINE and not line.hints & Hint.CHROME
    ]
    for anchor in clues.anchors:
        wanted = _fold_for_matching(anchor.value)
        if len(wanted) < 2:
            continue
        best: tuple[int, int, int, str] | None = None
        for line in visible:
            fit = _rate_match(line, wanted, clues)
            if fit and not is_teaser(line, clues):
                rank = fit + (
                    20 - line.heading if line.heading else 5 if line.hints & (Hint.HEADLINE | Hint.EMPHASIS) else 0
                )
                rank -= 10 if is_boilerplate(line, clues) else 0
                if best is None or rank > best[0]:
                    best = (rank, line.index, line.index, line.text)
        if best is None:
            best = _match_two_lines(lines, visible, wanted)
        if best is not None:
            line = lines[best[1]]
            place = f"h{line.heading}" if line.heading else "line"
            return best[1], best[2], Found(value=best[3], source=f"{place}+{anchor.source}")
    candidates = [line for line in visible if not is_boilerplate(line, clues)]
    for line in sorted(
        (candidate for candidate in candidates if candidate.heading), key=lambda candidate: candidate.heading
    ):
        if line.heading <= 3 and _may_be_headline(line, clues):
            return line.index, line.index, Found(value=line.text, source=f"h{line.heading}")
    for line in candidates:
        if line.hints & Hint.HEADLINE and _may_be_headline(line, clues):
            return line.index, line.index, Found(value=line.text, source="hint:headline")
    return _find_after_date(candidates, clues)


def _rate_match(line: TextLine, wanted: str, clues: Clues) -> int:
    text = _fold_for_matching(line.text) if len(line.text) <= len(wanted) * 2 + 40 else ""
    if not text:
        return 0
    if text == wanted:
        return 40
    if wanted.endswith(text) and (len(text) * 2 >= len(wanted) or len(text) >= 20):
        before = wanted[: -len(text)]
        if before[-1] in " :|-":  # "CHINA - JAPAN Japan says…": kicker and headline in one title
            return 30
    if (
        len(text) >= 15
        and wanted.startswith(text)
        and wanted[len(text) :].lstrip()[:1] in ("-", "|", "\u00b7", ":", "\u2022", "/")
    ):
        return 25
    stem = wanted.rstrip(".\u2026 ")
    if stem != wanted and len(stem) >= 15 and text.startswith(stem):
        return 25
    if line.heading and len(line.pieces) > 1 and len(wanted) >= 10 and text.endswith(wanted):
        return 20  # kicker and headline in one element
    return 0


def _match_two_lines(
    lines: Sequence[TextLine], candidates: Sequence[TextLine], wanted: str
) -> tuple[int, int, int, str] | None:
    for line in candidates:
        joined, last = line.text, line.index
        if not wanted.startswith(_fold_for_matching(line.text)) or len(line.text) < 3:
            continue
        for follower in lines[line.index + 1 : line.index + 4]:
            if follower.block is not line.block and not (follower.heading and follower.heading == line.heading):
                break
            joined, last = f"{joined} {follower.text}", follower.index
            if _fold_for_matching(joined) == wanted:
                return 1, line.index, last, joined
    return None


def _fold_for_matching(text: str) -> str:
    return " ".join(fold(text).split())


def is_teaser(line: TextLine, clues: Clues) -> bool:
    """Is the line a teaser of another article?"""
    return line.link_share > 0.6 and any(clues.is_elsewhere(href) for href, _ in line.links[:3])


def _may_be_headline(line: TextLine, clues: Clues) -> bool:
    words = clues.words
    if is_own_name(line.text, words) or is_see_also(line, words) or is_share(line, words) or is_teaser(line, clues):
        return False
    if line.hints & Hint.RELATED or find_date(line.text, words, "header"):
        return False
    if is_sure_kicker(line.text, words) or (not line.heading and reads_as_kicker(line.text, words)):
        return False
    if not line.heading:  # without a heading's word for it: no byline, and no sentence of a lead
        long = len(line.text) > 250 or (measure_prose(line.text) >= PROSE and line.text[-1] in ".。")
        if long or is_byline(line.text[:SHORT], clues.language):
            return False
    return not (line.link_share > 0.9 and line.heading != 1 and any(not href.startswith("#") for href, _ in line.links))


def _find_after_date(candidates: Sequence[TextLine], clues: Clues) -> tuple[int, int, Found] | None:
    """Take the first line after the header's date, its kicker and its labels."""
    words = clues.words
    dated = next(
        (
            n
            for n, line in enumerate(candidates)
            if (found := find_date(line.text, words, "header")) and _is_only_kicker(found[1], words)
        ),
        None,
    )
    if dated is None:
        return None
    doubtful: TextLine | None = None
    for line in candidates[dated + 1 : dated + 8]:
        if is_share(line, words) or is_litter(line) or is_listing_row(line.text):
            continue
        signed = is_byline(line.text[:SHORT], clues.language)
        if doubtful is not None and (signed or measure_prose(line.text) >= PROSE or ends_sentence(line.text)):
            return _make_headline(doubtful)  # what follows is no headline, so that this one was it and no kicker
        if signed:
            continue
        if reads_as_kicker(line.text, words):
            doubtful = None if is_sure_kicker(line.text, words) else line
            continue
        if not _may_be_headline(line, clues) or len(line.text) > 300:
            return None
        return _make_headline(line)
    return None


def _make_headline(line: TextLine) -> tuple[int, int, Found]:
    return line.index, line.index, Found(value=line.text, source="anatomy:headline")


def _is_only_kicker(rest: str, words: CompiledLabels) -> bool:
    return not rest or reads_as_kicker(rest, words) or fold_label(rest) in words.share
