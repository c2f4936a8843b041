"""Measures the lines of a page: what each says about itself, its place and its neighbours, as numbers.

:mod:`crawler.extraction.body_model` weighs the numbers to tell which lines are the body. Nothing here knows a publisher
or a language. The words of class names are scored by a table that was learnt: how far text below them is body.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from math import log, log1p
from operator import itemgetter
from typing import Final

from crawler.extraction import block_numbers
from crawler.extraction.block_numbers import PROSE, Kind, LineFeatures, PageBlocks
from crawler.extraction.lines import TextLine
from crawler.extraction.markup import Hint

_TAGS: Final = (
    ("paragraph", ("p",)),
    ("list_item", ("li",)),
    ("h1", ("h1",)),
    ("h2", ("h2",)),
    ("h3", ("h3",)),
    ("h4_to_h6", ("h4", "h5", "h6")),
    ("cell", ("td", "th")),
    ("division", ("div", "section", "article", "main")),
    ("quotation", ("blockquote",)),
    ("caption", ("figcaption", "caption")),
    ("preformatted", ("pre",)),
    ("definition", ("dd", "dt")),
)
_HINTS: Final = (
    ("chrome", Hint.CHROME),
    ("boilerplate", Hint.BOILERPLATE),
    ("share", Hint.SHARE),
    ("related", Hint.RELATED),
    ("caption", Hint.CAPTION),
    ("advert", Hint.ADVERT),
    ("date", Hint.DATE | Hint.TIME),
    ("byline", Hint.BYLINE),
    ("kicker", Hint.KICKER),
    ("headline", Hint.HEADLINE),
    ("lead", Hint.LEAD),
    ("body", Hint.BODY),
    ("article_body", Hint.ARTICLE_BODY),
    ("form", Hint.FORM),
)
FEATURES: Final = (
    *("length", "words", "links", "link_share", "emphasis", "ends_sentence", "ends_colon", "question", "commas"),
    *("sentences", "starts_upper", "starts_lower", "starts_digit", "starts_mark", "digits", "capitals", "bars"),
    *("copyright", "quotation_mark", "at_sign", "short", "middling", "long", "frequent_words", "soft"),
    *(f"tag_{name}" for name, _ in _TAGS),
    *(f"hint_{name}" for name, _ in _HINTS),
    *block_numbers.FEATURES,
    *("best_share", "page_lines", "page_prose", "states_body"),
    *("headings_since_headline", "repeats"),
    *("position", "after_headline", "lines_after", "lines_before", "prose_before"),
    *("before_length", "before_links", "before_same", "after_length", "after_links", "after_same"),
    *("second_before_length", "second_before_links", "second_after_length", "second_after_links"),
    *("since_heading", "prose_around", "links_around"),
    *("in_stated_body", "in_description", "is_headline", "printed_before", "printed_later"),
)
"""Names of the numbers of a line, in their order."""
_TAG_ROWS: Final = {
    tag: tuple(float(index == place) for index in range(len(_TAGS)))
    for place, (_, tags) in enumerate(_TAGS)
    for tag in tags
}
_NO_TAG: Final = (0.0,) * len(_TAGS)
_HINT_MASKS: Final = tuple(mask for _, mask in _HINTS)
_MANY: Final = 5
_CLOSING: Final = "\"'”’»）)] "
_SENTENCE_ENDS: Final = frozenset(".!?…。！？؟।")
_LINKED: Final = 0.9
"""The share of link text from which a short line is an entry of some list."""
_FEW: Final = 25
_AROUND: Final = 4
_FAR: Final = 30
_SPACES: Final = 8
"""Spaces in a line from which its words count as the language's."""
_MOST_WORDS: Final = 200
_FREQUENT: Final = 25
"""The most frequent words, of which the short ones are function words."""
_FUNCTION_WORD: Final = 8
_HEAD: Final = 60
"""Characters at a line's beginning whose figures and capitals are counted."""
_DIGITS: Final = b"0123456789"
_CAPITALS: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTexts:
    """What a page says elsewhere of its headline and its text."""

    headline_index: int | None = None
    """Index of the line that is the headline; None where none is printed."""
    headline: str = ""
    article_body: str = ""
    description: str = ""


def measure_lines(
    lines: Sequence[TextLine], class_scores: Mapping[str, float], texts: PageTexts
) -> tuple[list[LineFeatures | None], list[Kind]]:
    """Return for each line its numbers, in the order of :data:`FEATURES`, and its kind: tags and classes around it.

    None stands for the numbers of a line that is surely no body: a short link, a line of a menu.
    """
    page = PageBlocks(lines, class_scores, texts.headline_index)
    total_lines = len(lines)
    words, frequent = _find_words(lines)
    repeats = Counter([line.text for line in lines])
    later = dict(repeats)
    earlier: set[str] = set()
    headline = texts.headline_index if texts.headline_index is not None else page.find_best_start(lines) - 1
    article_body, description = texts.article_body, texts.description[:300]
    of_page = [page.best_share, log1p(total_lines), log(page.total), 1.0 if article_body else 0.0]
    rows: list[LineFeatures | None] = []
    skipped_hints = page.find_skipped_hints(lines)
    before = 0.0
    since_heading = _FAR
    headings = 0
    level = max(1, lines[headline].heading) if texts.headline_index is not None else 1
    lengths, shares, prose = page.lengths, page.shares, page.prose
    log_lengths = [log1p(length) for length in lengths]
    padded = [0.0, 0.0, *log_lengths, 0.0, 0.0]
    padded_shares = [0.0, 0.0, *shares, 0.0, 0.0]
    kinds = page.kinds
    padded_kinds = [None, *kinds, None]
    for index, line in enumerate(lines):
        text, heading = line.text, line.heading
        later[text] -= 1
        is_after = index > headline
        if line.hints & skipped_hints or is_short_link(line):
            rows.append(None)
        else:
            low, high = max(0, index - _AROUND), index + _AROUND + 1
            rows.append(
                [
                    *_measure_text(line, lengths[index], log_lengths[index], shares[index], words[index], frequent),
                    *(_TAG_ROWS.get(f"h{heading}" if heading else line.block.tag, _NO_TAG)),
                    *_spread_hints(line.hints),
                    *page.measure_block(line.block),
                    *of_page,
                    float(min(_MANY, headings)) if is_after else 0.0,
                    float(min(_MANY, repeats[text])),
                    index / total_lines,
                    1.0 if is_after else 0.0,
                    log(1 + index - headline) if is_after else 0.0,
                    0.0 if is_after else log(1 + headline - index),
                    before / page.total,
                    padded[index + 1],
                    padded_shares[index + 1],
                    1.0 if padded_kinds[index] == kinds[index] else 0.0,
                    padded[index + 3],
                    padded_shares[index + 3],
                    1.0 if padded_kinds[index + 2] == kinds[index] else 0.0,
                    padded[index],
                    padded_shares[index],
                    padded[index + 4],
                    padded_shares[index + 4],
                    since_heading / 10,
                    sum(prose[low:high]) / (sum(lengths[low:high]) or 1.0),
                    sum(shares[low:high]) / (min(high, total_lines) - low),
                    1.0 if article_body and len(text) > 3 and text[:40] in article_body else 0.0,
                    1.0 if len(text) > 30 and description.startswith(text[:40]) else 0.0,
                    1.0 if text == texts.headline else 0.0,
                    1.0 if text in earlier else 0.0,
                    1.0 if later[text] > 0 else 0.0,
                ]
            )
            if len(text) >= 20:
                earlier.add(text)
        if is_after and 0 < heading <= level:
            headings += 1
        before += prose[index]
        since_heading = 0 if heading else min(_FAR, since_heading + 1)
    return rows, kinds


def is_short_link(line: TextLine) -> bool:
    """Is a line little else than a short link? Then it is not measured, and its chance of being body is 0."""
    return line.link_share >= _LINKED and len(line.text) < PROSE


@lru_cache(maxsize=1024)
def _spread_hints(hints: int) -> tuple[float, ...]:
    return tuple([1.0 if hints & mask else 0.0 for mask in _HINT_MASKS])


def _measure_text(
    line: TextLine, length: float, log_length: float, share: float, words: list[str] | None, frequent: frozenset[str]
) -> LineFeatures:
    """Return what a line says of itself; ``words`` are its words in lower case where they have been parted already."""
    text = line.text
    words = text.lower().split() if words is None else words
    distinct = set(words)
    first, last = text[0], text[-1]
    if last in _CLOSING:
        last = text.rstrip(_CLOSING)[-1:] or last
    digits, capitals = _measure_head(text[:_HEAD])
    return [
        log_length,
        log1p(len(words)),
        float(min(3, len(line.links))) if line.has_links else 0.0,
        share,
        1.0 if line.hints & Hint.EMPHASIS else 0.0,
        1.0 if last in _SENTENCE_ENDS else 0.0,
        1.0 if last in ":：" else 0.0,
        1.0 if last in "?？" else 0.0,
        min(8.0, 100 * text.count(",") / max(40.0, length)),
        float(min(5, text.count(". "))),
        1.0 if first.isupper() else 0.0,
        1.0 if first.islower() else 0.0,
        1.0 if first.isdigit() else 0.0,
        0.0 if first.isalnum() else 1.0,
        digits,
        capitals,
        1.0 if "|" in text or "•" in text or "·" in text else 0.0,
        1.0 if "©" in text else 0.0,
        1.0 if '"' in text or "“" in text or "«" in text or "「" in text else 0.0,
        1.0 if "@" in text else 0.0,
        1.0 if length < _FEW else 0.0,
        1.0 if _FEW <= length < PROSE else 0.0,
        1.0 if length > 200 else 0.0,
        len(distinct & frequent) / (len(distinct) or 1),
        1.0 if line.soft else 0.0,
    ]


def _measure_head(head: str) -> tuple[float, float]:
    """Return the shares of figures and of capitals in the beginning of a line."""
    length = len(head)
    if head.isascii():  # bytes leave characters out many times as quickly
        plain = head.encode("ascii")
        digits, capitals = length - len(plain.translate(None, _DIGITS)), length - len(plain.translate(None, _CAPITALS))
    else:
        digits, capitals = sum(map(str.isdigit, head)), sum(map(str.isupper, head))
    return digits / length, capitals / length


def _find_words(lines: Sequence[TextLine]) -> tuple[list[list[str] | None], frozenset[str]]:
    """Return the words of the longer lines in lower case, and the short ones that these repeat most.

    Those are the function words of the page's language.
    """
    words = [line.text.lower().split() if line.text.count(" ") >= _SPACES else None for line in lines]
    counts = Counter(chain.from_iterable([of_line[:_MOST_WORDS] for of_line in words if of_line is not None]))
    repeated = [item for item in counts.items() if item[1] > 1]
    ranked = sorted(repeated if len(repeated) >= _FREQUENT else counts.items(), key=itemgetter(1), reverse=True)
    return words, frozenset([word for word, _ in ranked[:_FREQUENT] if len(word) < _FUNCTION_WORD])
