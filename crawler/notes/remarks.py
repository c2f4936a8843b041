"""What people wrote on articles, gathered by article: for exports, which put it beside the articles' own columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from crawler.notes.answers import list_answers
from crawler.notes.notes import list_notes
from crawler.notes.notes_file import NotesFile
from crawler.notes.records import ArticleKey

TAGS_COLUMN: Final = "tags"
CODES_COLUMN: Final = "codes"
REMARK_COLUMNS: Final = (TAGS_COLUMN, CODES_COLUMN)
"""Columns that an export has when they are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remarks:
    """Tags, answers and records of each article that has any."""

    tags: Mapping[ArticleKey, Sequence[str]]
    codes: Mapping[ArticleKey, Sequence[str]]
    """Each as ``name=value (coder)``."""
    records: Mapping[ArticleKey, Sequence[Mapping[str, Any]]]
    """Notes and answers as lines of an export of notes."""

    def read_column(self, article: Any, column: str) -> list[str]:
        """Return the values of an article in one of :data:`REMARK_COLUMNS`."""
        values = self.tags if column == TAGS_COLUMN else self.codes
        return list(values.get(ArticleKey.of(article), ()))

    def iter_records(self, keys: Iterable[ArticleKey]) -> Iterator[Mapping[str, Any]]:
        """Yield the notes and answers of articles."""
        for key in keys:
            yield from self.records.get(key, ())


def read_remarks(notes: NotesFile) -> Remarks:
    """Return what stands in a file of notes."""
    tags: dict[ArticleKey, dict[str, str]] = defaultdict(dict)
    codes: dict[ArticleKey, list[str]] = defaultdict(list)
    records: dict[ArticleKey, list[Mapping[str, Any]]] = defaultdict(list)
    for note in list_notes(notes):
        records[note.key].append({"record": "note", **asdict(note)})
        for tag in note.tags:
            tags[note.key].setdefault(tag.casefold(), tag)
    for answer in list_answers(notes):
        codes[answer.key].append(f"{answer.code}={answer.value} ({answer.coder})")
        records[answer.key].append({"record": "answer", **asdict(answer)})
    return Remarks(
        tags={key: [names[folded] for folded in sorted(names)] for key, names in tags.items()},
        codes={key: sorted(values) for key, values in codes.items()},
        records=dict(records),
    )
