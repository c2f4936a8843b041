"""Makes a concordance: a line with its context for every place in the printed texts that a query points at.

A concordance in the sense of corpus linguistics: keyword in context. Lines come one after another; where sorting needs
all of them, they wait in a temporary file of SQLite, so that memory does not grow and nothing is left out.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from dataclasses import fields as list_fields
from functools import lru_cache
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, Final, Literal

from crawler.archive import Archive
from crawler.archive.articles.records import ArticleRow
from crawler.archive.articles.selected import ArticleRows
from crawler.archive.database import translate_errors
from crawler.archive.search.matching import WantedTerm, find_hits, list_wanted, locate_in_text, narrow_to_column
from crawler.archive.search.query import Term
from crawler.archive.search.selection import DateOrder, Selection, select_ids
from crawler.errors import BadQuery, NoRoom
from crawler.normalisation.words.tokenizer import IndexedToken, find_tokens, index_words, is_plain
from crawler.research.line_order import Levels, LineOrder, list_levels, make_sort_key

if TYPE_CHECKING:
    from crawler.research.forward_index.index import ForwardIndex

Field = Literal["headline", "lead", "body"]
FIELDS: Final[tuple[Field, ...]] = ("headline", "lead", "body")
COLUMN_GAP: Final = 2
"""Empty columns on each side of the keyword."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRange:
    """Some lines of a concordance that follow one another."""

    lines: tuple[KwicLine, ...]
    total: int
    """Lines of all of it."""


def concordance(
    archive: Archive,
    selection: Selection,
    width: int = 60,
    sort: LineOrder = "position",
    fields: Sequence[Field] = FIELDS,
) -> Generator[KwicLine, None, None]:
    """Yield every hit of what a selection's query wants to stand in the text, with its context.

    Words, phrases, prefixes and NEAR, each in the fields it names, make lines; what is behind a minus and filters make
    none. An article found by its byline alone has no line.

    Args:
        archive: where to look.
        selection: which articles, and what in them.
        width: columns of the text: left context, keyword, right context and the gaps between; see
            :func:`measure_left_context`.
        sort: ``position`` as archived, then as in the text; ``date`` oldest first, the undated last; ``left`` and
            ``right`` by the words beside the keyword, from it outwards, or by the words at these distances from it;
            without regard to case and accents. Lines that agree in all of them stay in the order of the archive.
        fields: where to look in an article.

    Raises:
        BadQuery: the query points at no words (it is empty, or all filters and minus signs).
        NoRoom: the temporary folder cannot hold the lines to be sorted.

    """
    wanted = list_wanted(selection.parse().node)
    if not wanted:
        raise BadQuery("a concordance needs a word, a phrase or NEAR(…) in the query, to be the keyword")
    levels = list_levels(sort)
    lines = _iter_lines(archive, selection, wanted, width, "oldest" if sort == "date" else "id", fields, levels)
    return _sort_lines(lines) if levels else (line for line, _ in lines)


def read_lines(
    archive: Archive,
    selection: Selection,
    limit: int,
    width: int = 60,
    sort: LineOrder = "position",
    index: ForwardIndex | None = None,
    offset: int = 0,
) -> LineRange:
    """Return some lines of a concordance, and how many it has in all.

    Of the forward index, where it is given and the query is made of words, phrases and prefixes, the lines to show are
    known without making those before and after them; NEAR and snapshots have all lines made.

    Args:
        archive: where to look.
        selection: which articles, and what in them.
        limit: lines to return.
        width: see :func:`concordance`.
        sort: see :func:`concordance`.
        index: the forward index of the archive as it is now, for speed.
        offset: lines to skip.

    Raises:
        BadQuery: the query points at no words.
        NoRoom: the temporary folder cannot hold the lines to be sorted.

    """
    wanted = list_wanted(selection.parse().node)
    if index is None or selection.snapshot is not None or not all(isinstance(term, Term) for term in wanted):
        with closing(concordance(archive, selection, width, sort)) as lines:
            skipped = sum(1 for _ in islice(lines, offset))
            shown = tuple(islice(lines, limit))
            return LineRange(lines=shown, total=skipped + len(shown) + sum(1 for _ in lines))
    from crawler.research.forward_index.line_ranges import count_hits, find_articles_by_context, find_articles_in_order

    with translate_errors(archive.path):
        ids = tuple(select_ids(archive.db, selection, "oldest" if sort == "date" else "id"))
    rows = index.find_rows(ids)
    counts = count_hits(index, rows, wanted)
    levels = list_levels(sort)
    if levels:
        among, skip = find_articles_by_context(index, rows, wanted, levels, offset, limit)
    else:
        if sort == "date":
            order = index.order_rows(rows, ids)
            rows, counts = rows[order], counts[order]
        among, skip = find_articles_in_order(index, rows, counts, offset, limit)
    # A date decides on the order among these as it does among all.
    selection = replace(selection, among=tuple(among), unit="article")
    with closing(concordance(archive, selection, width, sort)) as lines:
        return LineRange(lines=tuple(islice(lines, skip, skip + limit)), total=int(counts.sum()))


def measure_left_context(selection: Selection, width: int) -> int:
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


_read_values = attrgetter(*(field.name for field in list_fields(KwicLine)))
"""Reads the values of a line in order; ``astuple`` would copy each of them."""

_Sortable = tuple[KwicLine, str]
"""A line, and what sorts it."""


def _iter_lines(
    archive: Archive,
    selection: Selection,
    wanted: Sequence[WantedTerm],
    width: int,
    order: DateOrder,
    fields: Sequence[Field],
    levels: Levels,
) -> Iterator[_Sortable]:
    left_width = measure_left_context(selection, width)
    reach = 2 * max((abs(level) for level in levels), default=0)  # a barrier may stand before each word
    with translate_errors(archive.path):
        for row in ArticleRows(archive.db, selection, order):
            for field, text in (("headline", row.headline), ("lead", row.lead), ("body", row.body)):
                if text and field in fields:
                    tokens, hits = _find_tokens_and_hits(text, narrow_to_column(wanted, field), reach)
                    for hit in hits:
                        line = _make_line(row, field, text, locate_in_text(tokens, hit), left_width, width)
                        yield line, make_sort_key(tokens, hit, levels) if levels else ""


def _find_tokens_and_hits(
    text: str, wanted: Sequence[WantedTerm], reach: int
) -> tuple[Sequence[IndexedToken], Sequence[tuple[int, int]]]:
    """Return the hits in a text, as ranges of its tokens, and the tokens as far as lines and their order need them."""
    if not is_plain(text):
        tokens = list(find_tokens(text))
        return tokens, find_hits([token.text for token in tokens], wanted)
    # Here the words by themselves cost a tenth of what their places do.
    hits = find_hits(index_words(text), wanted)
    needed = max((end for _, end in hits), default=-reach) + reach
    return list(islice(find_tokens(text), needed)), hits


def _make_line(row: ArticleRow, field: str, text: str, span: tuple[int, int], left_width: int, width: int) -> KwicLine:
    start, end = span
    key = text[start:end]
    return KwicLine(
        article_id=row.id,
        site=row.site,
        language=row.language,
        published_on=row.published_on,
        url=row.url,
        field=field,
        start=start,
        left=text[_find_start(text, start, left_width) : start],
        key=key,
        right=text[end : _find_end(text, end, width - left_width - 2 * COLUMN_GAP - measure_columns(key))],
    )


def _find_start(text: str, start: int, width: int) -> int:
    """Return the index where so many columns before another begin."""
    low = max(start - width, 0)
    piece = text[low:start]
    if piece.isascii() and not _SEVERAL_SPACES.search(piece):
        return low
    index, columns = start, 0
    while index > 0 and start - index < _LONGEST * width:
        columns += _count_letter_columns(text[index - 1], text[index] if index < start else "")
        if columns > width:
            break
        index -= 1
    while index < start and count_columns(text[index]) == 0 and not text[index].isspace():
        index += 1  # a mark belongs to the letter before it, which is cut off
    return index


def _find_end(text: str, start: int, width: int) -> int:
    """Return the index where so many columns from another on end."""
    if width <= 0:
        return start
    high = min(start + width, len(text))
    piece = text[start:high]
    if piece.isascii() and not _SEVERAL_SPACES.search(piece) and text[high : high + 1].isascii():
        return high
    index, columns = start, 0
    while index < len(text) and index - start < _LONGEST * width:
        columns += _count_letter_columns(text[index], text[index - 1] if index > start else "")
        if columns > width:
            break
        index += 1
    return index


def _count_letter_columns(letter: str, beside: str) -> int:
    """Return the columns of a letter in a line, where a run of white space is shown as one space."""
    return (0 if beside.isspace() else 1) if letter.isspace() else count_columns(letter)


def _sort_lines(lines: Iterator[_Sortable]) -> Generator[KwicLine, None, None]:
    """Sort lines; ties stay in the order they came."""
    try:
        # A database without a name is a file that SQLite makes in the temporary folder when memory no longer serves.
        with closing(sqlite3.connect("")) as db:
            db.execute("PRAGMA journal_mode = OFF")
            db.execute(
                "CREATE TABLE lines (sort TEXT, number INTEGER PRIMARY KEY, article_id, site, language, published_on,"
                " url, field, start, left, key, right)"
            )
            db.executemany(
                "INSERT INTO lines VALUES (?, NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                ((key, *_read_values(line)) for line, key in lines),
            )
            for article_id, site, language, published_on, url, field, start, left, key, right in db.execute(
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
