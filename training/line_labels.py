"""Tells which lines of a page are body by what people say the body is, for :mod:`training.body` to learn from."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from crawler.extraction.layout.lines import TextLine

_CJK: Final = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD: Final = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+")
_RUN: Final = 4
_AROUND: Final = 12
"""Lines to both sides that tell which of several lines with one text stands in the body."""


def split_words(text: str) -> list[str]:
    """Return the words of a text, folded; each character of Chinese, Japanese or Korean is one."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).lower())


def label_lines(lines: Sequence[TextLine], truth: str) -> tuple[list[bool], list[int]]:
    """Return for each line whether it is body, and its number of words.

    A line is body where half of its runs of four words stand in the truth. A shorter one is where it continues a body
    line there; of lines with one text as many are as the truth has.
    """
    words_of_truth = split_words(truth)
    grams = {*zip(*(words_of_truth[shift:] for shift in range(_RUN)), strict=False)}
    words = [split_words(line.text) for line in lines]
    is_body = [len(line) >= _RUN and _share_in(line, grams) >= 0.5 for line in words]
    for _ in range(2):
        for index, line in enumerate(words):
            if line and len(line) < _RUN and not is_body[index]:
                is_body[index] = any(_share_in(joined, grams) >= 0.5 for joined in _join(words, is_body, index))
    _keep_one_of_repeated(words, is_body, Counter(tuple(split_words(line)) for line in truth.split("\n")))
    return is_body, [len(line) for line in words]


def _share_in(words: Sequence[str], grams: set[tuple[str, ...]]) -> float:
    own = [*zip(*(words[shift:] for shift in range(_RUN)), strict=False)]
    return sum(gram in grams for gram in own) / len(own) if own else 0.0


def _join(words: Sequence[list[str]], is_body: Sequence[bool], index: int) -> Iterator[list[str]]:
    """Yield a short line's words with the end of the body line before it, and the beginning of the one after it."""
    before = next((place for place in range(index - 1, -1, -1) if words[place]), None)
    after = next((place for place in range(index + 1, len(words)) if words[place]), None)
    if before is not None and is_body[before]:
        yield [*words[before][1 - _RUN :], *words[index]]
    if after is not None and is_body[after]:
        yield [*words[index], *words[after][: _RUN - 1]]


def _keep_one_of_repeated(words: Sequence[list[str]], is_body: list[bool], in_truth: Counter[tuple[str, ...]]) -> None:
    """Of lines with one text, keep as many as the truth has, those with most body around them."""
    places: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, line in enumerate(words):
        if is_body[index]:
            places[tuple(line)].append(index)
    mass = [len(line) if body else 0 for line, body in zip(words, is_body, strict=True)]
    for text, indexes in places.items():
        if len(indexes) > 1:
            own = [tuple(line) == text for line in words]
            around = {
                index: sum(
                    mass[place]
                    for place in range(max(0, index - _AROUND), min(len(words), index + _AROUND + 1))
                    if not own[place]
                )
                for index in indexes
            }
            for index in sorted(indexes, key=lambda place: -around[place])[max(1, in_truth[text]) :]:
                is_body[index] = False
