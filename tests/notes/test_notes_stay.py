"""Notes through what happens to an archive: rereading, forgetting, freezing, exporting."""

import csv
import io
import json
import shutil
from dataclasses import replace

from support.gazette import ArchiveBuilder

from crawler.comparison.word_runs import list_word_runs
from crawler.normalisation.digest import compute_digest

CODER = ("--coder", "anna")


def print_article(room, number, body):
    made = room.article(number, f"Headline {number}", body, language="en", on="2020-01-01", byline="x")
    return replace(made, digest=compute_digest(made.headline, made.lead, made.byline, made.body, made.language))


def read_file_text(path):
    """Everything that the bytes of a file and its log hold, as text."""
    return "".join(
        file.read_bytes().decode("utf-8", "replace")
        for file in (path, path.with_name(path.name + "-wal"))
        if file.exists()
    )


def test_after_forgetting_no_five_words_of_the_article_are_in_the_notes(run, desk):
    body = "A heron stood upon the grey breakwater all morning.\n\nNobody knew whose it had been before the storm."
    press = ArchiveBuilder(desk / "birds.db")
    for number, text in ((1, body), (2, "An otter slept below the bridge. " + body[:52])):
        press.print(print_article(press.room, number, text))
    press.close()
    (desk / "birds.db").replace(desk / "archive.db")
    shutil.rmtree(desk / "archive.warc")
    (desk / "birds.warc").rename(desk / "archive.warc")

    assert run("notes", "add", "1", "why?", "--quote", "whose it had been before the storm", *CODER).exit_code == 0
    assert (
        run("notes", "add", "1", "It says: a heron stood upon the grey breakwater", "--tag", "birds", *CODER).exit_code
        == 0
    )
    assert run("notes", "add", "2", "own thought", "--quote", "otter slept below", *CODER).exit_code == 0
    assert run("notes", "add", "2", "copied: nobody knew whose it had been", *CODER).exit_code == 0
    assert run("notes", "add", "2", "shared", "--quote", "A heron stood upon the grey", *CODER).exit_code == 0
    assert run("codes", "add", "birds", "--description", "as in: nobody knew whose it had").exit_code == 0
    assert run("codes", "answer", "1", "birds=yes", *CODER).exit_code == 0
    runs = list_word_runs(body)
    ended = run("forget", "1", "--why", "asked", "--yes", "--json")
    assert json.loads(ended.stdout)["notes"] == {"passages": 1, "texts": 2}, ended.output
    rows = {row["text"]: row for row in json.loads(run("notes", "list", "--json").stdout)}
    assert rows["why?"]["state"] == "absent"
    assert (rows["why?"]["quote"], rows["own thought"]["quote"]) == ("", "otter slept below")
    assert rows["shared"]["quote"] == "A heron stood upon the grey"  # the other article still prints it
    assert sum(text.startswith("[erased") for text in rows) >= 1
    assert [row["value"] for row in json.loads(run("codes", "answers", "--json").stdout)] == ["yes"]
    left = list_word_runs(read_file_text(desk / "notes.db")) & runs
    assert left <= list_word_runs("A heron stood upon the grey breakwater all morning")


def test_in_an_archive_with_other_numbers_a_note_is_on_the_same_article(run, desk):
    uid = json.loads(run("notes", "add", "1", "x", "--quote", "Nobody was late.", *CODER, "--json").stdout)["uid"]
    press = ArchiveBuilder(desk / "other.db")
    for number in (3, 0):
        press.print(print_article(press.room, number, "A line before. Nobody  was late.\n\nAnd one after."))
    press.close()
    (row,) = json.loads(run("notes", "list", "--archive", "other.db", "--notes", "notes.db", "--json").stdout)
    assert (row["uid"], row["article_id"], row["headline"], row["state"]) == (uid, 2, "Headline 0", "passage")
    assert run("notes", "list", "2", "--archive", "other.db", "--csv").stdout.count("\n") == 2
    assert json.loads(run("search", "", "--noted", "--archive", "other.db", "--json").stdout)[0]["id"] == 2


def test_a_passage_is_coded_apart_from_its_article(run):
    run("codes", "add", "ferry")
    uid = json.loads(run("notes", "add", "1", "--quote", "ferry crossed", *CODER, "--json").stdout)["uid"]
    assert run("codes", "answer", "1", "ferry=no", *CODER).exit_code == 0
    assert run("codes", "answer", "1", "ferry=yes", "--note", uid[:8], *CODER).exit_code == 0
    answers = json.loads(run("codes", "answers", "--json").stdout)
    assert {(answer["note_uid"], answer["value"]) for answer in answers} == {("", "no"), (uid, "yes")}
    ended = run("codes", "answer", "2", "ferry=yes", "--note", uid, *CODER)
    assert (ended.exit_code, "is on another article" in ended.stderr) == (1, True)


def test_a_file_of_notes_that_was_named_must_be_there_to_forget(run):
    ended = run("forget", "1", "--why", "x", "--yes", "--notes", "none.db")
    assert (ended.exit_code, "there are no notes in none.db" in ended.stderr) == (1, True)


def test_a_snapshot_freezes_notes_and_answers(run, desk):
    assert run("codes", "add", "ferry").exit_code == 0
    assert run("codes", "answer", "1", "ferry=yes", *CODER).exit_code == 0
    uid = json.loads(run("notes", "add", "1", "first", *CODER, "--json").stdout)["uid"]
    run("notes", "add", "2", "elsewhere", *CODER)
    created = run("snapshot", "create", "ones", "--noted", "--language", "en", "--json")
    frozen = json.loads(created.stdout)["notes"]
    assert (frozen["notes"], frozen["answers"], frozen["whole"]) == (1, 1, True), created.output
    run("notes", "edit", uid, "second", *CODER)
    shown = json.loads(run("snapshot", "show", "ones", "--json").stdout)["notes"]
    assert shown == frozen
    lines = [json.loads(line) for line in run("notes", "export", "--snapshot", "ones").stdout.splitlines()]
    assert [(line["record"], line.get("text", line.get("value"))) for line in lines] == [
        ("note", "first"),
        ("answer", "yes"),
    ]
    assert f"notes sha256:{frozen['digest']}" in " ".join(run("snapshot", "show", "ones").stdout.split())
    assert run("snapshot", "verify", "ones").exit_code == 0
    assert run("forget", "1", "--why", "x", "--yes").exit_code == 0
    assert json.loads(run("snapshot", "show", "ones", "--json").stdout)["notes"]["answers"] == 1
    none = json.loads(run("snapshot", "create", "all", "--notes", "none.db", "--json").stdout)
    assert none["notes"] is None


def test_tags_and_codes_are_columns_of_an_export(run, desk):
    run("codes", "add", "ferry")
    run("codes", "answer", "1", "ferry=yes", *CODER)
    run("codes", "answer", "1", "ferry=no", "--coder", "ben")
    run("notes", "add", "1", "first", "--tag", "b", "--tag", "a", *CODER)
    run("notes", "add", "1", "more", "--tag", "c", *CODER)
    columns = ("--columns", "id,tags,codes")
    exported = run("export", "--format", "csv", "--to", "-", *columns).stdout
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(exported))}
    assert json.loads(rows["1"]["tags"]) == ["a", "b", "c"]
    assert json.loads(rows["1"]["codes"]) == ["ferry=no (ben)", "ferry=yes (anna)"]
    assert (rows["2"]["tags"], rows["2"]["codes"]) == ("[]", "[]")
    lines = [json.loads(line) for line in run("export", "--format", "jsonl", "--to", "-", *columns).stdout.splitlines()]
    assert lines[0] == {"id": 1, "tags": ["a", "b", "c"], "codes": ["ferry=no (ben)", "ferry=yes (anna)"]}
    whole = run("export", "--format", "parquet", "--to", "package", "--noted", *columns)
    assert whole.exit_code == 0, whole.output
    assert "there are no notes" in run("export", "--format", "csv", "--to", "-", *columns, "--notes", "x.db").stderr
