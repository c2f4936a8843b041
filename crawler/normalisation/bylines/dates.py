"""Finds dates, times, reading times and counters on the line of a byline, with the words around them.

The words are rows of ``tables/byline_words.toml``.
"""

from __future__ import annotations

import re
from functools import cache

from crawler.normalisation.words.word_tables import load_table, load_words, make_word_key

_NUMBER = re.compile(
    r"[\W_]*\d[\d.,:/\-–hH'’]*(?:st|nd|rd|th|am|pm|a\.m\.|p\.m\.|h|m|s|d|hrs?|mins?|uhr|er|º|ª|e|年|月|日|時|分|시간|분|일|년|월|[A-Z][a-zé]+)?[\W_]*(?:[\d:.年月日時分/\-]*)[\W_]*",
    re.I,
)
TOKEN = re.compile(r"[^\s|·•⋅●∙»›\ue000-\ue0ff]+")
EDGES = "|·•⋅●∙»›,;/–—-:\ue000"


def is_about_dates(text: str) -> bool:
    """Return True if the text has only words that stand beside dates and counters: "Last updated", "min read"."""
    words = [make_bare_key(word) for word in re.split(r"[\s/|:-]+", text) if word.strip(EDGES + " .")]
    return all(word in load_around_dates() or word in load_months() for word in words)


def find_dates(text: str) -> list[tuple[int, int]]:
    """Return the spans of dates, times, reading times and counters, each with the words around it."""
    tokens = list(TOKEN.finditer(text))
    keys = [make_bare_key(token[0]) for token in tokens]
    numbers = {index for index, token in enumerate(tokens) if _is_number(token[0])}
    dated: set[int] = set()
    for index in sorted(numbers):
        first = last = index
        while (
            first > 0
            and _adjoins(text, tokens, first - 1)
            and (first - 1 in numbers or _stands_before(keys, first - 1) or not keys[first - 1])
        ):
            first -= 1
        while last + 1 < len(tokens) and _adjoins(text, tokens, last):
            following = keys[last + 1]
            ends = last + 2 == len(tokens) or not _adjoins(text, tokens, last + 1)
            between = last + 2 in numbers and (last in numbers)
            counts = last in numbers and tokens[last][0].isdigit() and ends and len(following) > 3
            zone = last in numbers and ":" in tokens[last][0] and tokens[last + 1][0].isupper() and len(following) < 6
            if not (
                last + 1 in numbers
                or not following
                or following in load_around_dates()
                or following in load_months()
                or between
                or counts
                or zone
            ):
                break
            last += 1
        dated.update(range(first, last + 1))
    spans: list[tuple[int, int]] = []
    for index in sorted(dated):
        start, end = tokens[index].span()
        if spans and index - 1 in dated:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _is_number(token: str) -> bool:
    """Return True for a figure, a day, a time; a name with figures in it ("F18", "20minuten") is none."""
    return token.strip("([{.,;:–—-")[:1].isdigit() and _NUMBER.fullmatch(token) is not None


def _stands_before(keys: list[str], index: int) -> bool:
    """Return True if the word belongs to the number after it; "May" in "Theresa May 4 hours ago" does not."""
    if keys[index] in load_months():
        return index + 2 >= len(keys) or not keys[index + 2].startswith(("hour", "min", "day", "week", "month", "year"))
    return keys[index] in load_around_dates()


def _adjoins(text: str, tokens: list[re.Match[str]], index: int) -> bool:
    """Return True if nothing but spaces stands between a token and the next."""
    return text[tokens[index].end() : tokens[index + 1].start()].isspace()


def make_bare_key(word: str) -> str:
    """Return the key of a word without the punctuation around it."""
    return make_word_key(word.strip(".,;:!?()[]{}\"'“”„«»–—-|/\ue000 "))


@cache
def load_months() -> frozenset[str]:
    """Return months and days of the week, which stand beside a number."""
    return load_words("byline_words", "dated", "words")


@cache
def load_around_dates() -> frozenset[str]:
    """Return the other words that stand beside a date: "published", "ago"."""
    return frozenset(make_bare_key(word) for word in load_table("byline_words")["dated"]["around"])
