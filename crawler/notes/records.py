"""What a file of notes holds, as records: notes, passages, codes, answers."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, get_args

from crawler.archive.articles.identities import Identity
from crawler.errors import CrawlerError
from crawler.normalisation.words.text import clean

Field = Literal["headline", "lead", "body"]
"""Where in an article a passage stands."""
QUOTED_FIELDS: Final[tuple[Field, ...]] = ("body", "lead", "headline")
"""In the order in which a quotation is looked for."""
CodeKind = Literal["yes-no", "choice", "number"]
CODE_KINDS: Final[tuple[CodeKind, ...]] = get_args(CodeKind)
YES_OR_NO: Final = ("yes", "no")

MAX_TEXT_LETTERS: Final = 20_000
MAX_QUOTE_LETTERS: Final = 5_000
MAX_TAGS: Final = 50
MAX_NAME_LETTERS: Final = 100
"""Letters of a tag, a coder's name, a code's name, a value."""
MAX_CHOICES: Final = 200


class BadNote(CrawlerError):
    """A note, tag, code or answer cannot be kept as it is: the message says what would work."""


class NoSuchNote(CrawlerError):
    """No note, code, answer or sheet has that name: the message says what there is."""


class NoteConflict(CrawlerError):
    """Somebody else has changed the note meanwhile: both texts are kept and shown, nothing is overwritten."""


class ArticleKey(NamedTuple):
    """The identity of an article, which is the same in every archive."""

    site: str
    language: str
    site_key: str

    def format(self) -> str:
        """Return the identity as one text.

        >>> ArticleKey("asianews", "en", "17291").format()
        'asianews/en/17291'
        """
        return "/".join(self)

    @classmethod
    def of(cls, article: Identity | Any) -> ArticleKey:
        """Return the identity of a record that has ``site``, ``language`` and ``site_key``."""
        return cls(article.site, article.language, article.site_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A passage as the Web Annotation Data Model selects one: by its text with what stands around, and its position."""

    field: Field
    start: int
    """Characters of the field before it, in the revision that the coder saw."""
    quote: str
    prefix: str = ""
    suffix: str = ""

    @property
    def end(self) -> int:
        """The position after its last character."""
        return self.start + len(self.quote)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One version of a note."""

    uid: str
    """Sixteen hexadecimal digits, the same in every file that has the note."""
    site: str
    language: str
    site_key: str
    version: int
    coder: str
    made_at: str
    changed_at: str
    text: str
    tags: tuple[str, ...]
    revision: int | None
    """The revision of the article that the coder saw; None where it is not known."""
    passage: Passage | None
    deleted: bool = False

    @property
    def key(self) -> ArticleKey:
        """The article."""
        return ArticleKey(self.site, self.language, self.site_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A question that coders answer of an article or a passage."""

    name: str
    version: int
    changed_at: str
    description: str
    kind: CodeKind
    choices: tuple[str, ...]
    """The values of a ``choice``, in their order; empty for the other kinds."""
    deleted: bool = False

    @property
    def values(self) -> tuple[str, ...]:
        """The values that an answer may have; none for a number."""
        return YES_OR_NO if self.kind == "yes-no" else self.choices


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a coder answered to a code."""

    code: str
    coder: str
    site: str
    language: str
    site_key: str
    note_uid: str
    """The note whose passage was coded; empty for a whole article."""
    value: str
    version: int
    changed_at: str
    code_version: int
    revision: int | None

    @property
    def key(self) -> ArticleKey:
        """The article."""
        return ArticleKey(self.site, self.language, self.site_key)


def make_note(row: Mapping[str, Any]) -> Note:
    """Return a note of a row of ``notes`` joined with ``note_versions``."""
    values = dict(row)
    place = {name: values.pop(name) for name in ("field", "start", "quote", "prefix", "suffix")}
    passage = Passage(**place) if place["field"] is not None else None
    values["tags"] = read_list(values["tags"])
    values["deleted"] = bool(values["deleted"])
    return Note(**values, passage=passage)


def read_list(text: str) -> tuple[str, ...]:
    """Return a list of texts as a cell holds it. Raises sqlite3.DatabaseError for a cell that holds something else."""
    try:
        values = json.loads(text)
    except (ValueError, TypeError, RecursionError) as error:
        raise sqlite3.DatabaseError("a list of the file is damaged") from error
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise sqlite3.DatabaseError("a list of the file is damaged")
    return tuple(values)


def check_name(name: str, noun: str) -> str:
    """Return a name on one line. Raises BadNote for one that is empty or long."""
    cleaned = clean(name)
    if not cleaned or len(cleaned) > MAX_NAME_LETTERS:
        raise BadNote(f"{noun} has 1 to {MAX_NAME_LETTERS} characters")
    return cleaned


def clean_lines(text: str) -> str:
    r"""Return a text of a person as it is kept: its lines, without control characters and blanks at their ends.

    >>> clean_lines("  two\r\n lines \x00 \n")
    'two\nlines'
    """
    lines = [clean(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return "\n".join(lines).strip("\n")


def check_tags(tags: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """Return tags without blanks and repetitions, in their order. Raises BadNote for too many, long or odd ones."""
    cleaned: dict[str, str] = {}
    for tag in tags:
        if not clean(tag):
            continue
        name = check_name(tag, "a tag")
        if "," in name:
            raise BadNote(f"a tag has no comma: give {name[:40]!r} as several")
        cleaned.setdefault(name.casefold(), name)
    if len(cleaned) > MAX_TAGS:
        raise BadNote(f"a note has at most {MAX_TAGS} tags")
    return tuple(cleaned.values())
