"""Looks for many words in a text at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache


def holds_any(text: str, words: Iterable[str], make_pattern: Callable[[str], str]) -> bool:
    r"""Does a text hold one of these words as the pattern that is made of it says, as a whole or where a word begins?

    Plain search finds the words that occur, and only their patterns are asked: a pattern of all words would try each of
    them at each character, many times as long.

    >>> holds_any("the ferryman waits", ["ferry", "man"], lambda word: rf"{word}\b")
    True
    >>> holds_any("the ferries wait", ["ferry", "man"], lambda word: rf"{word}\b")
    False
    """
    return any(_compile(make_pattern(word)).search(text) for word in filter(text.__contains__, words))


@cache  # the words are those of tables
def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
