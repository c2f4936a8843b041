"""Keyword in context: a selection goes in, every place in the printed texts that its query points at comes out a line.

A concordance in the sense of corpus linguistics. Lines come one after another; where sorting needs all of them, they
wait in a temporary file of SQLite, so that memory does not grow and nothing is left out.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import astuple, dataclass
from functools import lru_cache
from typing import Final, Literal

from crawler.archive import Archive
from crawler.archive.articles.records import ArticleRow
from crawler.archive.articles.selected import ArticleRows
from crawler.archive.database import translate_errors
from crawler.archive.search.matching import WantedTerm, find_hits, list_wanted, locate_in_text, narrow_to_column
from crawler.archive.search.query import Term
from crawler.archive.search.selection import DateOrder, Selection
from crawler.errors import BadQuery, NoRoom
from crawler.normalisation.tokenizer import BARRIER, IndexedToken, find_tokens

Sort = Literal["position", "date", "left", "right"]
Field = Literal["headline", "lead", "body"]
FIELDS: Final[tuple[Field, ...]] = ("headline", "lead", "body")
COLUMN_GAP: Final = 2
"""Empty columns on each side of the keyword."""
WORDS_SORTED_BY: Final = 6
"""So many words beside the keyword decide the order; lines that agree in all of them stay in that of the archive."""
_SEVERAL_SPACES = re.compile(r"\s\s|[^\S ]")
_LONGEST: Final = 8
"""Characters looked at for each column wanted: marks take no column, and a hostile text may pile them up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KwicLine:
    """One hit. ``left + key + right`` stands in the printed field as it is, line breaks included."""

    article_id: int
    site: str
    language: str
    published_on: str | None
    url: str
    field: str
    start: int
    """Where the keyword begins in the field, in characters from 0."""
    left: str
    key: str
    right: str


def concordance(
    archive: Archive, selection: Selection, width: int = 60, sort: Sort = "position", fields: Sequence[Field] = FIELDS
) -> Iterator[KwicLine]:
    """Yield every hit of what a selection's query wants to stand in the text, with its context.

    Words, phrases, prefixes and NEAR, each in the fields it names, make lines; what is behind a minus and filters make
    none. An article found by its byline alone has no line.

    Args:
        archive: where to look.
        selection: which articles, and what in them.
        width: columns of the text: left context, keyword, right context and the gaps between. See :func:`room`.
        sort: ``position`` as archived, then as in the text; ``date`` oldest first, the undated last; ``left`` and
            ``right`` by the words beside the keyword, from it outwards, without regard to case and accents.
        fields: where to look in an article.

    Raises:
        BadQuery: the query points at no words (it is empty, or all filters and minus signs).
        NoRoom: the temporary folder cannot hold the lines to be sorted.

    """
    wanted = list_wanted(selection.parse().node)
    if not wanted:
        raise BadQuery("a concordance needs a word, a phrase or NEAR(…) in the query, to be the keyword")
    lines = _lines(archive, selection, wanted, width, "oldest" if sort == "date" else "id", fields)
    if sort in ("left", "right"):
        return _sort_lines(lines, 0 if sort == "left" else 1)
    return (line for line, _, _ in lines)


def room(selection: Selection, width: int) -> int:
    """Return the columns that the left context of each line may take: the keyword of the query is in the middle.

    Where keywords differ in length they begin in the same column; a keyword is never cut.
    """
    terms: list[Term] = []
    for wanted in list_wanted(selection.parse().node):
        terms += [wanted] if isinstance(wanted, Term) else wanted.terms
    longest = max((measure_columns(" ".join(term.words)) for term in terms), default=0)
    return max((width - 2 * COLUMN_GAP - min(longest, width // 2)) // 2, 1)


@lru_cache(maxsize=4096)
def count_columns(letter: str) -> int:
    """Return the columns a terminal gives one character: two for Han and its like, none for a mark on another."""
    if unicodedata.category(letter) in ("Mn", "Me", "Cf", "Cc", "Cs") or "\u1160" <= letter <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(letter) in ("W", "F") else 1


def measure_columns(text: str) -> int:
    """Return the columns a terminal gives a text of one line."""
    return len(text) if text.isascii() and text.isprintable() else sum(map(count_columns, text))


_Sortable = tuple[KwicLine, str, str]
"""A line, and what sorts it by its left and by its right."""


def _lines(
    archive: Archive,
    selection: Selection,
    wanted: Sequence[WantedTerm],
    width: int,
    order: DateOrder,
    fields: Sequence[Field],
) -> Iterator[_Sortable]:
    before = room(selection, width)
    with translate_errors(archive.path):
        for row in ArticleRows(archive.db, selection, order):
            for field, text in (("headline", row.headline), ("lead", row.lead), ("body", row.body)):
                if text and field in fields:
                    found = list(find_tokens(text))
                    for hit in find_hits([token.text for token in found], narrow_to_column(wanted, field)):
                        line = _line(row, field, text, locate_in_text(found, hit), before, width)
                        before_it = found[max(hit[0] - WORDS_SORTED_BY, 0) : hit[0]]
                        yield (
                            line,
                            _join_tokens(before_it[::-1]),
                            _join_tokens(found[hit[1] : hit[1] + WORDS_SORTED_BY]),
                        )


def _line(row: ArticleRow, field: str, text: str, place: tuple[int, int], before: int, width: int) -> KwicLine:
    start, end = place
    key = text[start:end]
    return KwicLine(
        article_id=row.id,
        site=row.site,
        language=row.language,
        published_on=row.published_on,
        url=row.url,
        field=field,
        start=start,
        left=text[_find_start(text, start, before) : start],
        key=key,
        right=text[end : _find_end(text, end, width - before - 2 * COLUMN_GAP - measure_columns(key))],
    )


def _join_tokens(found: Sequence[IndexedToken]) -> str:
    return " ".join(token.text for token in found if token.text != BARRIER)


def _find_start(text: str, place: int, room: int) -> int:
    """Return where so many columns before a place begin."""
    low = max(place - room, 0)
    piece = text[low:place]
    if piece.isascii() and not _SEVERAL_SPACES.search(piece):
        return low
    at, used = place, 0
    while at > 0 and place - at < _LONGEST * room:
        used += _size(text[at - 1], text[at] if at < place else "")
        if used > room:
            break
        at -= 1
    while at < place and count_columns(text[at]) == 0 and not text[at].isspace():
        at += 1  # a mark belongs to the letter before it, which is cut off
    return at


def _find_end(text: str, place: int, room: int) -> int:
    """Return where so many columns from a place on end."""
    if room <= 0:
        return place
    high = min(place + room, len(text))
    piece = text[place:high]
    if piece.isascii() and not _SEVERAL_SPACES.search(piece) and text[high : high + 1].isascii():
        return high
    at, used = place, 0
    while at < len(text) and at - place < _LONGEST * room:
        used += _size(text[at], text[at - 1] if at > place else "")
        if used > room:
            break
        at += 1
    return at


def _size(letter: str, beside: str) -> int:
    """Return the columns of a letter in a line, where a run of white space is shown as one space."""
    return (0 if beside.isspace() else 1) if letter.isspace() else count_columns(letter)


def _sort_lines(lines: Iterator[_Sortable], by: Literal[0, 1]) -> Iterator[KwicLine]:
    """Sort by one of the two keys; ties stay in the order they came."""
    try:
        # A database without a name is a file that SQLite makes in the temporary folder when memory no longer serves.
        with closing(sqlite3.connect("")) as waiting:
            waiting.execute("PRAGMA journal_mode = OFF")
            waiting.execute(
                "CREATE TABLE lines (sort TEXT, number INTEGER PRIMARY KEY, article_id, site, language, published_on,"
                " url, field, start, left, key, right)"
            )
            waiting.executemany(
                "INSERT INTO lines VALUES (?, NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                ((keys[by], *astuple(line)) for line, *keys in lines),
            )
            for article_id, site, language, published_on, url, field, start, left, key, right in waiting.execute(
                "SELECT article_id, site, language, published_on, url, field, start, left, key, right FROM lines"
                " ORDER BY sort, number"
            ):
                yield KwicLine(
                    article_id=article_id,
                    site=site,
                    language=language,
                    published_on=published_on,
                    url=url,
                    field=field,
                    start=start,
                    left=left,
                    key=key,
                    right=right,
                )
    except sqlite3.Error as error:
        raise NoRoom(
            f"cannot sort the lines ({error}): make room in the temporary folder, or sort by position"
        ) from error
