"""The lines after the header in, lead and body out: paragraphs as printed, without what only surrounds them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from crawler.extraction.header import Header
from crawler.extraction.headline import Clues, is_boilerplate
from crawler.extraction.labels import (
    PROSE,
    ends_body,
    ends_sentence,
    find_date,
    is_country_line,
    is_listing_row,
    is_litter,
    is_see_also,
    is_share,
    is_share_label,
    measure_prose,
    starts_with_dateline,
)
from crawler.extraction.lines import Block, TextLine, find_common_block, make_inside_test
from crawler.extraction.markup import Hint
from crawler.items import Found
from crawler.normalisation.bylines import is_byline
from crawler.normalisation.scripts import CJK
from crawler.normalisation.text import fold

WRAPPED_LENGTH: Final = 110
"""Lines all shorter than this, parted by single breaks, were wrapped by hand."""
_LOOK_AHEAD: Final = 400
_CJK: Final = re.compile(f"[{CJK}]")
_LEAD_HINTS: Final = Hint.LEAD | Hint.EMPHASIS


@dataclass(slots=True)
class Body:
    """Lead and body, and where the body ended."""

    lead: Found | None = None
    paragraphs: tuple[str, ...] = ()
    source: str | None = None
    end: int = 0
    """Index of the first line after the body."""
    has_dateline: bool = False
    teasers: int = 0
    """Lines among the paragraphs that only link to other articles, and rows that only listings print."""
    teasers_between: int = 0
    """Those of them that text follows."""


@dataclass(slots=True)
class Paragraph:
    """A paragraph, and the line that began it."""

    text: str
    line: TextLine
    hints: int
    lines: list[TextLine] = field(default_factory=list)


@dataclass(slots=True)
class StatedTexts:
    """What structured data says of lead and body, to decide between them."""

    descriptions: tuple[str, ...] = ()
    article_body: str | None = None
    lead_expected: bool = True
    leads_on: Callable[[str], bool] = field(default=lambda href: False)
    """Does this href lead to another article or a listing of the site?"""


def read_body(lines: Sequence[TextLine], header: Header, clues: Clues, texts: StatedTexts) -> Body:
    """Return lead and body; no paragraphs where none can be found."""
    body = Body()
    kept = _keep_lines(lines, header, clues, texts, body)
    paragraphs = join_paragraphs(kept, clues)
    lead: list[Paragraph] = []
    source = "anatomy:lead"
    if header.lead and paragraphs:
        lead = join_paragraphs(list(header.lead), clues)
        source = "anatomy:before byline"
    else:
        # A date or a byline under all of the text: what stands above it is the body.
        paragraphs = paragraphs or join_paragraphs(list(header.lead), clues)
        count, source = _count_lead(paragraphs, header, clues, texts)
        lead, paragraphs = paragraphs[:count], paragraphs[count:]
    if lead:
        body.lead = Found(value=" ".join(paragraph.text for paragraph in lead), source=source)
    body.paragraphs = tuple(paragraph.text for paragraph in paragraphs)
    body.has_dateline = any(starts_with_dateline(paragraph.text, clues.words) for paragraph in paragraphs[:2])
    if paragraphs:
        body.source = _source_of(paragraphs)
    return body


def join_paragraphs(kept: Sequence[TextLine], clues: Clues) -> list[Paragraph]:
    """Join lines into paragraphs: a block or an empty line parts them, a single ``<br>`` only where sentences end."""
    runs: list[list[TextLine]] = []
    for line in kept:
        if runs and line.soft and runs[-1][-1].block is line.block:
            runs[-1].append(line)
        else:
            runs.append([line])
    paragraphs: list[Paragraph] = []
    for run in runs:
        wrapped = _is_wrapped(run)
        for place, line in enumerate(run):
            if place and not _starts_paragraph(run[place - 1], line, wrapped, clues):
                last = paragraphs[-1]
                last.text += ("" if _is_cjk(last.text[-1]) and _is_cjk(line.text[0]) else " ") + line.text
                last.hints &= line.hints
                last.lines.append(line)
            else:
                paragraphs.append(Paragraph(line.text, line, line.hints, [line]))
    return paragraphs


def _is_wrapped(run: Sequence[TextLine]) -> bool:
    widest = max(len(line.text) for line in run)
    limit = WRAPPED_LENGTH // 2 if _is_cjk(run[0].text[0]) else WRAPPED_LENGTH
    prose = [line for line in run[:-1] if not is_country_line(line.text)]
    return len(run) > 1 and widest <= limit and not all(ends_sentence(line.text) for line in prose)


def _starts_paragraph(before: TextLine, line: TextLine, wrapped: bool, clues: Clues) -> bool:
    if is_country_line(before.text) or is_country_line(line.text) or starts_with_dateline(line.text, clues.words):
        return True
    if (before.hints ^ line.hints) & _LEAD_HINTS:
        return True
    return not wrapped and ends_sentence(before.text)


def _is_cjk(character: str) -> bool:
    return _CJK.match(character) is not None


def _keep_lines(
    lines: Sequence[TextLine], header: Header, clues: Clues, texts: StatedTexts, body: Body
) -> list[TextLine]:
    start = header.start
    chosen = [line for line in lines if line.hints & Hint.CHOSEN]
    if chosen:  # the page class says where the body is
        body.end = chosen[-1].index + 1
        return [line for line in chosen if not _is_noise(line, header, clues, texts, body)]
    scope = _find_article_block(lines, start, header, clues)
    in_scope = make_inside_test(scope) if scope is not None else None
    stop = _find_article_body_end(lines, start)
    kept: list[TextLine] = []
    home: Block | None = None
    index = start
    while index < len(lines):
        line = lines[index]
        body.end = index
        if index >= stop or (kept and in_scope is not None and not in_scope(line)):
            return kept
        if kept and _is_body_end(lines, index, kept, home, clues, texts):
            box = _find_inner_box(lines, index, kept, clues) if ends_body(line, clues.words) else None
            if box is None:
                return kept
            while kept and box(kept[-1]):
                kept.pop()
            while index < len(lines) and box(lines[index]):
                index += 1
            continue
        if is_see_also(line, clues.words):
            index = _find_related_end(lines, index, home)
        elif is_boilerplate(line, clues):
            pass
        elif _is_noise(line, header, clues, texts, body):
            if kept and kept[-1].index == line.index - 1 and _is_teaser_heading(kept[-1], line, texts):
                kept.pop()
        else:
            kept.append(line)
            if measure_prose(line.text) >= PROSE:
                body.teasers_between = body.teasers
            if len(kept) > 1 or starts_with_dateline(line.text, clues.words):
                home = _find_paragraph_block(line)
        index += 1
    body.end = len(lines)
    return kept


def _is_teaser_heading(line: TextLine, teaser: TextLine, texts: StatedTexts) -> bool:
    """Is a kept line the heading of a box of links: "Related", above a link to another article?"""
    if len(line.text) > 40 or line.has_links or is_country_line(line.text) or line.text[-1] in ".!?…。！？":
        return False
    return bool(teaser.links) and all(texts.leads_on(href) for href, _ in teaser.links[:5])


def _find_inner_box(
    lines: Sequence[TextLine], index: int, kept: Sequence[TextLine], clues: Clues
) -> Callable[[TextLine], bool] | None:
    """Return a test for the box inside the body that this last line stands in, when the body goes on after it.

    A newsletter box between two paragraphs is a block among theirs; under the body it is none, or nothing follows.
    """
    here = lines[index].block
    home = next((_find_paragraph_block(line) for line in reversed(kept) if measure_prose(line.text) >= PROSE), None)
    if home is None or here is home or lines[index].heading:
        return None
    while here.parent is not None and here.parent is not home:
        here = here.parent
    if here.parent is not home or here.tag == "p":
        return None
    box = make_inside_test(here)
    for line in lines[index + 1 : index + _LOOK_AHEAD]:
        if box(line) or is_boilerplate(line, clues):
            continue
        if is_see_also(line, clues.words) or is_share_label(line, clues.words) or ends_body(line, clues.words):
            return None
        if measure_prose(line.unlinked) >= PROSE:
            return box if _find_paragraph_block(line) is home else None
    return None


def _find_paragraph_block(line: TextLine) -> Block:
    """Return the block that holds the paragraph among others."""
    return line.block if line.soft or line.block.tag != "p" or line.block.parent is None else line.block.parent


def _find_article_block(lines: Sequence[TextLine], start: int, header: Header, clues: Clues) -> Block | None:
    """Return the block that holds headline and body: what lies outside of it is no longer the article."""
    if header.line is None:
        return None
    prose: list[TextLine] = []
    for line in lines[start : start + 200]:
        if prose and (is_see_also(line, clues.words) or ends_body(line, clues.words)):
            break
        if not is_boilerplate(line, clues) and measure_prose(line.unlinked) >= PROSE:
            prose.append(line)
    if not prose:
        return None
    # The lead may stand with the headline, and the body elsewhere: the longest paragraph is hardly the lead.
    return find_common_block(header.line.block, max(prose[:12], key=lambda line: measure_prose(line.text)).block)


def _find_article_body_end(lines: Sequence[TextLine], start: int) -> int:
    marked = [
        line.index
        for line in lines[start:]
        if line.hints & Hint.ARTICLE_BODY and measure_prose(line.unlinked) >= PROSE // 2
    ]
    return max(line.index for line in lines if line.hints & Hint.ARTICLE_BODY) + 1 if marked else len(lines)


def _is_noise(line: TextLine, header: Header, clues: Clues, texts: StatedTexts, body: Body) -> bool:
    words = clues.words
    if (
        is_share(line, words)
        or is_litter(line)
        or (line.hints & Hint.RELATED and clues.doubt and line.link_share > 0.3)
    ):
        return True
    if is_listing_row(line.text):
        body.teasers += 1
        return True
    if len(line.text) < PROSE and (find_date(line.text, words, "listing") or is_byline(line.text, clues.language)):
        body.teasers += 1  # kept all the same: a chronicle may print dates in lines of their own
    unlinked = len(line.text) < PROSE * 2 and line.has_links and line.unlinked
    if unlinked and len(unlinked) <= 25 and unlinked[-1] in ":：" and all(texts.leads_on(e) for e, _ in line.links[:5]):
        body.teasers += 1  # "Read also: …"
        return True
    if unlinked and find_date(unlinked, words, "see_also") and all(texts.leads_on(e) for e, _ in line.links[:5]):
        body.teasers += 1  # a See also entry under a label that is not known
        return True
    if line.link_share > 0.85 and not starts_with_dateline(line.text, words):
        if all(texts.leads_on(href) for href, _ in line.links[:5]):
            body.teasers += 1
            return True
        return (
            all(href.startswith("#") or href.lower().startswith("javascript:") for href, _ in line.links)
            and len(line.text) < PROSE
        )
    if line.soft or len(line.text) > 300:
        return False
    printed = (
        header.byline and header.byline.value,
        header.published and header.published.value,
        header.headline and header.headline.value,
    )
    return line.text in printed


def _is_body_end(
    lines: Sequence[TextLine],
    index: int,
    kept: Sequence[TextLine],
    home: Block | None,
    clues: Clues,
    texts: StatedTexts,
) -> bool:
    """Does the body end before this line?"""
    line, words = lines[index], clues.words
    if ends_body(line, words):
        return True
    if line.hints & Hint.CHROME or is_boilerplate(line, clues):
        return False
    if is_see_also(line, words) or is_share_label(line, words):
        return not _continues_after(lines, index, kept, home, clues, texts)
    if line.heading and home is not None and not make_inside_test(home)(line):
        following = [next_line for next_line in lines[index + 1 : index + 7] if not is_boilerplate(next_line, clues)]
        links = [
            next_line
            for next_line in following
            if next_line.link_share > 0.6
            or find_date(next_line.text, words, "see_also")
            or is_listing_row(next_line.text)
        ]
        return len(links) * 2 >= len(following)
    return False


def _continues_after(
    lines: Sequence[TextLine],
    index: int,
    kept: Sequence[TextLine],
    home: Block | None,
    clues: Clues,
    texts: StatedTexts,
) -> bool:
    """Does the body go on after this label, because it was only a box in its middle, or stood between lead and body?"""
    only_lead = home is None
    for line in lines[index + 1 : index + _LOOK_AHEAD]:
        if ends_body(line, clues.words):
            return False
        if only_lead and is_see_also(line, clues.words):
            return False
        if is_boilerplate(line, clues) or line.link_share > 0.5 or is_share(line, clues.words):
            continue
        if (measure_prose(line.unlinked) >= PROSE or starts_with_dateline(line.text, clues.words)) and (
            only_lead or (home is not None and _find_paragraph_block(line) is home)
        ):
            return True
    return False


def _find_related_end(lines: Sequence[TextLine], index: int, home: Block | None) -> int:
    """Return the index of the last line of a related box inside the body."""
    for line in lines[index + 1 :]:
        if measure_prose(line.unlinked) >= PROSE and (home is None or _find_paragraph_block(line) is home):
            return line.index - 1
    return len(lines)


def _count_lead(paragraphs: Sequence[Paragraph], header: Header, clues: Clues, texts: StatedTexts) -> tuple[int, str]:
    """Return how many of the first paragraphs are the lead, and how that is known."""
    words = clues.words
    dated = next((n for n, paragraph in enumerate(paragraphs[:6]) if starts_with_dateline(paragraph.text, words)), None)
    if dated is not None:
        return dated, "anatomy:before dateline"
    if len(paragraphs) < 2:
        return 0, ""
    first = paragraphs[0]
    folded = fold(first.text[:400])
    if any(folded.startswith(lead) for lead in words.digest_leads):
        return 1, "anatomy:digest lead"
    hinted = _count_while(paragraphs, lambda paragraph: bool(paragraph.hints & Hint.LEAD))
    if hinted:
        return hinted, "hint:lead"
    start_of_body = " ".join(fold((texts.article_body or "")[:600]).split())
    if start_of_body:
        for n, paragraph in enumerate(paragraphs[:4]):
            if start_of_body.startswith(fold(paragraph.text[:200])):
                return n, "jsonld:articleBody" if n else ""
    if first.hints & Hint.ARTICLE_BODY and paragraphs[-1].hints & Hint.ARTICLE_BODY:
        return 0, ""
    bold = _count_while(paragraphs, lambda paragraph: bool(paragraph.hints & Hint.EMPHASIS))
    if 0 < bold < len(paragraphs):
        return bold, "anatomy:emphasis"
    if any(_same_start(description, first.text) for description in texts.descriptions) and not _share_body_element(
        first, paragraphs[1]
    ):
        return 1, "anatomy+meta:description"
    if not texts.lead_expected or is_country_line(first.text):
        return 0, ""
    if _share_body_element(first, paragraphs[1]):
        return 0, ""
    return 1, "anatomy:first paragraph"


def _share_body_element(first: Paragraph, second: Paragraph) -> bool:
    """Do both stand in one element that is named as the body?"""
    return bool(first.hints & second.hints & Hint.BODY) and _find_paragraph_block(first.line) is _find_paragraph_block(
        second.line
    )


def _count_while(paragraphs: Sequence[Paragraph], test: Callable[[Paragraph], bool]) -> int:
    count = next((n for n, paragraph in enumerate(paragraphs[:5]) if not test(paragraph)), 5)
    return count if count < min(5, len(paragraphs)) else 0


def _same_start(description: str, text: str) -> bool:
    stem = fold(description.rstrip(".… "))[:200]
    return len(stem) >= 40 and fold(text[:400]).startswith(stem)


def _source_of(paragraphs: Sequence[Paragraph]) -> str:
    hints = paragraphs[-1].hints
    if hints & Hint.CHOSEN:
        return "css:body"
    if hints & Hint.ARTICLE_BODY:
        return "itemprop:articleBody"
    return "hint:body" if hints & Hint.BODY else "anatomy:body"
