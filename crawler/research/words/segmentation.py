"""Cuts Chinese and Japanese into words with the dictionaries of other projects (extra ``segment``).

Chinese by rjieba, Japanese by Sudachi with its small dictionary. Texts of other languages keep the words of the index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from crawler.archive.search.matching import WordRange
from crawler.errors import MissingExtra
from crawler.normalisation.words.tokenizer import BARRIER, find_tokens
from crawler.research.words.tokens import Column

_Segmenter = Callable[[str], list[str]]


def knows_language(language: str) -> bool:
    """Return True if texts of the language are cut into words."""
    return _find_name(language) is not None


def segment_text(text: str | None, language: str) -> Column:
    """Return the words of a printed text as the index holds them, and which ranges of them are one word each.

    Raises:
        MissingExtra: the package for the language is not installed.

    """
    tokens = list(find_tokens(text or ""))
    words = [token.text for token in tokens]
    name = _find_name(language)
    if name is None or not words:
        return Column(words, None)
    ends = list(_iter_ends(_load_segmenter(name)(text or "")))
    ranges: list[WordRange] = []
    place = start = 0
    while start < len(tokens):
        if tokens[start].text == BARRIER:
            start += 1
            continue
        while place < len(ends) and ends[place] <= tokens[start].start:
            place += 1
        limit = ends[place] if place < len(ends) else len(text or "")
        end = start + 1
        while end < len(tokens) and tokens[end].text != BARRIER and tokens[end].start < limit:
            end += 1
        ranges.append((start, end))
        start = end
    return Column(words, ranges)


def _iter_ends(pieces: list[str]) -> Iterator[int]:
    end = 0
    for piece in pieces:
        end += len(piece)
        yield end


def _find_name(language: str) -> str | None:
    return {"zh": "rjieba", "ja": "sudachipy"}.get(language.partition("-")[0].lower())


@cache
def _load_segmenter(name: str) -> _Segmenter:
    try:
        return _load_jieba() if name == "rjieba" else _load_sudachi()
    except ImportError as error:
        raise MissingExtra(name) from error


def _load_jieba() -> _Segmenter:
    import rjieba

    return rjieba.cut


def _load_sudachi() -> _Segmenter:
    from sudachipy import Dictionary

    tokenizer = Dictionary(dict="small").tokenizer()
    return lambda text: [morpheme.surface() for piece in _split_pieces(text) for morpheme in tokenizer.tokenize(piece)]


def _split_pieces(text: str, letters: int = 10_000) -> Iterator[str]:
    """Yield a text in pieces that Sudachi takes, which refuses texts of more than 49,149 bytes."""
    yield from (text[start : start + letters] for start in range(0, len(text), letters))
