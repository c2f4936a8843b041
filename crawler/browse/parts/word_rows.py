"""Makes the rows of a table of words: each leads to its concordance, and one of its figures is a bar, too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from crawler.browse.drawing.formatting import figures as format_figures
from crawler.browse.page import PageRequest
from crawler.browse.parts.study import StudyRequest
from crawler.browse.parts.word_questions import WORDS_SHOWN


class WordRow(NamedTuple):
    """A word in a table."""

    word: str
    href: str
    """Its concordance."""
    figures: list[str]
    length: float
    """How long its bar is, of 100."""


def list_word_rows(
    request: PageRequest,
    study_request: StudyRequest,
    language: str,
    listed: Sequence[Any],
    columns: Sequence[str],
    drawn: str,
    limit: int = WORDS_SHOWN,
) -> list[WordRow]:
    """Return the first words of a language with some of their figures; ``drawn`` is the one that has bars."""
    shown = listed[:limit]
    heights = [getattr(word, drawn) for word in shown]
    rows = []
    figures = [format_figures([getattr(word, column) for word in shown]) for column in columns]
    for index, (word, height) in enumerate(zip(shown, heights, strict=True)):
        parameters = {**study_request.search.parameters, "q": _quote(word.word), "language": language}
        href = request.links.page("concordance", **parameters)
        rows.append(WordRow(word.word, href, [column[index] for column in figures], _measure_bar(height, heights)))
    return rows


def _quote(word: str) -> str:
    return f'"{word}"' if " " in word or not word.isascii() else word


def _measure_bar(value: float, values: Sequence[float]) -> float:
    """Return how long a word's bar is, of 100."""
    finite = [abs(other) for other in values if abs(other) != float("inf")]
    highest = max(finite, default=0.0)
    return round(100 * min(abs(value), highest) / highest, 1) if highest else 0.0
