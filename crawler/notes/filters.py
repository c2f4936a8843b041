"""Turns tags, codes and "noted" into a condition on articles, which a selection takes beside its query."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler.archive.search.selection import NotedArticles
from crawler.notes.answers import list_answers, read_value
from crawler.notes.codebook import find_code
from crawler.notes.notes import count_tags, list_notes
from crawler.notes.notes_file import NotesFile
from crawler.notes.records import ArticleKey, BadNote, NoSuchNote


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteFilter:
    """Which articles: those with all of these tags and codes, with any note or answer at all."""

    tags: Sequence[str] = ()
    codes: Sequence[str] = ()
    """``name=value``, or ``name`` for any answer; whoever answered."""
    noted: bool = False

    def __bool__(self) -> bool:
        return bool(self.tags or self.codes or self.noted)

    def describe(self) -> str:
        """Return the condition as it is given on the command line, without the dashes."""
        return " ".join(
            [
                *(f"tag:{tag.strip()}" for tag in self.tags),
                *(f"code:{code.strip()}" for code in self.codes),
                *(["noted"] if self.noted else []),
            ]
        )


def find_noted_articles(notes: NotesFile, note_filter: NoteFilter) -> NotedArticles:
    """Return the articles that a filter means. Raises NoSuchNote for a tag or code that nobody uses."""
    keys: set[ArticleKey] | None = None
    for tag in note_filter.tags:
        tagged_notes = list_notes(notes, tag=tag)
        if not tagged_notes:
            names = ", ".join(count.tag for count in count_tags(notes)[:10])
            raise NoSuchNote(f"no note has the tag {tag[:60]!r}; there are: {names or 'none'}")
        keys = _intersect(keys, (note.key for note in tagged_notes))
    for condition in note_filter.codes:
        name, is_given, text = condition.partition("=")
        code = find_code(notes, name)
        value = read_value(code, text) if is_given else None
        answers = list_answers(notes, code=code.name)
        keys = _intersect(keys, (answer.key for answer in answers if value is None or answer.value == value))
    if note_filter.noted:
        keys = _intersect(
            keys, (*(note.key for note in list_notes(notes)), *(answer.key for answer in list_answers(notes)))
        )
    if keys is None:
        raise BadNote("name a tag or a code, or ask for what is noted at all")
    return NotedArticles(question=note_filter.describe(), identities=tuple(sorted(keys)))


def _intersect(keys: set[ArticleKey] | None, more: Iterable[ArticleKey]) -> set[ArticleKey]:
    return set(more) if keys is None else keys & set(more)
