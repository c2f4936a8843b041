"""Holds the body that was read against what else the page says of its length: a text that is cut is never silent.

Three witnesses are heard: the text that structured data states (``articleBody``), the number of words that it states
(``wordCount``), and the prose on the page that was left out and may be body. The shares below which a text is called
cut were chosen on pages of some 500 publishers, so that at most one whole text in two hundred is called so
(docs/reading.md). Whether a text is *paid* for is what the page states (``isAccessibleForFree``) or tells readers
(:mod:`crawler.extraction.evidence.paywall`); a mark alone counts only beside a text that is short by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from crawler.extraction.layout.labels import PROSE, measure_prose
from crawler.extraction.layout.lines import TextLine
from crawler.items import Shortfall
from crawler.normalisation.words.text import clean, count_words

LEAST_STATED: Final = 100
"""Words that a stated text or number has at least to be a witness: shorter ones are descriptions."""
SHARE_OF_TEXT: Final = 0.6
"""Share of the words of the stated text below which a body is cut."""
SHARE_OF_NUMBER: Final = 0.5
"""Share of the stated number of words below which a body is cut: publishers count captions and titles too."""
NEAR: Final = 0.25
"""A stated number that lies so near to the number of letters, as a share of it, counts letters."""
MOST_WORDS: Final = 100_000
"""A larger number of words is no article's."""
HALF_LIKELY: Final = 0.2
"""The chance from which a line that was left out may be body all the same."""
SHARE_AROUND: Final = 0.7
"""Letters of such lines, as a share of those of the body, from which it is cut."""
LEAST_AROUND: Final = 600
"""Letters of such lines at least."""
SHORT: Final = 150
"""Words below which a text beside a mark of a paywall is a sample."""
_SURELY_LONG: Final = 20 * SHORT
"""Letters of which nearly all texts have so many words: where nothing is stated, no more need be counted."""
_NUMBER: Final = re.compile(r"\s*(\d{1,3}(?:[,.\s]\d{3})+|\d{1,7})\s*(?:words?)?\s*")


@dataclass(frozen=True, kw_only=True, slots=True)
class StatedLength:
    """What structured data states of a text."""

    article_body: str | None = None
    word_count: str | None = None
    is_free: bool | None = None
    """False where the page states that its text is not free; None where it states nothing."""


def read_free(value: str | None) -> bool | None:
    """Return what ``isAccessibleForFree`` states, in any of the forms that publishers write it; None for nothing.

    >>> read_free("False"), read_free("https://schema.org/True"), read_free(None)
    (False, True, None)
    """
    word = (value or "").strip().rpartition("/")[2].casefold()
    if word in ("false", "0", "no"):
        return False
    return True if word in ("true", "1", "yes") else None


def find_shortfall(
    kept: str,
    stated: StatedLength,
    lines: Sequence[TextLine],
    find_chances: Callable[[], Sequence[float]],
    find_wall: Callable[[], str | None],
) -> Shortfall | None:
    """Return what a body lacks, None where no witness says that it lacks anything.

    ``kept`` is lead and body as read; ``lines`` are those of the page, and ``find_chances`` returns their chances of
    being body, ``find_wall`` the words by which the page says that it withholds its text: both cost time, and are asked
    only where their answer counts.
    """
    is_stated = stated.article_body is not None or stated.word_count is not None
    words = count_words(kept if is_stated else kept[:_SURELY_LONG])
    if words < SHORT:
        words = count_words(kept)
    evidence = _hear_stated_text(words, stated) or _hear_stated_number(words, len(kept), stated)
    wall = find_wall() if evidence is not None or words < SHORT else None
    if stated.is_free is False or wall is not None:
        if evidence is None and words >= SHORT:
            return None
        mark = "the page states that its text is not free" if wall is None else f"the page says “{wall[:100]}”"
        return Shortfall(kind="paid", reason=f"{evidence or f'the text has {words:,} words'}, and {mark}")
    evidence = evidence or _hear_prose_around(kept, lines, find_chances)
    return None if evidence is None else Shortfall(kind="cut", reason=evidence)


def _hear_stated_text(words: int, stated: StatedLength) -> str | None:
    stated_words = count_words(clean(stated.article_body or ""))
    if stated_words < LEAST_STATED or words >= SHARE_OF_TEXT * stated_words:
        return None
    return f"the text has {words:,} words, the one that structured data states {stated_words:,}"


def _hear_stated_number(words: int, letters: int, stated: StatedLength) -> str | None:
    match = _NUMBER.fullmatch(stated.word_count or "")
    number = int(re.sub(r"\D", "", match[1])) if match else 0
    if not LEAST_STATED <= number <= MOST_WORDS or words >= SHARE_OF_NUMBER * number:
        return None
    if abs(number - letters) < NEAR * letters:
        return None  # it counts letters
    return f"the text has {words:,} words, and structured data counts {number:,}"


def _hear_prose_around(kept: str, lines: Sequence[TextLine], find_chances: Callable[[], Sequence[float]]) -> str | None:
    """Return what is said by lines that were left out and may be body; each text counts once."""
    paragraphs = frozenset(kept.split("\n"))  # most lines are one, and need not be searched for in all of the text
    left_out = {
        line.text: line
        for line in lines
        if len(line.text) * 3 >= PROSE
        and not line.heading
        and line.link_share < 0.3
        and measure_prose(line.text) >= PROSE
        and line.text not in paragraphs
    }
    least = max(LEAST_AROUND, SHARE_AROUND * len(kept))
    if sum(map(len, left_out)) > least:  # few pages: then a line may still be a part of a paragraph
        left_out = {text: line for text, line in left_out.items() if text not in kept}
    if sum(map(len, left_out)) <= least:
        return None  # whatever the model says of them
    chances = find_chances()
    letters = sum(len(line.text) for line in left_out.values() if chances[line.index] >= HALF_LIKELY)
    if letters <= least:
        return None
    return f"the text has {len(kept):,} letters, and {letters:,} that may belong to it were left out"
