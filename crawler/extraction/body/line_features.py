"""Measures the lines of a page: what each says about itself, its place and its neighbours, as numbers.

:mod:`crawler.extraction.body.body_model` weighs the numbers to tell which lines are the body. Nothing here knows a
publisher or a language. The words of class names are scored by a table that was learnt: how far text below them is
body.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain, pairwise
from math import log, log1p
from operator import itemgetter
from typing import Final

from crawler.extraction.body import block_numbers
from crawler.extraction.body.block_numbers import LEAST_PROSE_LENGTH, Kind, LineFeatures, PageBlocks
from crawler.extraction.layout.lines import TextLine
from crawler.extraction.parsing.markup import Hint

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
    skipped_hints = page.find_skipped_hints(lines)
    measured = [index for index, line in enumerate(lines) if not (line.hints & skipped_hints or is_short_link(line))]
    of_page = [page.best_share, log1p(len(lines)), log(page.total), 1.0 if texts.article_body else 0.0]
    log_lengths = [log1p(length) for length in page.lengths]
    rows: list[LineFeatures | None] = [None] * len(lines)
    of_texts = _measure_texts(lines, measured, page, log_lengths)
    of_places = _measure_places(lines, measured, page, log_lengths, texts)
    for index, of_text, of_place in zip(measured, of_texts, of_places, strict=True):
        line = lines[index]
        heading = line.heading
        rows[index] = [
            *of_text,
            *(_TAG_ROWS.get(f"h{heading}" if heading else line.block.tag, _NO_TAG)),
            *_spread_hints(line.hints),
            *page.measure_block(line.block),
            *of_page,
            *of_place,
        ]
    return rows, page.kinds


def is_short_link(line: TextLine) -> bool:
    """Is a line little else than a short link? Then it is not measured, and its chance of being body is 0."""
    return line.link_share >= _LINKED and len(line.text) < LEAST_PROSE_LENGTH


@lru_cache(maxsize=1024)
def _spread_hints(hints: int) -> tuple[float, ...]:
    return tuple([1.0 if hints & mask else 0.0 for mask in _HINT_MASKS])


def _measure_texts(
    all_lines: Sequence[TextLine], measured: Sequence[int], page: PageBlocks, log_lengths: Sequence[float]
) -> Iterator[tuple[float, ...]]:
    """Return what each measured line says of itself. All lines are measured by one number, then by the next."""
    words_of_lines, frequent = _find_words(all_lines)
    lines = [all_lines[index] for index in measured]
    texts = [line.text for line in lines]
    lengths = [page.lengths[index] for index in measured]
    words = [words_of_lines[index] or all_lines[index].text.lower().split() for index in measured]
    distinct = [set(of_line) for of_line in words]
    firsts = [text[0] for text in texts]
    lasts = [last if (last := text[-1]) not in _CLOSING else text.rstrip(_CLOSING)[-1:] or last for text in texts]
    digits, capitals = zip(*[_measure_head(text[:_HEAD]) for text in texts], strict=True) if texts else ((), ())
    return zip(
        [log_lengths[index] for index in measured],
        [log1p(len(of_line)) for of_line in words],
        [float(min(3, len(line.links))) if line.has_links else 0.0 for line in lines],
        [page.shares[index] for index in measured],
        [1.0 if line.hints & Hint.EMPHASIS else 0.0 for line in lines],
        [1.0 if last in _SENTENCE_ENDS else 0.0 for last in lasts],
        [1.0 if last in ":：" else 0.0 for last in lasts],
        [1.0 if last in "?？" else 0.0 for last in lasts],
        [min(8.0, 100 * text.count(",") / max(40.0, length)) for text, length in zip(texts, lengths, strict=True)],
        [float(min(5, text.count(". "))) for text in texts],
        [1.0 if first.isupper() else 0.0 for first in firsts],
        [1.0 if first.islower() else 0.0 for first in firsts],
        [1.0 if first.isdigit() else 0.0 for first in firsts],
        [0.0 if first.isalnum() else 1.0 for first in firsts],
        digits,
        capitals,
        [1.0 if "|" in text or "•" in text or "·" in text else 0.0 for text in texts],
        [1.0 if "©" in text else 0.0 for text in texts],
        [1.0 if '"' in text or "“" in text or "«" in text or "「" in text else 0.0 for text in texts],
        [1.0 if "@" in text else 0.0 for text in texts],
        [1.0 if length < _FEW else 0.0 for length in lengths],
        [1.0 if _FEW <= length < LEAST_PROSE_LENGTH else 0.0 for length in lengths],
        [1.0 if length > 200 else 0.0 for length in lengths],
        [len(of_line & frequent) / (len(of_line) or 1) for of_line in distinct],
        [1.0 if line.soft else 0.0 for line in lines],
        strict=True,
    )


def _measure_places(
    lines: Sequence[TextLine],
    measured: Sequence[int],
    page: PageBlocks,
    log_lengths: Sequence[float],
    page_texts: PageTexts,
) -> Iterator[tuple[float, ...]]:
    """Return what tells of the place of each measured line: before and after what, and where its text stands again."""
    total_lines, shares, kinds = len(lines), page.shares, page.kinds
    if page_texts.headline_index is not None:
        headline = page_texts.headline_index
        level = max(1, lines[headline].heading)
    else:
        headline, level = page.find_best_start(lines) - 1, 1
    texts = [line.text for line in lines]
    repeats = Counter(texts)
    last_places = dict(zip(texts, range(total_lines), strict=True))
    first_places = {texts[index]: index for index in reversed(measured)}
    headings = [0, *accumulate([index > headline and 0 < line.heading <= level for index, line in enumerate(lines)])]
    prose_until, letters_until, shares_until = (
        [0.0, *accumulate(numbers)] for numbers in (page.prose, page.lengths, shares)
    )
    since_heading = _count_since_headings(lines)
    article_body, description = page_texts.article_body, page_texts.description[:300]
    padded = [0.0, 0.0, *log_lengths, 0.0, 0.0]
    padded_shares = [0.0, 0.0, *shares, 0.0, 0.0]
    same = [0.0, *[1.0 if kind == following else 0.0 for kind, following in pairwise(kinds)], 0.0]
    around = [(max(0, index - _AROUND), min(total_lines, index + _AROUND + 1)) for index in measured]
    return zip(
        [float(min(_MANY, headings[index])) for index in measured],
        [float(min(_MANY, repeats[texts[index]])) for index in measured],
        [index / total_lines for index in measured],
        [1.0 if index > headline else 0.0 for index in measured],
        [log(1 + index - headline) if index > headline else 0.0 for index in measured],
        [0.0 if index > headline else log(1 + headline - index) for index in measured],
        [prose_until[index] / page.total for index in measured],
        [padded[index + 1] for index in measured],
        [padded_shares[index + 1] for index in measured],
        [same[index] for index in measured],
        [padded[index + 3] for index in measured],
        [padded_shares[index + 3] for index in measured],
        [same[index + 1] for index in measured],
        [padded[index] for index in measured],
        [padded_shares[index] for index in measured],
        [padded[index + 4] for index in measured],
        [padded_shares[index + 4] for index in measured],
        [since_heading[index] / 10 for index in measured],
        [
            (prose_until[high] - prose_until[low]) / ((letters_until[high] - letters_until[low]) or 1.0)
            for low, high in around
        ],
        [(shares_until[high] - shares_until[low]) / (high - low) for low, high in around],
        [
            1.0 if article_body and len(text) > 3 and text[:40] in article_body else 0.0
            for text in [texts[index] for index in measured]
        ],
        [1.0 if len(texts[index]) > 30 and description.startswith(texts[index][:40]) else 0.0 for index in measured],
        [1.0 if texts[index] == page_texts.headline else 0.0 for index in measured],
        [1.0 if len(texts[index]) >= 20 and first_places[texts[index]] < index else 0.0 for index in measured],
        [1.0 if last_places[texts[index]] > index else 0.0 for index in measured],
        strict=True,
    )


def _count_since_headings(lines: Sequence[TextLine]) -> list[int]:
    """Return how many lines lie between each line and the last heading before it."""
    counts: list[int] = []
    count = _FAR
    for line in lines:
        counts.append(count)
        count = 0 if line.heading else count + 1 if count < _FAR else _FAR
    return counts


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
