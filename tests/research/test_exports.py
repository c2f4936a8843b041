"""Every export holds what was asked for, exactly, and is whole under its name or not there at all."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta, timezone

import bibtexparser
import networkx
import polars
import pytest
import rispy
from lxml import etree
from support.gazette import ArchiveBuilder, article
from support.program import run_code
from warcio.archiveiterator import ArchiveIterator

from crawler.archive import Archive
from crawler.archive.search.selection import Selection
from crawler.archive.snapshots.freeze import freeze
from crawler.errors import ExportFailed
from crawler.research.exports import FORMATS, ExportOptions, export

NOW = datetime(2026, 11, 24, 23, 0, 0, tzinfo=UTC)
SELECTIONS = {
    "everything": (Selection(), 30),
    "a word": (Selection(query="ferry"), 10),
    "a word and filters": (Selection(query="ferry OR porto", place="hong kong", since="2011"), 7),
    "what is not wanted": (Selection(query="-zzz", until="2011"), 12),
    "nothing": (Selection(query="xylophone"), 0),
}
OFTEN_EXPORTED = ("everything", "a word and filters", "nothing")
ENDS = {"sqlite": "db", "warc": "warc.gz"}
TEI = "{http://www.tei-c.org/ns/1.0}"


@pytest.fixture
def archive(gazette):
    with Archive(gazette) as archive:
        yield archive


@pytest.fixture
def make(archive, tmp_path):
    def call(format_, selection=None, *, name=None, **more):
        to = tmp_path / (name or f"out.{ENDS.get(format_, format_)}")
        export(
            archive, selection or Selection(), format_, to, made_at=NOW, publications={"gazette": "The Gazette"}, **more
        )
        return to

    return call


def answers(stream):
    return {
        record.rec_headers["WARC-Target-URI"] for record in ArchiveIterator(stream) if record.rec_type == "response"
    }


def warc_answers(path):
    with path.open("rb") as file:
        return answers(file)


def wacz_answers(path):
    found = set()
    with zipfile.ZipFile(path) as packed:
        for name in packed.namelist():
            if name.startswith("archive/"):
                with packed.open(name) as file:
                    found |= answers(file)
    return found


def archived(path):
    with Archive(path) as archive:
        return archive.count()


def lines(path):
    return path.read_text(encoding="utf-8").split("\n")[:-1]


COUNT = {
    "csv": lambda path: len(list(csv.DictReader(path.read_text(encoding="utf-8").splitlines(keepends=True)))),
    "jsonl": lambda path: len([json.loads(line) for line in lines(path)]),
    "parquet": lambda path: len(polars.read_parquet(path / "**/*.parquet")),
    "ids": lambda path: len(list(csv.DictReader(path.read_text(encoding="utf-8").splitlines(keepends=True)))),
    "sqlite": archived,
    "bibtex": lambda path: len(bibtexparser.parse_file(str(path)).entries),
    "ris": lambda path: len(rispy.loads(path.read_text(encoding="utf-8"))),
    "csl-json": lambda path: len(json.loads(path.read_text(encoding="utf-8"))),
    "text": lambda path: len(list((path / "texts").iterdir())),
    "tei": lambda path: len(etree.parse(path).findall(f"{TEI}TEI")),
    "warc": lambda path: len(warc_answers(path)),
    "wacz": lambda path: len(wacz_answers(path)),
    "gexf": lambda path: len(networkx.read_gexf(path)),
    "graphml": lambda path: len(networkx.read_graphml(path)),
}
"""How other people's software counts the articles."""


def test_every_format_has_a_reader_here_and_a_place_in_the_command():
    from crawler.cli.commands.export import EXPORT_FORMATS as OFFERED

    assert set(COUNT) == set(FORMATS) == set(OFFERED)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(
    "which",
    [
        *OFTEN_EXPORTED,
        *(pytest.param(name, marks=pytest.mark.slow) for name in SELECTIONS if name not in OFTEN_EXPORTED),
    ],
)
def test_an_export_counts_exactly_what_the_query_counts(which, format_, make, archive):
    """Two further selections, the slow cases, take a second."""
    selection, known = SELECTIONS[which]
    assert archive.count(selection) == known
    to = make(format_, selection)
    assert COUNT[format_](to) == known
    manifest = json.loads(manifest_of(to).read_text(encoding="utf-8"))
    assert manifest["counts"]["articles"] == known
    assert manifest["problems"] == []


def manifest_of(to):
    return to / "manifest.json" if to.is_dir() else to.with_name(to.name + ".manifest.json")


@pytest.mark.parametrize("format_", ["tei", "gexf", "wacz", "text"])
def test_an_export_tells_its_time_in_utc_whatever_the_zone_of_the_clock(format_, archive, tmp_path):
    made = []
    for zone in (UTC, timezone(timedelta(hours=9))):
        to = tmp_path / f"{zone}" / "out"
        to.parent.mkdir()
        export(archive, Selection(query="ferry"), format_, to, made_at=NOW.astimezone(zone))
        made.append([path.read_bytes() for path in sorted(to.parent.rglob("*")) if path.is_file()])
    assert made[0] == made[1]


@pytest.mark.parametrize("format_", [*FORMATS, "tei split"])
def test_a_manifest_says_what_was_asked_for_and_hashes_every_file(format_, make):
    format_, *split = format_.split()
    selection = Selection(query="ferry OR 港口", until="2014", language="en")
    to = make(format_, selection, options=ExportOptions(split=bool(split)))
    told = json.loads(manifest_of(to).read_text(encoding="utf-8"))
    assert (told["program"], told["format"], told["made_at"]) == ("seealso", format_, "2026-11-24T23:00:00Z")
    assert (told["query"], told["filters"]) == ("ferry OR 港口", {"until": "2014", "language": "en"})
    assert set(told["versions"]) == {"seealso", "sqlite", "schema"}
    base = to if to.is_dir() else to.parent
    made = {str(path.relative_to(base)) for path in base.rglob("*") if path.is_file()} - {manifest_of(to).name}
    assert made == {file["path"] for file in told["files"]}
    assert told["counts"]["files"] == len(made)
    for file in told["files"]:
        content = (base / file["path"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file["bytes"], file["sha256"])


def test_what_is_there_is_refused_without_force_and_replaced_with_it(make, tmp_path):
    for format_ in ("csv", "text", "sqlite"):
        to = make(format_)
        before = manifest_of(to).read_bytes()
        with pytest.raises(ExportFailed, match=r"exists already: choose another name, or replace it with --force$"):
            make(format_, Selection(query="ferry"))
        assert manifest_of(to).read_bytes() == before
        make(format_, Selection(query="ferry"), force=True)
        assert COUNT[format_](to) == 10
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "out.csv",
        "out.csv.manifest.json",
        "out.db",
        "out.db.manifest.json",
        "out.text",
        "out.warc",
    ]


@pytest.mark.parametrize("format_", ["csv", "text", "sqlite"])
def test_what_is_to_be_replaced_stays_until_the_new_one_is_whole(format_, make, tmp_path):
    to = make(format_)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    def interrupted(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(format_, Selection(query="ferry"), force=True, progress=interrupted)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert COUNT[format_](to) == 30


def test_force_replaces_no_file_or_folder_that_is_no_export(make, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    (home / "letter.txt").write_text("dear")
    (tmp_path / "mine.warc").mkdir()
    (tmp_path / "mine.warc" / "captures.warc.gz").write_bytes(b"precious")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(home)
    for name in ("thesis.txt", "notes.csv.manifest.json"):
        (tmp_path / name).write_text("dear")
    for format_, name in (
        ("text", "home"),
        ("csv", "home"),
        ("sqlite", "mine.db"),
        ("csv", "pipe"),
        ("text", "link"),
        ("csv", "thesis.txt"),
        ("sqlite", "thesis.txt"),
        ("csv", "notes.csv"),
    ):
        with pytest.raises(ExportFailed, match="so --force leaves it alone"):
            make(format_, name=name, force=True)
    for mine in (home / "letter.txt", tmp_path / "thesis.txt", tmp_path / "notes.csv.manifest.json"):
        assert mine.read_text() == "dear"
    assert (tmp_path / "mine.warc" / "captures.warc.gz").read_bytes() == b"precious"


def test_the_archive_itself_is_never_a_target(archive, gazette):
    before = gazette.read_bytes()
    for name in ("archive.db", "archive.db-wal", "archive.warc/new.csv", "../" + gazette.parent.name + "/archive.db"):
        with pytest.raises(ExportFailed, match="belongs to the archive itself"):
            export(archive, Selection(), "csv", gazette.parent / name, made_at=NOW, force=True)
    with pytest.raises(ExportFailed, match="belongs to the archive itself"):
        export(archive, Selection(), "sqlite", gazette.with_name("archive.sqlite"), made_at=NOW, force=True)
    assert gazette.read_bytes() == before


def test_an_export_is_one_state_of_the_archive(archive, gazette, tmp_path):
    """A crawl that writes while the export reads is not seen, in counts or in rows."""

    class Pipe:
        """Deletes an article, as a crawl would change one, when the first row is written."""

        def __init__(self):
            self.lines = b""

        def write(self, data):
            if not self.lines:
                with sqlite3.connect(copy) as other:
                    other.execute("UPDATE articles SET headline = 'changed' WHERE id > 1")
            self.lines += data
            return len(data)

        def flush(self):
            pass

    copy = tmp_path / "copy.db"
    with sqlite3.connect(gazette) as old, sqlite3.connect(copy) as new:
        old.backup(new)
    with Archive(copy) as archive:
        pipe = Pipe()
        export(archive, Selection(), "jsonl", pipe, made_at=NOW)
    headlines = [json.loads(line)["headline"] for line in pipe.lines.splitlines()]
    assert len(headlines) == 30
    assert "changed" not in headlines


def test_a_snapshot_is_exported_with_the_texts_that_it_froze(gazette, tmp_path):
    source = tmp_path / "source.db"
    shutil.copy(gazette, source)
    press = ArchiveBuilder(source)
    freeze(press.archive, "spring", Selection(language="it"), now=NOW)
    press.print(article(press.room, 4, "it", headline="Edited since"), at=NOW)
    press.close()
    told = {}
    for name, selection in (("then", Selection(snapshot="spring")), ("now", Selection(language="it"))):
        with Archive(source) as archive:
            made = export(archive, selection, "jsonl", tmp_path / name, made_at=NOW)
        told[name] = {row["site_key"]: row["headline"] for row in map(json.loads, lines(tmp_path / name))}
        assert made.articles == 10
    assert told["then"] == told["now"] | {"4": "Headline 4"}
    assert told["now"]["4"] == "Edited since"
    assert json.loads((tmp_path / "then.manifest.json").read_text())["filters"] == {"snapshot": "spring"}


def test_ids_that_lead_to_no_article_are_passed_over_and_none_comes_twice(make):
    to = make("jsonl", Selection(among=(3, 999, 5, 3, 4)), sample={"size": 5, "seed": 1})
    assert [json.loads(line)["id"] for line in lines(to)] == [3, 4, 5]
    assert json.loads(manifest_of(to).read_text())["sample"] == {"size": 5, "seed": 1}


def test_options_that_a_format_does_not_know_are_refused(make):
    with pytest.raises(ExportFailed, match=r"^--safe is for csv, ids, text, not for tei$"):
        make("tei", options=ExportOptions(safe=True))
    with pytest.raises(ExportFailed, match=r"^no format 'xls' is known"):
        make("xls")


EXPORT = """
import sys, resource, signal
from datetime import UTC, datetime
from pathlib import Path
from crawler.archive import Archive
from crawler.archive.search.selection import Selection
from crawler.errors import CrawlerError
from crawler.research.exports import export
archive, format_, to, limit, wait = sys.argv[1:]
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs begin with it ignored
if limit != "0":
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
def progress(done, total):
    if wait == "wait":
        print("half", flush=True)
        sys.stdin.read()
try:
    with Archive(archive) as archive:
        export(archive, Selection(), format_, Path(to), made_at=datetime.now(UTC), progress=progress)
except CrawlerError as problem:
    print(problem)
    sys.exit(1)
"""


def start(gazette, format_, to, *, limit=0, wait="go on"):
    return subprocess.Popen(
        [sys.executable, "-c", EXPORT, str(gazette), format_, str(to), str(limit), wait],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    "format_", ["csv", *(pytest.param(name, marks=pytest.mark.slow) for name in ("text", "sqlite"))]
)
def test_a_kill_in_the_middle_leaves_nothing_under_the_name(format_, gazette, tmp_path):
    """Half a second for each of two further formats, the slow cases."""
    to = tmp_path / "out.db"
    with start(gazette, format_, to, wait="wait") as process:
        assert process.stdout.readline() == "half\n"
        process.send_signal(signal.SIGKILL)
    left = [path.name for path in tmp_path.iterdir()]
    assert len(left) == 1
    assert left[0].startswith(".out.db.")
    assert left[0].endswith(".part")


def test_an_interrupted_export_removes_what_it_had_made(gazette, tmp_path):
    with start(gazette, "csv", tmp_path / "out.csv", wait="wait") as process:
        assert process.stdout.readline() == "half\n"
        process.send_signal(signal.SIGINT)
    assert list(tmp_path.iterdir()) == []


FULL = """
import resource, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from crawler.archive import Archive
from crawler.archive.search.selection import Selection
from crawler.errors import CrawlerError
from crawler.research.exports import FORMATS, export
with Archive(sys.argv[1]) as archive:
    archive.count()  # SQLite makes its own small files before the disk is full
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    usual, hardest = resource.getrlimit(resource.RLIMIT_FSIZE)
    told = []
    for format_ in FORMATS:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300, hardest))
        try:
            export(archive, Selection(), format_, Path(sys.argv[2]), made_at=datetime.now(UTC))
        except CrawlerError as problem:
            told.append(f"{format_} {problem}")
        resource.setrlimit(resource.RLIMIT_FSIZE, (usual, hardest))
for line in told:
    print(line)
"""


def test_a_full_disk_is_one_line_and_leaves_nothing(gazette, tmp_path):
    """A limit on the size of files stands in for the disk."""
    to = tmp_path / "out"
    ended = run_code(FULL, str(gazette), str(to), cwd=tmp_path)
    assert ended.stderr == ""
    told = dict(line.split(" ", 1) for line in ended.stdout.splitlines())
    assert set(told) == set(FORMATS)
    for line in told.values():
        assert "could not be written (" in line
        assert line.endswith("; nothing was left under that name")
    assert list(tmp_path.iterdir()) == []
