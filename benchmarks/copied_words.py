"""Serves an archive of ``multiply.py``, of which each text is cut into words once: five minutes less to wait.

    python benchmarks/copied_words.py serve --archive archive-300000.db

The forward index is as large, and read as an archive's of its own texts would be; only its vocabulary is smaller.
``desk.py --copied`` starts it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy

from crawler.browse import executor
from crawler.cli import main
from crawler.research.forward_index import builder
from crawler.research.forward_index.builder import IndexBuilder

if TYPE_CHECKING:
    from sqlite_utils import Database

    from crawler.archive.search.texts import ArticleMark


class CopyingBuilder(IndexBuilder):
    """Copies the words of an article from one that has the same digest, where it has read one."""

    def _clear(self) -> None:
        super()._clear()
        self._firsts: dict[str, int] = {}

    def _read_articles(self, db: Database, ids: Sequence[int], marks: dict[int, ArticleMark]) -> None:
        unread = [article_id for article_id in ids if marks[article_id].digest not in self._firsts]
        if unread:
            super()._read_articles(db, unread, marks)
            self._firsts |= {marks[article_id].digest: article_id for article_id in unread}
        self._copy([article_id for article_id in ids if article_id not in self._places], marks)

    def _copy(self, ids: Sequence[int], marks: dict[int, ArticleMark]) -> None:
        arrays = (self._words.read(), self._tokens.read(), self._frequencies.read())
        pieces: list[list[numpy.ndarray]] = [[], [], []]
        begin, token_begin = len(self._words), len(self._tokens)
        for article_id in ids:
            first = self._firsts[marks[article_id].digest]
            places = self._places[first]
            ranges = (slice(places.begin, places.end), *[slice(places.token_begin, places.token_end)] * 2)
            for piece, array, part in zip(pieces, arrays, ranges, strict=True):
                piece.append(array[part])
            end, token_end = begin + places.end - places.begin, token_begin + places.token_end - places.token_begin
            self._places[article_id] = places._replace(
                begin=begin, end=end, token_begin=token_begin, token_end=token_end
            )
            begin, token_begin = end, token_end
            self._marks[article_id], self._languages[article_id] = marks[article_id], self._languages[first]
            self._add_tokens(self._languages[first], arrays[1][ranges[1]], arrays[2][ranges[2]], 1)
        for growing, piece in zip((self._words, self._tokens, self._frequencies), pieces, strict=True):
            if piece:
                growing.append(numpy.concatenate(piece))


if __name__ == "__main__":
    executor.ask.__defaults__ = ("reading", 60.0)  # on a busy machine the clock runs, the processor's seconds do not
    builder.IndexBuilder = CopyingBuilder  # type: ignore[misc]
    main()
