"""``seealso notes`` and ``seealso tags``, as a person types them."""

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from crawler.notes.notes import add_note, change_note, list_notes
from crawler.notes.notes_file import NotesFile
from crawler.notes.records import ArticleKey

KEY = ArticleKey("gazette", "en", "0")
NOW = datetime(2026, 4, 1, tzinfo=UTC)
CODER = ("--coder", "anna")


def note_uid(run, *arguments):
    ended = run("notes", "add", *arguments, *CODER, "--json")
    assert ended.exit_code == 0, ended.output
    return json.loads(ended.stdout)["uid"]


def list_rows(run, *arguments):
    return json.loads(run("notes", "list", *arguments, "--json").stdout)


def test_a_note_is_written_listed_changed_and_deleted_and_nothing_is_lost(run, desk):
    uid = note_uid(run, "1", "Is this the Queen of Cups?", "--tag", "boats", "--tag", "to check")
    assert (desk / "notes.db").exists()
    (row,) = list_rows(run, "1")
    assert (row["uid"], row["coder"], row["tags"], row["state"]) == (uid, "anna", ["boats", "to check"], "article")
    assert row["identity"].endswith("/revision/1")
    assert run("notes", "edit", uid[:6], "It is.", "--without-tag", "To Check", "--coder", "ben").exit_code == 0
    (row,) = list_rows(run)
    assert (row["coder"], row["text"], row["tags"], row["version"]) == ("ben", "It is.", ["boats"], 2)
    assert run("notes", "list", "--csv", "--columns", "coder,tags").stdout.split() == ["coder,tags", "ben,boats"]
    assert run("notes", "delete", uid, *CODER).exit_code == 0
    assert list_rows(run) == []
    with sqlite3.connect("notes.db") as db:
        versions = db.execute("SELECT version, coder, text, deleted FROM note_versions ORDER BY version").fetchall()
    assert versions == [(1, "anna", "Is this the Queen of Cups?", 0), (2, "ben", "It is.", 0), (3, "anna", "It is.", 1)]


def test_a_passage_is_found_again_after_an_edit_or_said_to_have_changed(run, desk):
    kept = note_uid(run, "1", "late?", "--quote", "Nobody was late.")
    lost = note_uid(run, "1", "crossing", "--quote", "ferry crossed")
    with sqlite3.connect("archive.db") as db:  # as if a crawl had brought another version
        db.execute("UPDATE articles SET body = replace(body, 'ferry crossed', 'boat met') WHERE id = 1")
    rows = {row["uid"]: row for row in list_rows(run)}
    assert [rows[uid]["state"] for uid in (kept, lost)] == ["passage", "orphaned"]
    assert [row["uid"] for row in list_rows(run, "--orphaned")] == [lost]
    assert "the passage has changed" in run("notes", "list").stdout
    assert "“ferry crossed”" in run("notes", "show", lost).stdout


def test_tags_are_counted_and_renamed(run):
    for article, tags in (("1", ("boats", "late")), ("2", ("Boats",)), ("2", ("harbour",))):
        note_uid(run, article, *(word for tag in tags for word in ("--tag", tag)))
    assert run("tags", "list", "--csv").stdout.split() == ["tag,notes,articles", "boats,2,2", "harbour,1,1", "late,1,1"]
    assert run("tags", "rename", "BOATS", "ferries", *CODER).stdout == "Renamed on 2 notes\n"
    assert [row["tag"] for row in json.loads(run("tags", "list", "--json").stdout)] == ["ferries", "harbour", "late"]
    ended = run("tags", "rename", "ferries", " ", *CODER)
    assert (ended.exit_code, "--without-tag" in ended.stderr) == (1, True)
    ended = run("tags", "rename", "boats", "x", *CODER)
    assert (ended.exit_code, "no note has the tag 'boats'; there are: ferries" in ended.stderr) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("add", "1", *CODER), "a note has a text, a tag or a passage"),
        (("add", "999", "x", *CODER), "no article 999"),
        (("add", "1", "x", "--quote", "words that are not there", *CODER), "does not have these words"),
        (("add", "1", "x" * 20_001, *CODER), "at most 20,000"),
        (("add", "1", "x", "--tag", "a, b", *CODER), "no comma"),
        (("add", "1", "x"), "--coder"),
        (("add", "1", "x", *CODER, "--notes", "archive.db"), "belongs to the archive itself"),
        (("list",), "there are no notes"),
        (("show", "abcdef"), "there are no notes"),
    ],
)
def test_what_cannot_be_says_why_on_one_line(run, arguments, message):
    ended = run("notes", *arguments)
    assert ended.exit_code == 1 if arguments[-1] != "x" else ended.exit_code in (1, 2)
    assert message in ended.stderr
    assert "Traceback" not in ended.output


def test_other_files_are_no_notes(run, desk):
    sqlite3.connect("other.db").execute("CREATE TABLE a (b)").connection.close()
    (desk / "text.db").write_text("no database at all, but long enough to look like one" * 10)
    assert "a database of something else" in run("notes", "list", "--notes", "other.db").stderr
    assert "cannot use the notes" in run("notes", "list", "--notes", "text.db").stderr
    note_uid(run, "1", "x")
    with sqlite3.connect("notes.db") as db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('seealso-notes', 'n999', '')"
        )
    assert "made by a newer version (n999)" in run("notes", "list").stderr


def test_a_damaged_list_is_one_line(run):
    note_uid(run, "1", "x", "--tag", "y")
    with sqlite3.connect("notes.db") as db:
        db.execute("UPDATE note_versions SET tags = '{'")
    ended = run("notes", "list")
    assert (ended.exit_code, "a list of the file is damaged" in ended.stderr) == (1, True)
    assert run("notes", "import", "notes.db", "--notes", "new.db").exit_code == 1


def test_many_writers_at_once_lose_nothing(desk):
    def write(number):
        for step in range(5):
            with NotesFile(desk / "many.db", "write") as file:
                note = add_note(file, KEY, coder=f"c{number}", text=f"{step}", now=NOW)
                change_note(file, note.uid, coder="x", text=f"{step} again", expected_version=1, now=NOW)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(4)))
    with NotesFile(desk / "many.db") as file:
        assert [note.version for note in list_notes(file)] == [2] * 20


def test_two_copies_of_a_file_come_together_in_either_order_and_nothing_is_lost(run, desk):
    first = note_uid(run, "1", "first")
    assert run("codes", "add", "tone", "--type", "choice", "--value", "calm", "--value", "loud").exit_code == 0
    assert run("codes", "answer", "1", "tone=calm", *CODER).exit_code == 0
    for name in ("a.db", "b.db"):
        (desk / name).write_bytes((desk / "notes.db").read_bytes())
    a, b = ("--notes", "a.db"), ("--notes", "b.db")
    assert run("notes", "edit", first, "by anna", *CODER, *a).exit_code == 0
    assert run("notes", "edit", first, "by ben", "--coder", "ben", *b).exit_code == 0
    assert run("notes", "add", "2", "only there", "--coder", "ben", *b).exit_code == 0
    assert run("codes", "answer", "1", "tone=loud", *CODER, *b).exit_code == 0
    for target, other in (("a.db", "b.db"), ("b.db", "a.db")):
        lines = run("notes", "export", "--notes", other).stdout
        (desk / f"{other}.jsonl").write_text(lines)
        (desk / f"{target}.merged").write_bytes((desk / target).read_bytes())
    for target, other in (("a.db", "b.db"), ("b.db", "a.db")):
        ended = run("notes", "import", f"{other}.jsonl", "--notes", f"{target}.merged", "--json")
        assert json.loads(ended.stdout)["conflicts"] == 1, ended.output
        again = json.loads(run("notes", "import", other, "--notes", f"{target}.merged", "--json").stdout)
        assert set(again.values()) == {0}
    merged = [
        [{**row, "version": 0} for row in list_rows(run, "--notes", f"{name}.merged")] for name in ("a.db", "b.db")
    ]
    assert merged[0] == merged[1]
    assert {row["text"] for row in merged[0]} & {"by anna", "by ben"}
    for name in ("a.db", "b.db"):
        shown = run("notes", "show", first, "--notes", f"{name}.merged").stdout
        assert all(text in shown for text in ("first", "by anna", "by ben"))
        answers = json.loads(run("codes", "answers", "--json", "--notes", f"{name}.merged").stdout)
        assert [answer["value"] for answer in answers] == ["loud"]


@pytest.mark.parametrize(
    "line", ["no json", '{"record": "note"}', "[]", '{"record": "file", "format": "other"}', "\x00", "no file"]
)
def test_what_is_no_export_changes_nothing(run, line):
    note_uid(run, "1", "x")
    head = "" if "file" in line else '{"record": "file", "format": "seealso-notes-1"}\n'
    ended = run("notes", "import", "-", input="\n" if line == "no file" else head + line)
    assert (ended.exit_code, "export of notes" in ended.stderr) == (1, True)
    assert len(list_rows(run)) == 1


def test_an_export_may_begin_with_a_mark_and_empty_lines(run):
    uid = note_uid(run, "1", "x")
    lines = run("notes", "export").stdout
    ended = run("notes", "import", "-", "--notes", "other.db", "--json", input="\ufeff" + lines.replace("\n", "\n\n"))
    assert (ended.exit_code, json.loads(ended.stdout)["notes"]) == (0, 1)
    assert [row["uid"] for row in list_rows(run, "--notes", "other.db")] == [uid]
