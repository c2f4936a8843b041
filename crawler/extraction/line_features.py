"""Measures the lines of a page: what each says about itself, its place and its neighbours, as numbers.

:mod:`crawler.extraction.body_model` weighs the numbers to tell which lines are the body. Nothing here knows a publisher
or a language. The words of class names are scored by a table that was learnt: how far text below them is body.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, log1p
from typing import Final

from crawler.extraction.block_numbers import ANCESTORS, COMMENTS, CONSENT, BlockNumbers, LineFeatures
from crawler.extraction.lines import Block, TextLine, find_article
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
    *(f"in_{name}" for name, _ in ANCESTORS),
    *("in_custom", "depth", "class_low", "class_high", "class_sum", "class_own", "class_above"),
    *("block_share", "parent_share", "grandparent_share", "kind_share", "kind_lines", "kind_length", "parent_links"),
    *("grandparent_links", "in_best"),
    *("in_comments", "in_consent", "with_headline", "other_article"),
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
_PROSE: Final = 60
_LINKED: Final = 0.9
"""The share of link text from which a short line is an entry of some list."""
_FEW: Final = 25
_AROUND: Final = 4
_FAR: Final = 30
_HOLDERS: Final = frozenset(("p", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"))
_WIDE: Final = re.compile("[\u3040-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTexts:
    """What a page says elsewhere of its headline and its text."""

    headline_index: int | None = None
    """Index of the line that is the headline; None where none is printed."""
    headline: str = ""
    article_body: str = ""
    description: str = ""


class _PageNumbers:
    """Sums over the page by block and by kind of block, and the lines' lengths, links and prose."""

    def __init__(self, lines: Sequence[TextLine], scores: Mapping[str, float], headline: int | None) -> None:
        self.scores = scores
        self.blocks: dict[int, BlockNumbers] = {}
        self.kinds: list[tuple[str, ...]] = []
        """Of each line: tag and names of its block and of the one above."""
        self.lengths = [_measure_length(line.text) for line in lines]
        self.shares = [line.link_share for line in lines]
        self.prose = [
            length * (1 - share) if length >= _PROSE else 0.0
            for length, share in zip(self.lengths, self.shares, strict=True)
        ]
        self.total = sum(self.prose) or 1.0
        self.block_prose: dict[int, float] = {}
        self.block_length: dict[int, float] = {}
        self.block_linked: dict[int, float] = {}
        self.kind_prose: dict[tuple[str, ...], float] = {}
        self.kind_lines: Counter[tuple[str, ...]] = Counter()
        self.kind_length: dict[tuple[str, ...], float] = {}
        held: dict[int, float] = {}
        holders: dict[int, Block] = {}
        kinds: dict[int, tuple[str, ...]] = {}
        for line, length, share, prose in zip(lines, self.lengths, self.shares, self.prose, strict=True):
            kind = kinds.get(id(line.block)) or kinds.setdefault(id(line.block), _name_kind(line.block))
            self.kinds.append(kind)
            self._add(line.block, length, share, prose)
            self.kind_prose[kind] = self.kind_prose.get(kind, 0.0) + prose
            self.kind_length[kind] = self.kind_length.get(kind, 0.0) + length
            self.kind_lines[kind] += 1
            if prose:
                holder = line.block.parent if line.block.tag in _HOLDERS and line.block.parent else line.block
                held[id(holder)] = held.get(id(holder), 0.0) + prose
                holders[id(holder)] = holder
        self.headline_article = find_article(lines[headline].block) if headline is not None else None
        best = max(held, key=lambda key: held[key]) if held else None
        self.best = holders[best] if best is not None else None
        self.best_share = held[best] / self.total if best is not None else 0.0
        self._inside_best: dict[int, bool] = {}

    def _add(self, block: Block, length: float, share: float, prose: float) -> None:
        """Add a line to the sums of its block and the two above."""
        holder: Block | None = block
        for _ in range(3):
            if holder is None:
                return
            key = id(holder)
            self.block_prose[key] = self.block_prose.get(key, 0.0) + prose
            self.block_length[key] = self.block_length.get(key, 0.0) + length
            self.block_linked[key] = self.block_linked.get(key, 0.0) + length * share
            holder = holder.parent

    def _find_numbers(self, block: Block) -> BlockNumbers:
        numbers = self.blocks.get(id(block))
        if numbers is not None:
            return numbers
        chain: list[Block] = []
        above: Block | None = block
        while above is not None and id(above) not in self.blocks:
            chain.append(above)
            above = above.parent
        numbers = self.blocks[id(above)] if above is not None else None
        for block in reversed(chain):
            numbers = self.blocks[id(block)] = BlockNumbers(block, numbers, self.scores)
        assert numbers is not None
        return numbers

    def find_skipped_hints(self, lines: Sequence[TextLine]) -> int:
        """Return the hints of lines that need no look: those of menus, unless much of the prose stands in one."""
        in_chrome = sum(prose for line, prose in zip(lines, self.prose, strict=True) if line.hints & Hint.CHROME)
        return 0 if in_chrome > 0.3 * self.total else Hint.CHROME

    def find_best_start(self, lines: Sequence[TextLine]) -> int:
        """Return the index of the first prose in the block that holds most: a text without headline begins there."""
        return next(
            (
                index
                for index, (line, prose) in enumerate(zip(lines, self.prose, strict=True))
                if prose and self.is_in_best(line.block)
            ),
            0,
        )

    def is_in_best(self, block: Block) -> bool:
        """Does a block stand in the one that holds most prose?"""
        passed: list[int] = []
        above: Block | None = block
        while above is not None and above is not self.best and id(above) not in self._inside_best:
            passed.append(id(above))
            above = above.parent
        answer = above is not None and (above is self.best or self._inside_best[id(above)])
        self._inside_best.update(dict.fromkeys(passed, answer))
        return answer

    def measure_block(self, block: Block, kind: tuple[str, ...]) -> LineFeatures:
        """Return the numbers that all lines of a block share."""
        of_block = self._find_numbers(block)
        if of_block.numbers is None:
            article = find_article(block)
            parent = block.parent or block
            grandparent = parent.parent or parent
            ancestors = of_block.ancestors
            lines = self.kind_lines[kind]
            of_block.numbers = [
                *(float(ancestors >> place & 1) for place in range(len(ANCESTORS) + 1)),
                block.depth / 20,
                *of_block.classes,
                self.block_prose[id(block)] / self.total,
                self.block_prose[id(parent)] / self.total,
                self.block_prose[id(grandparent)] / self.total,
                self.kind_prose[kind] / self.total,
                log(lines),
                log1p(self.kind_length[kind] / lines),
                self.block_linked[id(parent)] / (self.block_length[id(parent)] or 1.0),
                self.block_linked[id(grandparent)] / (self.block_length[id(grandparent)] or 1.0),
                float(self.best is not None and self.is_in_best(block)),
                float(of_block.boxes & COMMENTS > 0),
                float(of_block.boxes & CONSENT > 0),
                float(article is not None and article is self.headline_article),
                float(article is not None and article is not self.headline_article),
            ]
        return of_block.numbers


def measure_lines(
    lines: Sequence[TextLine], class_scores: Mapping[str, float], texts: PageTexts
) -> tuple[list[LineFeatures | None], list[tuple[str, ...]]]:
    """Return for each line its numbers, in the order of :data:`FEATURES`, and its kind: tags and classes around it.

    None stands for the numbers of a line that is surely no body: a short link, a line of a menu.
    """
    page = _PageNumbers(lines, class_scores, texts.headline_index)
    total_lines = len(lines)
    frequent = _find_frequent_words(lines)
    later = Counter(line.text for line in lines)
    repeats = dict(later)
    earlier: set[str] = set()
    headline = texts.headline_index if texts.headline_index is not None else page.find_best_start(lines) - 1
    article_body, description = texts.article_body, texts.description[:300]
    of_page = [page.best_share, log1p(total_lines), log(page.total), float(bool(article_body))]
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
    for index, line in enumerate(lines):
        text, kind, hints = line.text, kinds[index], line.hints
        later[text] -= 1
        is_after = index > headline
        is_skipped = bool(hints & skipped_hints) or (shares[index] >= _LINKED and len(text) < _PROSE)
        low, high = max(0, index - _AROUND), index + _AROUND + 1
        rows.append(
            None
            if is_skipped
            else [
                *_measure_text(line, lengths[index], log_lengths[index], shares[index], frequent),
                *(_TAG_ROWS.get(f"h{line.heading}" if line.heading else line.block.tag, _NO_TAG)),
                *[1.0 if hints & mask else 0.0 for mask in _HINT_MASKS],
                *page.measure_block(line.block, kind),
                *of_page,
                float(min(_MANY, headings)) if is_after else 0.0,
                float(min(_MANY, repeats[text])),
                index / total_lines,
                float(is_after),
                log(1 + index - headline) if is_after else 0.0,
                0.0 if is_after else log(1 + headline - index),
                before / page.total,
                padded[index + 1],
                padded_shares[index + 1],
                float(index > 0 and kinds[index - 1] == kind),
                padded[index + 3],
                padded_shares[index + 3],
                float(index + 1 < total_lines and kinds[index + 1] == kind),
                padded[index],
                padded_shares[index],
                padded[index + 4],
                padded_shares[index + 4],
                since_heading / 10,
                sum(prose[low:high]) / (sum(lengths[low:high]) or 1.0),
                sum(shares[low:high]) / (min(high, total_lines) - low),
                float(bool(article_body) and len(text) > 3 and text[:40] in article_body),
                float(len(text) > 30 and description.startswith(text[:40])),
                float(text == texts.headline),
                float(text in earlier),
                float(later[text] > 0),
            ]
        )
        if is_after and 0 < line.heading <= level:
            headings += 1
        before += prose[index]
        since_heading = 0 if line.heading else min(_FAR, since_heading + 1)
        if len(text) >= 20 and not is_skipped:
            earlier.add(text)
    return rows, kinds


def _measure_text(
    line: TextLine, length: float, log_length: float, share: float, frequent: frozenset[str]
) -> LineFeatures:
    text = line.text
    words = text.lower().split()
    head = text[:60]
    first, last = text[0], text.rstrip(_CLOSING)[-1:] or text[-1]
    distinct = set(words)
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
        float(first.isupper()),
        float(first.islower()),
        float(first.isdigit()),
        float(not first.isalnum()),
        sum(map(str.isdigit, head)) / len(head),
        sum(map(str.isupper, head)) / len(head),
        1.0 if "|" in text or "•" in text or "·" in text else 0.0,
        1.0 if "©" in text else 0.0,
        1.0 if '"' in text or "“" in text or "«" in text or "「" in text else 0.0,
        1.0 if "@" in text else 0.0,
        1.0 if length < _FEW else 0.0,
        1.0 if _FEW <= length < _PROSE else 0.0,
        1.0 if length > 200 else 0.0,
        len(distinct & frequent) / (len(distinct) or 1),
        float(line.soft),
    ]


def _find_frequent_words(lines: Sequence[TextLine]) -> frozenset[str]:
    """Return the short words that the page's longer lines repeat most: its language's function words."""
    counts: Counter[str] = Counter()
    for line in lines:
        if line.text.count(" ") >= 8:
            counts.update(line.text.lower().split()[:200])
    return frozenset(word for word, _ in counts.most_common(25) if len(word) < 8)


def _name_kind(block: Block) -> tuple[str, ...]:
    """Return tag and names of a block and of the one above: lines of one kind stand in blocks that look alike."""
    above = block.parent
    return (block.tag, block.name) if above is None else (block.tag, block.name, above.tag, above.name)


def _measure_length(text: str) -> float:
    """Return the length of a text; a character of Chinese, Japanese or Korean says as much as three letters."""
    return float(len(text) if text.isascii() else len(text) + 2 * len(_WIDE.findall(text)))
