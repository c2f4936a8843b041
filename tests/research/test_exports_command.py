"""``seealso export`` at a terminal, in a pipe, with mistakes."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from contextlib import suppress

import pytest
from click.testing import CliRunner
from support.gazette import ArchiveBuilder, article
from support.newsroom import GAZETTE, NOW, Newsroom
from support.program import run_program, start_program
from support.waiting import PATIENCE

from crawler.archive import Archive
from crawler.cli import main


@pytest.fixture
def run(gazette, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEEALSO_ARCHIVE", str(gazette))

    def call(*arguments):
        return CliRunner().invoke(main, ["export", *arguments], prog_name="seealso")

    return call


NOTHING = "seealso: no article was found: the export is empty"


def test_it_says_how_many_articles_are_where(run, tmp_path):
    ended = run("ferry", "--language", "EN", "--format", "csv", "--to", "ferry.csv")
    assert (ended.exit_code, ended.stdout, ended.stderr) == (0, "", "10 articles in ferry.csv\n")
    told = json.loads((tmp_path / "ferry.csv.manifest.json").read_text())
    assert told["options"] == {"safe": False, "bom": False, "columns": [], "pseudonyms": False}
    assert told["counts"]["articles"] == 10


def test_a_text_can_be_printed(run):
    ended = run("story:4", "--format", "jsonl", "--to", "-")
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert json.loads(ended.stdout)["headline"] == "Headline 4"
    ended = run("xylophone", "--format", "csl-json", "--to", "-")
    assert (ended.exit_code, ended.stdout, ended.stderr) == (0, "[]\n", f"{NOTHING}\n")


def test_publications_have_the_titles_of_their_sites(run):
    assert "T2  - gazette\r\n" in run("story:4", "--format", "ris", "--to", "-").stdout_bytes.decode()


def test_the_place_of_a_sample_is_in_the_manifest_and_a_seed_gives_the_same_again(run, tmp_path):
    for name in ("one", "two"):
        ended = run("--sample", "7", "--seed", "peace", "--format", "jsonl", "--to", name)
        assert ended.stderr == f"7 articles in {name}\n"
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    sample = json.loads((tmp_path / "one.manifest.json").read_text())["sample"]
    assert (sample["size"], sample["seed"]) == (7, "peace")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("--format", "csv", "--to", "no/where.csv"), "seealso: the folder no does not exist: make it first"),
        (("--format", "csv", "--to", "."), "seealso: . is no name for a new file: give one with --to"),
        (("--format", "csv", "--to", ""), "seealso: . is no name for a new file: give one with --to"),
        (("--format", "warc", "--to", "-"), "seealso: warc is no stream of text: name a file with --to"),
        (("--format", "parquet", "--to", "-"), "seealso: parquet is no stream of text: name a folder with --to"),
        (("--format", "ris", "--safe", "--to", "x"), "seealso: --safe is for csv, ids, text, not for ris"),
        (("--format", "csv", "--to", "a\0b"), None),
        (
            ("--format", "csv", "--to", "a\udcff"),
            "seealso: a is no name that a manifest can hold, which is UTF-8: choose another with --to",
        ),
        (("--format", "csv", "--to", "x" * 300), None),
        (("--format", "csv"), "seealso: Missing option '--to' (see seealso export --help)"),
        (("--to", "x"), None),
        (("--format", "csv", "--to", "x", "--since", "yesterday"), None),
        (("(ferry", "--format", "csv", "--to", "x"), None),
    ],
)
def test_a_mistake_is_one_clear_line(arguments, line, run, tmp_path):
    ended = run(*arguments)
    assert (ended.exit_code, ended.stdout) == (1, "")
    first = ended.stderr.splitlines()[0]
    assert first == line if line else first.startswith("seealso: ")
    assert "unexpected" not in first
    assert "Traceback" not in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_a_spreadsheet_would_lose_is_said(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    room = Newsroom()
    with Archive(tmp_path / "archive.db", mode="create") as archive:
        number = archive.begin_run(GAZETTE, now=NOW)
        fits, cut, astral = "x" * 32_767, "x" * 32_768, "😀" * 16_384
        for key, (body, day) in enumerate([(fits, "1900-01-01"), (cut, "1899-12-31"), (astral, None)], 1):
            archive.keep([room.visit(room.article(key, body=body, on=day))], number, NOW)
        archive.finish_run(number, "finished", NOW)
    ended = CliRunner().invoke(main, ["export", "--format", "csv", "--to", "all.csv"])
    assert ended.stderr.splitlines() == [
        "2 cells are longer than the 32,767 characters that Excel holds; the file is whole",
        "1 day is before 1900, which Excel keeps as text among its dates",
        "3 articles in all.csv",
    ]
    counts = json.loads((tmp_path / "all.csv.manifest.json").read_text())["counts"]
    assert (counts["cells_beyond_spreadsheets"], counts["days_before_spreadsheets"]) == (2, 1)
    csv.field_size_limit(100_000)
    text = (tmp_path / "all.csv").read_text(encoding="utf-8")
    bodies = [row["body"] for row in csv.DictReader(io.StringIO(text))]
    assert bodies == [fits, cut, astral], "nothing is lost in the file"
    assert CliRunner().invoke(main, ["export", "--format", "jsonl", "--to", "x"]).stderr == "3 articles in x\n"


def test_an_empty_archive_gives_empty_exports(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with Archive(tmp_path / "archive.db", mode="create") as archive:
        archive.finish_run(archive.begin_run(GAZETTE, now=NOW), "finished", NOW)
    for format_ in ("csv", "text", "sqlite", "tei"):
        ended = CliRunner().invoke(main, ["export", "--format", format_, "--to", f"none.{format_}"])
        assert (ended.exit_code, ended.stderr) == (0, f"{NOTHING}\n0 articles in none.{format_}\n")


def test_a_reader_that_leaves_ends_it_quietly(gazette):
    reading, writing = os.pipe()
    os.close(reading)
    arguments = ("--archive", str(gazette), "export", "--format", "jsonl", "--to", "-")
    process = start_program(*arguments, cwd=gazette.parent, stdout=writing)
    os.close(writing)
    assert process.communicate(PATIENCE)[1] == ""
    assert process.returncode == 141


@pytest.mark.parametrize(
    ("arguments", "sent"),
    [(["export", "--format", "csv"], "\x1b[2Jgone"), (["graph", "export", "--format", "gexf"], "\u202edrow")],
)
def test_a_headline_cannot_command_the_terminal_that_an_export_is_printed_to(tmp_path, monkeypatch, arguments, sent):
    press = ArchiveBuilder(tmp_path / "archive.db")
    for number, headline in enumerate(["bell\x07", "\x1b[2Jgone", "\x1b]0;title\x07", "\u202edrow", "\x9b31m", "渡輪"]):
        press.print(article(press.room, number, "en", headline=headline))
    press.close()
    monkeypatch.chdir(tmp_path)
    pty = pytest.importorskip("pty")
    master, slave = pty.openpty()
    command = (*arguments, "--to", "-")
    process = start_program(*command, cwd=tmp_path, env={**os.environ, "TERM": "xterm"}, stdout=slave, stderr=slave)
    os.close(slave)
    shown = b""
    with suppress(OSError):  # what Linux says when the other end is closed
        while piece := os.read(master, 65536):
            shown += piece
    assert process.wait(PATIENCE) == 0
    os.close(master)
    assert "渡輪" in shown.decode()
    assert b"writing" not in shown, "no bar is drawn across what is printed"
    assert re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]", shown.decode()) is None
    assert sent in run_program(*command, cwd=tmp_path, env=os.environ).stdout  # a program gets every byte


def test_captures_that_cannot_be_read_are_named_and_the_exit_code_tells(gazette, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "archive.db").write_bytes(gazette.read_bytes())  # without its folder of captures
    ended = CliRunner().invoke(
        main, ["export", "ferry", "--format", "warc", "--to", "out.warc.gz"], prog_name="seealso"
    )
    assert ended.exit_code == 2
    lines = ended.stderr.splitlines()
    assert len(lines) == 12
    assert lines[0].startswith("seealso: capture 1: gazette-20260301T120000Z-00000.warc.gz at ")
    assert lines[-1] == "10 articles in out.warc.gz"
