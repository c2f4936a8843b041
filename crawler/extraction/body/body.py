"""Reads lead and body from the lines after the header: paragraphs as printed, without what only surrounds them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from crawler.extraction.body.biographies import list_writers, tells_of_writer
from crawler.extraction.body.body_lines import LEAD_CHANCE, choose_lines
from crawler.extraction.body.lead import StatedTexts, count_lead, stands_in_named_lead
from crawler.extraction.body.likely_lines import LEAST_WORDS_OF_LEAD
from crawler.extraction.body.text_beginnings import may_be_bare_name
from crawler.extraction.header.header import Header
from crawler.extraction.layout.clues import Clues
from crawler.extraction.layout.labels import (
    PROSE,
    CompiledLabels,
    ends_sentence,
    is_country_line,
    is_litter,
    measure_prose,
    reads_as_stub,
    starts_with_dateline,
)
from crawler.extraction.layout.lines import TextLine
from crawler.extraction.layout.paragraphs import Paragraph, join_paragraphs
from crawler.extraction.layout.picture_credits import is_credited
from crawler.extraction.parsing.markup import Hint
from crawler.items import Found
from crawler.normalisation.words.text import fold

SENTENCE_CHANCE: Final = 0.1
"""The chance from which a sentence directly under the headline is the lead."""
LEAST_LEAD: Final = 25
"""Letters of a line that its markup alone makes the lead."""


@dataclass(slots=True)
class Body:
    """Lead and body as printed, and what they tell about the page."""

    lead: Found | None = None
    paragraphs: tuple[str, ...] = ()
    source: str | None = None
    has_dateline: bool = False
    teasers: int = 0
    """Lines among the paragraphs that only link to other articles, and rows that only listings print."""
    teasers_between: int = 0
    """The teasers that text follows."""


def read_body(
    lines: Sequence[TextLine],
    header: Header,
    clues: Clues,
    texts: StatedTexts,
    find_chances: Callable[[], Sequence[float]],
) -> Body:
    """Return lead and body; no paragraphs where none can be found. ``find_chances``: see :func:`choose_lines`."""
    if header.lead:
        names = list_writers(header, clues)
        header.lead = tuple(line for line in header.lead if not _is_beside_lead(line, names))
    chosen = choose_lines(lines, header, clues, find_chances)
    body = Body(teasers=chosen.teasers, teasers_between=chosen.teasers_between)
    paragraphs = join_paragraphs(chosen.lines, clues)
    lead: list[Paragraph] = []
    source = "anatomy:lead"
    if header.lead and paragraphs:
        is_lead = clues.labels.is_declared or _is_marked_lead(header) or texts.describes(header.lead[0].text)
        least = SENTENCE_CHANCE if _is_sentence_below(header) else LEAD_CHANCE
        if is_lead or any(find_chances()[line.index] >= least for line in header.lead):
            lead = join_paragraphs(list(header.lead), clues)
            source = "anatomy:before byline"
            if clues.labels.is_declared:
                lead = _drop_labels(lead)
    else:
        # A date or a byline under all of the text: what stands above it is the body.
        paragraphs = paragraphs or join_paragraphs(list(header.lead), clues)
        if clues.labels.is_declared:
            paragraphs = _drop_label_above(paragraphs, clues.labels)
        count, source = count_lead(paragraphs, clues, texts)
        lead, paragraphs = paragraphs[:count], paragraphs[count:]
        if clues.labels.is_declared:
            lead = _drop_labels(lead)
    if not lead and not clues.labels.is_declared:
        if (subtitle := _find_subtitle(lines, header, chosen.lines)) is not None:
            lead, source = join_paragraphs([subtitle], clues), "anatomy:subtitle"
            paragraphs = [paragraph for paragraph in paragraphs if paragraph.line is not subtitle]
        elif (described := _find_described(lines, header, chosen.lines, texts)) is not None:
            lead, source = join_paragraphs([described], clues), "anatomy+meta:description"
    if lead:
        body.lead = Found(value=" ".join(paragraph.text for paragraph in lead), source=source)
    body.paragraphs = tuple(paragraph.text for paragraph in paragraphs)
    body.has_dateline = any(starts_with_dateline(paragraph.text, clues.labels) for paragraph in paragraphs[:2])
    if paragraphs:
        body.source = _name_source(paragraphs)
    return body


def _is_beside_lead(line: TextLine, names: Sequence[str]) -> bool:
    """Does a line between headline and date tell who the writer is, name somebody, or stand in brackets?"""
    is_bracketed = line.text[0] in "(（" and line.text[-1] in ")）"
    return is_bracketed or tells_of_writer(line, names) or may_be_bare_name(line)


def _is_marked_lead(header: Header) -> bool:
    """Is a single line between headline and byline set or named as a lead, and one?

    Directly under the headline several words are enough; further below it may be neither short nor the headline again.
    """
    [line, *others] = header.lead
    if others or line.has_links or not (line.heading or line.hints & Hint.LEAD or stands_in_named_lead(line)):
        return False
    if _stands_below(line, header) and (" " in line.text or measure_prose(line.text) > len(line.text)):
        return True
    words = set(line.folded.split())
    if not (line.heading in (2, 3, 4) or line.hints & Hint.LEAD) or len(words) < LEAST_WORDS_OF_LEAD:
        return False
    headline = fold(header.headline.value).split() if header.headline is not None else []
    return 2 * len(words.intersection(headline)) < len(words)


def _is_sentence_below(header: Header) -> bool:
    """Is the lead one line directly under the headline that ends as sentences do?"""
    [line, *others] = header.lead
    if others or line.has_links or not _stands_below(line, header):
        return False
    return line.text.count(" ") > 2 and ends_sentence(line.text)


def _stands_below(line: TextLine, header: Header) -> bool:
    """Does a line that is no stub stand directly under the headline?"""
    is_next = header.line is not None and line.index == header.line.index + 1
    return is_next and measure_prose(line.text) >= LEAST_LEAD


def _find_subtitle(lines: Sequence[TextLine], header: Header, chosen: Sequence[TextLine]) -> TextLine | None:
    """Return the heading between headline and text that is no heading of the text: the only one of its level."""
    if header.line is None or not chosen:
        return None
    first = next((line for line in chosen if not line.heading), chosen[0])
    for line in lines[header.line.index + 1 : first.index][:_MOST_LINES_ABOVE]:
        is_marked = 1 < line.heading <= 4 or line.hints & Hint.LEAD
        is_subtitle = is_marked and not line.has_links and len(line.text) >= LEAST_LEAD and " " in line.text
        repeats = any(field is not None and field.value in line.text for field in (header.byline, header.headline))
        if repeats or is_credited(line.text) or is_litter(line):
            continue
        if is_subtitle and not line.hints & (Hint.CHROME | Hint.CAPTION | Hint.RELATED):
            others = [other for other in chosen if line.heading and other.heading == line.heading and other is not line]
            is_dated = header.published is not None or header.byline is not None  # else it may be the first of a list
            is_above = first.index - line.index <= 2 and (is_dated or line not in chosen)
            return line if is_above and not others else None
    return None


_MOST_LINES_ABOVE: Final = 8


def _find_described(
    lines: Sequence[TextLine], header: Header, chosen: Sequence[TextLine], texts: StatedTexts
) -> TextLine | None:
    """Return the line between headline and text that the page states as its description, where the text lacks it."""
    if header.line is None or not chosen:
        return None
    for line in lines[header.line.index + 1 : chosen[0].index][:_MOST_LINES_ABOVE]:
        stands_beside = line.has_links or line.hints & (Hint.CHROME | Hint.CAPTION | Hint.RELATED)
        if not stands_beside and texts.describes(line.text):
            return line
    return None


def _drop_label_above(paragraphs: list[Paragraph], labels: CompiledLabels) -> list[Paragraph]:
    """Leave out a short line above the first sentence: "Listen to this article", what a picture shows."""
    if len(paragraphs) < 2 or starts_with_dateline(paragraphs[0].text, labels):
        return paragraphs
    first, second, *_ = paragraphs
    if fold(second.text[:200]).startswith(labels.digest_leads):
        return paragraphs[1:]
    is_label = measure_prose(first.text) < PROSE and not (ends_sentence(first.text) or is_country_line(first.text))
    is_set_apart = first.line.heading or first.hints & (Hint.EMPHASIS | Hint.LEAD)
    is_above_text = measure_prose(second.text) >= PROSE // 2 and ends_sentence(second.text)
    return paragraphs[1:] if is_label and is_above_text and not is_set_apart else paragraphs


def _drop_labels(lead: list[Paragraph]) -> list[Paragraph]:
    """Leave out what stands above or below the sentences of a lead and is none: a label, what a picture shows."""
    sentences = [paragraph for paragraph in lead if ends_sentence(paragraph.text)]
    if sentences:
        return [paragraph for paragraph in lead if paragraph in sentences or measure_prose(paragraph.text) >= PROSE]
    return [paragraph for paragraph in lead if not reads_as_stub(paragraph.text)]


def _name_source(paragraphs: Sequence[Paragraph]) -> str:
    """Return what marks the last paragraph as body, as the source of the whole."""
    hints = paragraphs[-1].hints
    if hints & Hint.CHOSEN:
        return "css:body"
    if hints & Hint.ARTICLE_BODY:
        return "itemprop:articleBody"
    return "hint:body" if hints & Hint.BODY else "anatomy:body"
