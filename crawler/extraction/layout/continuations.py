"""Tells the lines amid a text by which a page says that it goes on below a picture or an advert."""

from __future__ import annotations

from functools import cache
from typing import Final

from crawler.normalisation.words.text import fold
from crawler.normalisation.words.word_tables import load_table

LONGEST: Final = 64
_AROUND: Final = " \t-–—_|•·*:.…!>»›↓▼▾⬇()[]（）【】。"
_TELLING: Final = 2


def tells_continuation(text: str) -> bool:
    """Is a line nothing but the word that the text goes on below, in the words of ``tables/text_ends.toml``?

    >>> tells_continuation("— Story continues below this ad —")
    True
    >>> tells_continuation("The story continues in the second volume.")
    False
    """
    bare = text.strip(_AROUND) if len(text) <= LONGEST else ""
    begin, end, last_letters = _load()
    if bare[-_TELLING:].lower() not in last_letters:
        return False
    folded = fold(bare)
    return folded.startswith(begin) and folded.endswith(end)


@cache
def _load() -> tuple[tuple[str, ...], tuple[str, ...], frozenset[str]]:
    """Return how such lines begin and how they end, folded, and the last letters of all."""
    rows = load_table("text_ends")["goes_on"]
    begin, end = (tuple(map(fold, rows[kind])) for kind in ("begin", "end"))
    return begin, end, frozenset(row[-_TELLING:].lower() for row in rows["end"])
