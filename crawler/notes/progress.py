"""Leads a coder through a sheet: which article is next, and how many are done."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.notes.answers import list_answers
from crawler.notes.codebook import list_codes
from crawler.notes.kept_sheets import Sheet, find_sheet, list_sheet_keys
from crawler.notes.notes_file import NotesFile
from crawler.notes.records import ArticleKey


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetProgress:
    """How far a coder has come with a sheet."""

    sheet: Sheet
    coder: str
    coded: int
    """Articles with an answer to every code of the sheet."""
    total: int
    keys: tuple[ArticleKey, ...]
    done: tuple[bool, ...]

    def find_next(self, after: int) -> tuple[int, ArticleKey] | None:
        """Return place (from 1) and key of the first article after a place that is not coded; then the earlier ones.

        None when all are coded.
        """
        start = min(max(after, 0), self.total)
        for place in (*range(start, self.total), *range(start)):
            if not self.done[place]:
                return place + 1, self.keys[place]
        return None

    def find_previous(self, before: int) -> tuple[int, ArticleKey] | None:
        """Return place (from 1) and key of the article before a place, coded or not; None for that of the first."""
        place = min(before, self.total + 1) - 1
        return (place, self.keys[place - 1]) if place > 0 else None


def measure_progress(notes: NotesFile, name: str, coder: str) -> SheetProgress:
    """Return how far a coder has come with the sheet of a name; an empty name has coded nothing. Raises NoSuchNote."""
    sheet = find_sheet(notes, name)
    keys = tuple(list_sheet_keys(notes, sheet.name))
    names = {code.name for code in list_codes(notes)}
    wanted = (names & set(sheet.codes)) or names
    answered: dict[ArticleKey, set[str]] = {}
    for answer in list_answers(notes, coder=coder) if coder else ():
        if not answer.note_uid:
            answered.setdefault(answer.key, set()).add(answer.code)
    done = tuple(bool(wanted) and wanted <= answered.get(key, set()) for key in keys)
    return SheetProgress(sheet=sheet, coder=coder, coded=sum(done), total=len(keys), keys=keys, done=done)
