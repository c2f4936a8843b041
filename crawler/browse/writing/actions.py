"""What each form does to the notes. Each function takes a form, writes, and returns where the reader goes next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from crawler.archive import Archive
from crawler.archive.articles.lookup import find_identity, read_article
from crawler.archive.articles.records import ArticleRecord
from crawler.archive.articles.rows import read_rows
from crawler.archive.search.selection import Selection, select_ids
from crawler.browse.notes_desk import NotesDesk
from crawler.browse.page import PageMissing, PageResponse
from crawler.browse.parts.search_request import SHEET_PARAMETERS, describe_request, read_search_request
from crawler.browse.urls import PageLinks
from crawler.browse.writing.form import WrittenForm
from crawler.notes.anchoring import list_texts
from crawler.notes.answers import read_value, write_answer
from crawler.notes.codebook import add_code, delete_code, find_code, list_codes
from crawler.notes.kept_sheets import find_sheet, remove_sheet, save_sheet
from crawler.notes.notes import add_note, change_note, delete_note, find_note
from crawler.notes.notes_file import NotesFile
from crawler.notes.passages import make_passage
from crawler.notes.records import ArticleKey, BadNote, Code, NoteConflict
from crawler.research.samples import Sample, sampled

MAX_SHEET_ARTICLES: Final = 2_000
"""Articles of a sheet that is made in the browser; the command line makes larger ones."""
PLACE_PARAMETERS: Final = (*SHEET_PARAMETERS, "order", "view", "hit", "sheet", "position")
"""What the address of an article may have: the search or the sheet that a reader goes through, and goes on with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteRequest:
    """One form that was sent, in the thread that answers it."""

    archive: Archive
    notes: NotesFile
    """Open to write."""
    form: WrittenForm
    links: PageLinks
    desk: NotesDesk
    now: datetime

    @property
    def coder(self) -> str:
        """The name in the form."""
        return self.form.get("coder")

    def find_article(self) -> ArticleRecord:
        """Return the article that the form is about. Raises PageMissing."""
        key, _ = self.form.read_article()
        article_id = find_identity(self.archive.db, *key)
        record = read_article(self.archive.db, article_id, edits=False) if article_id is not None else None
        if record is None:
            raise PageMissing(f"There is no article {key.format()[:120]} in this archive.")
        return record

    def link_article(self, key: ArticleKey, anchor: str) -> str:
        """Return the address of an article's page, at one of its notes."""
        article_id = find_identity(self.archive.db, *key)
        if article_id is None:
            return self.links.page("notes") + f"#{anchor}"
        return self.links.page(f"article/{article_id}", **self.form.read_place(PLACE_PARAMETERS)) + f"#{anchor}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """It is written; the reader goes there."""

    to: str
    coder: str = ""
    """The name to be remembered."""


Action = Callable[[WriteRequest], Written | PageResponse]


def add(request: WriteRequest) -> Written | PageResponse:
    """Add a note on an article, or on the passage that the form quotes, with answers to codes of that passage."""
    form, record = request.form, request.find_article()
    answers = _read_answers(request)
    _, revision = form.read_article()
    passage = None
    if form.get("quote").strip():
        texts = list_texts(record)
        quote, prefix, suffix = form.get("quote"), form.get("prefix")[-200:], form.get("suffix")[:200]
        field = form.read_field()
        try:
            passage = make_passage(texts, quote, prefix=prefix, suffix=suffix, field=field)
        except BadNote:
            if field is None:
                raise
            passage = make_passage(texts, quote, prefix=prefix, suffix=suffix)
    elif any(answers.values()):
        raise BadNote("codes beside a note are of a passage: quote it, or answer for the whole article above the notes")
    note = add_note(
        request.notes,
        ArticleKey.of(record),
        coder=request.coder,
        text=form.get("text"),
        tags=form.read_tags(),
        revision=revision or record.revisions[-1].number,
        passage=passage,
        now=request.now,
    )
    _write_answers(request, record, answers, note.uid)
    return Written(to=request.link_article(note.key, f"note-{note.uid}"), coder=note.coder)


def change(request: WriteRequest) -> Written | PageResponse:
    """Write another version of a note; a conflict shows what somebody else has written meanwhile beside it."""
    form = request.form
    try:
        note = change_note(
            request.notes,
            form.get("note"),
            coder=request.coder,
            text=form.get("text"),
            tags=form.read_tags(),
            expected_version=form.read_version() or 0,
            now=request.now,
        )
    except NoteConflict:
        return make_conflict(request)
    return Written(to=request.link_article(note.key, f"note-{note.uid}"), coder=note.coder)


def delete(request: WriteRequest) -> Written | PageResponse:
    """Delete a note, unless somebody has changed it meanwhile."""
    form = request.form
    try:
        note = delete_note(
            request.notes,
            form.get("note"),
            coder=request.coder,
            expected_version=form.read_version() or 0,
            now=request.now,
        )
    except NoteConflict:
        return make_conflict(request)
    return Written(to=request.link_article(note.key, "notes"), coder=note.coder)


def answer(request: WriteRequest) -> Written | PageResponse:
    """Write the answers of a coder to the codes of an article; in a sheet, the next article of it follows."""
    form, record = request.form, request.find_article()
    note_uid = ""
    if form.get("note"):
        note = find_note(request.notes, form.get("note"))
        if note.key != ArticleKey.of(record):
            raise BadNote("this note is on another article")
        note_uid = note.uid
    _write_answers(request, record, _read_answers(request), note_uid)
    if form.get("sheet"):
        sheet = find_sheet(request.notes, form.get("sheet"))
        after = form.read_number("position") or 0
        return Written(to=request.links.page("coding/next", sheet=sheet.name, after=after), coder=request.coder.strip())
    anchor = f"note-{note_uid}" if note_uid else "codes"
    return Written(to=request.link_article(ArticleKey.of(record), anchor), coder=request.coder.strip())


def _read_answers(request: WriteRequest) -> dict[Code, str | None]:
    """Return the answers in the form by their codes, None for an empty one. Raises BadNote before anything is kept."""
    answers = {find_code(request.notes, name): text for name, text in request.form.list_answers().items()}
    return {code: read_value(code, text) if text else None for code, text in answers.items()}


def _write_answers(
    request: WriteRequest, record: ArticleRecord, answers: Mapping[Code, str | None], note_uid: str
) -> None:
    """Write answers to codes of an article, or of the passage that a note of it is on."""
    _, revision = request.form.read_article()
    for code, value in answers.items():
        write_answer(
            request.notes,
            ArticleKey.of(record),
            code,
            value,
            coder=request.coder,
            note_uid=note_uid,
            revision=revision or record.revisions[-1].number,
            now=request.now,
        )


def code(request: WriteRequest) -> Written | PageResponse:
    """Add a code to the codebook."""
    form = request.form
    kind = form.get("type")
    choices = [value for value in form.get("values").splitlines() if value.strip()]
    add_code(
        request.notes,
        form.get("name"),
        kind,  # type: ignore[arg-type]  # which refuses others
        choices=choices,
        description=form.get("description"),
        now=request.now,
    )
    # Whoever came to code what a search found has its sheet to make next.
    chosen = form.read_place(SHEET_PARAMETERS)
    return Written(to=request.links.page("coding", **chosen) + ("#sheets" if chosen else "#codebook"))


def drop(request: WriteRequest) -> Written | PageResponse:
    """Take a code out of the codebook."""
    delete_code(request.notes, request.form.get("name"), now=request.now)
    return Written(to=request.links.page("coding") + "#codebook")


def sheet(request: WriteRequest) -> Written | PageResponse:
    """Keep a list of articles to be coded: what a search finds, or so many of it, drawn at random."""
    form = request.form
    given = {name: form.get(name) for name in SHEET_PARAMETERS}
    parameters = {name: value for name, value in given.items() if value.strip()}
    search_request = read_search_request(parameters, request.desk)
    size = form.read_number("size")
    selection: Selection = search_request.selection
    question = describe_request(search_request)
    if size:
        seed = form.get("seed").strip() or "0"
        selection = sampled(request.archive.db, selection, Sample(size=min(size, MAX_SHEET_ARTICLES), seed=seed))
        question = f"{question}, {size} of them at random (seed {seed})"
    ids = list(select_ids(request.archive.db, selection))
    if len(ids) > MAX_SHEET_ARTICLES:
        raise BadNote(f"these are {len(ids):,} articles: draw {MAX_SHEET_ARTICLES:,} of them or fewer")
    keys = [ArticleKey.of(row) for row in read_rows(request.archive.db, ids)] if ids else []
    kept_sheet = save_sheet(
        request.notes, form.get("name"), keys, codes=list_codes(request.notes), question=question, now=request.now
    )
    return Written(to=request.links.page("coding/next", sheet=kept_sheet.name))


def remove(request: WriteRequest) -> Written | PageResponse:
    """Remove a sheet; notes and answers on its articles stay."""
    remove_sheet(request.notes, request.form.get("name"))
    return Written(to=request.links.page("coding") + "#sheets")


def make_conflict(request: WriteRequest) -> PageResponse:
    """Return the page that shows what is there now, and beside it what the reader wanted to write."""
    current = find_note(request.notes, request.form.get("note"))
    return PageResponse(
        template="note_again.html",
        context={
            "heading": "Somebody else was here",
            "message": "The note has been changed since you opened it. Nothing is lost: this is what it says now, and "
            "below it is what you wrote.",
            "current": current,
            "form": request.form,
            "version": current.version,
            "action": "change",
        },
        status=409,
    )


ACTIONS: Final[Mapping[str, Action]] = {
    "add": add,
    "change": change,
    "delete": delete,
    "answer": answer,
    "code": code,
    "drop": drop,
    "sheet": sheet,
    "remove": remove,
}
"""End of an address → what the form does."""
