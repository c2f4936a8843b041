"""Writes a whole file of notes as JSON lines, and merges such lines into another one, in which nothing is lost.

What two people did to copies of one file comes together in either order: of each note, code and answer every version
is kept, and the one that was written last counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from sqlite_utils import Database

from crawler.archive.database import select_dicts, select_rows, select_value
from crawler.errors import CrawlerError
from crawler.notes.codebook import list_code_rows, make_code, write_code
from crawler.notes.notes import (
    check_text,
    insert_note,
    insert_version,
    iter_all_versions,
    read_current_versions,
    set_current,
)
from crawler.notes.notes_file import NotesFile
from crawler.notes.records import ArticleKey, BadNote, Code, Note, Passage, check_name, check_tags, read_list

FORMAT: Final = "seealso-notes-1"
MAX_LINE_LETTERS: Final = 5_000_000


class UnreadableNotes(CrawlerError):
    """The lines are no export of notes: the message says which line, and what is wrong with it."""


@dataclass(slots=True, kw_only=True)
class ImportReport:
    """What an import brought."""

    notes: int = 0
    """Notes that were not here, or have new versions."""
    codes: int = 0
    answers: int = 0
    sheets: int = 0
    conflicts: int = 0
    """Notes that were changed here and there: both versions are kept, the later one counts."""


def iter_export(notes: NotesFile) -> Iterator[dict[str, Any]]:
    """Yield the lines of an export: what it is, the codebook, the notes, the answers, the sheets; with all versions."""
    db = notes.db
    with notes.translate_errors():
        yield {"record": "file", "format": FORMAT}
        for code in list_code_rows(db, with_history=True):
            yield {"record": "code", **asdict(code)}
        current = read_current_versions(db)
        for note in iter_all_versions(db):
            yield {"record": "note", **asdict(note), "current": current[note.uid] == note.version}
        for row in select_dicts(db, _ANSWERS):
            yield {"record": "answer", **row, "current": bool(row["current"])}
        for row in list(select_dicts(db, "SELECT id, name, made_at, question, codes FROM sheets ORDER BY id")):
            sql = "SELECT site, language, site_key FROM sheet_articles WHERE sheet_id = ? ORDER BY position"
            keys = [list(key) for key in select_rows(db, sql, (row.pop("id"),))]
            yield {"record": "sheet", **row, "codes": list(read_list(row["codes"])), "articles": keys}


_ANSWERS: Final = (
    "SELECT c.name AS code, a.coder AS coder, a.site AS site, a.language AS language, a.site_key AS site_key,"
    " a.note_uid AS note_uid, v.version AS version, v.changed_at AS changed_at, v.value AS value,"
    " v.code_version AS code_version, v.revision AS revision, v.version = a.current AS current"
    " FROM answers a JOIN codes c ON c.id = a.code_id JOIN answer_versions v ON v.answer_id = a.id"
    " ORDER BY a.id, v.version"
)


_NO_EXPORT: Final = "this is no export of notes: seealso notes export makes one"


def import_lines(notes: NotesFile, lines: Iterable[str]) -> ImportReport:
    """Merge the lines of an export; all of them, or none when one is odd. Raises UnreadableNotes and BadNote."""
    report = ImportReport()
    with notes.transaction() as db:
        merger = _Merger(db, report)
        has_begun = False
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            if len(line) > MAX_LINE_LETTERS:
                raise UnreadableNotes(f"line {number} is too long")
            try:
                record = json.loads(line if has_begun else line.removeprefix("\ufeff"))
                kind = record.pop("record")
                if has_begun:
                    getattr(merger, f"merge_{_MERGED[kind]}")(record)
                elif kind != "file" or record.get("format") != FORMAT:
                    raise UnreadableNotes(_NO_EXPORT)
                has_begun = True
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
                raise UnreadableNotes(f"line {number} is no line of an export of notes: {error}") from error
        if not has_begun:
            raise UnreadableNotes(_NO_EXPORT)
        merger.finish()
    return report


_MERGED: Final = {"code": "code", "note": "note", "answer": "answer", "sheet": "sheet"}


class _Merger:
    """Brings lines into a file, inside one transaction."""

    def __init__(self, db: Database, report: ImportReport) -> None:
        self.db = db
        self.report = report
        self.versions: dict[str, dict[str, int]] = {}
        """Of each note its versions by their content."""
        for note in iter_all_versions(db):
            self.versions.setdefault(note.uid, {})[_describe(note)] = note.version
        self.code_versions: dict[tuple[str, int], int] = {}
        """Code and version there → version here."""
        self.changed_notes: set[str] = set()
        self.known_before = {uid: set(versions) for uid, versions in self.versions.items()}
        self.incoming: dict[str, set[str]] = {}

    def merge_code(self, record: Mapping[str, Any]) -> None:
        code = make_code(
            str(record["name"]),
            str(record["kind"]),
            [str(choice) for choice in record["choices"]],
            str(record["description"]),
            changed_at=str(record["changed_at"])[:40],
        )
        code = replace(code, deleted=bool(record["deleted"]))
        known_codes = [
            standing
            for standing in list_code_rows(self.db, with_history=True)
            if standing.name.casefold() == code.name.casefold()
        ]
        if known_codes and known_codes[-1].kind != code.kind:
            raise BadNote(f"the code {code.name!r} is {known_codes[-1].kind} here and {code.kind} there: rename one")
        number = next((standing.version for standing in known_codes if _is_same_code(standing, code)), 0)
        if not number:
            number = self._insert_code(code, known_codes)
            self.report.codes += 1
        self.code_versions[code.name.casefold(), int(record["version"])] = number

    def _insert_code(self, code: Code, known_codes: Sequence[Code]) -> int:
        number = write_code(self.db, code).version
        latest = max(
            [*known_codes, replace(code, version=number)], key=lambda version: (version.changed_at, version.version)
        )
        self.db.execute("UPDATE codes SET current = ? WHERE name = ?", (latest.version, code.name))
        return number

    def merge_note(self, record: Mapping[str, Any]) -> None:
        note = _read_note(record)
        described = _describe(note)
        versions = self.versions.setdefault(note.uid, {})
        self.incoming.setdefault(note.uid, set()).add(described)
        if described in versions:
            return
        numbered = replace(note, version=max(versions.values(), default=0) + 1)
        if not versions:
            insert_note(self.db, numbered)
        insert_version(self.db, numbered)
        versions[described] = numbered.version
        self.changed_notes.add(note.uid)

    def merge_answer(self, record: Mapping[str, Any]) -> None:
        name = str(record["code"])
        key = _read_key(record)
        coder, note_uid = check_name(str(record["coder"]), "a coder's name"), str(record["note_uid"])[:40]
        row = (str(record["changed_at"])[:40], _read_optional(record["value"]))
        code_version = self.code_versions[name.casefold(), int(record["code_version"])]
        revision = None if record["revision"] is None else int(record["revision"])
        where = (name, coder, *key, note_uid)
        answer_id = select_value(
            self.db,
            "SELECT a.id FROM answers a JOIN codes c ON c.id = a.code_id WHERE c.name = ? AND a.coder = ?"
            " AND a.site = ? AND a.language = ? AND a.site_key = ? AND a.note_uid = ?",
            where,
        )
        if answer_id is None:
            answer_id = self.db.execute(
                "INSERT INTO answers (code_id, coder, site, language, site_key, note_uid, current)"
                " VALUES ((SELECT id FROM codes WHERE name = ?), ?, ?, ?, ?, ?, 0)",
                where,
            ).lastrowid
        sql = "SELECT 1 FROM answer_versions WHERE answer_id = ? AND changed_at = ? AND value IS ?"
        if select_value(self.db, sql, (answer_id, *row)) is not None:
            return
        self.db.execute(
            "INSERT INTO answer_versions (answer_id, version, changed_at, value, code_version, revision) VALUES (?1,"
            " (SELECT coalesce(max(version), 0) + 1 FROM answer_versions WHERE answer_id = ?1), ?2, ?3, ?4, ?5)",
            (answer_id, *row, code_version, revision),
        )
        self.db.execute(
            "UPDATE answers SET current = (SELECT version FROM answer_versions WHERE answer_id = ?1"
            " ORDER BY changed_at DESC, value DESC LIMIT 1) WHERE id = ?1",
            (answer_id,),
        )
        self.report.answers += 1

    def merge_sheet(self, record: Mapping[str, Any]) -> None:
        name = check_name(str(record["name"]), "a sheet's name")
        if select_value(self.db, "SELECT 1 FROM sheets WHERE name = ?", (name,)) is not None:
            return
        keys = [ArticleKey(*(str(part) for part in key)) for key in record["articles"]]
        codes = json.dumps([str(code) for code in record["codes"]], ensure_ascii=False)
        cursor = self.db.execute(
            "INSERT INTO sheets (name, made_at, question, codes) VALUES (?, ?, ?, ?)",
            (name, str(record["made_at"])[:40], str(record["question"])[:5_000], codes),
        )
        self.db.conn.executemany(
            "INSERT INTO sheet_articles (sheet_id, position, site, language, site_key) VALUES (?, ?, ?, ?, ?)",
            ((cursor.lastrowid, position, *key) for position, key in enumerate(keys, 1)),
        )
        self.report.sheets += 1

    def finish(self) -> None:
        """Let the latest version of each note that was brought count, and count what came together."""
        for note_uid in self.changed_notes:
            described = max(self.versions[note_uid], key=lambda text: (json.loads(text)["changed_at"], text))
            set_current(self.db, note_uid, self.versions[note_uid][described])
            before = self.known_before.get(note_uid, set())
            self.report.conflicts += bool(before - self.incoming[note_uid])
        self.report.notes = len(self.changed_notes)


def _describe(note: Note) -> str:
    """Return what makes a version of a note another one: everything but its number."""
    return json.dumps(asdict(replace(note, version=0)), ensure_ascii=False, sort_keys=True)


def _is_same_code(first: Code, second: Code) -> bool:
    return replace(first, version=0, name="") == replace(second, version=0, name="")


def _read_note(record: Mapping[str, Any]) -> Note:
    uid = str(record["uid"])
    if len(uid) != 16 or set(uid) - set("0123456789abcdef"):
        raise ValueError("the number of a note is sixteen hexadecimal digits")
    place = record["passage"]
    passage = None
    if place is not None:
        field = str(place["field"])
        if field not in ("headline", "lead", "body"):
            raise ValueError("a passage stands in headline, lead or body")
        texts = {name: str(place[name])[:10_000] for name in ("quote", "prefix", "suffix")}
        passage = Passage(field=field, start=int(place["start"]), **texts)  # type: ignore[arg-type]  # one of three
    return Note(
        uid=uid,
        **_read_key(record)._asdict(),
        version=0,
        coder=check_name(str(record["coder"]), "a coder's name"),
        made_at=str(record["made_at"])[:40],
        changed_at=str(record["changed_at"])[:40],
        text=check_text(str(record["text"])),
        tags=check_tags([str(tag) for tag in record["tags"]]),
        revision=None if record["revision"] is None else int(record["revision"]),
        passage=passage,
        deleted=bool(record["deleted"]),
    )


def _read_key(record: Mapping[str, Any]) -> ArticleKey:
    return ArticleKey(*(str(record[name])[:2_000] for name in ArticleKey._fields))


def _read_optional(value: Any) -> str | None:
    return None if value is None else str(value)[:200]
