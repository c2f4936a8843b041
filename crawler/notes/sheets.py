"""Makes coding sheets of articles and reads them back from CSV as people's spreadsheets write it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple
from urllib.parse import unquote

from sqlite_utils import Database

from crawler.archive.articles.identities import format_identity
from crawler.archive.articles.records import ArticleRow
from crawler.errors import CrawlerError
from crawler.normalisation.dates.moments import instant
from crawler.notes.answers import insert_answer, read_value
from crawler.notes.codebook import find_code_row, list_code_rows
from crawler.notes.notes import add_note, check_text, list_notes
from crawler.notes.notes_file import NotesFile
from crawler.notes.records import ArticleKey, BadNote, Code, check_name

_ARTICLE_COLUMNS: Final = ("identity", "published_on", "headline", "url")
"""Columns of a sheet that say which article a row is; ``identity`` names the revision to be read."""
_REMARK_COLUMNS: Final = ("tags", "note")
MAX_SHEET_BYTES: Final = 50_000_000
MAX_ROWS: Final = 200_000
MAX_CELL_LETTERS: Final = 100_000
_SEPARATOR_HINT: Final = re.compile(r"sep=(?P<separator>[,;\t])\r?\n")
"""The line by which Excel is told what parts the cells."""
_NOTHING: Final = frozenset({"NA", "<NA>", "NaN", "nan", "#N/A"})
"""What R, pandas and Excel write where a cell is empty."""
_IDENTITY: Final = re.compile(r"(?P<path>[^\n]+?)(?:/revision/(?P<number>[0-9]{1,9}))?")
_FORMULA_STARTS: Final = ("'=", "'+", "'-", "'@")
"""How ``--safe`` writes a cell that a spreadsheet would run."""


class UnreadableSheet(CrawlerError):
    """The file is no coding sheet: the message says what it lacks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """A cell of a sheet that could not be taken."""

    row: int
    """The line in the spreadsheet; its header is line 1."""
    column: str
    value: str
    reason: str


@dataclass(slots=True, kw_only=True)
class SheetReport:
    """What a sheet brought."""

    rows: int = 0
    answers: int = 0
    """Answers that are new or changed."""
    unchanged: int = 0
    notes: int = 0
    empty: int = 0
    """Cells without an answer, which change nothing."""
    problems: list[RowProblem] = field(default_factory=list)


def list_sheet_columns(codes: Iterable[Code]) -> tuple[str, ...]:
    """Return the columns of a sheet: the article, the codes, tags and note."""
    return (*_ARTICLE_COLUMNS, *(code.name for code in codes), *_REMARK_COLUMNS)


def make_sheet_row(row: ArticleRow, codes: Sequence[Code]) -> list[str]:
    """Return the cells of an article in an empty sheet."""
    identity = format_identity(row.site, row.language, row.site_key, row.revisions)
    return [
        identity,
        row.published_on or "",
        row.headline,
        row.url,
        *("" for _ in codes),
        *("" for _ in _REMARK_COLUMNS),
    ]


def read_sheet(
    notes: NotesFile, content: bytes, *, coder: str, now: datetime, knows: Callable[[ArticleKey], bool]
) -> SheetReport:
    """Take the answers of a sheet, of which each cell that cannot be taken is a problem and costs nothing else.

    The separator may be a comma, a semicolon, a tab; the text UTF-8, UTF-16 or Windows-1252, with a byte order mark or
    without. An empty cell changes no answer, and an article that ``knows`` does not know is a problem. Raises
    UnreadableSheet.
    """
    coder = check_name(coder, "a coder's name")
    text = _decode(content)
    hint = _SEPARATOR_HINT.match(text)
    separator = hint["separator"] if hint is not None else _find_separator(text)
    text = text[hint.end() :] if hint is not None else text
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    report = SheetReport()
    remarks: list[_Remark] = []
    try:
        header = [cell.strip() for cell in next(rows, [])]
        with notes.transaction() as db:
            codes = _match_codes(db, header)
            taker = _RowTaker(db, codes, report, coder, knows, separator == ";", instant(now))
            expected = {*_ARTICLE_COLUMNS, *_REMARK_COLUMNS, *codes, ""}
            for name in header:
                if name.casefold() not in expected:
                    reason = "no code of the codebook has this name: its column was passed over"
                    report.problems.append(RowProblem(row=1, column=name[:60], value="", reason=reason))
            for number, cells in enumerate(rows, 2 if hint is None else 3):
                if number > MAX_ROWS + 2:
                    raise UnreadableSheet(f"the sheet has more than {MAX_ROWS:,} rows")
                if any(len(cell) > MAX_CELL_LETTERS for cell in cells):
                    raise UnreadableSheet(
                        f"this is no table: row {number} has a cell of over {MAX_CELL_LETTERS:,} letters"
                    )
                if any(cell.strip() for cell in cells):
                    row = dict(zip((name.casefold() for name in header), map(_disarm, cells), strict=False))
                    remarks.extend(taker.take_row(row, number))
    except csv.Error as error:
        raise UnreadableSheet(f"this is no table: {error}") from error
    for remark in remarks:
        _take_remark(notes, report, remark, coder, now)
    return report


def read_identity(text: str) -> tuple[ArticleKey, int | None]:
    """Return article and revision of a permanent identity, or of a whole address that ends with one.

    Raises BadNote.

    >>> read_identity("asianews/en/17291/revision/2")
    (ArticleKey(site='asianews', language='en', site_key='17291'), 2)
    """
    address = text.strip()
    match = _IDENTITY.fullmatch(address.partition("/-/identity/")[2] or address)
    parts = [unquote(part) for part in match["path"].split("/", 2)] if match is not None else []
    if match is None or len(parts) < 3 or not all(parts):
        raise BadNote(f"{text[:60]!r} is no identity of an article, as site/language/key/revision/1")
    return ArticleKey(*parts), int(match["number"]) if match["number"] else None


class _Remark(NamedTuple):
    """What a coder wrote into the columns of a row that are no answers."""

    key: ArticleKey
    revision: int | None
    tags: str
    note: str


@dataclass(frozen=True, slots=True)
class _RowTaker:
    """Writes the rows of one sheet inside a transaction."""

    db: Database
    codes: Mapping[str, Code]
    report: SheetReport
    coder: str
    knows: Callable[[ArticleKey], bool]
    decimal_comma: bool
    moment: str

    def take_row(self, row: Mapping[str, str], number: int) -> Iterator[_Remark]:
        """Write the answers of a row, and yield its remark where it has one."""
        report = self.report
        report.rows += 1
        identity = row.get("identity", "")
        try:
            key, revision = read_identity(identity)
            if not self.knows(key):
                raise BadNote("the archive has no such article")
        except BadNote as error:
            report.problems.append(_note_problem(number, "identity", identity, error))
            return
        for column, code in self.codes.items():
            cell = row.get(column, "").strip()
            if not cell:
                report.empty += 1
                continue
            try:
                value = read_value(code, cell, decimal_comma=self.decimal_comma)
            except BadNote as error:
                if cell in _NOTHING:
                    report.empty += 1
                else:
                    report.problems.append(_note_problem(number, code.name, cell, error))
                continue
            is_new = insert_answer(
                self.db, key, code, value, coder=self.coder, note_uid="", revision=revision, moment=self.moment
            )
            if is_new:
                report.answers += 1
            else:
                report.unchanged += 1
        tags, note = ("" if (cell := row.get(column, "")).strip() in _NOTHING else cell for column in _REMARK_COLUMNS)
        if tags.strip() or note.strip():
            yield _Remark(key, revision, tags, note)


def _take_remark(notes: NotesFile, report: SheetReport, remark: _Remark, coder: str, now: datetime) -> None:
    """Write a remark as a note, unless the coder has such a note on the article already."""
    tags = [tag.strip() for tag in remark.tags.replace(";", ",").split(",") if tag.strip()]
    try:
        for note in list_notes(notes, key=remark.key, coder=coder):
            if note.passage is None and note.text == check_text(remark.note) and set(note.tags) == set(tags):
                return
        add_note(notes, remark.key, coder=coder, text=remark.note, tags=tags, revision=remark.revision, now=now)
        report.notes += 1
    except BadNote as error:
        report.problems.append(_note_problem(0, "note", remark.note, error))


def _note_problem(row: int, column: str, value: str, error: BadNote) -> RowProblem:
    return RowProblem(row=row, column=column, value=value[:200], reason=str(error))


def _match_codes(db: Database, header: Sequence[str]) -> dict[str, Code]:
    """Return the codes of a sheet by their columns. Raises UnreadableSheet for a column that nothing explains."""
    columns = [name.casefold() for name in header]
    if "identity" not in columns:
        raise UnreadableSheet("the sheet has no column identity: make one with seealso codes sheet")
    repeated = [name for name in columns if name and columns.count(name) > 1]
    if repeated:
        raise UnreadableSheet(f"the column {repeated[0][:60]!r} is there twice")
    known_names = {code.name.casefold() for code in list_code_rows(db) if not code.deleted}
    return {name: find_code_row(db, name) for name in columns if name in known_names}


def _decode(content: bytes) -> str:
    if len(content) > MAX_SHEET_BYTES:
        raise UnreadableSheet(f"the sheet is larger than {MAX_SHEET_BYTES // 1_000_000} MB")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if content.startswith(b"PK\x03\x04"):
        raise UnreadableSheet("this is a workbook: save it as CSV first")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _find_separator(text: str) -> str:
    """Return what parts the cells of the first line most often, quotation marks aside."""
    first = text.partition("\n")[0]
    unquoted = "".join(first.split('"')[::2])
    return max(",;\t", key=lambda mark: (unquoted + first).count(mark))


def _disarm(cell: str) -> str:
    """Return a cell without the apostrophe by which it was kept from being a formula."""
    return cell[1:] if cell.startswith(_FORMULA_STARTS) else cell
