"""The options that select articles beside a query, shared by the commands that take one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

import click

from crawler.cli.options.notes import notes_option, open_notes
from crawler.cli.options.types import DayType, drop_surrogates
from crawler.cli.output import say, strip_controls
from crawler.errors import BadQuery

if TYPE_CHECKING:
    from crawler.archive import Archive
    from crawler.archive.search.query import Query
    from crawler.archive.search.selection import NotedArticles, Selection

QUERY_COLUMNS: Final = 74
_INDENT: Final = "    "
QUERY_LANGUAGE_HELP: Final = (
    'The query language: words (all must occur), "phrases", prefix*, -word, OR, parentheses, NEAR(a b, 5), and '
    "before any of them headline:, lead:, body:, author:, place:, country:, kicker:, language:, site:, story:, since:, "
    "until:, snapshot:. "
    'place:="Hong Kong", author:= and kicker:= mean the whole name. '
    "Accents and capitals do not matter. A query that begins with a minus sign comes after two dashes: "
)
"""Beginning of an epilog; an example of the command follows."""
_OPTIONS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("--since", {"type": DayType("first"), "help": "Only what was published on or after this day, month or year."}),
    ("--until", {"type": DayType("last"), "help": "Only what was published on or before this day, month or year."}),
    ("--author", {"metavar": "NAME", "help": "Only what this author wrote; a part will do, =NAME is the whole name."}),
    ("--place", {"metavar": "NAME", "help": "Only what has this place in its dateline; =NAME is the whole name."}),
    ("--country", {"metavar": "CODE", "help": "Only what comes from this country: IT, HK … (see places locate)."}),
    ("--kicker", {"metavar": "WORDS", "help": "Only what has these words above its headline; =WORDS and no others."}),
    ("--language", {"metavar": "CODE", "help": "Only this language, by the code that the archive has: en, zh …"}),
    ("--site", {"metavar": "NAME", "multiple": True, "help": "Only this site; may be repeated."}),
    ("--snapshot", {"metavar": "NAME", "help": "Only what this snapshot holds, with the texts it froze."}),
    (
        "--unit",
        {
            "type": click.Choice(["article", "story", "text"]),
            "default": "article",
            "show_default": True,
            "help": "What counts once: an article, a story in all its languages, or a text with all its copies; the "
            "first one published stands for it.",
        },
    ),
)

_NOTE_FILTERS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("--tag", {"metavar": "TAG", "multiple": True, "help": "Only what has a note with this tag; may be repeated."}),
    (
        "--code",
        {
            "metavar": "NAME=VALUE",
            "multiple": True,
            "help": "Only what somebody coded so, or at all without =VALUE; may be repeated.",
        },
    ),
    ("--noted", {"is_flag": True, "help": "Only what has a note or an answer to a code."}),
)


def selection_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that narrow a query, as one parameter ``filters`` for :func:`make_selection`."""

    @wraps(command)
    def with_filters(*arguments: Any, **options: Any) -> Any:
        filters = {name.removeprefix("--"): options.pop(name.removeprefix("--")) for name, _ in _OPTIONS}
        filters["noted"] = _find_noted(options)
        if options.pop("without_copies"):
            filters["unit"] = "text"
        return command(*arguments, filters=filters, **options)

    former_spelling = click.option("--without-copies", is_flag=True, hidden=True, help="The same as --unit text.")
    command_with_options: Callable[..., Any] = _add_note_filters(former_spelling(with_filters))
    for name, settings in reversed(_OPTIONS):
        command_with_options = click.option(name, **settings)(command_with_options)
    return command_with_options


def _add_note_filters(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--tag``, ``--code``, ``--noted`` and ``--notes``."""
    for name, settings in reversed(_NOTE_FILTERS):
        command = click.option(name, **settings)(command)
    return notes_option(command)


def _find_noted(options: dict[str, Any]) -> NotedArticles | None:
    """Take the values of these options out of a command's, and return the articles that they mean; None for all."""
    tags, codes, noted = options.pop("tag"), options.pop("code"), options.pop("noted")
    if not (tags or codes or noted):
        return None
    from crawler.notes.filters import NoteFilter, find_noted_articles

    note_filter = NoteFilter(
        tags=tuple(map(drop_surrogates, tags)), codes=tuple(map(drop_surrogates, codes)), noted=noted
    )
    with open_notes() as notes:
        return find_noted_articles(notes, note_filter)


def make_selection(query: tuple[str, ...] | str, filters: dict[str, Any]) -> Selection:
    """Return the selection of a query and its options.

    Raises BadQuery for a query that makes no sense, with a caret under the place.
    """
    from crawler.archive.search.selection import Selection

    text = query if isinstance(query, str) else " ".join(query)
    conditions: dict[str, Any] = {
        name: _clean_value(value) for name, value in filters.items() if name != "noted" and value not in (None, ())
    }
    selection = Selection(query=drop_surrogates(text), noted=filters.get("noted"), **conditions)
    refuse_problems(selection.parse())
    return selection


def check_selections(archive: Archive, *selections: Selection, names_in_query: bool = True) -> None:
    """Raise BadQuery where a filter leaves a selection nothing: an unknown value, or an end before the beginning.

    With ``names_in_query`` the authors, places and kickers of the query are such values, too. An archive without
    articles knows no values: then one line on stderr says so.
    """
    from crawler.archive.database import translate_errors
    from crawler.archive.search.unknown_values import is_empty, refuse_unknown_values

    with translate_errors(archive.path):
        for selection in selections:
            refuse_unknown_values(archive.db, selection, names_in_query=names_in_query)
        if any(selection.filters() for selection in selections) and is_empty(archive.db):
            say("the archive holds no articles yet, of any language, site or day")


def refuse_problems(query: Query) -> None:
    """Raise BadQuery for a query that makes no sense, with a caret under the place."""
    if not query.problems:
        return
    first = query.problems[0]
    raise BadQuery(f"query, character {first.position + 1}: {first.message}", point_at(query.text, first.position))


def point_at(text: str, position: int) -> tuple[str, str]:
    """Return the text on one line of a narrow terminal, and a line with a caret under a position (from 0)."""
    from rich.cells import cell_len

    room = QUERY_COLUMNS
    before, after = _flatten(text[:position])[-room - 1 :], _flatten(text[position:])[: room + 1]
    if cell_len(before) > room // 2 and cell_len(before + after) > room:
        while cell_len(before) > room // 2 - 1:
            before = before[1:]
        before = "…" + before
    indent = cell_len(before)
    if indent + cell_len(after) > room:
        while indent + cell_len(after) > room - 1:
            after = after[:-1]
        after += "…"
    return f"{_INDENT}{before}{after}", f"{_INDENT}{' ' * indent}^"


def _flatten(text: str) -> str:
    # Not to_one_line: as many spaces as were typed, so that the position stays right.
    return strip_controls("".join(" " if letter.isspace() else letter for letter in text))


def _clean_value(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(drop_surrogates(name) for name in value)
    return value.isoformat() if isinstance(value, date) else drop_surrogates(str(value))
