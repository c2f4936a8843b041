"""A little archive is one that every command opens; WARC and WACZ hold the very records of the large one."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import sqlite3
import zipfile
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from io import BytesIO

import pytest
from click.testing import CliRunner
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from crawler.archive import Archive
from crawler.archive.schema.migrations import migrations
from crawler.archive.search.selection import Selection
from crawler.cli import main
from crawler.research.exports import export
from crawler.research.exports.sqlite import COPIED
from crawler.research.exports.wacz import make_surt
from crawler.warc import iter_captures, read_capture

NOW = datetime(2026, 11, 24, 23, 0, 0, tzinfo=UTC)
LEFT_OUT = {
    "rereads": "about the archive as a whole",
    "reread_former": "of use only to undo a reread of the whole archive",
    "forgotten": "names what was erased",
    "unerased": "names what is still to be erased",
    "losses": "about the WARC files as a whole",
    "author_edits": "people's decisions and reasons; their outcome is in the names",
    "place_edits": "people's decisions and reasons; their outcome is in the places",
    "snapshots": "about the archive as a whole",
    "snapshot_articles": "about the archive as a whole",
    "saved_searches": "what one archive offers its readers",
    "run_fields": "how a site's pages were read, run by run",
    "deviations": "how a site's pages were read, run by run",
    "pauses": "where crawls stand",
    "sitemaps": "where crawls may find more",
    "adopted_sites": "what was inferred of a site, not of an article",
    "sitemap_addresses": "what a site has, not what is archived of it",
    "merges": "about the archive as a whole",
    "merged_ids": "numbers of other archives",
}
"""Tables of the schema that a little archive has empty, and why."""


@pytest.fixture
def make(gazette, tmp_path):
    def call(format_, selection=None, *, source=gazette, name="out.db"):
        with Archive(source) as archive:
            made = export(archive, selection or Selection(), format_, tmp_path / name, made_at=NOW)
        return tmp_path / name, made

    return call


def ask(path, sql):
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return db.execute(sql).fetchall()


def test_a_little_archive_is_sound_and_answers_as_the_large_one_does(make, gazette):
    to, _ = make("sqlite", Selection(language="en"))
    with Archive(to) as little, Archive(gazette) as large:
        assert little.verify(read_capture) == []
        for query in (
            "",
            "ferry",
            "harbour -zzz",
            "author:beethoven",
            "place:hong",
            "kicker:india",
            "since:2011",
            "Number 3",
        ):
            here = [hit.id for hit in little.search(query, limit=50)]
            there = [hit.id for hit in large.search(query, limit=50, language="en")]
            assert sorted(here) == sorted(there), query
        for article_id in (row.id for row in large.articles(language="en")):
            mine, theirs = little.article(article_id), large.article(article_id)
            assert (mine.url, mine.headline, mine.authors, mine.revisions) == (
                theirs.url,
                theirs.headline,
                theirs.authors,
                theirs.revisions,
            )
        assert list(little.articles()) == list(large.articles(language="en"))


def test_nothing_of_other_articles_is_in_a_little_archive(make, gazette):
    to, made = make("sqlite", Selection(language="zh"))
    assert made.counts["captures"] == 11  # ten pages, one of them met twice
    assert {language for (language,) in ask(to, "SELECT language FROM articles")} == {"zh"}
    assert {name for (name,) in ask(to, "SELECT name FROM authors")} == {"王志成"}
    keys = {key for (key,) in ask(to, "SELECT url_key FROM addresses")}
    assert len(keys) == 10
    assert {key for (key,) in ask(to, "SELECT url_key FROM captures")} == keys
    assert ask(to, "SELECT count(*) FROM see_also WHERE target_id IS NOT NULL") == [(0,)]
    assert ask(to, "SELECT count(*) FROM see_also") == ask(
        gazette, "SELECT count(*) FROM see_also s JOIN articles a ON a.id = s.article_id WHERE language = 'zh'"
    )
    content = to.read_bytes() + b"".join(
        gzip.decompress(path.read_bytes()) for path in to.with_suffix(".warc").iterdir()
    )
    assert "渡輪".encode() in content
    for unwanted in ("ferry", "traghetto", "Beethoven", "editor@gazette.example"):
        assert unwanted.encode() not in content


def test_every_version_comes_and_a_link_leads_on_where_its_target_came(make):
    to, _ = make("sqlite", Selection(since="2010", until="2013-12-31"))
    assert ask(
        to, "SELECT count(*) FROM revisions r JOIN articles a ON a.id = r.article_id WHERE a.site_key = '1'"
    ) == [(2,)]
    broken = ask(
        to, "SELECT count(*) FROM see_also WHERE target_id IS NOT NULL AND target_id NOT IN (SELECT id FROM articles)"
    )
    assert broken == [(0,)]
    with Archive(to) as little:
        assert little.verify(read_capture) == []


def test_a_crawl_may_go_on_in_a_little_archive(make):
    to, _ = make("sqlite", Selection(query="ferry"))
    with Archive(to, mode="write") as little:
        run = little.begin_run("gazette", now=NOW)
        little.finish_run(run, "finished", NOW)
    with Archive(to) as little:
        assert little.verify(read_capture) == []


def test_every_table_is_copied_or_left_out_for_a_reason(make):
    to, _ = make("sqlite")
    tables = {
        name
        for (name,) in ask(to, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'articles_fts*'")
    }
    tables -= {migrations.migrations_table, "sqlite_stat1", "sqlite_stat4"}
    assert tables - set(COPIED) == set(LEFT_OUT) & tables, (
        "say in subset.COPIED which rows of a new table belong to an article, or here why none"
    )
    assert not set(COPIED) & set(LEFT_OUT)


def test_a_little_archive_without_captures_has_no_folder(make, gazette, tmp_path):
    source = tmp_path / "source.db"
    shutil.copy(gazette, source)
    to, made = make("sqlite", Selection(query="ferry"), source=source, name="little.db")
    assert not to.with_suffix(".warc").exists()
    assert len(made.problems) == 11
    assert made.problems[0].startswith("capture 1: gazette-20260301T120000Z-00000.warc.gz at ")
    again = CliRunner().invoke(
        main, ["--archive", str(source), "export", "ferry", "--format", "sqlite", "--to", str(to), "--force"]
    )
    assert again.exit_code == 2
    *told, more, _ = again.stderr.splitlines()
    assert [line.removeprefix("seealso: ") for line in told] == [*made.problems[:10]]
    assert more == "seealso: and 1 more of the kind; the manifest names them all"


def by_id(stream):
    return {
        record.rec_headers["WARC-Record-ID"]: (record.rec_type, record.content_stream().read())
        for record in ArchiveIterator(stream)
    }


def members(path):
    """The gzip members of a file, as bytes."""
    found, content = [], path.read_bytes()
    with path.open("rb") as file:
        records = ArchiveIterator(file)
        for _ in records:
            records.read_to_end()
            found.append(content[records.member_info[0] : sum(records.member_info)])
    return found


def test_warc_records_are_those_of_the_archive_byte_for_byte(make, gazette):
    to, made = make("warc", name="out.warc.gz")
    (original,) = gazette.with_suffix(".warc").iterdir()
    assert members(to) == members(original)  # every record of this archive belongs to an article
    assert made.counts["captures"] == 33
    checker = Checker(_Arguments([str(to)]))
    checker.process_all()
    assert checker.exit_value == 0


class _Arguments:
    verbose = False

    def __init__(self, inputs):
        self.inputs = inputs


def test_only_the_records_of_the_articles_chosen_and_their_requests(make):
    to, made = make("warc", Selection(language="zh"), name="out.warc.gz")
    with to.open("rb") as file:
        kinds = Counter(record.rec_type for record in ArchiveIterator(file))
    assert kinds == {"warcinfo": 1, "response": 10, "revisit": 1, "request": 11}
    assert made.counts["records"] == 23


def test_the_record_that_a_revisit_refers_to_comes_though_nobody_chose_it(make, gazette, tmp_path):
    source = tmp_path / "source.db"
    shutil.copy(gazette, source)
    shutil.copytree(gazette.with_suffix(".warc"), source.with_suffix(".warc"))
    with closing(sqlite3.connect(source)) as db, db:  # the first capture of article 2 is not indexed any more
        db.execute("UPDATE revision_rows SET capture_id = NULL")
        (first,) = db.execute("SELECT min(id) FROM captures WHERE url LIKE '%Story-2.html'").fetchone()
        db.execute("DELETE FROM captures WHERE id = ?", (first,))
    to, made = make("warc", Selection(query="story:2"), source=source, name="out.warc.gz")
    assert made.counts["captures"] == 1
    with to.open("rb") as file:
        assert [record.rec_type for record in ArchiveIterator(file)] == [
            "warcinfo",
            "response",
            "request",
            "revisit",
            "request",
        ]
    little, _ = make("sqlite", Selection(query="story:2"), source=source, name="little.db")
    (file,) = little.with_suffix(".warc").iterdir()
    assert [capture.body for capture in iter_captures(file)] == [b"<h1>Headline 2</h1><p>None"] * 2


def test_damaged_records_are_named_and_the_others_come(make, gazette, tmp_path):
    source = tmp_path / "source.db"
    shutil.copy(gazette, source)
    shutil.copytree(gazette.with_suffix(".warc"), source.with_suffix(".warc"))
    (file,) = source.with_suffix(".warc").iterdir()
    ((offset, length),) = ask(source, "SELECT warc_offset, warc_length FROM captures WHERE id = 5")
    with file.open("r+b") as damaged:
        damaged.seek(offset)
        damaged.write(b"\0" * length)
    for format_ in ("warc", "wacz", "sqlite"):
        _, made = make(format_, source=source, name=f"{format_}.out")
        assert [problem.split(":")[0] for problem in made.problems] == ["capture 5"]
        assert made.counts["records" if format_ != "sqlite" else "captures"] == (65 if format_ != "sqlite" else 33)


def test_a_file_name_that_leads_out_of_the_folder_is_not_followed(make, gazette, tmp_path):
    source = tmp_path / "source.db"
    shutil.copy(gazette, source)
    shutil.copytree(gazette.with_suffix(".warc"), source.with_suffix(".warc"))
    (tmp_path / "secret.warc.gz").write_bytes(members(next(iter(gazette.with_suffix(".warc").iterdir())))[1])
    with closing(sqlite3.connect(source)) as db, db:
        db.execute("UPDATE captures SET warc_file = '../secret.warc.gz', warc_offset = 0 WHERE id = 7")
    _, made = make("warc", source=source, name="out.warc.gz")
    assert made.problems == ["capture 7: ../secret.warc.gz at 0: the name leads out of the folder"]


def test_a_wacz_has_what_the_specification_demands(make, gazette):
    to, _ = make("wacz", Selection(language="en"), name="out.wacz")
    with zipfile.ZipFile(to) as packed:
        assert packed.testzip() is None
        assert {info.compress_type for info in packed.infolist()} == {zipfile.ZIP_STORED}
        described = json.loads(packed.read("datapackage.json"))
        assert (described["profile"], described["wacz_version"]) == ("data-package", "1.1.1")
        listed = {resource["path"]: resource for resource in described["resources"]}
        assert set(listed) == set(packed.namelist()) - {"datapackage.json", "datapackage-digest.json"}
        assert {"indexes/index.cdx.gz", "indexes/index.idx", "pages/pages.jsonl"} < set(listed)
        for path, resource in listed.items():
            content = packed.read(path)
            assert (resource["bytes"], resource["hash"]) == (
                len(content),
                f"sha256:{hashlib.sha256(content).hexdigest()}",
            )
        digest = json.loads(packed.read("datapackage-digest.json"))
        assert digest["hash"] == f"sha256:{hashlib.sha256(packed.read('datapackage.json')).hexdigest()}"
        pages = [json.loads(line) for line in packed.read("pages/pages.jsonl").splitlines()]
        assert pages[0]["format"] == "json-pages-1.0"
        assert {page["title"] for page in pages[1:]} == {f"Headline {key}" for key in range(0, 30, 3)}
        lines = gzip.decompress(packed.read("indexes/index.cdx.gz")).decode().splitlines()
        assert lines == sorted(lines)
        assert len(lines) == 11
        for line in lines:
            key, at, text = line.split(" ", 2)
            entry = json.loads(text)
            assert key == make_surt(entry["url"])
            file = packed.read(f"archive/{entry['filename']}")
            member = file[int(entry["offset"]) :][: int(entry["length"])]
            (record,) = ArchiveIterator(BytesIO(member))
            assert record.rec_headers["WARC-Target-URI"] == entry["url"]
            assert record.rec_headers["WARC-Date"].translate(str.maketrans("", "", "-:T")).startswith(at)
            assert entry["mime"] == ("text/html" if record.rec_type == "response" else "warc/revisit")
    (original,) = gazette.with_suffix(".warc").iterdir()
    with original.open("rb") as file:
        every = by_id(file)
    with zipfile.ZipFile(to) as packed, packed.open(f"archive/{original.name}") as file:
        assert by_id(file).items() <= every.items()


def test_an_index_of_many_lines_can_be_found_by_its_blocks(make, monkeypatch):
    monkeypatch.setattr("crawler.research.exports.wacz._LINES", 4)
    to, _ = make("wacz", name="out.wacz")
    with zipfile.ZipFile(to) as packed:
        index = packed.read("indexes/index.cdx.gz")
        head, *blocks = packed.read("indexes/index.idx").decode().splitlines()
    assert json.loads(head.split(" ", 2)[2]) == {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}
    lines = []
    for block in blocks:
        key, at, text = block.split(" ", 2)
        place = json.loads(text)
        some = gzip.decompress(index[place["offset"] :][: place["length"]]).decode().splitlines()
        assert some[0].startswith(f"{key} {at} ")
        assert len(some) <= 4
        lines += some
    assert lines == gzip.decompress(index).decode().splitlines()
    assert len(lines) == 33


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.asianews.it/news-en/A-Title-1.html", "it,asianews)/news-en/a-title-1.html"),
        ("http://example.org", "org,example)/"),
        ("http://www2.Example.org:80/?b=1&a=2", "org,example)/?a=2&b=1"),
        ("https://example.org:8443/a/", "org,example:8443)/a"),
        ("http://[::1", "http://[::1"),
        ("http://example.org/a b", "org,example)/a%20b"),
        ("http://example.org:x/", "http://example.org:x/"),
    ],
)
def test_keys_of_an_index(url, key):
    """As the "surt" of web archives has them (https://github.com/internetarchive/surt)."""
    assert make_surt(url) == key
