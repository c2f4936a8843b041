"""Describes the lines of a page by numbers: what each says about itself, its place and its neighbours."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from math import log

from crawler.extraction.lines import Block, TextLine
from crawler.extraction.markup import Hint

TAGS = ("p", "li", "h1", "h2", "h3", "h4", "td", "div", "blockquote", "figcaption", "pre", "dd", "a", "other")
_TAG_INDEX = {
    **{tag: index for index, tag in enumerate(TAGS)},
    "h5": 5, "h6": 5, "th": 6, "caption": 9, "dt": 11, "section": 7, "article": 7, "main": 7,
}
ANCESTORS = ("article", "main", "nav", "aside", "header", "footer", "form", "list", "table", "figure", "section", "quote", "custom", "details")
_ANCESTOR_BITS = {
    "article": 1, "main": 2, "nav": 4, "aside": 8, "header": 16, "footer": 32, "form": 64, "ul": 128, "ol": 128, "dl": 128,
    "table": 256, "figure": 512, "section": 1024, "blockquote": 2048, "details": 8192,
}
HINTS = (
    Hint.CHROME, Hint.BOILERPLATE, Hint.SHARE, Hint.RELATED, Hint.CAPTION, Hint.ADVERT, Hint.DATE | Hint.TIME, Hint.BYLINE,
    Hint.KICKER, Hint.HEADLINE, Hint.LEAD, Hint.BODY, Hint.ARTICLE_BODY, Hint.FORM,
)
HINT_NAMES = ("chrome", "boilerplate", "share", "related", "caption", "advert", "date", "byline", "kicker", "headline", "lead", "body", "articlebody", "form")
TEXT = ("length", "words", "links", "link_share", "emphasis", "ends_sentence", "ends_colon", "question", "commas", "sentences", "starts_upper", "starts_lower", "starts_digit", "starts_other", "digits", "uppers", "bars", "copyright", "quote", "at", "short", "middling", "long", "frequent", "soft", "short_words")
PLACE = ("depth", "index", "after", "distance_after", "distance_before", "prose_before", "has_headline", "lines", "prose")
CONTAINER = ("own_share", "parent_share", "grand_share", "signature_share", "signature_lines", "signature_mean", "best_share", "in_best", "parent_links", "grand_links")
CLASSES = ("low", "high", "sum", "own", "above")
NEAR = ("before_length", "before_links", "before_same", "after_length", "after_links", "after_same", "before2_length", "before2_links", "after2_length", "after2_links", "since_heading", "after_heading", "window_prose", "window_links")
STATED = ("has_body", "in_body", "in_description", "is_title", "seen_before", "seen_later")
NAMES = (*TEXT, *(f"tag_{tag}" for tag in TAGS), *(f"in_{name}" for name in ANCESTORS), *(f"hint_{name}" for name in HINT_NAMES), *PLACE, *CONTAINER, *CLASSES, *NEAR, *STATED)

_WORD = re.compile(r"[a-z]{2,}")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@lru_cache(maxsize=8192)
def split_class_words(value: str) -> tuple[str, ...]:
    """Return the words of a class name or id: lower case, parted at hyphens, digits and inner capitals."""
    return tuple(dict.fromkeys(_WORD.findall(_CAMEL.sub("-", value[:300]).lower())))


class Context:
    """What all lines of a block share."""

    __slots__ = ("bits", "low", "high", "sum", "own", "above", "signature", "depth")


def describe_blocks(lines, scores, cache):
    pass


def _context(block: Block, scores, cache) -> Context:
    context = cache.get(id(block))
    if context is not None:
        return context
    chain = []
    while block is not None and id(block) not in cache:
        chain.append(block)
        block = block.parent
    parent = cache[id(block)] if block is not None else None
    for block in reversed(chain):
        context = Context()
        words = split_class_words(block.name) if block.name else ()
        values = [scores[word] for word in words if word in scores]
        own = sum(values) / len(values) if values else 0.0
        low = min(values) if values else 0.0
        high = max(values) if values else 0.0
        bit = _ANCESTOR_BITS.get(block.tag, 0) or (4096 if "-" in block.tag else 0)
        if parent is None:
            context.bits, context.low, context.high, context.sum, context.above = bit, min(0, low), max(0, high), own, 0.0
            context.signature = (block.tag, block.name)
        else:
            context.bits = parent.bits | bit
            context.low = low if low < parent.low else parent.low
            context.high = high if high > parent.high else parent.high
            context.sum = parent.sum * 0.8 + own
            context.above = parent.own
            context.signature = (block.tag, block.name, block.parent.tag, block.parent.name)
        context.own = own
        cache[id(block)] = context
        parent = context
    return context


def describe(lines: Sequence[TextLine], scores, headline: int | None = None, title: str = "", body: str = "", description: str = ""):
    """Return one list of numbers for each line."""
    n = len(lines)
    cache: dict[int, Context] = {}
    contexts = [_context(line.block, scores, cache) for line in lines]
    lengths = []
    shares = []
    for line in lines:
        text = line.text
        length = len(text)
        if not text.isascii():
            length += 2 * sum(1 for c in text if "\u3040" <= c <= "\u9fff")
        lengths.append(length)
        shares.append(line.link_share)
    prose = [length * (1 - share) if length >= 60 else 0 for length, share in zip(lengths, shares)]
    total = sum(prose) or 1.0
    by_block: dict[int, float] = {}
    links_by_block: dict[int, float] = {}
    text_by_block: dict[int, float] = {}
    by_signature: dict = {}
    count_signature: Counter = Counter()
    length_signature: Counter = Counter()
    best_block, best = None, 0.0
    for line, context, mass, length, share in zip(lines, contexts, prose, lengths, shares):
        block = line.block
        for _ in range(3):
            key = id(block)
            by_block[key] = by_block.get(key, 0.0) + mass
            text_by_block[key] = text_by_block.get(key, 0.0) + length
            links_by_block[key] = links_by_block.get(key, 0.0) + length * share
            block = block.parent
            if block is None:
                break
        signature = context.signature
        by_signature[signature] = by_signature.get(signature, 0.0) + mass
        count_signature[signature] += 1
        length_signature[signature] += length
    # best: the block whose direct paragraphs hold most prose
    direct: dict[int, float] = {}
    blocks = {}
    for line, mass in zip(lines, prose):
        if mass:
            holder = line.block if line.soft or line.block.tag not in ("p", "li", "blockquote", "h2", "h3") or line.block.parent is None else line.block.parent
            direct[id(holder)] = direct.get(id(holder), 0.0) + mass
            blocks[id(holder)] = holder
    if direct:
        key = max(direct, key=direct.get)
        best_block, best = blocks[key], direct[key]
    inside: dict[int, bool] = {}
    words: Counter = Counter()
    split = []
    for line in lines:
        w = line.text.lower().split() if len(line.text) < 2000 else line.text[:2000].lower().split()
        split.append(w)
        if len(w) > 8:
            words.update(w)
    frequent = {word for word, _ in words.most_common(25) if len(word) < 8}
    seen: Counter = Counter(line.text for line in lines if len(line.text) >= 20)
    met: Counter = Counter()
    rows = []
    running = 0.0
    since_heading = 30
    body_fold = " ".join(body.split())
    description_fold = " ".join(description.split())[:300]
    for i, line in enumerate(lines):
        text, length, share, context, w = line.text, lengths[i], shares[i], contexts[i], split[i]
        last = text.rstrip("\"'”’»）)] ")[-1:] or text[-1]
        first = text[0]
        head = text[:100]
        letters = sum(1 for c in head if c.isalpha()) or 1
        row = [
            log(1 + length), log(1 + len(w)), min(3, len(line.links)) if line.has_links else 0, share,
            1 if line.hints & Hint.EMPHASIS else 0, 1 if last in ".!?…。！？" else 0, 1 if last in ":：" else 0, 1 if last in "?？" else 0,
            min(8, 100 * text.count(",") / max(40, length)), min(5, text.count(". ")),
            1 if first.isupper() else 0, 1 if first.islower() else 0, 1 if first.isdigit() else 0, 0 if first.isalnum() else 1,
            sum(1 for c in head if c.isdigit()) / len(head), sum(1 for c in head if c.isupper()) / letters,
            1 if "|" in text or "•" in text or "·" in text else 0, 1 if "©" in text else 0, 1 if '"' in text or "“" in text or "«" in text else 0, 1 if "@" in text else 0,
            1 if length < 25 else 0, 1 if 25 <= length < 80 else 0, 1 if length > 200 else 0,
            sum(1 for x in w if x in frequent) / len(w) if w else 0, 1 if line.soft else 0, sum(1 for x in w if len(x) <= 3) / len(w) if w else 0,
        ]
        tag = line.block.tag
        heading = line.heading
        where = _TAG_INDEX.get(f"h{min(heading, 6)}" if heading else tag, 13)
        row += [1 if index == where else 0 for index in range(len(TAGS))]
        bits = context.bits
        row += [1 if bits >> index & 1 else 0 for index in range(len(ANCESTORS))]
        hints = line.hints
        row += [1 if hints & hint else 0 for hint in HINTS]
        running += prose[i]
        after = headline is not None and i > headline
        row += [
            line.block.depth / 20, i / n, 1 if after else 0,
            log(1 + i - headline) if after else 0, log(1 + headline - i) if headline is not None and i <= headline else 0,
            (running - prose[i]) / total, 1 if headline is not None else 0, log(n), log(total),
        ]
        block = line.block
        parent = block.parent or block
        grand = parent.parent or parent
        signature = context.signature
        if best_block is not None:
            up, passed = block, []
            while up is not None and id(up) not in inside and up is not best_block and up.depth > best_block.depth:
                passed.append(id(up))
                up = up.parent
            answer = up is best_block or (up is not None and inside.get(id(up), False))
            for key in passed:
                inside[key] = answer
        else:
            answer = False
        row += [
            by_block[id(block)] / total, by_block.get(id(parent), 0) / total, by_block.get(id(grand), 0) / total,
            by_signature[signature] / total, log(count_signature[signature]), log(1 + length_signature[signature] / count_signature[signature]),
            best / total, 1 if answer else 0, links_by_block.get(id(parent), 0) / max(1, text_by_block.get(id(parent), 0)), links_by_block.get(id(grand), 0) / max(1, text_by_block.get(id(grand), 0)),
        ]
        row += [context.low, context.high, context.sum, context.own, context.above]
        for step in (-1, 1):
            j = i + step
            if 0 <= j < n:
                row += [log(1 + lengths[j]), shares[j], 1 if contexts[j].signature == signature else 0]
            else:
                row += [0, 0, 0]
        for step in (-2, 2):
            j = i + step
            if 0 <= j < n:
                row += [log(1 + lengths[j]), shares[j]]
            else:
                row += [0, 0]
        low, high = max(0, i - 4), i + 5
        window = sum(lengths[low:high]) or 1
        row += [since_heading / 10, 1 if since_heading == 0 else 0, sum(prose[low:high]) / window, sum(a * b for a, b in zip(lengths[low:high], shares[low:high])) / window]
        since_heading = 0 if heading else min(30, since_heading + 1)
        stated = text[:40]
        row += [
            1 if body_fold else 0, 1 if body_fold and len(text) > 3 and stated in body_fold else 0,
            1 if len(text) > 30 and (description_fold.startswith(stated)) else 0,
            1 if text == title else 0, 1 if met[text] else 0, 1 if seen[text] - met[text] > 1 else 0,
        ]
        met[text] += 1
        rows.append(row)
    return rows, contexts
