"""Counts how many of an article's first paragraphs are its lead."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from crawler.extraction.layout.clues import Clues
from crawler.extraction.layout.labels import is_country_line, starts_with_dateline
from crawler.extraction.layout.lines import TextLine, make_inside_test
from crawler.extraction.layout.paragraphs import Paragraph, find_paragraph_block
from crawler.extraction.parsing.markup import Hint
from crawler.normalisation.words.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedTexts:
    """What structured data says of lead and body, to tell them apart."""

    descriptions: tuple[str, ...] = ()
    article_body: str | None = None
    lead_expected: bool = True

    def describes(self, text: str) -> bool:
        """Is a text, or the beginning of it, stated as the page's description?"""
        return any(_begins_text(description, text) for description in self.descriptions)


def count_lead(paragraphs: Sequence[Paragraph], clues: Clues, texts: StatedTexts) -> tuple[int, str]:
    """Return how many of the first paragraphs are the lead, and the source that shows it: 0 and "" without a lead."""
    labels = clues.labels
    dateline_index = next(
        (index for index, paragraph in enumerate(paragraphs[:6]) if starts_with_dateline(paragraph.text, labels)), None
    )
    if dateline_index is not None:
        return dateline_index, "anatomy:before dateline"
    if len(paragraphs) < 2:
        return 0, ""
    first = paragraphs[0]
    folded = fold(first.text[:400])
    if any(folded.startswith(lead) for lead in labels.digest_leads):
        return 1, "anatomy:digest lead"
    hinted_count = _count_while(paragraphs, lambda paragraph: bool(paragraph.hints & Hint.LEAD))
    if hinted_count > 1 and first.line.heading and not paragraphs[1].line.heading:
        return 1, "hint:lead"  # a subtitle, and under it a first paragraph that is set apart too
    if hinted_count or (hinted_count := _count_named(paragraphs)):
        return hinted_count, "hint:lead"
    start_of_body = " ".join(fold((texts.article_body or "")[:600]).split())
    if start_of_body:
        for index, paragraph in enumerate(paragraphs[:4]):
            if start_of_body.startswith(fold(paragraph.text[:200])):
                return index, "jsonld:articleBody" if index else ""
    if first.hints & Hint.ARTICLE_BODY and paragraphs[-1].hints & Hint.ARTICLE_BODY:
        return 0, ""
    bold_count = _count_while(paragraphs, lambda paragraph: bool(paragraph.hints & Hint.EMPHASIS))
    if 0 < bold_count < len(paragraphs):
        return bold_count, "anatomy:emphasis"
    if texts.describes(first.text) and not _share_body_element(first, paragraphs[1]):
        return 1, "anatomy+meta:description"
    if not texts.lead_expected or is_country_line(first.text):
        return 0, ""
    if _share_body_element(first, paragraphs[1]):
        return 0, ""
    return 1, "anatomy:first paragraph"


_LEAD_NAME: Final = re.compile(
    r"(?<![a-z])(?:teaser-?(?:text)?|hook|intro-?(?:text|duction)?|preamble|synopsis|strapline|headnote|tagline|"
    r"description|inleiding|zusammenfassung|anleser|vorspann|unterzeile|anons|manchet|underrubrik|ingress[ei]?|"
    r"spot|ozet|gancho|linha-?fina|bigode|olho|subt[ií]t(?:ulo)?|resumen?|resumo|riassunto|chap[eô]|accroche|"
    r"podtitul|podnaslov|zajawka|leadek|kivonat|lidas|santrauka|kokkuvote|lyhyesti|perex|sapo|sapeau)(?![a-z])"
)
"""What the elements of leads are named beside the names that are hints wherever they stand."""
_MOST_NAMED: Final = 2
_WORDS_OF_LEAD: Final = 6


def names_lead(line: TextLine) -> bool:
    """Is the element of a line named as that of a lead, in a word that means other things elsewhere?"""
    name = line.block.name
    return bool(name) and _LEAD_NAME.search(name[:100].lower().replace("_", "-")) is not None


def stands_in_named_lead(line: TextLine) -> bool:
    """Is the element of a line named as that of a lead, or the one around a paragraph that has no name of its own?"""
    around = line.block.parent
    if names_lead(line) or line.block.tag != "p" or line.block.name or around is None or not around.name:
        return names_lead(line)
    return _LEAD_NAME.search(around.name[:100].lower().replace("_", "-")) is not None


def _count_named(paragraphs: Sequence[Paragraph]) -> int:
    """Return how many of the first paragraphs stand in elements named as those of leads, where the others do not."""
    count = next(
        (place for place, paragraph in enumerate(paragraphs[:5]) if not _stands_in_lead(paragraph, paragraphs)), 5
    )
    is_text = count == 0 or len(paragraphs[0].text.split()) >= _WORDS_OF_LEAD
    return count if count <= _MOST_NAMED and count < len(paragraphs) and is_text else 0


def _stands_in_lead(paragraph: Paragraph, paragraphs: Sequence[Paragraph]) -> bool:
    """Is the element of a paragraph, or, of the first, one around it that the second is not in, named as a lead's?"""
    line = paragraph.line
    if names_lead(line):
        return True
    around = line.block.parent
    if (
        paragraph is not paragraphs[0]
        or around is None
        or not around.name
        or make_inside_test(around)(paragraphs[1].line)
    ):
        return False
    return _LEAD_NAME.search(around.name[:100].lower().replace("_", "-")) is not None


def _share_body_element(first: Paragraph, second: Paragraph) -> bool:
    """Do two paragraphs stand in one element that is named as the body?"""
    return bool(first.hints & second.hints & Hint.BODY) and find_paragraph_block(first.line) is find_paragraph_block(
        second.line
    )


def _count_while(paragraphs: Sequence[Paragraph], test: Callable[[Paragraph], bool]) -> int:
    """Return how many of the first paragraphs pass a test; 0 where so many do that it tells nothing."""
    count = next((index for index, paragraph in enumerate(paragraphs[:5]) if not test(paragraph)), 5)
    return count if count < min(5, len(paragraphs)) else 0


def _begins_text(description: str, text: str) -> bool:
    """Is a description, perhaps cut off, the beginning of a text?"""
    stem = fold(description.rstrip(".… "))[:200]
    return len(stem) >= 40 and fold(text[:400]).startswith(stem)
