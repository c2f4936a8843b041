"""Reads lead and body from the lines after the header: paragraphs as printed, without what only surrounds them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crawler.extraction.body_lines import LEAD_CHANCE, choose_lines
from crawler.extraction.header import Header
from crawler.extraction.headline import Clues
from crawler.extraction.labels import (
    PROSE,
    CompiledLabels,
    ends_sentence,
    is_country_line,
    measure_prose,
    reads_as_stub,
    starts_with_dateline,
)
from crawler.extraction.lead import StatedTexts, count_lead
from crawler.extraction.lines import TextLine
from crawler.extraction.markup import Hint
from crawler.extraction.paragraphs import Paragraph, join_paragraphs
from crawler.items import Found
from crawler.normalisation.text import fold


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
    chosen = choose_lines(lines, header, clues, find_chances)
    body = Body(teasers=chosen.teasers, teasers_between=chosen.teasers_between)
    paragraphs = join_paragraphs(chosen.lines, clues)
    lead: list[Paragraph] = []
    source = "anatomy:lead"
    if header.lead and paragraphs:
        if clues.labels.is_declared or any(find_chances()[line.index] >= LEAD_CHANCE for line in header.lead):
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
    if lead:
        body.lead = Found(value=" ".join(paragraph.text for paragraph in lead), source=source)
    body.paragraphs = tuple(paragraph.text for paragraph in paragraphs)
    body.has_dateline = any(starts_with_dateline(paragraph.text, clues.labels) for paragraph in paragraphs[:2])
    if paragraphs:
        body.source = _name_source(paragraphs)
    return body


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
