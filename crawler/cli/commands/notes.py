"""``seealso notes``: notes of people on articles and passages, in a file of their own beside the archive."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from crawler.cli.commands.show import find_named_article
from crawler.cli.common import SuggestingGroup, common_options
from crawler.cli.options.notes import coder_option, notes_option, open_notes, refuse_blank_tags
from crawler.cli.options.table import OutputFormat, table_options
from crawler.cli.options.types import TEXT, drop_surrogates, open_existing_archive
from crawler.cli.output import format_count, json_option, print_json, say, strip_controls, to_json, to_one_line
from crawler.cli.text_layout import format_instant, measure_terminal, wrap_paragraph
from crawler.notes.columns import NOTE_COLUMNS

if TYPE_CHECKING:
    from crawler.archive import Archive
    from crawler.archive.articles.records import ArticleRecord
    from crawler.notes.anchoring import PlacedNote
    from crawler.notes.notes_file import NotesFile
    from crawler.notes.records import Note

STATES = {
    "article": "",
    "passage": "",
    "orphaned": "the passage has changed",
    "absent": "the article is not in this archive",
}
INDENT = " " * 8
MAX_IMPORT_BYTES = 1_000_000_000


@click.group(cls=SuggestingGroup, short_help="Write notes on articles and passages.")
@common_options
def notes() -> None:
    """Write notes and tags on articles and passages, in a file of their own: notes.db beside the archive.

    The archive is never written. A note knows its article by the permanent identity, and its passage by the words.
    """


@notes.command(short_help="Write a note on an article.")
@click.argument("article", metavar="ID|URL")
@click.argument("text", type=TEXT, default="")
@click.option(
    "--quote", type=TEXT, metavar="WORDS", help="The passage of the article that the note is on, in its own words."
)
@click.option(
    "--tag", "tags", type=TEXT, metavar="TAG", multiple=True, callback=refuse_blank_tags, help="A tag; may be repeated."
)
@coder_option
@notes_option
@json_option
@common_options
def add(article: str, text: str, quote: str | None, tags: tuple[str, ...], coder: str, as_json: bool) -> None:
    """Write a note on an article, or on the passage of it that --quote repeats. TEXT may be - for standard input."""
    from crawler.notes.anchoring import list_texts
    from crawler.notes.notes import add_note
    from crawler.notes.passages import make_passage
    from crawler.notes.records import ArticleKey

    with open_existing_archive() as archive:
        record = find_noted_article(archive, article)
    passage = make_passage(list_texts(record), quote) if quote is not None else None

    with open_notes("write") as file:
        note = add_note(
            file,
            ArticleKey.of(record),
            coder=coder,
            text=_read_text(text),
            tags=list(tags),
            revision=record.revisions[-1].number,
            passage=passage,
            now=datetime.now(UTC),
        )
    _print_note(note, as_json, f"Noted: {note.uid} on {to_one_line(record.headline)}")


@notes.command("list", short_help="List the notes.")
@click.argument("article", metavar="[ID|URL]", required=False)
@click.option("--tag", type=TEXT, metavar="TAG", help="Only notes with this tag.")
@click.option("--coder", type=TEXT, metavar="NAME", help="Only notes of this person.")
@click.option("--orphaned", is_flag=True, help="Only notes whose passage has changed, or whose article is not here.")
@notes_option
@table_options(NOTE_COLUMNS)
@common_options
def list_(article: str | None, tag: str | None, coder: str | None, orphaned: bool, output_format: OutputFormat) -> None:
    """List the notes by article, or those on one article, with what has become of their passages."""
    from crawler.notes.anchoring import iter_placed_notes
    from crawler.notes.notes import list_notes
    from crawler.notes.records import ArticleKey

    with open_existing_archive() as archive, archive.moment(), open_notes() as file:
        key = ArticleKey.of(find_noted_article(archive, article)) if article is not None else None
        standing_notes = list_notes(file, key=key, tag=tag, coder=coder)
        placed_notes = [
            placed
            for placed in iter_placed_notes(archive, standing_notes)
            if not orphaned or placed.state in ("orphaned", "absent")
        ]
    if output_format.for_people:
        for placed in placed_notes:
            _print_placed(placed)
    else:
        rows = (placed.flatten() for placed in placed_notes)
        if not output_format.csv:
            rows = ({**placed.flatten(), "tags": list(placed.note.tags)} for placed in placed_notes)
        output_format.print(NOTE_COLUMNS, rows)
    if not placed_notes:
        say("no such note" if article or tag or coder or orphaned else "no notes yet; seealso notes add ID TEXT")


@notes.command(short_help="Show a note with its history.")
@click.argument("note")
@notes_option
@json_option
@common_options
def show(note: str, as_json: bool) -> None:
    """Show a NOTE by its number, or the beginning of it, with all its versions."""
    from crawler.notes.notes import find_note, list_versions

    with open_notes() as file:
        current = find_note(file, note)
        versions = list_versions(file, current.uid)
    if as_json:
        print_json({"note": current, "versions": versions})
        return
    click.echo(f"{current.uid}  {to_one_line(current.key.format())}")
    if current.passage is not None:
        click.echo(f"{INDENT}“{to_one_line(current.passage.quote)}”")
    for version in versions:
        tags = f" [{', '.join(map(to_one_line, version.tags))}]" if version.tags else ""
        ending = " (deleted)" if version.deleted else ""
        click.echo(
            f"{version.version:>6}  {format_instant(version.changed_at)} {to_one_line(version.coder)}{tags}{ending}"
        )
        for line in version.text.split("\n"):
            for wrapped in wrap_paragraph(strip_controls(line), _measure_room()):
                click.echo(INDENT + wrapped)


@notes.command(short_help="Change a note; its history stays.")
@click.argument("note")
@click.argument("text", type=TEXT, required=False)
@click.option(
    "--tag",
    "tags",
    type=TEXT,
    metavar="TAG",
    multiple=True,
    callback=refuse_blank_tags,
    help="Add this tag; may be repeated.",
)
@click.option(
    "--without-tag",
    "dropped_tags",
    type=TEXT,
    metavar="TAG",
    multiple=True,
    help="Take this tag away; may be repeated.",
)
@coder_option
@notes_option
@json_option
@common_options
def edit(
    note: str, text: str | None, tags: tuple[str, ...], dropped_tags: tuple[str, ...], coder: str, as_json: bool
) -> None:
    """Give a NOTE another TEXT (- is standard input), more tags or fewer."""
    from crawler.notes.notes import change_note, find_note

    dropped = {tag.casefold() for tag in dropped_tags}
    with open_notes("write") as file:
        current = find_note(file, note)
        changed = change_note(
            file,
            current.uid,
            coder=coder,
            text=_read_text(text) if text is not None else None,
            tags=[*(tag for tag in current.tags if tag.casefold() not in dropped), *tags],
            expected_version=current.version,
            now=datetime.now(UTC),
        )
    _print_note(changed, as_json, f"Changed: {changed.uid}, version {changed.version}")


@notes.command(short_help="Delete a note; its history stays.")
@click.argument("note")
@coder_option
@notes_option
@json_option
@common_options
def delete(note: str, coder: str, as_json: bool) -> None:
    """Delete a NOTE. Its versions stay in the file; seealso forget erases words of an article for good."""
    from crawler.notes.notes import delete_note, find_note

    with open_notes("write") as file:
        uid = find_note(file, note).uid
        deleted_note = delete_note(file, uid, coder=coder, now=datetime.now(UTC))
    _print_note(deleted_note, as_json, f"Deleted: {uid}")


@notes.command(short_help="Write all notes, codes and answers as JSON lines.")
@click.option("--to", default="-", show_default=True, metavar="PATH", help="The file to make; - prints it.")
@click.option("--force", is_flag=True, help="Replace a file.")
@click.option(
    "--snapshot", type=TEXT, metavar="NAME", help="Only the notes and answers that this snapshot froze, as they were."
)
@notes_option
@common_options
def export(to: str, force: bool, snapshot: str | None) -> None:
    """Write the whole file of notes as JSON lines: notes, codebook, answers and sheets with their histories."""
    from crawler.atomic_file import replace_file
    from crawler.notes.exchange import iter_export
    from crawler.notes.notes_file import NotesUnusable

    with open_notes() as file:
        records = iter_export(file) if snapshot is None else iter(_list_frozen(file, snapshot))
        if to == "-":
            for record in records:
                click.echo(to_json(record, indent=None))
            return
        path = Path(to)
        if path.exists() and not force:
            raise NotesUnusable(f"{path} exists already: choose another name, or replace it with --force")
        try:
            with replace_file(path) as unfinished, unfinished.open("w", encoding="utf-8", newline="\n") as out:
                lines = 0
                for record in records:
                    out.write(to_json(record, indent=None) + "\n")
                    lines += 1
        except OSError as error:
            raise NotesUnusable(f"cannot write {path}: {error.strerror or error}") from error
    say(f"{format_count(lines, 'line')} in {to_one_line(to)}")


def _list_frozen(file: NotesFile, name: str) -> list[dict[str, Any]]:
    from crawler.archive.snapshots.freeze import find_snapshot
    from crawler.notes.freezing import find_freeze, list_frozen_records

    with open_existing_archive() as archive:
        uid = find_snapshot(archive.db, name).uid
    find_freeze(file, uid)
    return list_frozen_records(file, uid)


@notes.command("import", short_help="Merge notes that were exported elsewhere.")
@click.argument("source", metavar="FILE")
@notes_option
@json_option
@common_options
def import_(source: str, as_json: bool) -> None:
    """Merge the notes of FILE, an export or another file of notes (- is standard input); nothing is lost.

    What was changed in both is kept in both versions; the later one counts.
    """
    from crawler.notes.exchange import import_lines, iter_export
    from crawler.notes.notes_file import NotesFile, NotesUnusable

    path = Path(source)
    if source != "-" and _is_database(path):
        with NotesFile(path) as other:
            lines = [to_json(record, indent=None) for record in iter_export(other)]
        with open_notes("write") as file:
            report = import_lines(file, lines)
    else:
        try:
            opened = nullcontext(sys.stdin.buffer) if source == "-" else path.open("rb")
            with opened as stream, open_notes("write") as file:
                report = import_lines(file, _list_lines(stream))
        except OSError as error:
            raise NotesUnusable(f"cannot read {to_one_line(source)}: {error.strerror or error}") from error
    if as_json:
        print_json(report)
        return
    parts = [
        format_count(report.notes, "note"),
        format_count(report.codes, "version of codes", "versions of codes"),
        format_count(report.answers, "answer"),
        format_count(report.sheets, "sheet"),
    ]
    click.echo(f"Taken: {', '.join(parts)}")
    if report.conflicts:
        say(
            f"{format_count(report.conflicts, 'note was', 'notes were')} changed here and there; "
            "the later version counts"
        )


def _is_database(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(16) == b"SQLite format 3\x00"
    except OSError:
        return False


def _list_lines(stream: BinaryIO) -> list[str]:
    from crawler.notes.exchange import UnreadableNotes

    content = stream.read(MAX_IMPORT_BYTES + 1)
    if len(content) > MAX_IMPORT_BYTES:
        raise UnreadableNotes("this is too large for notes")
    return content.decode("utf-8-sig", "replace").split("\n")


def find_noted_article(archive: Archive, name: str) -> ArticleRecord:
    """Return the article of an id, an address or a permanent identity. Raises NotInArchive."""
    from crawler.archive.articles.lookup import find_identity
    from crawler.notes.records import BadNote
    from crawler.notes.sheets import read_identity

    if name.count("/") >= 2:
        try:
            key, _ = read_identity(drop_surrogates(name))
        except BadNote:
            return find_named_article(archive, name)
        article_id = find_identity(archive.db, *key)
        if article_id is not None:
            return find_named_article(archive, str(article_id))
    return find_named_article(archive, name)


def _read_text(text: str) -> str:
    from crawler.notes.records import MAX_TEXT_LETTERS

    if text == "-":
        return sys.stdin.buffer.read(8 * MAX_TEXT_LETTERS).decode("utf-8", "replace")
    return text


def _print_note(note: Note, as_json: bool, line: str) -> None:
    if as_json:
        print_json(note)
    else:
        click.echo(line)


def _print_placed(placed: PlacedNote) -> None:
    note = placed.note
    tags = f"[{', '.join(map(to_one_line, note.tags))}]" if note.tags else ""
    state = STATES[placed.state]
    facts = " · ".join(fact for fact in (to_one_line(note.coder), format_instant(note.changed_at), tags, state) if fact)
    click.echo(f"{note.uid[:6]}  {to_one_line(placed.headline or note.key.format())}")
    click.echo(INDENT + facts)
    if note.passage is not None:
        for line in wrap_paragraph(f"“{to_one_line(note.passage.quote)}”", _measure_room()):
            click.echo(INDENT + line)
    for text in note.text.split("\n"):
        for line in wrap_paragraph(strip_controls(text), _measure_room()):
            click.echo(INDENT + line)


def _measure_room() -> int | None:
    columns = measure_terminal()
    return columns - len(INDENT) if columns else None
