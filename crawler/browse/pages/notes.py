"""Pages of notes: all of them, the codebook with its sheets, the way through a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from crawler.archive.articles.lookup import find_identity
from crawler.browse.notes_desk import NotesDesk
from crawler.browse.page import PageMissing, PageRequest, PageResponse, Redirect, page
from crawler.browse.parts.pagination import PER_PAGE, paginate
from crawler.browse.parts.search_request import SHEET_PARAMETERS
from crawler.browse.parts.study import make_csv
from crawler.normalisation.words.digits import parse_digits
from crawler.notes.agreement import Agreement, measure_agreement
from crawler.notes.anchoring import PlacedNote, iter_placed_notes
from crawler.notes.answers import list_answers, read_value
from crawler.notes.codebook import find_code, list_codes
from crawler.notes.columns import ANSWER_COLUMNS, NOTE_COLUMNS
from crawler.notes.kept_sheets import list_sheets
from crawler.notes.notes import count_tags, list_coders, list_notes
from crawler.notes.notes_file import NotesFile
from crawler.notes.progress import SheetProgress, measure_progress
from crawler.notes.records import MAX_NAME_LETTERS, Answer, Code, Note

MAX_FIELDS: Final = 1_000
"""Fields to choose from that the notes of an article have below them; a browser takes seconds for ten thousands."""
_FILTERS: Final = ("tag", "coder", "code")


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSummary:
    """A code of the codebook, and how it was answered."""

    code: Code
    answers: int
    agreement: Agreement


@page(r"notes(?P<form>\.csv)?", menu="Notes", of_notes=True, pool="asking")
def notes(request: PageRequest) -> PageResponse:
    """List the notes, those with a tag, of a coder, on articles with an answer to a code; or all of them as CSV."""
    desk = get_desk(request)
    with desk.open() as file:
        standing_notes = _select_notes(file, request)
        if request.route.get("form"):
            placed_notes = iter_placed_notes(request.archive, standing_notes)
            return make_csv(NOTE_COLUMNS, (placed.flatten() for placed in placed_notes))
        parameters = {name: request.arguments[name] for name in _FILTERS if name in request.arguments}
        pages = paginate(
            request.arguments, len(standing_notes), lambda to: request.links.page("notes", **parameters, page=to)
        )
        shown = standing_notes[pages.offset : pages.offset + PER_PAGE]
        return PageResponse(
            template="notes.html",
            context={
                "placed_notes": list(iter_placed_notes(request.archive, shown)),
                "total": len(standing_notes),
                "pages": pages,
                "tags": count_tags(file),
                "coders": list_coders(file),
                "codes": list_codes(file),
                "parameters": parameters,
                "csv": request.links.page("notes.csv", **parameters),
                "in_search": {name: value for name, value in parameters.items() if name != "coder"} or {"noted": "1"},
                "title_of": request.find_title,
            },
        )


@page(r"coding(?P<form>\.csv)?", menu="Coding", of_notes=True, pool="asking")
def coding(request: PageRequest) -> PageResponse:
    """Show the codebook with how far coders agree, and the sheets with how far the reader has come."""
    desk = get_desk(request)
    with desk.open() as file:
        answers = list_answers(file)
        if request.route.get("form"):
            return make_csv(
                ANSWER_COLUMNS, ({name: getattr(answer, name) for name in ANSWER_COLUMNS} for answer in answers)
            )
        summaries = [
            CodeSummary(
                code=code,
                answers=len(own_answers := [answer for answer in answers if answer.code == code.name]),
                agreement=measure_agreement(code, own_answers),
            )
            for code in list_codes(file)
        ]
        sheets = [measure_progress(file, sheet.name, desk.coder) for sheet in list_sheets(file)]
    query = request.arguments.get("q", "").strip()[:MAX_NAME_LETTERS]
    is_taken = query.casefold() in (progress.sheet.name.casefold() for progress in sheets)
    return PageResponse(
        template="coding.html",
        context={
            "summaries": summaries,
            "sheets": sheets,
            "suggested_name": "" if is_taken else query,
            "languages": request.list_languages(),
            "chosen": {name: request.arguments[name] for name in SHEET_PARAMETERS if name in request.arguments},
            "csv": request.links.page("coding.csv"),
        },
    )


@page(r"coding/(?P<way>next|previous)", section="coding", of_notes=True)
def coding_walk(request: PageRequest) -> PageResponse | Redirect:
    """Lead to the next article of a sheet that the reader has not coded, or to the one before; or say that all are."""
    desk = get_desk(request)
    with desk.open() as file:
        progress = measure_progress(file, request.arguments.get("sheet", ""), desk.coder)
    find, start = (
        (progress.find_next, "after") if request.route["way"] == "next" else (progress.find_previous, "before")
    )
    neighbour = find(parse_digits(request.arguments.get(start, ""), most=9) or 0)
    for _ in range(progress.total):
        if neighbour is None:
            break
        place, key = neighbour
        article_id = find_identity(request.archive.db, *key)
        if article_id is not None:
            address = request.links.page(f"article/{article_id}", sheet=progress.sheet.name, position=place)
            return Redirect(to=address)
        neighbour = find(place)
    if request.route["way"] == "previous":
        return Redirect(to=request.links.page("coding/next", sheet=progress.sheet.name))
    return PageResponse(template="coding_done.html", context={"progress": progress})


def get_desk(request: PageRequest) -> NotesDesk:
    """Return the notes of a request. Raises PageMissing where none are served."""
    if request.desk is None:
        raise PageMissing("No notes are served here.")
    return request.desk


def find_progress(request: PageRequest, file: NotesFile) -> tuple[SheetProgress, int] | None:
    """Return the sheet that an article is coded in, and the article's place in it; None outside of any."""
    desk = get_desk(request)
    name = request.arguments.get("sheet")
    if name is None or name.casefold() not in (sheet.name.casefold() for sheet in list_sheets(file)):
        return None
    place = parse_digits(request.arguments.get("position", ""), most=9) or 0
    return measure_progress(file, name, desk.coder), place


def _select_notes(file: NotesFile, request: PageRequest) -> list[Note]:
    arguments = request.arguments
    standing_notes = list_notes(file, tag=arguments.get("tag"), coder=arguments.get("coder"))
    if "code" not in arguments:
        return standing_notes
    name, is_given, text = arguments["code"].partition("=")
    code = find_code(file, name)
    value = read_value(code, text) if is_given else None
    coded = {answer.key for answer in list_answers(file, code=code.name) if value is None or answer.value == value}
    return [note for note in standing_notes if note.key in coded]


def make_article_context(request: PageRequest, record: Any, version: int) -> dict[str, Any] | None:
    """Return what the panel of notes shows of an article; None where no notes are served."""
    from crawler.archive.articles.identities import format_identity
    from crawler.browse.parts.passage_marks import PassageMarks
    from crawler.notes.anchoring import list_texts, place_note
    from crawler.notes.records import ArticleKey

    if request.desk is None:
        return None
    key = ArticleKey.of(record)
    with request.desk.open() as file:
        placed_notes = [place_note(note, record) for note in list_notes(file, key=key)]
        answers, codes = list_answers(file, key=key), list_codes(file)
        on_passages: dict[str, list[Answer]] = {}
        own_answers: dict[str, dict[str, str]] = {}
        for answer in answers:
            on_passages.setdefault(answer.note_uid, []).append(answer)
            if answer.coder.casefold() == request.desk.coder.casefold():
                own_answers.setdefault(answer.note_uid, {})[answer.code] = answer.value
        return {
            "placed": placed_notes,
            "marks": PassageMarks(list_texts(record), placed_notes),
            "codes": codes,
            "answers": on_passages.pop("", []),
            "own": own_answers.pop("", {}),
            "on_passages": on_passages,
            "own_on_passages": own_answers,
            "with_form": _list_notes_with_form(placed_notes, codes, request.arguments.get("passage", "")),
            "identity": format_identity(*key, version),
            "walk": find_progress(request, file),
            "tags": [count.tag for count in count_tags(file)],
        }


def _list_notes_with_form(placed_notes: Sequence[PlacedNote], codes: Sequence[Code], uid: str) -> frozenset[str]:
    """Return the notes below which their passage can be coded at once.

    That is each of them while the fields of all forms are few enough for a page, else the one with the ``uid``;
    the others lead to it.
    """
    uids = frozenset(placed.note.uid for placed in placed_notes if placed.note.passage)
    fields = len(uids) * sum(len(code.values) + 1 for code in codes)
    return uids if fields <= MAX_FIELDS else uids & {uid}
